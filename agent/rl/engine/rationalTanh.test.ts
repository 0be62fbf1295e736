import { describe, expect, it } from 'vitest';
import { rationalTanh } from './rationalTanh';

describe('rationalTanh', () => {
  it('is tanh within 3e-7', () => {
    for (let x = -12; x <= 12; x += 0.0137) {
      expect(Math.abs(rationalTanh(x) - Math.tanh(x))).toBeLessThan(3e-7);
    }
  });

  it('keeps 0, the sign, infinity and NaN', () => {
    expect(rationalTanh(0)).toBe(0);
    expect(rationalTanh(-2)).toBe(-rationalTanh(2));
    expect(rationalTanh(Number.POSITIVE_INFINITY)).toBeCloseTo(1, 6);
    expect(rationalTanh(Number.NEGATIVE_INFINITY)).toBeCloseTo(-1, 6);
    expect(rationalTanh(Number.NaN)).toBeNaN();
  });
});
