import type { Prediction } from './gaussianProcess';

/**
 * How much less than `best` − `margin` a point is expected to give, where it gives less (Jones et al. 1998, equation
 * 15, for minimisation): (best − margin − μ)·Φ(z) + σ·φ(z) with z = (best − margin − μ)/σ.
 */
export function expectedImprovement(
  { mean, standardDeviation }: Prediction,
  best: number,
  margin: number,
): number {
  const gain = best - margin - mean;
  if (standardDeviation <= 0) return Math.max(0, gain);
  const z = gain / standardDeviation;
  return gain * normalCdf(z) + standardDeviation * normalDensity(z);
}

export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** Φ(z), to 1.2e-7 relative: the Chebyshev fit of erfc in Numerical Recipes (2nd ed., section 6.2). */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const polynomial = ERFC.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const upper = 0.5 * t * Math.exp(-x * x + polynomial);
  return z > 0 ? 1 - upper : upper;
}

const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
] as const;
