import { describe, expect, it } from 'vitest';
import { CRASHING, DRAINED, NOT_READY, SERVING } from './conditions';
import { RESTART_POD } from './healEnv';
import { Pods } from './pods';
import { HealScenario } from './scenario';
import { outlierScore, restartScore } from './score';
import { Siblings } from './siblings';
import { calmEnv, wait } from './testing/builders';
import { HealView } from './view';

/** A view of pods that serve with these p95 latencies (s), error rates, CPU and memory. */
function viewOf(
  pods: readonly (readonly [p95: number, errors: number, cpu: number, memory: number])[],
): HealView {
  const view = new HealView(new Pods(new HealScenario()));
  view.count = view.wanted = view.ready = pods.length;
  for (const [pod, [p95, errors, cpu, memory]] of pods.entries()) {
    view.condition[pod] = SERVING;
    view.podP95Seconds[pod] = p95;
    view.podErrorRate[pod] = errors;
    view.podCpu[pod] = cpu;
    view.podMemory[pod] = memory;
  }
  view.latencies.gather(view.podP95Seconds, view.condition, SERVING, view.count);
  view.errors.gather(view.podErrorRate, view.condition, SERVING, view.count);
  view.cpus.gather(view.podCpu, view.condition, SERVING, view.count);
  view.memories.gather(view.podMemory, view.condition, SERVING, view.count);
  for (let rank = 0; rank < view.count; rank++) {
    const pod = view.latencies.order[rank] as number;
    view.latencyRatio[pod] = (view.podP95Seconds[pod] as number) / view.latencies.medianWithout(rank);
  }
  return view;
}

describe('metrics of siblings', () => {
  it('have their median, that of all but one, mean and gap', () => {
    const siblings = new Siblings();
    const values = Float64Array.of(3, 100, 1, 2, 10);
    siblings.gather(values, Uint8Array.of(1, 0, 1, 1, 1), 1, 5);
    expect(siblings.size).toBe(4);
    expect([...siblings.order.subarray(0, 4)]).toEqual([2, 3, 0, 4]);
    expect(siblings.median()).toBe(2.5);
    expect(siblings.gap()).toBe(7.5);
    expect(siblings.mean).toBe(4);
    expect(siblings.medianWithout(3)).toBe(2);
    expect(siblings.medianWithout(0)).toBe(3);
    expect(siblings.meanWithout(10)).toBe(2);
  });

  it('are 0 without any, or without others', () => {
    const siblings = new Siblings();
    siblings.gather(Float64Array.of(5), Uint8Array.of(0), 1, 1);
    expect([siblings.median(), siblings.gap(), siblings.mean]).toEqual([0, 0, 0]);
    siblings.gather(Float64Array.of(5), Uint8Array.of(1), 1, 1);
    expect([siblings.medianWithout(0), siblings.meanWithout(5), siblings.gap()]).toEqual([0, 0, 0]);
  });
});

describe('the score of a pod', () => {
  const rest = [0.1, 0.01, 0.5, 0.4] as const;

  it.each([
    ['latency ÷ median of the others ÷ 3', [0.6, 0.01, 0.5, 0.4], 2],
    ['errors above the median in tenths', [0.1, 0.31, 0.5, 0.4], 3],
    ['memory above the median in halves', [0.1, 0.01, 0.5, 0.9], 1],
    ['CPU above the median in halves', [0.1, 0.01, 0.9, 0.4], 0.8],
  ] as const)('is its %s', (_, worst, score) => {
    const view = viewOf([rest, worst, rest, rest]);
    expect(outlierScore(view, 1)).toBeCloseTo(score);
    expect(outlierScore(view, 0)).toBeLessThan(0.4);
    expect(view.worstPod()).toBe(1);
    expect(view.worstServing()).toBe(1);
  });

  it('puts crashing before unready before outlying pods, and leaves drained and warming ones alone', () => {
    const view = viewOf([rest, rest, rest, [9, 0.9, 0.5, 0.4], [9, 0.9, 0.5, 0.4]]);
    view.condition[0] = CRASHING;
    view.restarts[0] = 3;
    view.warming[0] = 1;
    view.condition[1] = NOT_READY;
    view.unreadySeconds[1] = 60;
    view.condition[2] = DRAINED;
    view.warming[4] = 1;
    expect(restartScore(view, 0)).toBe(1003);
    expect(restartScore(view, 1)).toBe(560);
    expect([restartScore(view, 2), restartScore(view, 4)]).toEqual([0, 0]);
    expect(restartScore(view, 3)).toBeGreaterThan(1);
    expect(view.worstPod()).toBe(0);
  });

  it('is no pod at all when all are warming up', () => {
    const view = viewOf([rest, rest]);
    view.warming.fill(1);
    expect(view.worstPod()).toBe(-1);
  });
});

describe('the view of a workload', () => {
  it('has the p95 of all pods where they are alike', () => {
    const env = calmEnv(null);
    env.reset(1);
    const { pods } = env.deployment;
    const p95 = (pods.seenShift[0] ?? 0) + Math.log(20) * (pods.seenTheta[0] ?? 0);
    const biases = [...pods.bias.subarray(0, pods.count)];
    expect(env.view.p95Seconds).toBeGreaterThanOrEqual(p95 * Math.min(...biases));
    expect(env.view.p95Seconds).toBeLessThanOrEqual(p95 * Math.max(...biases) * 1.01);
  });

  it('sees a slow pod of four as a quarter of the traffic: shift + theta · ln 5', () => {
    const env = calmEnv('delay', { replicas: [4, 4] });
    for (let seed = 1; seed < 20; seed++) {
      env.reset(seed);
      if (env.scenario.hits > 1 || env.scenario.severity < 0.5) continue;
      wait(env, 5);
      const { pods } = env.deployment;
      const slow = env.view.worstServing();
      const exact = (pods.seenShift[slow] ?? 0) + Math.log(5) * (pods.seenTheta[slow] ?? 0);
      expect(env.view.p95Seconds).toBeCloseTo(exact * (pods.bias[slow] ?? 0), 5);
      return;
    }
    expect.unreachable();
  });

  it('opens an incident with the first unhealthy look and closes it with the second healthy one', () => {
    const env = calmEnv('packet-loss');
    env.reset(4);
    const lasted: number[] = [];
    for (let look = 0; look < 12; look++) {
      env.step(look === 6 ? RESTART_POD : 0);
      lasted.push(env.view.unhealthySeconds);
    }
    const opened = lasted.findIndex((seconds) => seconds > 0);
    expect(opened).toBeGreaterThan(0);
    expect(lasted[opened]).toBe(15);
    expect(lasted.slice(0, opened - 1).every((seconds) => seconds === 0)).toBe(true);
  });
});
