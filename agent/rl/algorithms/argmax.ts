import type { Matrix } from '../engine/network';

/** The column of the row's greatest number; of equals the first. */
export function argmax({ values, stride, columns }: Matrix, row: number): number {
  const offset = row * stride;
  let best = 0;
  for (let column = 1; column < columns; column++) {
    if ((values[offset + column] as number) > (values[offset + best] as number)) best = column;
  }
  return best;
}
