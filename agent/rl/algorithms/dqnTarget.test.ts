import { describe, expect, it } from 'vitest';
import type { Matrix } from '../engine/network';
import { argmax } from './argmax';
import { tdTargets } from './dqnTarget';

/** Rows padded to four columns, as the kernel's are. */
function matrix(rows: readonly (readonly number[])[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  return {
    values: Float32Array.from(rows.flatMap((row) => [...row, ...new Array(4 - columns).fill(0)])),
    stride: 4,
    columns,
  };
}

describe('the targets of DQN', () => {
  // The online network prefers action 1; the target network values action 1 with 2, and action 2 most, with 5.
  const online = matrix(Array.from({ length: 4 }, () => [1, 3, 2]));
  const target = matrix(Array.from({ length: 4 }, () => [0, 2, 5]));
  const gains = {
    // A step, a terminated and a truncated one (it bootstraps all the same), and one of three steps.
    returns: Float32Array.of(1, 1, -1, 1.75),
    discounts: Float32Array.of(0.5, 0, 0.5, 0.125),
  };

  it('let the online network select and the target network evaluate, in double DQN', () => {
    const targets = new Float32Array(4);
    tdTargets(gains, online, target, targets);
    expect([...targets]).toEqual([1 + 0.5 * 2, 1, -1 + 0.5 * 2, 1.75 + 0.125 * 2]);
  });

  it('take the target network’s greatest value, in plain DQN', () => {
    const targets = new Float32Array(4);
    tdTargets(gains, target, target, targets);
    expect([...targets]).toEqual([1 + 0.5 * 5, 1, -1 + 0.5 * 5, 1.75 + 0.125 * 5]);
  });
});

describe('the greedy action', () => {
  it.each([
    { row: [-3, -2, -5], best: 1 },
    { row: [2, 2, 1], best: 0 },
    { row: [-1, -1, -0.5], best: 2 },
  ])('of $row is $best, whatever the padding', ({ row, best }) => {
    expect(argmax(matrix([[9, 9, 9], row]), 1)).toBe(best);
  });
});
