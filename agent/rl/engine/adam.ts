import { NumericError } from '../numericError';
import type { AdamOptions } from './network';

export const BETA1 = 0.9;
export const BETA2 = 0.999;
/** Smaller moments become 0: WebAssembly cannot flush denormal numbers, which are slow on many processors. */
export const LEAST_MOMENT = 1e-30;

/**
 * One step of Adam (Kingma and Ba 2015, arXiv:1412.6980) as numbers. With the gradients g times `gradientScale`:
 *
 *     m ← β1·m + (1 − β1)·g,   v ← β2·v + (1 − β2)·g²,   θ ← θ − rate · m / (√v · secondScale + epsilon)
 */
export interface AdamStep {
  /** α / (1 − β1ᵗ) */
  rate: number;
  /** 1 / √(1 − β2ᵗ) */
  secondScale: number;
  epsilon: number;
  gradientScale: number;
}

/**
 * @param step t ≥ 1
 * @param gradientNorm of all that learns
 * @throws NumericError where the norm is not finite
 */
export function adamStep(options: AdamOptions, step: number, gradientNorm: number): AdamStep {
  if (!Number.isFinite(gradientNorm)) throw new NumericError('the norm of the gradient', gradientNorm);
  const { learningRate, maxGradNorm, epsilon } = options;
  return {
    rate: learningRate / (1 - wholePower(BETA1, step)),
    secondScale: 1 / Math.sqrt(1 - wholePower(BETA2, step)),
    epsilon,
    gradientScale: gradientNorm > maxGradNorm ? maxGradNorm / gradientNorm : 1,
  };
}

/** By squaring: Math.pow may differ between JavaScript engines in its last bits. */
function wholePower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
