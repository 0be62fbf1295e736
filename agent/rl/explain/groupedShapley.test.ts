import { describe, expect, it } from 'vitest';
import { groupedShapleyValues } from './groupedShapley';
import type { BatchFunction } from './shapley';

/** a·b + 10·c, over rows of three. */
const PRODUCT_AND_SUM: BatchFunction = (rows, count) =>
  Array.from({ length: count }, (_, row) => {
    const [a = 0, b = 0, c = 0] = rows.subarray(row * 3, row * 3 + 3);
    return a * b + 10 * c;
  });

describe('Shapley values of groups', () => {
  it('give a group what its inputs do together', () => {
    expect(groupedShapleyValues(PRODUCT_AND_SUM, [2, 3, 1], [0, 0, 0], [0, 0, 1], 2)).toEqual([6, 10]);
  });

  it('share what groups do only together evenly', () => {
    expect(groupedShapleyValues(PRODUCT_AND_SUM, [2, 3, 1], [0, 0, 0], [0, 1, 1], 2)).toEqual([3, 13]);
  });

  it('are none for what is as in the other observation', () => {
    expect(groupedShapleyValues(PRODUCT_AND_SUM, [2, 3, 1], [2, 3, 0], [0, 1, 2], 3)).toEqual([0, 0, 10]);
  });
});
