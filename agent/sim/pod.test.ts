import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramQuantile } from './histogram';
import { SimPod } from './pod';
import { DEFAULT_POD_MODEL, NO_FAULTS, type PodFaults, type PodModel } from './podModel';
import { Random } from './random';

/** 10 ms of one core for a request: μ = 100 requests per second; no other delays, no cold start. */
const PLAIN: PodModel = {
  ...DEFAULT_POD_MODEL,
  cpuSecondsPerRequest: 0.01,
  cpuVariation: 0,
  baseLatencySeconds: 0,
  cpuLimitCores: 1,
  idleCpuCores: 0,
  coldStartSeconds: 0,
  timeoutSeconds: 30,
};

interface Setup {
  model?: Partial<PodModel>;
  faults?: Partial<PodFaults>;
  rate?: number;
  seconds?: number;
  stepSeconds?: number;
  seed?: number;
}

function simulate({ model, faults, rate = 60, seconds = 600, stepSeconds = 0.5, seed = 1 }: Setup): SimPod {
  const random = new Random(seed);
  const pod = new SimPod({ ...PLAIN, ...model });
  pod.start(random);
  pod.faults = { ...NO_FAULTS, ...faults };
  pod.arrivalRate = rate;
  for (let at = 0; at < seconds; at += stepSeconds) pod.step(stepSeconds, random);
  return pod;
}

const completed = (pod: SimPod) => pod.succeeded + pod.failed + pod.timedOut;
const meanLatency = (pod: SimPod) => pod.latencySecondsSum / completed(pod);
const quantile = (pod: SimPod, q: number) => histogramQuantile(q, pod.latencyBuckets, completed(pod));

describe('SimPod under a steady load', () => {
  it.each([0.3, 0.6, 0.9])('holds as many requests as M/M/1 at utilisation %d', (utilisation) => {
    const pod = simulate({ rate: 100 * utilisation });
    expect(pod.inside).toBeCloseTo(utilisation / (1 - utilisation), 2);
  });

  it.each([0.3, 0.6, 0.9])('has the mean latency of M/M/1 at utilisation %d', (utilisation) => {
    const expected = 1 / (100 - 100 * utilisation);
    expect(meanLatency(simulate({ rate: 100 * utilisation })) / expected).toBeCloseTo(1, 1);
  });

  it("obeys Little's law: inside = arrival rate × mean latency", () => {
    const pod = simulate({ rate: 80, seconds: 3000 });
    expect(pod.inside / (80 * meanLatency(pod))).toBeCloseTo(1, 1);
  });

  it('has the exponential percentiles of M/M/1: p95 = −ln 0.05 ÷ (μ − λ)', () => {
    // 150 ms is not a bound of a bucket, so that the interpolation costs some accuracy.
    expect(quantile(simulate({ rate: 80 }), 0.95)).toBeCloseTo(-Math.log(0.05) / 20, 2);
  });

  it('gives the same mean for any length of the step', () => {
    for (const stepSeconds of [0.1, 0.25, 1, 5]) {
      expect(meanLatency(simulate({ rate: 60, stepSeconds })) / (1 / 40)).toBeCloseTo(1, 1);
    }
  });

  it('uses the CPU time of the requests that it serves, beside its idle use', () => {
    const pod = simulate({ rate: 60, model: { idleCpuCores: 0.05 } });
    expect(pod.cpuSeconds / 600).toBeCloseTo(0.65, 2);
  });

  it('adds the time that is not CPU time to every request', () => {
    expect(meanLatency(simulate({ rate: 60, model: { baseLatencySeconds: 0.1 } }))).toBeCloseTo(0.125, 2);
  });
});

describe('SimPod under too much load', () => {
  it('builds up a backlog at arrival rate minus speed, in which everybody waits', () => {
    const pod = simulate({ rate: 150, seconds: 20, model: { queueLimit: 10_000 } });
    expect(pod.inside / (50 * 20)).toBeCloseTo(1, 1);
    // The last to come waits behind 1000 requests at 100 a second.
    expect(pod.latencyShiftSeconds).toBeGreaterThan(8);
  });

  it('refuses what its queue cannot hold', () => {
    const pod = simulate({ rate: 150, model: { queueLimit: 50 } });
    expect(pod.inside).toBeCloseTo(50);
    expect(pod.refused / pod.arrivals).toBeCloseTo(1 / 3, 1);
    expect(pod.cpuSeconds / 600).toBeCloseTo(1, 1);
  });

  it('fails what takes longer than the time-out', () => {
    const pod = simulate({ rate: 150, model: { queueLimit: 500, timeoutSeconds: 2 } });
    expect(pod.timedOut / pod.arrivals).toBeGreaterThan(0.6);
    expect(meanLatency(pod)).toBeLessThanOrEqual(2);
  });

  it('works off its backlog when the load falls', () => {
    const random = new Random(1);
    const pod = new SimPod(PLAIN);
    pod.start(random);
    pod.arrivalRate = 200;
    for (let i = 0; i < 20; i++) pod.step(0.5, random);
    expect(pod.inside).toBeGreaterThan(100);
    pod.arrivalRate = 50;
    for (let i = 0; i < 20; i++) pod.step(0.5, random);
    expect(pod.inside).toBeCloseTo(1, 1);
  });
});

