import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { power } from './power';

describe('a power', () => {
  it.each([
    [2, 3, 8],
    [9, 0.5, 3],
    [4, -1, 0.25],
    [0, 2, 0],
    [1, 0.3, 1],
  ])('of %d to %d is %d', (base, exponent, expected) => {
    expect(power(base, exponent)).toBeCloseTo(expected, 12);
  });

  it('is what Math.pow says, but for rounding', () => {
    const bases = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    const exponents = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(bases, exponents, (base, exponent) => {
        expect(power(base, exponent) / base ** exponent).toBeCloseTo(1, 11);
      }),
    );
  });
});
