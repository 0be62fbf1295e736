import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SumTree } from './sumTree';

const priorities = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })), {
  minLength: 1,
  maxLength: 50,
});

function treeOf(values: readonly number[]) {
  const tree = new SumTree(values.length);
  for (const [index, value] of values.entries()) tree.set(index, value);
  return tree;
}

describe('the sum tree', () => {
  it('finds where the running sum first exceeds a number', () => {
    const tree = treeOf([1, 0, 2, 4]);
    expect(tree.total).toBe(7);
    expect([0, 0.99, 1, 2.99, 3, 6.99].map((sum) => tree.find(sum))).toEqual([0, 0, 2, 2, 3, 3]);
    tree.set(2, 0);
    expect([0.5, 1, 4.9].map((sum) => tree.find(sum))).toEqual([0, 3, 3]);
  });

  it('has the sum of its numbers after any changes', () => {
    const changes = fc.array(fc.tuple(fc.nat(49), fc.double({ min: 0, max: 1e6, noNaN: true })));
    fc.assert(
      fc.property(priorities, changes, (values, updates) => {
        const tree = treeOf(values);
        const expected = [...values];
        for (const [index, value] of updates) {
          tree.set(index % values.length, value);
          expected[index % values.length] = value;
        }
        const sum = expected.reduce((total, value) => total + value, 0);
        expect(Math.abs(tree.total - sum)).toBeLessThanOrEqual(1e-12 * sum);
        expect(expected.map((_, index) => tree.get(index))).toEqual(expected);
      }),
    );
  });

  it('never finds a number that is 0, not even at the very end', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(priorities, share, (values, at) => {
        const tree = treeOf(values);
        fc.pre(tree.total > 0);
        expect(values[tree.find(at * tree.total)]).toBeGreaterThan(0);
      }),
    );
  });
});
