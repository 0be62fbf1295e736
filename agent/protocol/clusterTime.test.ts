import { expect, it } from 'vitest';
import { clusterNowMs, wallTimeLeftMs } from './clusterTime';

const TENFOLD = { originMs: 5_000_000, wallOriginMs: 1_000_000, rate: 10 };

it('cluster time runs at the rate of its clock from its origin', () => {
  expect(clusterNowMs(TENFOLD, 1_000_000)).toBe(5_000_000);
  expect(clusterNowMs(TENFOLD, 1_003_000)).toBe(5_030_000);
});

it('the wall time left is shorter by the rate, and never negative', () => {
  expect(wallTimeLeftMs(TENFOLD, 5_120_000, 1_000_000)).toBe(12_000);
  expect(wallTimeLeftMs(TENFOLD, 5_120_000, 1_020_000)).toBe(0);
});
