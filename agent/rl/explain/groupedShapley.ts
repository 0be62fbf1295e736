import { type BatchFunction, shapleyValues } from './shapley';

/**
 * What each group of inputs contributes to f(x), compared with one other observation: exact Shapley values where a
 * group is known as a whole, or not at all. They sum to f(x) − f(other).
 *
 * @param groupOf by input: the index of its group, 0…`groups` − 1
 * @param groups how many there are, at most 12
 * @throws RangeError for more groups
 */
export function groupedShapleyValues(
  f: BatchFunction,
  x: ArrayLike<number>,
  other: ArrayLike<number>,
  groupOf: readonly number[],
  groups: number,
): number[] {
  const known = Array.from({ length: groups }, () => 1);
  const unknown = Array.from({ length: groups }, () => 0);
  return shapleyValues(ofGroups(f, x, other, groupOf, groups), known, [unknown]).values;
}

/** The same function of which groups are as in x (1), and which as in the other observation (0). */
function ofGroups(
  f: BatchFunction,
  x: ArrayLike<number>,
  other: ArrayLike<number>,
  groupOf: readonly number[],
  groups: number,
): BatchFunction {
  const inputs = x.length;
  let rows = new Float32Array(0);
  return (masks, count) => {
    if (rows.length < count * inputs) rows = new Float32Array(count * inputs);
    for (let row = 0; row < count; row++) {
      for (let input = 0; input < inputs; input++) {
        const isKnown = masks[row * groups + (groupOf[input] ?? 0)] === 1;
        rows[row * inputs + input] = (isKnown ? x[input] : other[input]) as number;
      }
    }
    return f(rows, count);
  };
}
