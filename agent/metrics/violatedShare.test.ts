import { describe, expect, it } from 'vitest';
import { lateShare, lateShareByP95 } from './violatedShare';

/** Of 100 requests per second 60 take up to 100 ms, 90 up to 250 ms. */
const BUCKETS = [
  { boundSeconds: 0.1, rate: 60 },
  { boundSeconds: 0.25, rate: 90 },
  { boundSeconds: Number('+Inf'), rate: 100 },
];

describe('the share of requests that are late', () => {
  it('goes by the greatest bound that is not above the objective', () => {
    const cases: [number, ReturnType<typeof lateShare>][] = [
      [0.25, { share: 0.1, boundSeconds: 0.25 }],
      [0.1, { share: 0.4, boundSeconds: 0.1 }],
      [0.2, { share: 0.4, boundSeconds: 0.1 }],
      [5, { share: 0.1, boundSeconds: 0.25 }],
      [0.05, null],
    ];
    for (const [objective, expected] of cases) {
      const late = lateShare(BUCKETS, objective);
      expect(late && { ...late, share: Math.round(late.share * 1e9) / 1e9 }).toEqual(expected);
    }
  });

  it('is not known without requests, or without a whole', () => {
    expect(
      lateShare(
        BUCKETS.map((bucket) => ({ ...bucket, rate: 0 })),
        0.25,
      ),
    ).toBeNull();
    expect(lateShare(BUCKETS.slice(0, 2), 0.25)).toBeNull();
    expect(lateShare([], 0.25)).toBeNull();
  });

  it('is within 0 and 1 where rates of neighbouring buckets do not fit together', () => {
    expect(lateShare([{ boundSeconds: 0.1, rate: 101 }, ...BUCKETS.slice(2)], 0.1)?.share).toBe(0);
  });

  it('is estimated from p95 by an exponential tail', () => {
    expect(lateShareByP95(0.2, 0.2)).toBeCloseTo(0.05);
    expect(lateShareByP95(0.4, 0.2)).toBeCloseTo(0.2236);
    expect(lateShareByP95(0.1, 0.2)).toBeCloseTo(0.0025);
    expect(lateShareByP95(0, 0.2)).toBe(0);
  });
});
