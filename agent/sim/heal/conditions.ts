export { CRASHING, DRAINED, NOT_READY, SERVING } from '../../tasks/heal/rich/podCondition';
export { STAND_OUT_FACTOR as OUTLIER_FACTOR } from '../../tasks/heal/rich/podScore';

/** How a workload looks, as the live `assess` tells it. */
export const HEALTHY = 0;
export const WARMING = 1;
export const DEGRADED = 2;
export const FAILING = 3;

/** Defaults of `heal.warmupGrace` and `slo.errorRate`. */
export const GRACE_SECONDS = 45;
export const SLO_ERROR_RATE = 0.01;
