import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import { QuantileTracker } from './quantileTracker';

describe('a quantile tracker', () => {
  it.each([
    { share: 0.8, speed: 2 },
    { share: 0.95, speed: 4 },
    { share: 0.5, speed: 1 },
  ])('settles where $share of the values are below', ({ share, speed }) => {
    const tracker = new QuantileTracker(share, speed);
    const random = new Random(4);
    let sum = 0;
    const updates = 20_000;
    for (let i = 0; i < updates; i++) {
      tracker.update(random.uniform(), 0.2);
      sum += tracker.value;
    }
    expect(sum / updates).toBeCloseTo(share, 1);
  });

  it('goes up by the share of a step and down by the rest', () => {
    const tracker = new QuantileTracker(0.8, 2);
    tracker.update(1, 1);
    expect(tracker.value).toBeCloseTo(0.06 * 2 * 0.8);
    tracker.update(-1, 1);
    expect(tracker.value).toBeCloseTo(0.06 * 2 * (0.8 - 0.2));
  });
});
