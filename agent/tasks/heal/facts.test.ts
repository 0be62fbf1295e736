import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aPod,
  aTaskInput,
  aWorkload,
  fresh,
  NOW_MS,
  podMetrics,
  someMetrics,
} from '../../../test/support/builders';
import { DEFAULT_CONFIG } from '../../config/schema';
import { gatherFacts } from './facts';

/** The latency ratios of pods with these latencies in milliseconds. */
function ratios(latenciesMs: readonly number[]): (number | null)[] {
  const names = latenciesMs.map((_, index) => `p${index}`);
  const workload = aWorkload(names.map((name) => aPod(name)));
  const pods = Object.fromEntries(
    names.map((name, index) => [
      name,
      podMetrics({ latencyP95Seconds: fresh((latenciesMs[index] ?? 0) / 1000) }),
    ]),
  );
  const facts = gatherFacts(aTaskInput(workload, someMetrics(pods)), DEFAULT_CONFIG);
  return facts.pods.map((pod) => pod.latencyRatio);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}

describe('the latency ratio of a pod', () => {
  it('compares it with the median of its siblings, by hand', () => {
    expect(ratios([100, 200, 300])).toEqual([100 / 250, 200 / 200, 300 / 150]);
  });

  it('is unknown for a pod without siblings', () => {
    expect(ratios([100])).toEqual([null]);
  });

  it('agrees with the plain definition for any latencies', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 12 }), (latencies) => {
        const expected = latencies.map((latency, index) => latency / median(latencies.toSpliced(index, 1)));
        const found = ratios(latencies);
        for (const [index, ratio] of found.entries()) expect(ratio).toBeCloseTo(expected[index] ?? 0, 9);
      }),
    );
  });
});

it('tells of each pod when its own numbers were sampled', () => {
  const sampled = (atMs: number) =>
    podMetrics({ latencyP95Seconds: fresh(0.1, atMs), errorRate: fresh(0, atMs) });
  const metrics = someMetrics({ a: sampled(NOW_MS - 9000), b: sampled(NOW_MS - 1000) });
  const workload = aWorkload([aPod('a'), aPod('b'), aPod('c')]);
  const { pods } = gatherFacts(aTaskInput(workload, metrics), DEFAULT_CONFIG);
  expect(pods.map(({ sampledAtMs }) => sampledAtMs)).toEqual([NOW_MS - 9000, NOW_MS - 1000, null]);
});
