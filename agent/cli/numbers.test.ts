import { describe, expect, it } from 'vitest';
import { formatFixed, formatNumber, formatPercent } from './numbers';

describe('a number for people', () => {
  it.each([
    [0, '0'],
    [-0.000_653_21, '−0.000653'],
    [2.7151, '2.72'],
    [-12.345, '−12.3'],
    [1234.6, '1235'],
    [Number.NEGATIVE_INFINITY, '−∞'],
    [Number.NaN, '–'],
    [undefined, '–'],
  ])('%s is %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('has as many digits as asked for', () => {
    expect(formatNumber(1234.56, 5)).toBe('1234.6');
    expect(formatFixed(-0.5, 2)).toBe('−0.50');
  });

  it('is a percentage', () => {
    expect(formatPercent(0.256)).toBe('26 %');
    expect(formatPercent(0.256, 1)).toBe('25.6 %');
  });
});
