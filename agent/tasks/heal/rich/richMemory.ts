import type { RichLook } from './richLook';

/** At most one action in this time, as `guard.actionInterval`. */
export const ACTION_INTERVAL_SECONDS = 60;
/** Pods up to this age count as young: what crashes in them would crash in any new one. */
export const YOUNG_SECONDS = 300;

/** Time constants of the averages that say what is usual, and of the counts of what happened lately. */
const USUAL_SECONDS = 300;
const RECENT_SECONDS = 150;
/** Evidence that counts 1 more than nothing is summed up to `MOST_EVIDENCE` within ten times this. */
const EVIDENCE_SECONDS = 10;
export const MOST_EVIDENCE = 6;
/** What counts for nothing is taken off all the time, so that what ends is forgotten. */
const DRIFT = 0.5;
const MOST_OUTLIER = 3;
const COMMON = 1.5;
/** CPU share from which pods count as busy, as `heal.saturation` but for the lag of its average. */
const BUSY = 0.75;
/** An error share of the median pod from which errors are common to all. */
const COMMON_ERRORS = 0.02;

/**
 * What the looks so far leave behind: the last action, slow averages, counts of what happened lately, evidence sums.
 * All of it goes by the time between two looks and not by their number, so that it means the same whether looks come
 * every 5 s, every 15 s, or when something happens. One instance per workload. Allocates nothing.
 */
export class RichMemory {
  /** Index of the last action that was carried out, 0 without one. */
  lastAction = 0;
  actedAt = Number.NEGATIVE_INFINITY;
  p95AtAction = 0;
  errorsAtAction = 0;
  usualP95 = 0;
  usualErrors = 0;
  usualLoadPerPod = 0;
  /** Counts, each of which fades with a time constant of 150 s. */
  recentCrashes = 0;
  recentYoungCrashes = 0;
  recentActions = 0;
  /** How long the same pod has been the suspect, with a score of at least 1. */
  suspectSeconds = 0;
  /** 0…`MOST_EVIDENCE`. */
  outlierEvidence = 0;
  saturationEvidence = 0;
  commonEvidence = 0;
  readonly #actionIntervalSeconds: number;
  #lookedAt = Number.NaN;
  #suspectId = Number.NaN;

  /** @param actionIntervalSeconds `guard.actionInterval` */
  constructor(actionIntervalSeconds = ACTION_INTERVAL_SECONDS) {
    this.#actionIntervalSeconds = actionIntervalSeconds;
  }

  reset(): void {
    this.lastAction = 0;
    this.actedAt = Number.NEGATIVE_INFINITY;
    this.p95AtAction = this.errorsAtAction = 0;
    this.usualP95 = this.usualErrors = this.usualLoadPerPod = 0;
    this.recentCrashes = this.recentYoungCrashes = this.recentActions = this.suspectSeconds = 0;
    this.outlierEvidence = this.saturationEvidence = this.commonEvidence = 0;
    this.#lookedAt = this.#suspectId = Number.NaN;
  }

  canAct(now: number): boolean {
    return now - this.actedAt >= this.#actionIntervalSeconds;
  }

  /** An action was carried out. @param look the one that led to it. @param now when, by the clock of the looks */
  acted(action: number, look: Readonly<RichLook>, now = look.now): void {
    this.lastAction = action;
    this.actedAt = now;
    this.p95AtAction = look.p95Seconds;
    this.errorsAtAction = look.errorRate;
    this.recentActions++;
  }

  /** Takes in a look; call it once for each, before `writeRich`. */
  look(look: Readonly<RichLook>): void {
    const first = Number.isNaN(this.#lookedAt);
    const seconds = first ? 0 : Math.max(0, look.now - this.#lookedAt);
    this.#lookedAt = look.now;
    this.#fade(seconds);
    this.recentCrashes += look.crashes;
    this.recentYoungCrashes += look.youngCrashes;
    const take = seconds / (seconds + USUAL_SECONDS);
    this.usualP95 = towards(this.usualP95, look.p95Seconds, take);
    this.usualErrors = towards(this.usualErrors, look.errorRate, first ? 1 : take);
    this.usualLoadPerPod = towards(this.usualLoadPerPod, look.requestRate / Math.max(1, look.wanted), take);
    this.#followSuspect(look, seconds);
    this.#sumEvidence(look, seconds);
  }

  #fade(seconds: number): void {
    // As e^−x for a small x, without its cost, and the same bits everywhere.
    const keep = RECENT_SECONDS / (RECENT_SECONDS + seconds);
    this.recentCrashes *= keep;
    this.recentYoungCrashes *= keep;
    this.recentActions *= keep;
  }

  #followSuspect(look: Readonly<RichLook>, seconds: number): void {
    const { suspect, suspectScore } = look.pods;
    const stands = suspect >= 0 && suspectScore >= 1;
    const same = stands && look.suspectId === this.#suspectId;
    this.suspectSeconds = same ? this.suspectSeconds + seconds : 0;
    this.#suspectId = stands ? look.suspectId : Number.NaN;
  }

  #sumEvidence(look: Readonly<RichLook>, seconds: number): void {
    const { pods } = look;
    const violated = look.p95Seconds > look.sloSeconds || look.errorRate > look.sloErrorRate;
    const common = pods.latencies.median() > look.sloSeconds || pods.errors.median() > COMMON_ERRORS;
    const share = seconds / EVIDENCE_SECONDS;
    const outlier = Math.min(MOST_OUTLIER, pods.worstOutlier);
    this.outlierEvidence = sum(this.outlierEvidence, outlier, share);
    this.saturationEvidence = sum(this.saturationEvidence, violated && look.cpu > BUSY ? COMMON : 0, share);
    this.commonEvidence = sum(this.commonEvidence, violated && common ? COMMON : 0, share);
  }
}

/** An average moved towards a value; it begins with the first one that is known, and keeps where one is not. */
function towards(average: number, value: number, take: number): number {
  if (Number.isNaN(value)) return average;
  return average === 0 ? value : average + take * (value - average);
}

function sum(before: number, evidence: number, share: number): number {
  return Math.min(MOST_EVIDENCE, Math.max(0, before + (evidence - DRIFT) * share));
}