describe('SimPod with a fault', () => {
  it('is slower by the CPU that is stolen, and shows it as used', () => {
    const pod = simulate({ rate: 40, faults: { cpuStolenCores: 0.5 } });
    expect(meanLatency(pod)).toBeCloseTo(1 / (50 - 40), 2);
    expect(pod.cpuSeconds / 600).toBeCloseTo(0.9, 2);
  });

  it('answers later by the network delay', () => {
    const pod = simulate({ rate: 40, faults: { delaySeconds: 0.3 } });
    expect(meanLatency(pod)).toBeCloseTo(0.3 + 1 / 60, 2);
  });

  it('spreads latencies by the jitter without moving the mean', () => {
    const calm = simulate({ rate: 40, faults: { delaySeconds: 0.3 } });
    const jittery = simulate({ rate: 40, faults: { delaySeconds: 0.3, delayJitterSeconds: 0.2 } });
    expect(meanLatency(jittery)).toBeCloseTo(meanLatency(calm), 2);
    expect(quantile(jittery, 0.95)).toBeGreaterThan(quantile(calm, 0.95) + 0.1);
  });

  it('loses requests on the network', () => {
    const pod = simulate({ rate: 40, faults: { lossShare: 0.25 } });
    expect(pod.lost / pod.arrivals).toBeCloseTo(0.25);
  });

  it('is killed when the ballast takes its memory over the limit, and again after a new start', () => {
    const random = new Random(1);
    const pod = new SimPod({ ...PLAIN, memoryBaseBytes: 100, memoryLimitBytes: 200 });
    pod.start(random);
    pod.faults = { ...NO_FAULTS, ballastBytes: 150, ballastBytesPerSecond: 10 };
    const secondsToKill = () => {
      let seconds = 0;
      for (; !pod.outOfMemory; seconds++) pod.step(1, random);
      return seconds;
    };
    expect(secondsToKill()).toBe(11);
    expect(pod.running).toBe(false);
    pod.start(random);
    expect(pod.outOfMemory).toBe(false);
    expect(secondsToKill()).toBe(11);
  });

  it('is killed by its own leak', () => {
    const pod = simulate({
      rate: 0,
      seconds: 99,
      model: { memoryBaseBytes: 100, memoryLimitBytes: 200, memoryLeakBytesPerSecond: 1 },
    });
    expect(pod.outOfMemory).toBe(false);
    const later = simulate({
      rate: 0,
      seconds: 102,
      model: { memoryBaseBytes: 100, memoryLimitBytes: 200, memoryLeakBytesPerSecond: 1 },
    });
    expect(later.outOfMemory).toBe(true);
  });
});

describe('SimPod with a fault in what it calls or in its network', () => {
  it('answers a share of the requests with 500', () => {
    const pod = simulate({ rate: 50, faults: { errorShare: 0.3 } });
    expect(pod.failed / pod.arrivals).toBeCloseTo(0.3, 2);
    expect(pod.succeeded / pod.arrivals).toBeCloseTo(0.7, 2);
  });

  it('refuses a share of the connections, which costs it nothing', () => {
    const pod = simulate({ rate: 90, faults: { abortShare: 0.5 } });
    expect(pod.refused / pod.arrivals).toBeCloseTo(0.5, 2);
    expect(pod.cpuSeconds / 600).toBeCloseTo(0.45, 2);
  });

  it('is slower by the mean of what a share of the requests waits', () => {
    const slow = simulate({ rate: 50, faults: { slowShare: 0.25, slowSeconds: 2 } });
    expect(meanLatency(slow) - meanLatency(simulate({ rate: 50 }))).toBeCloseTo(0.5, 3);
    expect(quantile(slow, 0.7)).toBeLessThan(0.2);
    expect(quantile(slow, 0.9)).toBeGreaterThan(1.5);
  });

  it('lets no more responses through than the link takes, and loses what finds no room in line', () => {
    const pod = simulate({ rate: 60, faults: { linkRate: 20, linkQueue: 40 } });
    expect(pod.succeeded / 600).toBeCloseTo(20, 0);
    expect(pod.lost / 600).toBeCloseTo(40, 0);
    // In the end 40 are in line before it, at 20 a second.
    expect(pod.latencyShiftSeconds).toBeGreaterThan(1.9);
    expect(pod.latencyShiftSeconds).toBeLessThan(2.2);
  });

  it('has next to no delay by a link that is wide enough', () => {
    const wide = simulate({ rate: 50, faults: { linkRate: 10_000, linkQueue: 100 } });
    expect(meanLatency(wide) - meanLatency(simulate({ rate: 50 }))).toBeLessThan(0.001);
    expect(wide.lost).toBe(0);
  });
});

