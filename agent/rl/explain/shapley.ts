/** Exact values need the mean over the background for each of 2ⁿ coalitions; beyond this n that is too many. */
export const MOST_SHAPLEY_INPUTS = 12;

/**
 * A function of observations, evaluated for many at once.
 *
 * @param rows `count` observations, one after the other; valid during the call only
 * @returns one number per row; it may be an array of the function's own, it is read at once
 */
export type BatchFunction = (rows: Float32Array, count: number) => ArrayLike<number>;

export interface ShapleyValues {
  /** Mean of the function over the background: what it says when nothing is known. */
  base: number;
  /** By input, in its order. `base` plus their sum is the function's value. */
  values: number[];
}

/**
 * What each input contributes to f(x), compared with a background of typical observations: exact Shapley values of
 * the game v(S) = mean over b of f(x on S, b elsewhere) (Lundberg and Lee 2017, arXiv:1705.07874, with the
 * interventional expectation of Janzing et al. 2020, arXiv:1910.13413).
 *
 * @param background at least one observation of the same length
 * @param batchRows how many rows are evaluated at once, ≥ 1
 * @throws RangeError for more than 12 inputs, an empty background or lengths that differ
 */
export function shapleyValues(
  f: BatchFunction,
  x: ArrayLike<number>,
  background: readonly ArrayLike<number>[],
  batchRows = 1024,
): ShapleyValues {
  const inputs = x.length;
  if (inputs > MOST_SHAPLEY_INPUTS) throw new RangeError(`${inputs} inputs, at most ${MOST_SHAPLEY_INPUTS}`);
  if (background.length === 0) throw new RangeError('an empty background');
  if (background.some((row) => row.length !== inputs)) throw new RangeError('a background of other lengths');

  const worth = coalitionWorths(f, x, background, batchRows);
  const weights = coalitionWeights(inputs);
  const values = Array.from({ length: inputs }, (_, input) => {
    const member = 1 << input;
    let value = 0;
    for (let coalition = 0; coalition < worth.length; coalition++) {
      if (coalition & member) continue;
      const gain = (worth[coalition | member] as number) - (worth[coalition] as number);
      value += (weights[bitCount(coalition)] as number) * gain;
    }
    return value;
  });
  return { base: worth[0] as number, values };
}

/** v(S) for each coalition S, whose inputs are the bits of its index. */
function coalitionWorths(
  f: BatchFunction,
  x: ArrayLike<number>,
  background: readonly ArrayLike<number>[],
  batchRows: number,
): Float64Array {
  const inputs = x.length;
  const worth = new Float64Array(2 ** inputs);
  const rows = new Float32Array(batchRows * inputs);
  const total = worth.length * background.length;
  for (let first = 0; first < total; first += batchRows) {
    const count = Math.min(batchRows, total - first);
    for (let row = 0; row < count; row++) {
      const coalition = Math.floor((first + row) / background.length);
      const absent = background[(first + row) % background.length] as ArrayLike<number>;
      for (let input = 0; input < inputs; input++) {
        rows[row * inputs + input] = (coalition & (1 << input) ? x[input] : absent[input]) as number;
      }
    }
    const results = f(rows, count);
    for (let row = 0; row < count; row++) {
      const coalition = Math.floor((first + row) / background.length);
      worth[coalition] = (worth[coalition] as number) + (results[row] as number) / background.length;
    }
  }
  return worth;
}

/** |S|!·(n − |S| − 1)!/n! by |S|: how often S is who has come before, over all orders. */
function coalitionWeights(inputs: number): Float64Array {
  const weights = new Float64Array(inputs);
  for (let size = 0; size < inputs; size++) {
    // 1/(n·C(n − 1, |S|))
    let choices = 1;
    for (let k = 0; k < size; k++) choices = (choices * (inputs - 1 - k)) / (k + 1);
    weights[size] = 1 / (inputs * choices);
  }
  return weights;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest &= rest - 1) count++;
  return count;
}
