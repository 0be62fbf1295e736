import type { Config } from '../../config/schema';
import type { Observation, ObservationSpec, TaskInput } from '../../loop/task';
import type { Reading, WorkloadMetrics } from '../../metrics/reading';
import { assess, isDegraded } from './assess';
import { gatherFacts, type HealFacts, type PodFacts } from './facts';

/** Replica counts are divided by this: the largest Deployment of seed 002. */
const REPLICA_SCALE = 10;
const FAILURE_SCALE_SECONDS = 300;

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

/** The four readings that `heal/9` needs, by field. */
const METRIC_FIELDS = {
  avg_cpu: 'cpuUtilisation',
  avg_memory: 'memoryUtilisation',
  avg_latency: 'latencyP95Seconds',
  avg_error_rate: 'errorRate',
} as const satisfies Record<string, keyof WorkloadMetrics>;

/**
 * The observation of a workload. A missing number takes the default of its field, with a warning; a stale one, or
 * none at all, is no data.
 */
export function observeHeal(input: TaskInput, config: Config): Observation<HealFacts> {
  const readings = Object.entries(METRIC_FIELDS).map(
    ([field, key]) => [field, input.metrics[key]] as const satisfies readonly [string, Reading],
  );
  const stale = readings.filter(([, reading]) => reading.kind === 'stale').map(([field]) => field);
  const missing = readings.filter(([, reading]) => reading.kind === 'missing').map(([field]) => field);
  if (stale.length > 0) return noData(`${stale.join(', ')}: older than guard.staleAfter`, input);
  if (missing.length === readings.length) return noData('no metrics at all', input);

  const facts = gatherFacts(input, config);
  const count = (matches: (pod: PodFacts) => boolean) => facts.pods.filter(matches).length / REPLICA_SCALE;
  const degraded = (pod: PodFacts) => isDegraded(pod, config.heal.outlierFactor);
  const values = [
    count((pod) => pod.condition.kind === 'serving' && !degraded(pod)),
    count(degraded),
    count((pod) => pod.condition.kind === 'crashing'),
    facts.cpuUtilisation ?? 0,
    facts.memoryUtilisation ?? 0,
    (facts.latencyP95Ms ?? 0) / 1000,
    facts.errorRate ?? 0,
    facts.unhealthyMs / 1000 / FAILURE_SCALE_SECONDS,
    facts.desiredReplicas / REPLICA_SCALE,
  ];
  return {
    kind: 'ready',
    spec: HEAL_9,
    values: values.map((value) => Math.min(1, Math.max(0, value))),
    facts,
    assessment: assess(facts, config),
    warnings: [
      ...input.metrics.warnings,
      ...missing.map((field) => `${field} is missing: its default 0 is used`),
    ],
  };
}

function noData(reason: string, input: TaskInput): Observation<HealFacts> {
  return {
    kind: 'no-data',
    reason,
    assessment: { health: 'unknown', reason, pods: new Map() },
    warnings: input.metrics.warnings,
  };
}
