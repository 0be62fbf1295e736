import type { VersionFigures, VersionMeasure } from '../../../metrics/versionCounts';
import type { EvidenceState } from '../../../protocol';
import type { ReleaseEvidenceFacts } from '../../../safety/releaseDraft';
import type { CanaryReading, CanaryView, VersionReading } from '../../../sim/canary/canaryView';
import { ReleaseRecord } from '../../../sim/canary/releaseRecord';
import { evidenceState } from '../evidence/evidenceState';
import { ReleaseEvidence } from '../evidence/releaseEvidence';
import { HEEDED_AFTER_MS } from '../routers/routeChange';
import type { ReleaseSettings } from './releaseSettings';

export type Counted = Extract<VersionMeasure, { kind: 'counted' }>;

export interface TrialBegun {
  /** Of the release. */
  startedAtMs: number;
  nowMs: number;
  hasBaseline: boolean;
  /** See `ReleaseEvidence`. */
  isOfCopies: boolean;
}

/** What does not come from counting. */
export interface TrialMoment {
  nowMs: number;
  /** Percent of the traffic that the interval was served with. */
  weight: number;
  /** Of the canary's containers, since the start. */
  restarts: number;
}

/**
 * One pair of versions while it is compared: its evidence, and what there is to remember of its metrics. A new release
 * is another trial, and so is the same one for an agent that was started anew: evidence is never carried over.
 */
export class ReleaseTrial {
  readonly id: string;
  /** Of the release. */
  readonly startedAtMs: number;
  readonly evidence: ReleaseEvidence;
  readonly #hasBaseline: boolean;
  readonly record = new ReleaseRecord();
  readonly #settings: ReleaseSettings;
  readonly #strata = new Map<string, number>();
  #reading: CanaryReading = NOTHING;
  /** When the gathering has begun, which may be anew. */
  #sinceMs: number;
  /** Only what was counted from then on is of what is counted now. */
  #purelyFromMs = Number.NEGATIVE_INFINITY;
  /** When the counts before these were taken. */
  #measuredAtMs: number | null = null;
  #weight = 0;
  #leastWeight = 0;
  #atWeightSinceMs: number;
  #limitFromMs: number;
  /** The state as it was asked for last. */
  #known: { nowMs: number; state: EvidenceState } | null = null;
  #restarts: number | null = null;
  /** When the newest counts behind the evidence were taken. */
  #countedAtMs: number | null = null;

  constructor(id: string, begun: TrialBegun, settings: ReleaseSettings) {
    this.id = id;
    this.startedAtMs = this.#limitFromMs = begun.startedAtMs;
    this.#sinceMs = this.#atWeightSinceMs = begun.nowMs;
    this.#hasBaseline = begun.hasBaseline;
    this.#settings = settings;
    this.evidence = new ReleaseEvidence(settings.evidence);
    this.evidence.isOfCopies = begun.isOfCopies;
  }

  get atWeightSinceMs(): number {
    return this.#atWeightSinceMs;
  }

