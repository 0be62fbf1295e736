import { describe, expect, it } from 'vitest';
import { clippedSurrogate, clippedSurrogateGradient } from './clippedSurrogate';

const CLIP = 0.2;

describe('the clipped surrogate loss', () => {
  it.each([
    // A good action: more of it pays until the ratio is 1.2.
    { ratio: 0.5, advantage: 2, loss: -1, gradient: -1 },
    { ratio: 1, advantage: 2, loss: -2, gradient: -2 },
    { ratio: 1.1, advantage: 2, loss: -2.2, gradient: -2.2 },
    { ratio: 1.5, advantage: 2, loss: -2.4, gradient: 0 },
    // A bad action: less of it pays until the ratio is 0.8.
    { ratio: 0.5, advantage: -2, loss: 1.6, gradient: 0 },
    { ratio: 0.9, advantage: -2, loss: 1.8, gradient: 1.8 },
    { ratio: 1, advantage: -2, loss: 2, gradient: 2 },
    { ratio: 1.5, advantage: -2, loss: 3, gradient: 3 },
  ])('at ratio $ratio and advantage $advantage is $loss with the gradient $gradient', (row) => {
    expect(clippedSurrogate(row.ratio, row.advantage, CLIP)).toBeCloseTo(row.loss, 12);
    expect(clippedSurrogateGradient(row.ratio, row.advantage, CLIP)).toBeCloseTo(row.gradient, 12);
  });

  it.each(
    [0.3, 0.7, 0.9, 1.05, 1.3, 2].flatMap((ratio) => [-1.7, 0.6].map((advantage) => [ratio, advantage])),
  )('has at ratio %d and advantage %d the gradient of finite differences', (ratio = 1, advantage = 0) => {
    const h = 1e-6;
    const at = (logProbability: number) => clippedSurrogate(Math.exp(logProbability), advantage, CLIP);
    const difference = (at(Math.log(ratio) + h) - at(Math.log(ratio) - h)) / (2 * h);
    expect(clippedSurrogateGradient(ratio, advantage, CLIP)).toBeCloseTo(difference, 6);
  });

  it('lets NaN through, so that it is found', () => {
    expect(clippedSurrogate(Number.NaN, 1, CLIP)).toBeNaN();
    expect(clippedSurrogateGradient(1, Number.NaN, CLIP)).toBeNaN();
  });
});
