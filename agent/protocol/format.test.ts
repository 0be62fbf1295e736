import { expect, it } from 'vitest';
import { capitalised, formatAge, formatCountdown, formatTime, sentence } from './format';

function check<T>(format: (value: T) => string, cases: [value: T, text: string][]): void {
  expect(cases.map(([value]) => format(value))).toEqual(cases.map(([, text]) => text));
}

it('ages are in their largest whole unit and never negative', () => {
  check(formatAge, [
    [-5, '0 s'],
    [2900, '2 s'],
    [119_999, '119 s'],
    [130_000, '2 min'],
    [7_300_000, '2 h'],
    [200_000_000, '2 d'],
  ]);
});

it('countdowns end at zero', () => {
  check(formatCountdown, [
    [48_000, '0:48'],
    [725_000, '12:05'],
    [1, '0:01'],
    [0, '0:00'],
    [-9, '0:00'],
  ]);
});

it('times of day have two digits each', () => {
  expect(formatTime(new Date(2026, 0, 1, 9, 4, 5).getTime())).toBe('09:04:05');
});

it('texts become sentences', () => {
  expect(capitalised('scale up')).toBe('Scale up');
  expect([sentence('It ended'), sentence('Did it?')]).toEqual(['It ended.', 'Did it?']);
});
