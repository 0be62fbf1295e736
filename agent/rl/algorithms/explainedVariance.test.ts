import { describe, expect, it } from 'vitest';
import { explainedVariance } from './explainedVariance';

describe('explained variance', () => {
  it.each([
    { predictions: [1, 2, 3], targets: [1, 2, 3], explained: 1, why: 'for the targets themselves' },
    { predictions: [5, 6, 7], targets: [1, 2, 3], explained: 1, why: 'but for a constant' },
    { predictions: [2, 2, 2], targets: [1, 2, 3], explained: 0, why: 'for a constant' },
    // Errors −1, 0, 1 halved: a quarter of the variance is left.
    { predictions: [1.5, 2, 2.5], targets: [1, 2, 3], explained: 0.75, why: 'half way' },
    { predictions: [3, 2, 1], targets: [1, 2, 3], explained: -3, why: 'the wrong way round' },
    { predictions: [1, 2, 3], targets: [4, 4, 4], explained: 0, why: 'where there is nothing to explain' },
  ])('is $explained $why', ({ predictions, targets, explained }) => {
    expect(explainedVariance(Float32Array.from(predictions), Float32Array.from(targets))).toBe(explained);
  });
});
