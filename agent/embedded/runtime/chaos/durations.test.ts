import { describe, expect, it } from 'vitest';
import { parseGoDurationMs } from './durations';

describe('parseGoDurationMs', () => {
  it.each([
    ['300ms', 300],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['250us', 0.25],
  ])('reads %s', (text, expected) => {
    expect(parseGoDurationMs(text)).toBeCloseTo(expected);
  });

  it.each(['', '30', 's', '-5s', '1 m', '5d'])('refuses "%s"', (text) => {
    expect(() => parseGoDurationMs(text)).toThrow(RangeError);
  });
});
