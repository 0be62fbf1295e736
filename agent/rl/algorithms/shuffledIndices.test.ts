import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { shuffledIndices } from './shuffledIndices';

function shuffled(length: number, seed: number): number[] {
  const indices = new Int32Array(length);
  shuffledIndices(indices, new Random(seed), true);
  return [...indices];
}

describe('shuffling', () => {
  it('keeps each index once, in an order that the seed decides', () => {
    expect(shuffled(100, 1).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, k) => k));
    expect(shuffled(100, 1)).toEqual(shuffled(100, 1));
    expect(shuffled(100, 1)).not.toEqual(shuffled(100, 2));
  });

  it('goes on from the order that is there', () => {
    const indices = new Int32Array([7, 7, 8]);
    shuffledIndices(indices, new Random(1), false);
    expect([...indices].toSorted((a, b) => a - b)).toEqual([7, 7, 8]);
  });

  it('gives each order as often as the others', () => {
    const random = new Random(3);
    const indices = new Int32Array(3);
    const counts = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      shuffledIndices(indices, random, true);
      const order = indices.join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