describe('SimPod at its start and end', () => {
  it('is slow at first', () => {
    const model = { coldStartSeconds: 10, coldStartFactor: 3 };
    const cold = simulate({ rate: 20, seconds: 1, model });
    const warm = simulate({ rate: 20, seconds: 1 });
    expect(meanLatency(cold) / meanLatency(warm)).toBeGreaterThan(2);
    expect(simulate({ rate: 20, seconds: 11, model }).latencyThetaSeconds).toBeCloseTo(
      warm.latencyThetaSeconds,
      3,
    );
  });

  it('refuses everything while its process is dead, also what was inside', () => {
    const random = new Random(1);
    const pod = new SimPod(PLAIN);
    pod.start(random);
    pod.arrivalRate = 90;
    for (let i = 0; i < 100; i++) pod.step(0.5, random);
    const inside = pod.inside;
    expect(inside).toBeGreaterThan(1);
    pod.stop();
    expect(pod.refused).toBeCloseTo(inside);
    const before = pod.arrivals;
    pod.step(1, random);
    expect(pod.refused - inside).toBeCloseTo(pod.arrivals - before);
  });
});

describe('SimPod whatever happens', () => {
  it('accounts for every request, never counts back and stays within its bounds', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const episode = fc.array(
      fc.record({
        rate: fc.double({ min: 0, max: 500, noNaN: true }),
        seconds: fc.constantFrom(0.1, 0.25, 1, 15),
        cpuStolenCores: fc.double({ min: 0, max: 2, noNaN: true }),
        delaySeconds: fc.double({ min: 0, max: 3, noNaN: true }),
        delayJitterSeconds: fc.double({ min: 0, max: 1, noNaN: true }),
        lossShare: share,
        abortShare: share,
        errorShare: share,
        slowShare: share,
        slowSeconds: fc.double({ min: 0, max: 10, noNaN: true }),
        latencyFactor: fc.double({ min: 0.5, max: 4, noNaN: true }),
        linkRate: fc.oneof(
          fc.constant(Number.POSITIVE_INFINITY),
          fc.double({ min: 0.1, max: 400, noNaN: true }),
        ),
        linkQueue: fc.double({ min: 0, max: 1000, noNaN: true }),
        ballastBytes: fc.double({ min: 0, max: 3e8, noNaN: true }),
        ballastBytesPerSecond: fc.double({ min: 0, max: 1e8, noNaN: true }),
        restart: fc.integer({ min: 0, max: 9 }),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(episode, fc.integer(), (steps, seed) => {
        const random = new Random(seed);
        const pod = new SimPod({ ...DEFAULT_POD_MODEL, queueLimit: 20 });
        pod.start(random);
        for (const { rate, seconds, restart, ...faults } of steps) {
          if (restart === 0) pod.start(random);
          pod.arrivalRate = rate;
          pod.faults = faults;
          const cpuBefore = pod.cpuSeconds;
          pod.step(seconds, random);
          const accounted = pod.succeeded + pod.failed + pod.refused + pod.timedOut + pod.lost + pod.inside;
          expect(Math.abs(accounted - pod.arrivals)).toBeLessThan(1e-6 * (1 + pod.arrivals));
          expect(pod.inside).toBeGreaterThanOrEqual(0);
          expect(pod.inside).toBeLessThanOrEqual(20);
          expect(pod.cpuSeconds - cpuBefore).toBeLessThanOrEqual(0.5 * seconds + 1e-9);
          expect(pod.cpuSeconds).toBeGreaterThanOrEqual(cpuBefore);
          const counts = [...pod.latencyBuckets, completed(pod)];
          expect(counts.every((count, i) => i === 0 || count >= (counts[i - 1] ?? 0) - 1e-6)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
