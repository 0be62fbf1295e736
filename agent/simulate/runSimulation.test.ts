import { expect, it } from 'vitest';
import { keepSecondsOf } from './runSimulation';

it.each([1, 40, 1000])(
  'keeps a simulation for its load and a minute and a half of wall time at ×%i',
  (rate) => {
    expect(keepSecondsOf(600, rate)).toBeGreaterThanOrEqual(600 + 90 * rate);
    expect(keepSecondsOf(600, rate)).toBeGreaterThanOrEqual(600 + 300 + 900);
  },
);
