/** What a pod looks like, as `conditionOf` of the live facts tells it. */
export const SERVING = 1;
/** Starts, or is not ready any more. */
export const NOT_READY = 2;
export const CRASHING = 3;
export const DRAINED = 4;

/** How a workload looks, as the live `assess` tells it. */
export const HEALTHY = 0;
export const WARMING = 1;
export const DEGRADED = 2;
export const FAILING = 3;

/** Defaults of `heal.warmupGrace`, `heal.outlierFactor` and `slo.errorRate`. */
export const GRACE_SECONDS = 45;
export const OUTLIER_FACTOR = 3;
export const SLO_ERROR_RATE = 0.01;
