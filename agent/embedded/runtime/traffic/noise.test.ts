import { expect, it } from 'vitest';
import { Noise } from './noise';

it('noise moves both versions together, each with a scatter of its own, the same within a half minute', () => {
  const noise = new Noise(1);
  const pairs: [number, number][] = [];
  for (let step = 0; step < 4000; step++) {
    noise.advance(step * 30_000);
    const pair: [number, number] = [Math.log(noise.factor('one')), Math.log(noise.factor('two'))];
    noise.advance(step * 30_000 + 29_000);
    expect(Math.log(noise.factor('one'))).toBe(pair[0]);
    pairs.push(pair);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  // Of the drift 1, of the dispersion 0.36; what both share is the drift.
  expect(mean(pairs.map(([one]) => one * one))).toBeCloseTo(1.36, 0);
  expect(mean(pairs.map(([one, two]) => one * two))).toBeCloseTo(1, 0);
});