  /** The weight as the router has it, percent. @param sinceMs since when, where that is known */
  weightIs(weight: number, nowMs: number, sinceMs: number | null): void {
    if (sinceMs !== null) this.#atWeightSinceMs = sinceMs;
    else if (weight !== this.#weight) this.#atWeightSinceMs = nowMs;
    if (weight === this.#weight) return;
    if (this.#weight !== 0) this.record.weightChanged();
    if (this.#leastWeight === 0) this.#leastWeight = weight;
    this.#weight = weight;
    this.#known = null;
  }

  /**
   * Whether the canary gets copies of requests: what was counted of those is no evidence of what people get, nor the other
   * way round, so that the evidence begins anew where that changes.
   *
   * @returns whether it does
   */
  countsCopies(isOfCopies: boolean, nowMs: number): boolean {
    if (isOfCopies === this.evidence.isOfCopies) return false;
    this.evidence.reset();
    this.evidence.isOfCopies = isOfCopies;
    this.record.reset();
    this.#reading = NOTHING;
    this.#countedAtMs = this.#known = null;
    this.#sinceMs = nowMs;
    this.#purelyFromMs = nowMs + HEEDED_AFTER_MS;
    return true;
  }

  /** Whether nothing of an interval was counted before the evidence has begun anew. Ask once for each. */
  isPure({ atMs }: Counted): boolean {
    const fromMs = this.#measuredAtMs ?? Number.NEGATIVE_INFINITY;
    this.#measuredAtMs = atMs;
    return fromMs >= this.#purelyFromMs;
  }

  /** Takes in an interval. @throws RangeError where a count is no number, of which nothing is added then */
  take(measure: Counted, { nowMs, weight, restarts }: TrialMoment): void {
    for (const [route, counts] of measure.strata) this.evidence.add(counts, this.#stratumOf(route));
    this.#known = null;
    this.evidence.endInterval((nowMs - this.startedAtMs) / 1000, weight / 100);
    this.#reading = {
      seconds: measure.seconds,
      canary: readingOf(measure.canary),
      stable: readingOf(measure.stable),
      restarts: Math.max(0, restarts - (this.#restarts ?? restarts)),
      cpu: measure.canaryCpu,
      memory: measure.canaryMemory,
    };
    this.record.add(this.#reading);
    this.#restarts = restarts;
    this.#countedAtMs = measure.atMs;
  }

  /** As a policy sees it. @param weightStep percent that up and down change the weight by */
  view(nowMs: number, weightStep: number): CanaryView {
    const { evidence, timeLimitMs } = this.#settings;
    const weight = this.#weight / 100;
    const sinceStartSeconds = (nowMs - this.startedAtMs) / 1000;
    return {
      reading: this.#reading,
      record: this.record,
      evidence: this.evidence,
      weight,
      weightStep: weightStep / 100,
      leastWeight: this.#leastWeight / 100,
      mostWeight: this.evidence.mostWeight(weight),
      sinceStartSeconds,
      atWeightSeconds: (nowMs - this.#atWeightSinceMs) / 1000,
      bakeLeftSeconds: Math.max(0, evidence.bakeSeconds - sinceStartSeconds),
      timeLimitSeconds: timeLimitMs / 1000,
    };
  }

  timeIsUp(nowMs: number): boolean {
    return nowMs - this.#limitFromMs >= this.#settings.timeLimitMs;
  }

  /** A person has said how it goes on: it has its time once more. */
  extend(nowMs: number): void {
    this.#known = null;
    this.#limitFromMs = nowMs;
  }

  state(nowMs: number): EvidenceState {
    if (this.#known?.nowMs !== nowMs) this.#known = { nowMs, state: this.#stateAt(nowMs) };
    return this.#known.state;
  }

  #stateAt(nowMs: number): EvidenceState {
    return evidenceState(this.evidence, {
      options: this.#settings.evidence,
      // A baseline gets no copies.
      comparedWith: this.#hasBaseline && !this.evidence.isOfCopies ? 'baseline' : 'stable',
      sinceMs: this.#sinceMs,
      nowMs,
      startedAtMs: this.startedAtMs,
      weight: this.#weight / 100,
      timeIsUp: this.timeIsUp(nowMs),
    });
  }

  /** As the guard judges by it; null before anything was counted. */
  facts(nowMs: number): ReleaseEvidenceFacts | null {
    if (this.#countedAtMs === null) return null;
    const { verdict, requests, minRequests, mostWeight, text } = this.state(nowMs);
    return { verdict, requests, minRequests, mostWeight, atMs: this.#countedAtMs, text };
  }

  #stratumOf(route: string): number {
    const known = this.#strata.get(route);
    if (known !== undefined) return known;
    this.#strata.set(route, this.#strata.size);
    return this.#strata.size - 1;
  }
}

const NO_REQUESTS: VersionReading = { requests: 0, errors: 0, p50Seconds: 0, p95Seconds: 0, p99Seconds: 0 };
const NOTHING: CanaryReading = {
  seconds: 0,
  canary: NO_REQUESTS,
  stable: NO_REQUESTS,
  restarts: 0,
  cpu: null,
  memory: null,
};

function readingOf(figures: VersionFigures): VersionReading {
  return {
    requests: figures.requests,
    errors: figures.errors,
    p50Seconds: figures.latencyP50Seconds ?? 0,
    p95Seconds: figures.latencyP95Seconds ?? 0,
    p99Seconds: figures.latencyP99Seconds ?? 0,
  };
}
