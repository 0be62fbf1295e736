import { HEAL_RICH } from '../rich/richSpec';

/** Share of the limit, and p95 in seconds, of a workload that is well. */
const USUAL_CPU = 0.5;
const USUAL_LATENCY = 0.1;

/**
 * What a decision is compared with: the same workload with all its pods well and nothing wrong, on which nobody has
 * acted lately.
 *
 * @param values of `heal/9` or of the rich observation
 */
export function healthyTwin(values: readonly number[]): number[] {
  const [, , , cpu = 0, memory = 0] = values;
  const replicas = values[REPLICAS] ?? 0;
  const nine = [replicas, 0, 0, Math.min(cpu, USUAL_CPU), memory, USUAL_LATENCY, 0, 0, replicas];
  if (values.length === nine.length) return nine;
  return HEAL_RICH.fields.map(({ name, default: usual }, index) => {
    if (index < nine.length) return nine[index] ?? 0;
    if (name === 'worst_memory') return memory;
    if (name === 'extra_replicas') return values[index] ?? 0;
    if (name === 'cpu_with_one_fewer') return Math.min(values[index] ?? 0, USUAL_CPU);
    return WELL[name] ?? usual;
  });
}

const REPLICAS = HEAL_RICH.fields.findIndex(({ name }) => name === 'replica_count');

/** Of a workload that is well; the others take their defaults, which say that there is nothing to tell. */
const WELL: Readonly<Record<string, number>> = {
  ready_share: 1,
  // Half of an objective of 200 ms, and no errors.
  latency_to_objective: -1 / 3,
  median_latency_to_objective: -1 / 3,
  errors_to_objective: -1,
  median_errors_to_objective: -1,
  can_act: 1,
};
