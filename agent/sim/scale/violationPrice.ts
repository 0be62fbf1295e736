import type { Random } from '../random';

/**
 * W, what a violated request costs: serving as much load as one pod can, all of it too late, costs as much as W pods.
 * Drawn anew for each episode, so that one policy that is told W covers every trade-off.
 */
const VIOLATION_PRICES = { least: 2, most: 100 } as const;

const MIDDLE_LN = Math.log(VIOLATION_PRICES.least * VIOLATION_PRICES.most) / 2;
const HALF_LN = Math.log(VIOLATION_PRICES.most / VIOLATION_PRICES.least) / 2;

/** Uniform in the logarithm. */
export function drawViolationPrice(random: Random): number {
  return Math.exp(MIDDLE_LN + HALF_LN * (2 * random.uniform() - 1));
}

/** −1…1 over the prices that are drawn. */
export function normalisedPrice(violationPrice: number): number {
  return (Math.log(violationPrice) - MIDDLE_LN) / HALF_LN;
}
