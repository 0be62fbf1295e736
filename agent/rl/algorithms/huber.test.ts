import { describe, expect, it } from 'vitest';
import { huber, huberGradient } from './huber';

describe('Huber’s loss', () => {
  it.each([
    { error: 0, loss: 0, gradient: 0 },
    { error: 0.5, loss: 0.125, gradient: 0.5 },
    { error: -0.5, loss: 0.125, gradient: -0.5 },
    { error: 1, loss: 0.5, gradient: 1 },
    { error: 3, loss: 2.5, gradient: 1 },
    { error: -10, loss: 9.5, gradient: -1 },
  ])('of $error is $loss with the gradient $gradient', ({ error, loss, gradient }) => {
    expect(huber(error)).toBe(loss);
    expect(huberGradient(error)).toBe(gradient);
  });

  it.each([-2.3, -0.7, 0.2, 0.9, 1.4])('has at %d the gradient of finite differences', (error) => {
    const h = 1e-6;
    expect(huberGradient(error)).toBeCloseTo((huber(error + h) - huber(error - h)) / (2 * h), 6);
  });

  it('lets NaN through, so that it is found', () => {
    expect(huber(Number.NaN)).toBeNaN();
    expect(huberGradient(Number.NaN)).toBeNaN();
  });
});
