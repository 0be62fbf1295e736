import type { IntervalCounts } from '../tasks/canary/evidence/counts';
import { isFailed, partsOfKey, type VersionIncreases } from './versionCountsAnswers';
import {
  type Buckets,
  type SlowBounds,
  slowerThan,
  sumOf,
  totalOf,
  UsualLatency,
} from './versionCountsLatency';

/** So many routes are compared each by itself; what comes besides is compared together. */
const MOST_ROUTES = 20;
const OTHERS = 'others';
/** A canary that is slower by more than this goes unnoticed where the bounds lie farther apart. */
const COARSE_RATIO = 1.8;

interface Judged {
  strata: Map<string, IntervalCounts>;
  slow: SlowBounds | null;
  warnings: string[];
}

interface RouteCounts {
  requests: number;
  errors: number;
}

const UNTIMED = 'there is no latency histogram of the canary: its latency cannot be shown to be safe';

/** The routes of one release, each with what is slow there. */
export class RouteStrata {
  readonly #usual = new Map<string, UsualLatency>();
  readonly #whole = new UsualLatency();
  readonly #routes = new Set<string>();

  /** @param life what the stable version's pods have counted before */
  begin(life: ReadonlyMap<string, Buckets>): void {
    this.#whole.begin(sumOf([...life.values()]));
    for (const [route, buckets] of life) this.#usualOf(route).begin(buckets);
  }

  take(stable: VersionIncreases, canary: VersionIncreases, objectiveSeconds: number | null): Judged {
    const hasBuckets = [...stable.buckets.values(), ...canary.buckets.values()].some(
      (each) => totalOf(each) > 0,
    );
    const isByRoute = this.#isByRoute(stable, canary);
    const merge = (route: string) => (isByRoute ? this.#named(route) : '');
    const counted = { stable: countsBy(stable, merge), canary: countsBy(canary, merge) };
    const buckets = { stable: bucketsBy(stable, merge), canary: bucketsBy(canary, merge) };
    const isCanaryTimed = [...canary.buckets.values()].some((each) => totalOf(each) > 0);
    const strata = new Map<string, IntervalCounts>();
    for (const route of new Set([...counted.stable.keys(), ...counted.canary.keys()])) {
      const usual = isByRoute ? this.#usualOf(route) : this.#whole;
      const bounds = usual.bounds(objectiveSeconds);
      const of = (version: 'stable' | 'canary') => ({
        counts: counted[version].get(route) ?? { requests: 0, errors: 0 },
        buckets: buckets[version].get(route) ?? new Map(),
      });
      strata.set(route, intervalCounts(of('stable'), of('canary'), bounds, isCanaryTimed));
    }
    const slow = this.#whole.bounds(objectiveSeconds);
    // Only now: what is slow is never told by the requests that are judged by it.
    for (const [route, each] of buckets.stable) if (isByRoute) this.#usualOf(route).add(each);
    this.#whole.add(sumOf([...stable.buckets.values()]));
    const isUntimed = slow !== null && !isCanaryTimed && [...canary.requests.values()].some((n) => n > 0);
    const warnings = isUntimed ? [UNTIMED] : warningsOf(hasBuckets || slow !== null, slow);
    return { strata, slow, warnings };
  }

  /** Where the histogram does not tell routes apart, errors and latency are both compared as a whole. */
  #isByRoute(stable: VersionIncreases, canary: VersionIncreases): boolean {
    const routes = new Set(
      [...stable.requests.keys(), ...canary.requests.keys()].map((key) => partsOfKey(key).route),
    );
    const timed = new Set([...stable.buckets.keys(), ...canary.buckets.keys()]);
    if (timed.size === 0) return true;
    return [...routes].every((route) => timed.has(route));
  }

  #named(route: string): string {
    if (this.#routes.size < MOST_ROUTES) this.#routes.add(route);
    return this.#routes.has(route) ? route : OTHERS;
  }

  #usualOf(route: string): UsualLatency {
    const usual = this.#usual.get(route) ?? new UsualLatency();
    this.#usual.set(route, usual);
    return usual;
  }
}

function countsBy(
  { requests }: VersionIncreases,
  merge: (route: string) => string,
): Map<string, RouteCounts> {
  const counts = new Map<string, RouteCounts>();
  for (const [key, count] of requests) {
    const route = merge(partsOfKey(key).route);
    const before = counts.get(route) ?? { requests: 0, errors: 0 };
    const errors = before.errors + (isFailed(key) ? count : 0);
    counts.set(route, { requests: before.requests + count, errors });
  }
  return counts;
}

function bucketsBy({ buckets }: VersionIncreases, merge: (route: string) => string): Map<string, Buckets> {
  const merged = new Map<string, Buckets>();
  for (const [route, each] of buckets) {
    const name = merge(route);
    merged.set(name, sumOf([merged.get(name) ?? new Map(), each]));
  }
  return merged;
}

interface Version {
  counts: RouteCounts;
  buckets: Buckets;
}

/** @param isCanaryTimed on any route: else what nobody has timed speaks against safety, and not for harm */
function intervalCounts(
  stable: Version,
  canary: Version,
  bounds: SlowBounds | null,
  isCanaryTimed: boolean,
): IntervalCounts {
  return {
    canaryRequests: canary.counts.requests,
    canaryErrors: canary.counts.errors,
    canarySlow: slow(canary, bounds?.canarySeconds),
    canaryVerySlow: bounds && !isCanaryTimed ? canary.counts.requests : slow(canary, bounds?.verySlowSeconds),
    stableRequests: stable.counts.requests,
    stableErrors: stable.counts.errors,
    stableSlow: slow(stable, bounds?.stableSeconds),
  };
}

/** A histogram may leave requests out, such as refused ones: the share of those in it then counts for all. */
function slow({ counts, buckets }: Version, boundSeconds: number | undefined): number {
  const total = totalOf(buckets);
  if (boundSeconds === undefined || total === 0) return 0;
  const slower = slowerThan(buckets, boundSeconds);
  return total === counts.requests ? slower : (slower / total) * counts.requests;
}

function warningsOf(hasHistogram: boolean, slow: SlowBounds | null): string[] {
  if (!hasHistogram || slow === null) {
    return ['there is no latency histogram of the stable version: latency cannot be judged'];
  }
  if (slow.verySlowSeconds <= COARSE_RATIO * slow.stableSeconds) return [];
  const next = Number.isFinite(slow.verySlowSeconds) ? `${slow.verySlowSeconds} s` : 'none';
  return [
    `the bounds of the latency histogram are coarse: after ${slow.stableSeconds} s comes ${next}, and what is slower by less goes unnoticed`,
  ];
}
