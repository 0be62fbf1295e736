import type { HealView } from './view';

/** At most one action in this time, as `guard.actionInterval`. */
export const ACTION_INTERVAL_SECONDS = 60;
/** Looks in five minutes. */
const WINDOW = 20;
/** Slow averages forget with this share at each look: a time constant of five minutes. */
const SLOW = 1 / WINDOW;
/** Evidence sums: what counts for nothing is taken off at each look, and they stay within this. */
const DRIFT = 0.5;
const MOST_EVIDENCE = 10;
/** CPU share from which pods count as busy, as `heal.saturation` but for the lag of its average. */
const BUSY = 0.75;

/** What the looks so far leave behind: the last action, slow averages, counts over five minutes, evidence sums. */
export class HealMemory {
  /** Index of the last action that was carried out, 0 without one. */
  lastAction = 0;
  actedAt = Number.NEGATIVE_INFINITY;
  p95AtAction = 0;
  errorsAtAction = 0;
  usualP95 = 0;
  usualErrors = 0;
  usualLoadPerPod = 0;
  recentRestarts = 0;
  recentYoungCrashes = 0;
  outlierEvidence = 0;
  saturationEvidence = 0;
  commonEvidence = 0;
  readonly #restarts = new Int32Array(WINDOW);
  readonly #youngCrashes = new Int32Array(WINDOW);
  #looks = 0;
  #crashes = 0;
  #young = 0;

  reset(): void {
    this.lastAction = 0;
    this.actedAt = Number.NEGATIVE_INFINITY;
    this.p95AtAction = this.errorsAtAction = 0;
    this.usualP95 = this.usualErrors = this.usualLoadPerPod = 0;
    this.recentRestarts = this.recentYoungCrashes = this.#crashes = this.#young = this.#looks = 0;
    this.outlierEvidence = this.saturationEvidence = this.commonEvidence = 0;
    this.#restarts.fill(0);
    this.#youngCrashes.fill(0);
  }

  canAct(now: number): boolean {
    return now - this.actedAt >= ACTION_INTERVAL_SECONDS;
  }

  acted(action: number, view: HealView): void {
    this.lastAction = action;
    this.actedAt = view.now;
    this.p95AtAction = view.p95Seconds;
    this.errorsAtAction = view.errorRate;
  }

  /** @param crashes of containers since the reset. @param young of those in pods up to five minutes old */
  look(view: HealView, crashes: number, young: number): void {
    const place = this.#looks % WINDOW;
    this.recentRestarts += crashes - this.#crashes - (this.#restarts[place] as number);
    this.recentYoungCrashes += young - this.#young - (this.#youngCrashes[place] as number);
    this.#restarts[place] = crashes - this.#crashes;
    this.#youngCrashes[place] = young - this.#young;
    this.#crashes = crashes;
    this.#young = young;

    const take = this.#looks === 0 ? 1 : SLOW;
    this.usualP95 += take * (view.p95Seconds - this.usualP95);
    this.usualErrors += take * (view.errorRate - this.usualErrors);
    this.usualLoadPerPod += take * (view.requestRate / view.wanted - this.usualLoadPerPod);
    this.#looks++;
    this.#sumEvidence(view);
  }

  #sumEvidence(view: HealView): void {
    const violated = view.violation() > 1;
    const common = view.latencies.median() > view.sloSeconds || view.errors.median() > 0.02;
    this.outlierEvidence = sum(this.outlierEvidence, Math.min(3, view.worstOutlier));
    this.saturationEvidence = sum(this.saturationEvidence, violated && view.cpu > BUSY ? 1.5 : 0);
    this.commonEvidence = sum(this.commonEvidence, violated && common ? 1.5 : 0);
  }
}

function sum(before: number, evidence: number): number {
  return Math.min(MOST_EVIDENCE, Math.max(0, before + evidence - DRIFT));
}
