import { expect, test } from 'vitest';
import { targetOf } from './target';
import { treeNode } from './treeNode';

test('the target comes from a tree node, from an argument, or is empty', () => {
  const node = treeNode({ id: 'x', label: 'x', target: { workloadId: 'w', pod: 'p' } });
  expect(targetOf(node)).toEqual({ workloadId: 'w', pod: 'p' });
  expect(targetOf({ proposalId: 'p1' })).toEqual({ proposalId: 'p1' });
  expect(targetOf({ task: 'heal', version: 3 })).toEqual({ task: 'heal', version: 3 });
  for (const nothing of [undefined, null, 7, 'x', { proposalId: 7 }, { task: 'fly' }])
    expect(targetOf(nothing)).toEqual({});
});
