import { bucketQuantile } from '../embedded/prometheus/histogramQuantile';

/** A histogram: requests up to each bound in seconds, `Infinity` among the bounds. */
export type Buckets = ReadonlyMap<number, number>;

/** Bounds by which requests are called slow. */
export interface SlowBounds {
  /** T: between 5 and 10 % of the stable version's requests are slower, as near as the bounds allow. */
  stableSeconds: number;
  /** The nearest to 1.09 T: above it a request of the canary speaks for harm. */
  canarySeconds: number;
  /** The nearest to 1.30 T that is more than T: above it one speaks against safety. */
  verySlowSeconds: number;
}

const USUAL_SLOW_SHARE = 0.075;
const HARM_RATIO = 1.09;
const SAFETY_RATIO = 1.3;
/** What was usual fades to half in about 23 intervals. */
const KEEP = 0.97;
/** So many requests count what was usual before the first look. */
const PRIOR_REQUESTS = 2000;

/** The stable version's usual latencies on one route, from which the bounds follow: never from those they judge. */
export class UsualLatency {
  #buckets = new Map<number, number>();

  /** Before the first interval: what the pods have counted in their lives. */
  begin(buckets: Buckets): void {
    const total = totalOf(buckets);
    if (this.#buckets.size > 0 || total === 0) return;
    const scale = Math.min(1, PRIOR_REQUESTS / total);
    this.#buckets = new Map([...buckets].map(([bound, count]) => [bound, count * scale]));
  }

  add(buckets: Buckets): void {
    const bounds = new Set([...this.#buckets.keys(), ...buckets.keys()]);
    this.#buckets = new Map(
      [...bounds].map((bound) => [bound, KEEP * (this.#buckets.get(bound) ?? 0) + (buckets.get(bound) ?? 0)]),
    );
  }

  /** Null where nothing is known, or the histogram has no bounds. @param objectiveSeconds T in place of the usual one */
  bounds(objectiveSeconds: number | null): SlowBounds | null {
    const bounds = [...this.#buckets.keys()].filter(Number.isFinite).toSorted((a, b) => a - b);
    const total = totalOf(this.#buckets);
    if (bounds.length === 0 || total === 0) return null;
    const stableSeconds =
      objectiveSeconds === null
        ? leastBy(bounds, (bound) => farness(slowShare(this.#buckets, bound)))
        : nearest(bounds, objectiveSeconds);
    const above = bounds.filter((bound) => bound > stableSeconds);
    return {
      stableSeconds,
      canarySeconds: nearest(
        bounds.filter((bound) => bound >= stableSeconds),
        HARM_RATIO * stableSeconds,
      ),
      verySlowSeconds:
        above.length === 0 ? Number.POSITIVE_INFINITY : nearest(above, SAFETY_RATIO * stableSeconds),
    };
  }
}

/** Requests above a bound. */
export function slowerThan(buckets: Buckets, boundSeconds: number): number {
  if (!Number.isFinite(boundSeconds)) return 0;
  return Math.max(0, totalOf(buckets) - (buckets.get(boundSeconds) ?? 0));
}

export function totalOf(buckets: Buckets): number {
  return buckets.get(Number.POSITIVE_INFINITY) ?? 0;
}

/** Adds histograms up. */
export function sumOf(histograms: readonly Buckets[]): Buckets {
  const sum = new Map<number, number>();
  for (const buckets of histograms) {
    for (const [bound, count] of buckets) sum.set(bound, (sum.get(bound) ?? 0) + count);
  }
  return sum;
}

/** A quantile in seconds, as Prometheus' `histogram_quantile` has it; null without requests. */
export function quantileSeconds(buckets: Buckets, quantile: number): number | null {
  const value = bucketQuantile(
    quantile,
    [...buckets].map(([upperBound, count]) => ({ upperBound, count })),
  );
  return Number.isFinite(value) ? value : null;
}

function slowShare(buckets: Buckets, boundSeconds: number): number {
  return slowerThan(buckets, boundSeconds) / totalOf(buckets);
}

/** How far a share is from the wanted one; where nothing is slower the lowest bound is as good as any. */
function farness(share: number): number {
  return Math.abs(Math.log(Math.max(1e-4, share) / USUAL_SLOW_SHARE));
}

function nearest(bounds: readonly number[], seconds: number): number {
  return leastBy(bounds, (bound) => Math.abs(Math.log(bound / seconds)));
}

/** The first of the least ones. */
function leastBy(bounds: readonly number[], distance: (bound: number) => number): number {
  let [best = Number.POSITIVE_INFINITY] = bounds;
  for (const bound of bounds) if (distance(bound) < distance(best) - 1e-12) best = bound;
  return best;
}
