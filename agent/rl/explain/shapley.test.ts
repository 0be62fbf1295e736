import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchFunction, shapleyValues } from './shapley';

/** The batch form of a function of one observation. */
function batch(inputs: number, f: (x: number[]) => number): BatchFunction {
  return (rows, count) =>
    Array.from({ length: count }, (_, row) => f([...rows.subarray(row * inputs, (row + 1) * inputs)]));
}

describe('exact Shapley values', () => {
  it('of a linear function are weight × distance from the background’s mean', () => {
    const f = batch(3, ([a = 0, b = 0, c = 0]) => 2 * a - b + 0.5 * c + 7);
    const { base, values } = shapleyValues(
      f,
      [1, 2, 4],
      [
        [0, 0, 0],
        [1, 1, 2],
      ],
    );
    expect(base).toBeCloseTo(7 + 1 - 0.5 + 0.5, 6);
    expect(values).toEqual([1, -1.5, 1.5].map((value) => expect.closeTo(value, 6)));
  });

  it('of a product against zero split it evenly: the textbook glove game', () => {
    const f = batch(2, ([a = 0, b = 0]) => a * b);
    expect(shapleyValues(f, [3, 4], [[0, 0]])).toEqual({ base: 0, values: [6, 6] });
  });

  it('of a majority of three by hand: the one that decides alone gets two thirds', () => {
    // v(S) = 1 where 0 ∈ S and |S| ≥ 2: orders in which each input completes it: 4, 1, 1 of 6.
    const f = batch(3, ([a = 0, b = 0, c = 0]) => (a === 1 && b + c >= 1 ? 1 : 0));
    const { values } = shapleyValues(f, [1, 1, 1], [[0, 0, 0]]);
    expect(values).toEqual([4 / 6, 1 / 6, 1 / 6].map((value) => expect.closeTo(value, 12)));
  });

  it('of an input that does not matter are 0, and all of them add up to f(x) − base, for any batch size', () => {
    const number = fc.integer({ min: -8, max: 8 });
    fc.assert(
      fc.property(
        fc.tuple(number, number, number, number),
        fc.array(fc.tuple(number, number, number, number), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (x, background, batchRows) => {
          const of = ([a = 0, , c = 0, d = 0]: readonly number[]) => a * c - Math.max(a, d);
          const { base, values } = shapleyValues(batch(4, of), x, background, batchRows);
          expect(values[1]).toBeCloseTo(0, 9);
          expect(base + values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(of(x), 9);
        },
      ),
    );
  });

  it('handles twelve inputs and no more', () => {
    const sum = batch(12, (x) => x.reduce((total, value) => total + value, 0));
    const { values } = shapleyValues(sum, new Float32Array(12).fill(1), [new Float32Array(12)]);
    expect(values).toEqual(Array.from({ length: 12 }, () => expect.closeTo(1, 9)));
    expect(() => shapleyValues(sum, new Float32Array(13), [new Float32Array(13)])).toThrow('13 inputs');
  });

  it.each([
    { background: [], problem: 'empty background' },
    { background: [[1]], problem: 'other lengths' },
  ])('refuses $problem', ({ background, problem }) => {
    expect(() =>
      shapleyValues(
        batch(2, () => 0),
        [1, 2],
        background,
      ),
    ).toThrow(problem);
  });
});
