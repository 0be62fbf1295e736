import { describe, expect, it } from 'vitest';
import { SimPod } from '../pod';
import { DEFAULT_POD_MODEL } from '../podModel';
import { Random } from '../random';
import { BAD_CONFIG, DELAY, faultNumber, NODE_LOSS, OOM } from './faults';
import { CRASHED, Pods, READY, STARTING, UNREADY } from './pods';
import { HealScenario } from './scenario';
import { TICK_SECONDS } from './tick';

function somePods(count: number, changes: Partial<HealScenario> = {}) {
  const scenario = Object.assign(new HealScenario(), { lagSeconds: 0, noise: 0 }, changes);
  const pods = new Pods(scenario);
  const random = new Random(1);
  pods.reset(count, random);
  const tick = (rate: number, doomed = false) => {
    pods.now += TICK_SECONDS;
    for (let pod = 0; pod < pods.count; pod++) pods.live(pod, doomed, random);
    pods.serve({ rate, delaySeconds: 0, errorShare: 0 }, TICK_SECONDS);
    for (let pod = 0; pod < pods.count; pod++) pods.metrics.measure(pod, rate / pods.count, 1, random);
  };
  return { pods, scenario, random, tick };
}

describe('the pods of the heal env', () => {
  it('rest at the latency of M/M/1: 1/(μ − λ) in the mean', () => {
    const { pods, scenario, tick } = somePods(2, { podSpeed: 100 });
    for (let step = 0; step < 20; step++) tick(120);
    expect(pods.metrics.theta[0]).toBeCloseTo(1 / (100 - 60), 4);
    expect(pods.metrics.shift[0]).toBeCloseTo(scenario.baseLatencySeconds, 6);
    expect(pods.metrics.cpu[0]).toBeCloseTo(0.6 + 0.01, 2);
  });

  it.each([0.3, 0.7, 1.2])('agree with SimPod at a utilisation of %f', (utilisation) => {
    const model = { ...DEFAULT_POD_MODEL, coldStartSeconds: 0, cpuVariation: 0 };
    const speed = model.cpuLimitCores / model.cpuSecondsPerRequest;
    const { pods, tick } = somePods(1, {
      podSpeed: speed,
      baseLatencySeconds: model.baseLatencySeconds,
      queueLimit: model.queueLimit,
      timeoutSeconds: model.timeoutSeconds,
    });
    const simPod = new SimPod(model);
    const random = new Random(2);
    simPod.start(random);
    simPod.arrivalRate = utilisation * speed;
    for (let step = 0; step < 40; step++) {
      tick(simPod.arrivalRate);
      simPod.step(TICK_SECONDS, random);
    }
    expect(pods.metrics.shift[0]).toBeCloseTo(simPod.latencyShiftSeconds, 6);
    expect(pods.metrics.theta[0]).toBeCloseTo(simPod.latencyThetaSeconds, 6);
    const simFailed = (simPod.refused + simPod.timedOut) / simPod.arrivals;
    expect(pods.failedShare).toBeCloseTo(simFailed, 1);
  });

  it('restart after the kubelet’s delays: at once, then 10 s, 20 s, doubling up to 5 min', () => {
    const { pods } = somePods(1);
    const delays: number[] = [];
    for (let crash = 0; crash < 8; crash++) {
      pods.crash(0);
      delays.push((pods.phaseEnd[0] ?? 0) - pods.now);
    }
    expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
    expect(pods.restarts[0]).toBe(8);
  });

  it('crash again and again while they are doomed, and then start', () => {
    const { pods, tick } = somePods(1, { startupSeconds: 10 });
    pods.crash(0);
    for (let step = 0; step < 20; step++) tick(10, true);
    expect(pods.restarts[0]).toBeGreaterThan(2);
    for (let step = 0; step < 40; step++) tick(10);
    expect(pods.phase[0]).toBe(READY);
  });

  it('are killed when their memory is full, and begin with little of it', () => {
    const { pods, scenario, tick } = somePods(1, { severity: 1 });
    pods.afflict(0, OOM);
    let killed = 0;
    for (let step = 0; step < 60 && killed === 0; step++) {
      tick(10);
      if (pods.phase[0] === CRASHED) killed = pods.now;
    }
    // From 40 % to the limit in 15 s · 0.6/0.65.
    expect(killed).toBeGreaterThanOrEqual(13.8);
    expect(killed).toBeLessThanOrEqual(13.8 + 2 * TICK_SECONDS);
    expect(scenario.memoryBase + (pods.leaked[0] ?? 1)).toBeLessThan(0.5);
  });

  it('of a lost node time out, are found out after its grace, and replaced after the eviction', () => {
    const { pods, tick } = somePods(2, { nodeGraceSeconds: 20, evictionSeconds: 45, startupSeconds: 10 });
    const uid = pods.uid[0];
    pods.afflict(0, NODE_LOSS);
    tick(10);
    expect(pods.failedShare).toBeCloseTo(0.5);
    expect(pods.metrics.errorRate[0]).toBe(1);
    for (let step = 0; step < 4; step++) tick(10);
    expect(pods.phase[0]).toBe(UNREADY);
    expect(pods.failedShare).toBeCloseTo(0);
    for (let step = 0; step < 9; step++) tick(10);
    expect(pods.phase[0]).toBe(STARTING);
    expect(pods.uid[0]).not.toBe(uid);
  });

  it('share the traffic evenly, and fail all of it when none is ready', () => {
    const { pods, tick } = somePods(2);
    pods.afflict(1, DELAY);
    tick(10);
    expect(pods.violatedShare).toBeCloseTo(0.5, 1);
    pods.crash(0);
    pods.crash(1);
    pods.serve({ rate: 10, delaySeconds: 0, errorShare: 0 }, TICK_SECONDS);
    expect([pods.failedShare, pods.violatedShare]).toEqual([1, 1]);
  });

  it('take the last one’s place when one is removed', () => {
    const { pods } = somePods(3);
    const [first, , last] = pods.uid;
    pods.remove(1);
    expect([...pods.uid.subarray(0, pods.count)]).toEqual([first, last]);
  });
});

it('numbers the faults from 1 in the order of their names', () => {
  expect(faultNumber('pod-crash')).toBe(1);
  expect(BAD_CONFIG).toBe(2);
});
