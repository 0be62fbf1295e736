import { expect, it } from 'vitest';
import { exceedance } from './latencyShape';

it('the share of slow requests is the usual one at T, and grows with latency until all are slow', () => {
  const shape = { slowShare: 0.05, latencyFloor: 0.3 };
  expect(exceedance(shape, 1)).toBeCloseTo(0.05, 10);
  // Latencies 1.25 times as long: (0.8 − 0.3)/0.7 of the depth that leaves 5 %.
  expect(exceedance(shape, 1 / 1.25)).toBeCloseTo(0.05 ** (0.5 / 0.7), 10);
  expect(exceedance(shape, 1.3)).toBeLessThan(0.05);
  expect(exceedance(shape, 0.1)).toBe(1);
});
