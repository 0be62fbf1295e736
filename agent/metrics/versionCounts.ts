import type { Pod } from '../cluster/snapshot';
import type { IntervalCounts } from '../tasks/canary/evidence/counts';
import type { PrometheusClient } from './prometheusClient';
import { type Question, queryTogether } from './queryTogether';
import {
  answersOf,
  increasesOf,
  isFailed,
  lifeOf,
  type NamespaceAnswers,
  newestMs,
  readCounters,
  resource,
  type VersionIncreases,
} from './versionCountsAnswers';
import { CounterIncreases } from './versionCountsDeltas';
import { quantileSeconds, type SlowBounds, sumOf } from './versionCountsLatency';
import { countsQuestions } from './versionCountsQueries';
import { RouteStrata } from './versionCountsStrata';

/** A release whose canary is counted, and what it is compared with. */
export interface CountedRelease {
  id: string;
  /** Of the release under way: what was counted of another is no part of it. */
  trial: string;
  namespace: string;
  stablePods: readonly CountedPod[];
  canaryPods: readonly CountedPod[];
  /** Fresh pods of the stable version, compared with in place of the stable pods; null where those are. */
  baseline: { pods: readonly CountedPod[]; hasTraffic: boolean } | null;
  /** Latency above which a request is slow; from what is usual where null. */
  latencyObjectiveSeconds: number | null;
  /** Of one pod of the canary; null where it has none, or nobody knows. */
  limits: { cpuCores: number | null; memoryBytes: number | null };
}

export type CountedPod = Pick<Pod, 'name' | 'uid' | 'createdAtMs'>;

export interface CountsRound {
  /** Cluster time. */
  nowMs: number;
  /** Older samples than this are not counted. */
  staleAfterMs: number;
  routeLabel: string;
  /** Of the rate of CPU. */
  windowMs: number;
}

/** What was counted of both versions since the last look, or why nothing was. */
export type VersionMeasure =
  | {
      kind: 'counted';
      /** When the oldest of all versions' newest samples was taken. */
      atMs: number;
      /** Since the last look. */
      seconds: number;
      /** By route; under the empty name where routes are not known. */
      strata: ReadonlyMap<string, IntervalCounts>;
      /** Of the baseline, where the canary is compared with one. */
      stable: VersionFigures;
      canary: VersionFigures;
      /** Of the whole; null where there is no histogram. */
      slow: SlowBounds | null;
      canaryCpu: number | null;
      canaryMemory: number | null;
      /** What is worked out by less than was asked for. */
      warnings: readonly string[];
    }
  /** The first look: there is nothing to compare with yet. */
  | { kind: 'first' }
  | { kind: 'stale'; why: string }
  | { kind: 'missing'; why: string };

/** One version in one interval; latencies are null without requests, or without a histogram. */
export interface VersionFigures {
  requests: number;
  errors: number;
  latencyP50Seconds: number | null;
  latencyP95Seconds: number | null;
  latencyP99Seconds: number | null;
}

/**
 * Counts the requests of both versions of releases, all of them in one round of questions: exact differences of
 * Prometheus' raw counters, not rates, since evidence is made of whole requests. Rejects with nothing but the signal's
 * reason; what cannot be had is said in the measure, and then nothing was counted.
 */
export class VersionCounts {
  readonly #known = new Map<string, ReleaseCounts>();

  async measure(
    client: PrometheusClient,
    releases: readonly CountedRelease[],
    round: CountsRound,
    signal?: AbortSignal,
  ): Promise<Map<string, VersionMeasure>> {
    const groups = [...Map.groupBy(releases, ({ namespace }) => namespace)];
    const questions = groups.flatMap(([namespace, members], index) =>
      questionsOf(namespace, members, index, round),
    );
    const answers = await queryTogether(client, questions, signal);
    this.#forget(releases);
    return new Map(
      groups.flatMap(([, members], index) => {
        const parts = answersOf(answers, index);
        return members.map((release) => [release.id, this.#of(release).take(release, parts, round)] as const);
      }),
    );
  }

  #of({ id, trial }: CountedRelease): ReleaseCounts {
    const known = this.#known.get(id);
    if (known?.trial === trial) return known;
    const counts = new ReleaseCounts(trial);
    this.#known.set(id, counts);
    return counts;
  }

  #forget(releases: readonly CountedRelease[]): void {
    const there = new Set(releases.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!there.has(id)) this.#known.delete(id);
  }
}

/** The counters of one release under way. */
class ReleaseCounts {
  readonly trial: string;
  readonly #requests = new CounterIncreases();
  readonly #buckets = new CounterIncreases();
  readonly #strata = new RouteStrata();
  #lastMs: number | null = null;
  /** Of the newest sample of each version at the last look. */
  readonly #sampledMs = new Map<keyof Sampled, number>();

