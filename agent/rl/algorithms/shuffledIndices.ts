import type { Random } from '../../sim/random';

/**
 * Puts 0…n − 1 into a random order (Fisher and Yates; Durstenfeld 1964, https://doi.org/10.1145/364520.364540).
 *
 * @param begins whether to write the numbers first; else those that are there are shuffled again
 */
export function shuffledIndices(indices: Int32Array, random: Random, begins: boolean): void {
  if (begins) for (let index = 0; index < indices.length; index++) indices[index] = index;
  for (let index = indices.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    const swapped = indices[index] as number;
    indices[index] = indices[other] as number;
    indices[other] = swapped;
  }
}
