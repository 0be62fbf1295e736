/** Weights may be sums of steps. */
const TINY = 1e-6;

/** The least of some weights that is above the present one, or null. @param weights ascending, as `weight` 0…1 */
export function nextWeight(weights: readonly number[], weight: number): number | null {
  return weights.find((each) => each > weight + TINY) ?? null;
}

/** Index of the step that a weight is at: of the last one that is not above it, else of the first. */
export function presentStep(weights: readonly number[], weight: number): number {
  return Math.max(
    0,
    weights.findLastIndex((each) => each <= weight + TINY),
  );
}

/** Whether a bound allows a weight. */
export function allows(mostWeight: number, weight: number): boolean {
  return weight <= mostWeight + TINY;
}

export function percentOf(weight: number): string {
  return `${Math.round(weight * 100)} %`;
}
