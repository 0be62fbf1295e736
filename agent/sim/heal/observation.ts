import type { Field } from '../../rl/env/env';
import { FAILURE_SCALE_SECONDS, HEAL_9, REPLICA_SCALE } from '../../tasks/heal/spec';
import { CRASHING, DRAINED, NOT_READY, OUTLIER_FACTOR, SERVING, SLO_ERROR_RATE } from './conditions';
import type { HealMemory } from './memory';
import type { HealView } from './view';

export const HEAL_9_FIELDS: readonly Field[] = HEAL_9.fields.map(({ name, unit, min, max }) => ({
  name,
  unit,
  min,
  max,
}));

const share = (name: string, unit: string): Field => ({ name, unit, min: 0, max: 1 });
/** (a − b) ÷ (a + b): 0 where they are equal, ⅓ for twice as much, the same below 0 for half; tanh of half the logarithm. */
const contrast = (name: string, a: string, b: string): Field => ({
  name,
  unit: `(a − b) ÷ (a + b): ${a} against ${b}`,
  min: -1,
  max: 1,
});

/** `heal/39`: the nine, and what tells one bad pod from a bad dependency and a bad moment from a trend. */
export const HEAL_39_FIELDS: readonly Field[] = [
  ...HEAL_9_FIELDS,
  share('ready_share', 'ready ÷ wanted'),
  share('warming_count', `pods ÷ ${REPLICA_SCALE}`),
  share('drained_count', `pods ÷ ${REPLICA_SCALE}`),
  { name: 'extra_replicas', unit: `wanted − usual, pods ÷ ${REPLICA_SCALE}`, min: -1, max: 1 },
  share('longest_unready', 'seconds ÷ 120'),
  contrast('latency_to_objective', 'p95', 'objective'),
  contrast('errors_to_objective', 'error rate', 'objective'),
  contrast('median_latency_to_objective', 'median of the pods’ p95', 'objective'),
  contrast('latency_gap', 'worst', 'median of the pods’ p95'),
  share('error_gap', 'worst − median of the pods’ error rates'),
  share('median_errors', 'median of the pods’ error rates'),
  share('cpu_gap', 'worst − median, share of limit'),
  share('memory_gap', 'worst − median, share of limit'),
  share('worst_memory', 'share of limit'),
  contrast('load_per_ready_pod', 'requests/s per ready pod', 'its slow average per wanted pod'),
  share('restarts_5m', 'container restarts ÷ 10'),
  share('young_crashes_5m', 'crashes of pods up to 5 min old ÷ 5'),
  share('can_act', '1 when the last action is a minute ago'),
  share('action_age', `seconds ÷ ${FAILURE_SCALE_SECONDS}, 1 without one`),
  share('last_restart', '1 if the last action was one'),
  share('last_scale_up', '1 if the last action was one'),
  share('last_scale_down', '1 if the last action was one'),
  share('last_drain', '1 if the last action was one'),
  contrast('latency_since_action', 'p95', 'p95 at the last action'),
  { name: 'errors_since_action', unit: 'error rate − error rate at the last action', min: -1, max: 1 },
  contrast('latency_trend', 'p95', 'its slow average'),
  { name: 'errors_trend', unit: 'error rate − its slow average', min: -1, max: 1 },
  share('outlier_evidence', 'sum over looks of the worst pod’s evidence ÷ 10'),
  share('saturation_evidence', 'sum over looks with a missed objective and busy pods ÷ 10'),
  share('common_evidence', 'sum over looks with a missed objective by most pods alike ÷ 10'),
];

/** Writes the nine numbers of seed 002, as `observeHeal` does. */
export function writeHeal9(view: HealView, observation: Float32Array): void {
  let healthy = 0;
  let degraded = 0;
  let crashed = 0;
  for (let pod = 0; pod < view.count; pod++) {
    const condition = view.condition[pod] as number;
    const slow = condition === SERVING && (view.latencyRatio[pod] as number) >= OUTLIER_FACTOR;
    if (condition === CRASHING) crashed++;
    else if (condition === NOT_READY || slow) degraded++;
    else if (condition === SERVING) healthy++;
  }
  observation[0] = unit(healthy / REPLICA_SCALE);
  observation[1] = unit(degraded / REPLICA_SCALE);
  observation[2] = unit(crashed / REPLICA_SCALE);
  observation[3] = unit(view.cpu);
  observation[4] = unit(view.memory);
  observation[5] = unit(view.p95Seconds);
  observation[6] = unit(view.errorRate);
  observation[7] = unit(view.unhealthySeconds / FAILURE_SCALE_SECONDS);
  observation[8] = unit(view.wanted / REPLICA_SCALE);
}

