import { describe, expect, it } from 'vitest';
import { Random } from '../../../sim/random';
import type { KubeObject } from '../../objectStore';
import { PodSelector, type SelectionMode } from './experiments';
import { pick, selectablePods } from './selection';

function pod(name: string, labels: Record<string, string>, namespace = 'shop', extra = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, uid: name, resourceVersion: '1', creationTimestamp: '', ...extra },
    spec: { nodeName: `node-of-${name}`, containers: [{ name: 'app' }] },
    status: { phase: 'Running' },
  };
}

const PODS = [
  pod('a', { app: 'web', track: 'stable' }),
  pod('b', { app: 'web', track: 'canary' }),
  pod('c', { app: 'db' }),
  pod('d', { app: 'web' }, 'other'),
  pod('e', { app: 'web' }, 'shop', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
];

const NODE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'node-of-b',
    labels: { zone: 'b' },
    uid: 'node',
    resourceVersion: '1',
    creationTimestamp: '',
  },
};

const select = (selector: Record<string, unknown>) =>
  selectablePods(PODS, PodSelector.parse(selector), 'shop', [NODE]).map(({ metadata }) => metadata.name);

describe('selectablePods', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['labels in its own namespace', { labelSelectors: { app: 'web' } }, ['a', 'b']],
    ['namespaces', { namespaces: ['shop', 'other'], labelSelectors: { app: 'web' } }, ['a', 'b', 'd']],
    [
      'expressions',
      { expressionSelectors: [{ key: 'track', operator: 'NotIn', values: ['canary'] }] },
      ['a', 'c'],
    ],
    ['nodes', { nodes: ['node-of-c'] }, ['c']],
    ['labels of nodes', { nodeSelectors: { zone: 'b' } }, ['b']],
    ['nodes by name or label', { nodes: ['node-of-c'], nodeSelectors: { zone: 'b' } }, ['b', 'c']],
    ['fields', { fieldSelectors: { 'metadata.name': 'a', 'status.phase': 'Running' } }, ['a']],
    ['phases', { podPhaseSelectors: ['Pending'] }, []],
    ['names', { pods: { other: ['d'], shop: ['c', 'x'] } }, ['c', 'd']],
    ['nothing', {}, ['a', 'b', 'c']],
  ])('selects by %s', (_, selector, expected) => {
    expect(select(selector)).toEqual(expected);
  });
});

describe('pick', () => {
  const pods = Array.from({ length: 10 }, (_, index) => pod(`p${index}`, {}));
  const count = (mode: SelectionMode, value?: string) => pick(pods, mode, value, new Random(1)).length;

  it('takes as many as the mode says', () => {
    expect(count('one')).toBe(1);
    expect(count('all')).toBe(10);
    expect(count('fixed', '3')).toBe(3);
    expect(count('fixed', '30')).toBe(10);
    expect(count('fixed-percent', '25')).toBe(2);
  });

  it('takes at most the given share at random', () => {
    const random = new Random(1);
    const counts = Array.from({ length: 300 }, () => pick(pods, 'random-max-percent', '50', random).length);
    expect(Math.max(...counts)).toBe(5);
    expect(Math.min(...counts)).toBe(0);
  });

  it('takes each pod with the same chance', () => {
    const random = new Random(1);
    const hits = Map.groupBy(
      Array.from({ length: 5000 }, () => pick(pods, 'one', undefined, random)[0]?.metadata.name),
      (name) => name,
    );
    expect(hits.size).toBe(10);
    for (const all of hits.values()) expect(all.length / 500).toBeCloseTo(1, 0);
  });

  it('refuses a value that does not fit the mode', () => {
    expect(() => count('fixed')).toThrow(RangeError);
    expect(() => count('fixed-percent', '120')).toThrow(RangeError);
    expect(() => count('fixed', '1.5')).toThrow(RangeError);
  });
});
