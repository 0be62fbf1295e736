import type { Config } from '../../config/schema';
import type { Observation, TaskInput } from '../../loop/task';
import type { Reading, WorkloadMetrics } from '../../metrics/reading';
import { assess, isDegraded } from './assess';
import { gatherFacts, type HealFacts, type PodFacts } from './facts';
import { FAILURE_SCALE_SECONDS, HEAL_9, REPLICA_SCALE } from './spec';

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