/** Writes all of `HEAL_39_FIELDS`, in their order. */
export function writeHeal39(view: HealView, memory: HealMemory, observation: Float32Array): void {
  writeHeal9(view, observation);
  writeReplicas(view, observation, HEAL_9_FIELDS.length);
  writeMetrics(view, memory, observation, HEAL_9_FIELDS.length + 5);
  writeHistory(view, memory, observation, HEAL_9_FIELDS.length + 17);
}

function writeReplicas(view: HealView, observation: Float32Array, from: number): void {
  let at = from;
  let warming = 0;
  let drained = 0;
  let longestUnready = 0;
  for (let pod = 0; pod < view.count; pod++) {
    warming += view.warming[pod] as number;
    if (view.condition[pod] === DRAINED) drained++;
    longestUnready = Math.max(longestUnready, view.unreadySeconds[pod] as number);
  }
  observation[at++] = unit(view.ready / Math.max(1, view.wanted));
  observation[at++] = unit(warming / REPLICA_SCALE);
  observation[at++] = unit(drained / REPLICA_SCALE);
  observation[at++] = signed((view.wanted - view.base) / REPLICA_SCALE);
  observation[at++] = unit(longestUnready / 120);
}

function writeMetrics(view: HealView, memory: HealMemory, observation: Float32Array, from: number): void {
  let at = from;
  const { latencies, errors, cpus, memories } = view;
  const medianLatency = latencies.median();
  observation[at++] = contrastOf(view.p95Seconds, view.sloSeconds);
  observation[at++] = contrastOf(view.errorRate, SLO_ERROR_RATE);
  observation[at++] = contrastOf(medianLatency, view.sloSeconds);
  observation[at++] = contrastOf(medianLatency + latencies.gap(), medianLatency);
  observation[at++] = unit(errors.gap());
  observation[at++] = unit(errors.median());
  observation[at++] = unit(cpus.gap());
  observation[at++] = unit(memories.gap());
  observation[at++] = unit(memories.median() + memories.gap());
  observation[at++] = contrastOf(view.requestRate / Math.max(1, view.ready), memory.usualLoadPerPod);
  observation[at++] = unit(memory.recentRestarts / 10);
  observation[at++] = unit(memory.recentYoungCrashes / 5);
}

function writeHistory(view: HealView, memory: HealMemory, observation: Float32Array, from: number): void {
  let at = from;
  observation[at++] = memory.canAct(view.now) ? 1 : 0;
  observation[at++] = unit((view.now - memory.actedAt) / FAILURE_SCALE_SECONDS);
  for (let kind = 1; kind <= 4; kind++) observation[at++] = memory.lastAction === kind ? 1 : 0;
  observation[at++] = memory.lastAction === 0 ? 0 : contrastOf(view.p95Seconds, memory.p95AtAction);
  observation[at++] = memory.lastAction === 0 ? 0 : signed(view.errorRate - memory.errorsAtAction);
  observation[at++] = contrastOf(view.p95Seconds, memory.usualP95);
  observation[at++] = signed(view.errorRate - memory.usualErrors);
  observation[at++] = unit(memory.outlierEvidence / 10);
  observation[at++] = unit(memory.saturationEvidence / 10);
  observation[at++] = unit(memory.commonEvidence / 10);
}

function unit(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

function signed(value: number): number {
  return value < -1 ? -1 : value > 1 ? 1 : value;
}

/** Of two numbers ≥ 0; 0 where one of them is not known. */
function contrastOf(value: number, reference: number): number {
  return value <= 0 || reference <= 0 ? 0 : (value - reference) / (value + reference);
}
