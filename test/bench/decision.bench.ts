import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { createHealTask } from '../../agent/tasks/heal/heal';
import { aPod, aTaskInput, aWorkload, fresh, NOW_MS, podMetrics, someMetrics } from '../support/builders';
import { compared, type Row } from './row';
import { percentile } from './statistics';

const DECISIONS = 20_000;
const PODS = 100;
const LIMIT_MS = 5;

/** Observation, policy, reward and plan of one workload with many pods, one of them an outlier. */
export async function run(): Promise<Row[]> {
  const task = createHealTask(
    () => DEFAULT_CONFIG,
    () => 0.5,
  );
  const policy = task.createPolicy('shop/Deployment/checkout');
  const names = Array.from({ length: PODS }, (_, index) => `pod-${index}`);
  const workload = aWorkload(names.map((name) => aPod(name)));
  const pods = Object.fromEntries(names.map((name) => [name, podMetrics()]));
  pods['pod-7'] = podMetrics({ latencyP95Seconds: fresh(0.9) });
  const metrics = someMetrics(pods, { latencyP95Seconds: fresh(0.4) });
  const input = aTaskInput(workload, metrics, { unhealthySinceMs: NOW_MS - 10_000 });
  const timesMs: number[] = [];
  for (let index = 0; index < DECISIONS; index += 1) {
    const startedMs = performance.now();
    const observation = task.observe(input);
    if (observation.kind !== 'ready') throw new Error('there is data');
    const { action } = policy.decide(observation, NOW_MS + index * 1000);
    task.reward(observation, action);
    task.plan(action, input);
    timesMs.push(performance.now() - startedMs);
  }
  return [
    compared(`decision with ${PODS} pods, p99 of ${DECISIONS}`, percentile(timesMs, 0.99), 'ms', {
      name: 'at most',
      value: LIMIT_MS,
    }),
  ];
}