  constructor(trial: string) {
    this.trial = trial;
  }

  take(release: CountedRelease, answers: NamespaceAnswers, round: CountsRound): VersionMeasure {
    const { nowMs, routeLabel } = round;
    const { stablePods, canaryPods } = release;
    const pods = podsOf(release);
    const read = readCounters(answers, routeLabel, pods);
    if ('why' in read) return { kind: 'missing', why: read.why };
    const sampled = this.#sampled(release, answers, round);
    if (typeof sampled === 'string') return { kind: 'stale', why: sampled };
    const requests = this.#requests.take(read.requests, pods, nowMs);
    const buckets = this.#buckets.take(read.buckets, pods, nowMs);
    const stable = increasesOf(release.baseline?.pods ?? stablePods, requests, buckets);
    const canary = increasesOf(canaryPods, requests, buckets);
    const sinceMs = this.#lastMs;
    this.#lastMs = nowMs;
    if (sinceMs === null) {
      // Also beside a baseline, which has no life to tell from yet.
      this.#strata.begin(lifeOf(stablePods, read.buckets));
      return { kind: 'first' };
    }
    const strata = this.#strata.take(stable, canary, release.latencyObjectiveSeconds);
    return {
      kind: 'counted',
      atMs: sampled,
      seconds: (nowMs - sinceMs) / 1000,
      ...strata,
      stable: figuresOf(stable),
      canary: figuresOf(canary),
      canaryCpu: resource(answers.cpu, canaryPods, release.limits.cpuCores),
      canaryMemory: resource(answers.memory, canaryPods, release.limits.memoryBytes),
    };
  }

  /** When the oldest of them was sampled, or why that does not count. */
  #sampled(
    { stablePods, canaryPods, baseline }: CountedRelease,
    answers: NamespaceAnswers,
    { nowMs, staleAfterMs }: CountsRound,
  ): number | string {
    const sampled: Sampled = {
      stable: newestMs(answers.times, stablePods, nowMs),
      baseline: baseline && newestMs(answers.times, baseline.pods, nowMs),
      canary: newestMs(answers.times, canaryPods, nowMs),
    };
    if (sampled.stable === null) return 'Prometheus has no requests of the stable version’s pods';
    // Both get their first requests at the same time, but for those that ask for the canary.
    if (baseline?.hasTraffic && sampled.baseline === null && sampled.canary !== null)
      return 'Prometheus has no requests of the baseline’s pods';
    // A version without a series has not had a request yet; one without a new sample was not scraped.
    const found = Object.entries(sampled).filter(
      (entry): entry is [keyof Sampled, number] => entry[1] !== null,
    );
    for (const [version, atMs] of found) {
      const ageMs = nowMs - atMs;
      if (ageMs > staleAfterMs) return `the ${WORDS[version]} requests are ${Math.round(ageMs / 1000)} s old`;
    }
    const hasNew = found.every(
      ([version, atMs]) => atMs > (this.#sampledMs.get(version) ?? Number.NEGATIVE_INFINITY),
    );
    if (!hasNew) return 'nothing was scraped since the last decision';
    for (const [version, atMs] of found) this.#sampledMs.set(version, atMs);
    return Math.min(...found.map(([, atMs]) => atMs));
  }
}

/** Cluster time of each version's newest sample; null where it has none. */
interface Sampled {
  stable: number | null;
  baseline: number | null;
  canary: number | null;
}

const WORDS: Record<keyof Sampled, string> = {
  stable: 'stable version’s',
  baseline: 'baseline’s',
  canary: 'canary version’s',
};

function podsOf({ stablePods, canaryPods, baseline }: CountedRelease): CountedPod[] {
  return [...stablePods, ...canaryPods, ...(baseline?.pods ?? [])];
}

function questionsOf(
  namespace: string,
  members: readonly CountedRelease[],
  index: number,
  { routeLabel, windowMs }: CountsRound,
): Question[] {
  const canaryPods = members.flatMap((member) => member.canaryPods.map(({ name }) => name));
  const pods = members.flatMap((member) => podsOf(member).map(({ name }) => name));
  return countsQuestions({ namespace, pods, canaryPods }, index, routeLabel, windowMs);
}

function figuresOf({ requests, buckets }: VersionIncreases): VersionFigures {
  const whole = sumOf([...buckets.values()]);
  let all = 0;
  let errors = 0;
  for (const [key, count] of requests) {
    all += count;
    if (isFailed(key)) errors += count;
  }
  return {
    requests: all,
    errors,
    latencyP50Seconds: quantileSeconds(whole, 0.5),
    latencyP95Seconds: quantileSeconds(whole, 0.95),
    latencyP99Seconds: quantileSeconds(whole, 0.99),
  };
}
