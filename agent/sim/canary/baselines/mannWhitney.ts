import { SEED_STEPS } from '../../../tasks/canary/pace/fixedSteps';
import { type ReleaseRule, ROLL_BACK } from './releaseRule';
import { weightAfter } from './timedSteps';

export interface MannWhitneySettings {
  /** Values of the stable version are taken so much higher: what is still no harm. */
  tolerance: number;
  /** z from which it rolls back; 1.645 is 5 % one-sided, were it looked at once. */
  bar: number;
  /** Values of each version that it compares at most, the newest, one for each decision; at least 5. */
  values: number;
}

export const MANN_WHITNEY_DEFAULT: MannWhitneySettings = { tolerance: 0.25, bar: 1.645, values: 60 };

const FEWEST_VALUES = 5;

/**
 * What canary analysis of time series does (Kayenta's judge), looked at after every interval: ranks of the values of
 * error share and p95, canary against stable; rolls back when one of them is higher beyond the tolerance, and goes by
 * the clock while none is. Intervals without requests have no value; without any it promotes.
 */
export function mannWhitney(
  name = 'mann-whitney',
  settings: MannWhitneySettings = MANN_WHITNEY_DEFAULT,
): ReleaseRule {
  const errors = new TwoSeries(settings.values);
  const latencies = new TwoSeries(settings.values);
  const scale = 1 + settings.tolerance;
  return {
    name,
    reset() {
      errors.reset();
      latencies.reset();
    },
    decide({ reading: { canary, stable }, sinceStartSeconds }) {
      if (canary.requests > 0 && stable.requests > 0) {
        errors.add(canary.errors / canary.requests, (scale * stable.errors) / stable.requests);
        latencies.add(canary.p95Seconds, scale * stable.p95Seconds);
      }
      if (errors.z > settings.bar || latencies.z > settings.bar) return ROLL_BACK;
      return weightAfter(SEED_STEPS, sinceStartSeconds);
    },
  };
}

/** The newest values of both versions. */
class TwoSeries {
  readonly #canary: Float64Array;
  readonly #stable: Float64Array;
  #count = 0;

  constructor(length: number) {
    this.#canary = new Float64Array(length);
    this.#stable = new Float64Array(length);
  }

  reset(): void {
    this.#count = 0;
  }

  add(canary: number, stable: number): void {
    const place = this.#count % this.#canary.length;
    this.#canary[place] = canary;
    this.#stable[place] = stable;
    this.#count++;
  }

  get z(): number {
    const count = Math.min(this.#count, this.#canary.length);
    if (count < FEWEST_VALUES) return 0;
    return rankSumZ(this.#canary.subarray(0, count), this.#stable.subarray(0, count));
  }
}

/**
 * Mann and Whitney's U of two samples as a normal z with the correction for ties (1947; Hollander, Wolfe and Chicken,
 * "Nonparametric Statistical Methods", 4.1); above 0 where the first is higher, 0 where all values are the same.
 */
export function rankSumZ(first: Float64Array, second: Float64Array): number {
  const [n, m] = [first.length, second.length];
  const total = n + m;
  const values = new Float64Array(total);
  values.set(first);
  values.set(second, n);
  values.sort();
  let tied = 0;
  const rankOf = new Map<number, number>();
  for (let from = 0; from < total; ) {
    let to = from + 1;
    while (to < total && values[to] === values[from]) to++;
    const ties = to - from;
    tied += ties * ties * ties - ties;
    rankOf.set(values[from] as number, (from + 1 + to) / 2);
    from = to;
  }
  let rankSum = 0;
  for (const value of first) rankSum += rankOf.get(value) as number;
  const mean = (n * (total + 1)) / 2;
  const variance = ((n * m) / 12) * (total + 1 - tied / (total * (total - 1)));
  return variance <= 0 ? 0 : (rankSum - mean) / Math.sqrt(variance);
}
