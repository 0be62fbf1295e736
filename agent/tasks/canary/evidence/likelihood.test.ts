import { describe, expect, it } from 'vitest';
import { ratioLogLikelihood, shareLogLikelihood } from './likelihood';

describe('the likelihood ratio of rates', () => {
  it('is the conditional one: hits are the canary’s with the chance θ', () => {
    // 10 of 100 canary and 5 of 300 stable requests; θ(4) = 400/700, θ(1) = 100/400.
    const expected = 10 * Math.log(400 / 700 / (100 / 400)) + 5 * Math.log(300 / 700 / (300 / 400));
    expect(ratioLogLikelihood(4, 1, 10, 100, 5, 300)).toBeCloseTo(expected, 10);
  });

  it('is nothing for the same ratio, and turns its sign with the hypotheses', () => {
    expect(ratioLogLikelihood(3, 3, 7, 50, 2, 80)).toBe(0);
    expect(ratioLogLikelihood(1, 2, 7, 50, 2, 80)).toBeCloseTo(-ratioLogLikelihood(2, 1, 7, 50, 2, 80), 10);
  });

  it('does not change with what drives both rates: only who was hit counts', () => {
    expect(ratioLogLikelihood(4, 1, 3, 100, 9, 300)).toBeCloseTo(
      ratioLogLikelihood(4, 1, 3, 1000, 9, 3000),
      10,
    );
  });

  it('is nothing without requests of one version, and without hits', () => {
    expect(ratioLogLikelihood(4, 1, 0, 0, 5, 300)).toBe(0);
    expect(ratioLogLikelihood(4, 1, 5, 100, 0, 0)).toBe(0);
    expect(ratioLogLikelihood(4, 1, 0, 100, 0, 300)).toBe(0);
  });
});

it('the likelihood ratio of shares is the binomial one', () => {
  // 3 of 50: 3·ln(0.06/0.01) + 47·ln(0.94/0.99) = 5.3753 − 2.4357.
  expect(shareLogLikelihood(0.06, 0.01, 3, 50)).toBeCloseTo(3 * Math.log(6) + 47 * Math.log(0.94 / 0.99), 10);
  expect(shareLogLikelihood(0.06, 0.01, 3, 50)).toBeCloseTo(2.9396, 3);
});
