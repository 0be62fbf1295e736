import type { Field } from '../env/env';

/** Room for what single precision and other programs round: 0.1 + 0.2 must not be out of range by its last bit. */
const TOLERANCE = 1e-6;

/**
 * Why these numbers are no observation of a contract, in words without an end; null where they are one.
 *
 * @param contract as people call it, `heal/9`
 */
export function whyNotObservation(
  state: readonly number[],
  fields: readonly Pick<Field, 'name' | 'unit' | 'min' | 'max'>[],
  contract: string,
): { kind: 'count' | 'range'; text: string } | null {
  if (state.length !== fields.length) {
    return { kind: 'count', text: `${state.length} numbers, and ${contract} has ${fields.length}` };
  }
  for (const [index, { name, unit, min, max }] of fields.entries()) {
    const value = state[index] ?? Number.NaN;
    if (value >= min - TOLERANCE && value <= max + TOLERANCE) continue;
    return {
      kind: 'range',
      text: `${name} (number ${index + 1}, ${unit}) is ${value}, not within ${min}…${max}`,
    };
  }
  return null;
}
