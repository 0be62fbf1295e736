import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { DOMAIN_RANGES, drawDomain, emptyDomain, FixedDomain, podCapacity, type ScaleDomain } from './domain';

function drawn(seed: number, fixed: Partial<ScaleDomain> = {}): ScaleDomain {
  const domain = emptyDomain();
  drawDomain(domain, new Random(seed), fixed);
  return domain;
}

const RANGES = Object.entries(DOMAIN_RANGES) as [
  keyof ScaleDomain,
  (typeof DOMAIN_RANGES)[keyof ScaleDomain],
][];

describe('the domain', () => {
  it.each(RANGES.filter(([, { distribution }]) => distribution !== 'constant'))(
    'draws %s over all of its range, and nothing else',
    (key, { drawn: [least, most], allowed }) => {
      const values = Array.from({ length: 500 }, (_, seed) => drawn(seed)[key]);
      const margin = 0.1 * (most - least);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(least);
      expect(Math.min(...values)).toBeLessThan(least + margin);
      expect(Math.max(...values)).toBeLessThanOrEqual(most);
      expect(Math.max(...values)).toBeGreaterThan(most - margin);
      expect(least).toBeGreaterThanOrEqual(allowed[0]);
      expect(most).toBeLessThanOrEqual(allowed[1]);
    },
  );

  it('draws nothing for what is always the same', () => {
    expect(drawn(5).latencyObjectiveSeconds).toBe(0.2);
    expect(drawn(5, { latencyObjectiveSeconds: 0.5 })).toEqual({ ...drawn(5), latencyObjectiveSeconds: 0.5 });
  });

  it('has small peaks as often as large ones', () => {
    const peaks = Array.from({ length: 999 }, (_, seed) => drawn(seed).peakLoadShare).sort((a, b) => a - b);
    expect(Math.abs((peaks[499] as number) - Math.sqrt(0.08 * 0.6))).toBeLessThan(0.03);
  });

  it('fixes values without a change of the others', () => {
    expect(drawn(5, { startupSeconds: 12 })).toEqual({ ...drawn(5), startupSeconds: 12 });
  });

  it('tells the capacity of a pod', () => {
    expect(podCapacity({ ...drawn(1), concurrency: 4, serviceSeconds: 0.05 })).toBe(80);
  });

  it.each([
    [{ startupSeconds: 0 }, false],
    [{ metricLagSteps: 0.5 }, false],
    [{ coffee: 1 }, false],
    [{ serviceSeconds: 20 }, false],
    [{ startupSeconds: 300, metricLagSteps: 4 }, true],
    [{}, true],
  ])('accepts %j as fixed: %s', (fixed, isValid) => {
    expect(FixedDomain.safeParse(fixed).success).toBe(isValid);
  });
});
