import { DEFAULT_CONFIG } from '../../agent/config/schema';
import type { ObservationSpec } from '../../agent/loop/task';
import { createEngine } from '../../agent/rl/engine/engines';
import { hiddenLayers } from '../../agent/rl/engine/network';
import type { PolicyModel } from '../../agent/rl/policy/policyModel';
import { Random } from '../../agent/sim/random';
import { createHealTask } from '../../agent/tasks/heal/heal';
import type { LearnedHeal } from '../../agent/tasks/heal/policies/learned';
import { loadLearned } from '../../agent/tasks/heal/policies/loadLearned';
import { HEAL_RICH } from '../../agent/tasks/heal/rich/richSpec';
import { explainLearned } from '../../agent/tasks/heal/service/explain';
import { HEAL_9 } from '../../agent/tasks/heal/spec';
import { aPod, aTaskInput, aWorkload, fresh, NOW_MS, podMetrics, someMetrics } from '../support/builders';
import { aHealPolicy } from '../support/healPolicy';
import { compared, type Row } from './row';
import { percentile } from './statistics';

const DECISIONS = 20_000;
const EXPLAINED = 300;
const PODS = 100;
/** A learned policy knows no larger workloads: there the runbook decides. */
const LEARNED_PODS = 10;
const LIMIT_MS = 5;
const EXPLANATION_LIMIT_MS = 50;

/** Observation, policy, reward and plan of one workload with many pods, one of them an outlier; and explanations. */
export async function run(): Promise<Row[]> {
  const limit = { name: 'at most', value: LIMIT_MS };
  const explanationLimit = { name: 'at most', value: EXPLANATION_LIMIT_MS };
  return [
    compared(
      `decision with ${PODS} pods, p99 of ${DECISIONS}`,
      p99(decisionTimes(DECISIONS, null)),
      'ms',
      limit,
    ),
    ...[HEAL_9, HEAL_RICH].map((spec) =>
      compared(
        `decision with explanation, ${spec.name}, ${LEARNED_PODS} pods, p99 of ${EXPLAINED}`,
        p99(decisionTimes(EXPLAINED, aPolicy(spec))),
        'ms',
        explanationLimit,
      ),
    ),
  ];
}

/** @param policy what decides and is explained; null for the runbook, which explains itself */
function decisionTimes(count: number, learned: LearnedHeal | null): number[] {
  const task = createHealTask(
    () => DEFAULT_CONFIG,
    () => 0.5,
    () => learned,
  );
  const policy = task.createPolicy('shop/Deployment/checkout');
  const names = Array.from({ length: learned ? LEARNED_PODS : PODS }, (_, index) => `pod-${index}`);
  const workload = aWorkload(names.map((name) => aPod(name)));
  const pods = Object.fromEntries(names.map((name) => [name, podMetrics()]));
  pods['pod-7'] = podMetrics({ latencyP95Seconds: fresh(0.9) });
  const metrics = someMetrics(pods, { latencyP95Seconds: fresh(0.4) });
  return Array.from({ length: count }, (_, index) => {
    const nowMs = NOW_MS + index * 1000;
    const input = aTaskInput(workload, metrics, { nowMs, unhealthySinceMs: NOW_MS - 10_000 });
    const startedMs = performance.now();
    const observation = task.observe(input);
    if (observation.kind !== 'ready') throw new Error('there is data');
    const decision = policy.decide(observation, nowMs);
    task.reward(observation, decision.action);
    task.plan(decision.action, input);
    if (learned) explain(learned, decision.action, decision.seen?.values ?? observation.values);
    return performance.now() - startedMs;
  });
}

function explain(
  policy: LearnedHeal,
  action: Parameters<typeof explainLearned>[0]['event']['action'],
  observation: readonly number[],
): void {
  const event = {
    ...({ kind: 'decision', workloadId: '', task: 'heal', policy: `learned ${policy.version}` } as const),
    ...{ trigger: 'event', observationSpec: policy.spec, observation: [...observation], action },
    ...{ reason: '', confidence: 1, rewardTerms: {}, decisionMs: 0 },
  };
  explainLearned({ seq: 1, atMs: 0, hash: '', event }, policy);
}

/** Of the size of those that are shipped, and always for an action, so that the decision is explained in full. */
function aPolicy(spec: ObservationSpec): LearnedHeal {
  const linear = aHealPolicy({}, {}, spec);
  const network: PolicyModel['network'] = {
    ...linear.network,
    trunk: hiddenLayers('trunk', [64, 64], 'tanh'),
  };
  const sizes = [spec.fields.length, 64, 64, 5];
  const random = new Random(1);
  const parameters = sizes.slice(1).flatMap((units, layer) => {
    const weights = Array.from({ length: (sizes[layer] ?? 0) * units }, () => random.gaussian() / 8);
    const isLast = layer === sizes.length - 2;
    return [...weights, ...Array.from({ length: units }, (_, unit) => (isLast && unit === 1 ? 6 : 0))];
  });
  return loadLearned(
    { ...linear, network, parameters: Float32Array.from(parameters) },
    'heal/1',
    createEngine('wasm'),
  );
}

function p99(timesMs: readonly number[]): number {
  return percentile(timesMs, 0.99);
}
