import type { Config } from '../../config/schema';
import type { Observation, TaskInput } from '../../loop/task';
import type { Reading, WorkloadMetrics } from '../../metrics/reading';
import { assess } from './assess';
import { gatherFacts, type HealFacts } from './facts';
import { HEAL_9 } from './spec';
import type { WorkloadMemory } from './workloadMemory';

/** The four readings that `heal/9` needs, by field. */
const METRIC_FIELDS = {
  avg_cpu: 'cpuUtilisation',
  avg_memory: 'memoryUtilisation',
  avg_latency: 'latencyP95Seconds',
  avg_error_rate: 'errorRate',
} as const satisfies Record<string, keyof WorkloadMetrics>;

/**
 * The observation of a workload. A missing number takes the default of its field, with a warning; a stale one, or
 * none at all, is no data, which the memory does not hear of.
 *
 * @param memory of this workload
 */
export function observeHeal(
  input: TaskInput,
  config: Config,
  memory: WorkloadMemory,
): Observation<HealFacts> {
  const readings = Object.entries(METRIC_FIELDS).map(
    ([field, key]) => [field, input.metrics[key]] as const satisfies readonly [string, Reading],
  );
  const stale = readings.filter(([, reading]) => reading.kind === 'stale').map(([field]) => field);
  const missing = readings.filter(([, reading]) => reading.kind === 'missing').map(([field]) => field);
  if (stale.length > 0) return noData(`${stale.join(', ')}: older than guard.staleAfter`, input);
  if (missing.length === readings.length) return noData('no metrics at all', input);

  const facts = gatherFacts(input, config);
  const assessment = assess(facts, config);
  const { nine, rich } = memory.look(facts, assessment, input.nowMs);
  return {
    kind: 'ready',
    spec: HEAL_9,
    values: nine,
    others: [rich],
    facts,
    assessment,
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
    assessment: { health: 'unknown', reason, pods: new Map(), suspicious: false },
    warnings: input.metrics.warnings,
  };
}
