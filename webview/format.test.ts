import { expect, it } from 'vitest';
import { formatLatency, formatSeconds, formatShare, formatSigned } from './format';

function check<T>(format: (value: T) => string, cases: [value: T, text: string][]): void {
  expect(cases.map(([value]) => format(value))).toEqual(cases.map(([, text]) => text));
}

it('durations have a digit more where they are short', () => {
  check(formatSeconds, [
    [1.44, '1.4 s'],
    [9.99, '10 s'],
    [41.2, '41 s'],
    [125, '2 min 5 s'],
  ]);
});

it('latencies change to seconds from a thousand milliseconds', () => {
  check(formatLatency, [
    [341.4, '341 ms'],
    [1240, '1.24 s'],
  ]);
});

it('signed numbers have a real minus, and none for what rounds to zero', () => {
  check(formatSigned, [
    [0.521, '+0.52'],
    [-0.06, '−0.06'],
    [-0.001, '+0.00'],
  ]);
});

it('shares are percentages', () => {
  check((share: number) => formatShare(share, 2), [[0.9931, '99.31 %']]);
});
