import { MetricWindow } from './metricWindow';
import { PROMOTE, type ReleaseRule, ROLL_BACK } from './releaseRule';

/** A Canary's `analysis`. */
export interface FlaggerSettings {
  /** A check fails where a smaller share succeeds, or where the p99 is longer. */
  leastSuccess: number;
  mostDurationSeconds: number;
  /** Failed checks in all after which it rolls back. */
  threshold: number;
  /** Decisions from one check to the next; queries look back as far. */
  interval: number;
  /** Share of the traffic by which a check that passes raises the weight, and at which the next one promotes. */
  stepWeight: number;
  maxWeight: number;
}

/**
 * What Flagger's documentation and its tutorials set: interval 1 m, threshold 5, stepWeight 10, maxWeight 50, success
 * rate ≥ 99 %, p99 ≤ 500 ms; the usual one is 280 ms in the simulator.
 */
export const FLAGGER_DEFAULT: FlaggerSettings = {
  leastSuccess: 0.99,
  mostDurationSeconds: 0.5,
  threshold: 5,
  interval: 2,
  stepWeight: 0.1,
  maxWeight: 0.5,
};

/**
 * Flagger's loop (fluxcd/flagger, pkg/controller/scheduler.go): it begins with a step; then each interval it checks the metrics; a check that
 * passes raises the weight, or promotes where the weight is at its most; one that fails, also for want of any value,
 * is counted, and counts are never taken back; with `threshold` of them the next tick rolls back.
 */
export function flagger(name = 'flagger', settings: FlaggerSettings = FLAGGER_DEFAULT): ReleaseRule {
  const { leastSuccess, mostDurationSeconds, threshold, interval, stepWeight, maxWeight } = settings;
  const window = new MetricWindow(interval);
  let decisions = 0;
  let failed = 0;
  return {
    name,
    reset() {
      window.reset();
      decisions = failed = 0;
    },
    decide({ reading, weight }) {
      window.add(reading);
      // The first tick finds no traffic on the canary: nothing is checked.
      if (decisions++ === 0) return Math.min(maxWeight, stepWeight);
      if ((decisions - 1) % interval > 0) return weight;
      if (failed >= threshold) return ROLL_BACK;
      // Comparisons with NaN are false: no data fails.
      const isQuick = window.canaryP99Seconds <= mostDurationSeconds;
      if (isQuick && 1 - window.errorShare >= leastSuccess)
        return weight < maxWeight ? Math.min(maxWeight, weight + stepWeight) : PROMOTE;
      failed++;
      return weight;
    },
  };
}
