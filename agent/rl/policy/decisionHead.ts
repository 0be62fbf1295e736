import type { BoxSpace } from '../env/env';

export interface Choice {
  /** Of equals the first. */
  action: number;
  probabilities: readonly number[];
}

export function greedyChoice(values: readonly number[], kind: 'q-values' | 'logits'): Choice {
  return { action: values.indexOf(Math.max(...values)), probabilities: probabilitiesOf(values, kind) };
}

/** Q-values this near to each other, as a share of their size, are the same but for errors of approximation. */
const INDISTINCT_SHARE = 1e-3;

/**
 * Softmax of logits, or of (q − max q) ÷ temperature.
 *
 * Q-values have no scale of their own, so that the temperature is a quarter of their spread (max − min), and a
 * thousandth of their size: the best action stands out as far as it does among the others in this state, and actions
 * that differ by less than the approximation can tell count as equal. This ranks; it is no measured probability.
 */
export function probabilitiesOf(values: readonly number[], kind: 'q-values' | 'logits'): readonly number[] {
  const greatest = Math.max(...values);
  const temperature = kind === 'logits' ? 1 : qTemperature(values, greatest);
  // All Q-values are 0.
  if (temperature === 0) return values.map(() => 1 / values.length);
  const weights = values.map((value) => Math.exp((value - greatest) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function qTemperature(values: readonly number[], greatest: number): number {
  const least = Math.min(...values);
  const size = Math.max(Math.abs(greatest), Math.abs(least));
  return (greatest - least) / 4 + INDISTINCT_SHARE * size;
}

/**
 * How sure a Gaussian policy is: the probability that an action drawn in training lay within a quarter of the
 * action's range of its mean, for the number of the action for which that is least. 1 where the range is unbounded.
 */
export function gaussianConfidence({ fields }: BoxSpace, logStandardDeviations: readonly number[]): number {
  const shares = fields.map(({ min, max }, index) => {
    const deviation = Math.exp(logStandardDeviations[index] ?? 0);
    return errorFunction((max - min) / 4 / (deviation * Math.SQRT2));
  });
  return Math.min(1, ...shares);
}

export function clippedToSpace({ fields }: BoxSpace, values: readonly number[]): Float32Array {
  return Float32Array.from(fields, ({ min, max }, index) => Math.min(Math.max(values[index] ?? 0, min), max));
}

/** erf(x) for x ≥ 0 to 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26). */
function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return 1 - polynomial * Math.exp(-x * x);
}
