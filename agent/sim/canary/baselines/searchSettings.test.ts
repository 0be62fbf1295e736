import { describe, expect, it } from 'vitest';
import { Random } from '../../random';
import { searchSettings } from './searchSettings';

const SPACE = { a: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], b: [0, 10, 20, 30, 40] };
const hill = ({ a, b }: { a: number; b: number }) => -((a - 7) ** 2) - ((b - 30) / 10) ** 2;

describe('the search of settings', () => {
  it('climbs from the best that chance has drawn', () => {
    const found = searchSettings(SPACE, hill, { draws: 3, changes: 60 }, new Random(1));
    expect(found[0]?.settings).toEqual({ a: 7, b: 30 });
    expect(found.length).toBeLessThanOrEqual(50);
    const scores = found.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('stops when its budget is used up, and scores nothing twice', () => {
    const seen: string[] = [];
    const count = (settings: { a: number; b: number }) => {
      seen.push(JSON.stringify(settings));
      return hill(settings);
    };
    const found = searchSettings(SPACE, count, { draws: 2, changes: 3 }, new Random(1));
    expect(found).toHaveLength(seen.length);
    expect(found.length).toBeLessThanOrEqual(5);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
