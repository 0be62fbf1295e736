import { expect, it } from 'vitest';
import {
  capitalised,
  formatAge,
  formatCount,
  formatCountdown,
  formatScore,
  formatTime,
  sentence,
} from './format';

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

it('counts have their thousands apart', () => {
  check(formatCount, [
    [7, '7'],
    [999.6, '1,000'],
    [50_000, '50,000'],
    [1_234_567, '1,234,567'],
    [1_500_000, '1,500,000'],
  ]);
});

it('scores have three significant digits and a real minus', () => {
  check(formatScore, [
    [-12.437, '−12.4'],
    [0.031_23, '0.0312'],
    [-0, '0'],
    [250, '250'],
    [-12_345.6, '−12,346'],
  ]);
});

it('times of day have two digits each', () => {
  expect(formatTime(new Date(2026, 0, 1, 9, 4, 5).getTime())).toBe('09:04:05');
});

it('texts become sentences', () => {
  expect(capitalised('scale up')).toBe('Scale up');
  expect([sentence('It ended'), sentence('Did it?')]).toEqual(['It ended.', 'Did it?']);
});
