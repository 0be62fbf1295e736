import { describe, expect, it } from 'vitest';
import { parseQuantity } from './quantity';

describe('a quantity', () => {
  const cases: [string | number, number | null][] = [
    ['250m', 0.25],
    ['2', 2],
    [3, 3],
    ['1.5', 1.5],
    ['128Mi', 134_217_728],
    ['1G', 1e9],
    ['12345n', 0.000012345],
    ['1e3', 1000],
    ['1E', 1e18],
    ['-1', -1],
    ['', null],
    ['Mi', null],
    ['1Xi', null],
    ['abc', null],
  ];
  for (const [text, value] of cases) {
    it(`${JSON.stringify(text)} means ${value}`, () => {
      const parsed = parseQuantity(text);
      if (value === null) expect(parsed).toBeNull();
      else expect(parsed).toBeCloseTo(value, 9);
    });
  }
});
