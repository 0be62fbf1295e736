import { describe, expect, it } from 'vitest';
import { boxAction, discreteAction } from './action';
import type { BoxSpace, DiscreteSpace, EnvAction } from './env';

const DISCRETE: DiscreteSpace = { kind: 'discrete', labels: ['a', 'b', 'c'] };
const BOX: BoxSpace = {
  kind: 'box',
  fields: [
    { name: 'share', unit: '1', min: 0.1, max: 0.7 },
    { name: 'free', unit: '1', min: -Infinity, max: Infinity },
  ],
};

describe('an action', () => {
  it.each([0, 1, 2])('%i is an index', (action) => {
    expect(discreteAction(DISCRETE, action)).toBe(action);
  });

  it.each<[EnvAction]>([[3], [-1], [0.5], [Number.NaN], [Float32Array.of(1)]])('%s is no index', (action) => {
    expect(() => discreteAction(DISCRETE, action)).toThrow(RangeError);
  });

  // 0.1 and 0.7 are not themselves in 32 bits.
  it.each([
    [0.1, -1e9],
    [0.7, 1e9],
  ])('[%d, %d] is within bounds', (...numbers) => {
    const action = Float32Array.from(numbers);
    expect(boxAction(BOX, action)).toBe(action);
  });

  it.each<[EnvAction, string]>([
    [Float32Array.of(0.75, 0), 'action share is 0.75, not within 0.1 and 0.7'],
    [Float32Array.of(0, 0), 'action share is 0, not'],
    [Float32Array.of(0.5, Number.NaN), 'action free is NaN'],
    [Float32Array.of(0.5), 'is no vector of 2'],
    [1, 'action 1 is no vector of 2'],
  ])('%s is out of them', (action, message) => {
    expect(() => boxAction(BOX, action)).toThrow(message);
  });
});
