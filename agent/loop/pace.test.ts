import { describe, expect, it } from 'vitest';
import { fresh, MISSING, NOW_MS, someMetrics } from '../../test/support/builders';
import { DEFAULT_CONFIG } from '../config/schema';
import { nextLookMs, type PaceInput } from './pace';

/** Metrics that were sampled so many seconds ago, every so many seconds. */
function sampled(agoSeconds: number, everySeconds: number | null) {
  const atMs = NOW_MS - agoSeconds * 1000;
  return someMetrics(
    {},
    {
      latencyP95Seconds: fresh(0.1, atMs),
      errorRate: fresh(0, atMs),
      scrapeIntervalMs: everySeconds === null ? null : everySeconds * 1000,
    },
  );
}

const NEVER = someMetrics({}, { latencyP95Seconds: MISSING, errorRate: MISSING });

describe('the time until the next look', () => {
  const cases: [string, Partial<PaceInput>, number][] = [
    ['is the metrics’ interval without samples', { metrics: NEVER }, 5000],
    ['is the metrics’ interval where nobody knows when samples come', { metrics: sampled(1, null) }, 5000],
    ['ends when the next sample is due', { metrics: sampled(3, 5) }, 2250],
    ['is the metrics’ interval where that comes before the sample', { metrics: sampled(1, 30) }, 5000],
    ['is short while a sample is late', { metrics: sampled(6, 5) }, 1000],
    ['is the longer the later a sample is', { metrics: sampled(18.25, 15) }, 3000],
    ['is the usual one once a sample stays away', { metrics: sampled(11, 5) }, 5000],
    ['is a second from close by', { metrics: sampled(1, 5), close: true }, 1000],
    ['ends from close by when the next sample is due', { metrics: sampled(4.9, 5), close: true }, 350],
    ['is a fifth of the scrape interval from close by', { metrics: sampled(1, 15), close: true }, 3000],
    [
      'is longer where many are looked at from close by',
      { metrics: sampled(0, 5), close: true, crowd: 60 },
      3000,
    ],
    ['is the usual one where very many are', { metrics: sampled(0, 30), close: true, crowd: 1000 }, 5000],
    ['is from close by never longer than usual', { metrics: sampled(1, 60), close: true }, 5000],
    ['is the loop’s floor where nothing may be done', { metrics: sampled(3, 5), acting: false }, 30_000],
  ];
  for (const [what, input, expected] of cases) {
    it(what, () => {
      const who = { nowMs: NOW_MS, config: DEFAULT_CONFIG, acting: true };
      const usual = { ...who, close: false, crowd: 1, metrics: null };
      expect(nextLookMs({ ...usual, ...input })).toBe(expected);
    });
  }
});
