import type { ObservationSpec } from '../../loop/task';

/** Replica counts are divided by this: the largest Deployment of seed 002. */
export const REPLICA_SCALE = 10;
export const FAILURE_SCALE_SECONDS = 300;

/**
 * `heal/9`: the nine numbers of seed 002, in its order and normalisation (CPU and memory ÷ 100 %, latency ÷ 1000 ms).
 * All are cut to 0…1. A policy stores this contract and is refused where it differs.
 */
export const HEAL_9: ObservationSpec = {
  name: 'heal/9',
  fields: [
    { name: 'healthy_count', unit: `pods ÷ ${REPLICA_SCALE}`, min: 0, max: 1, default: 0 },
    { name: 'degraded_count', unit: `pods ÷ ${REPLICA_SCALE}`, min: 0, max: 1, default: 0 },
    { name: 'crashed_count', unit: `pods ÷ ${REPLICA_SCALE}`, min: 0, max: 1, default: 0 },
    { name: 'avg_cpu', unit: 'share of limit', min: 0, max: 1, default: 0 },
    { name: 'avg_memory', unit: 'share of limit', min: 0, max: 1, default: 0 },
    { name: 'avg_latency', unit: 'p95 in seconds', min: 0, max: 1, default: 0 },
    { name: 'avg_error_rate', unit: 'share of requests', min: 0, max: 1, default: 0 },
    { name: 'time_since_failure', unit: `seconds ÷ ${FAILURE_SCALE_SECONDS}`, min: 0, max: 1, default: 0 },
    { name: 'replica_count', unit: `pods ÷ ${REPLICA_SCALE}`, min: 0, max: 1, default: 0 },
  ],
};
