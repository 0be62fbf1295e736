import { describe, expect, it } from 'vitest';
import { applyPatch } from './patch';

const DOCUMENT = {
  metadata: { labels: { app: 'web' }, finalizers: ['a'] },
  spec: {
    replicas: 2,
    args: ['x', 'y'],
    containers: [
      { name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] },
      { name: 'side', image: 'side:1' },
    ],
  },
};

function check(type: string, patch: unknown, kind: 'builtin' | 'custom' = 'builtin'): unknown {
  const before = structuredClone(DOCUMENT);
  const result = applyPatch(`application/${type}+json`, DOCUMENT, patch, kind);
  expect(DOCUMENT).toEqual(before);
  return result;
}

describe('a JSON patch', () => {
  it('is applied in order', () => {
    const result = check('json-patch', [
      { op: 'test', path: '/spec/replicas', value: 2 },
      { op: 'replace', path: '/spec/replicas', value: 3 },
      { op: 'add', path: '/metadata/labels/a~1b', value: 'c' },
      { op: 'remove', path: '/spec/args/0' },
    ]);
    expect(result).toMatchObject({
      metadata: { labels: { app: 'web', 'a/b': 'c' } },
      spec: { replicas: 3, args: ['y'] },
    });
  });

  it.each([
    ['a failing test', [{ op: 'test', path: '/spec/replicas', value: 1 }], 422],
    ['a missing path', [{ op: 'remove', path: '/spec/nothing' }], 422],
    ['an unknown operation', [{ op: 'increase', path: '/spec/replicas' }], 400],
    ['no list', { op: 'test' }, 400],
    ['a path that is no pointer', [{ op: 'remove', path: 'spec' }], 400],
    ['a path into the prototype', [{ op: 'add', path: '/__proto__/x', value: 1 }], 422],
  ])('with %s is refused', (_, patch, code) => {
    expect(() => check('json-patch', patch)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a merge patch', () => {
  it('merges objects, replaces lists and removes nulls', () => {
    const result = check('merge-patch', {
      spec: { replicas: null, args: ['z'], new: { deep: { a: 1, b: null } } },
    });
    const { replicas, ...spec } = DOCUMENT.spec;
    expect(result).toEqual({ ...DOCUMENT, spec: { ...spec, args: ['z'], new: { deep: { a: 1 } } } });
  });

  it('cannot reach the prototype', () => {
    check('merge-patch', JSON.parse('{"__proto__": {"polluted": true}}'));
    expect({}).not.toHaveProperty('polluted');
  });

  it('that is no object is refused', () => {
    expect(() => check('merge-patch', [1])).toThrow(expect.objectContaining({ code: 400 }));
  });
});

describe('a strategic merge patch', () => {
  it('merges list items by their key and appends new ones', () => {
    const result = check('strategic-merge-patch', {
      metadata: { finalizers: ['b', 'a'] },
      spec: {
        $setElementOrder: [],
        args: ['z'],
        containers: [
          {
            name: 'web',
            image: 'web:2',
            env: [{ name: 'B', value: '2' }],
            ports: [{ containerPort: 80, name: 'http' }],
          },
          { name: 'new', image: 'new:1' },
        ],
      },
    });
    expect(result).toEqual({
      metadata: { labels: { app: 'web' }, finalizers: ['a', 'b'] },
      spec: {
        replicas: 2,
        args: ['z'],
        containers: [
          {
            name: 'web',
            image: 'web:2',
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '2' },
            ],
            ports: [{ containerPort: 80, name: 'http' }],
          },
          { name: 'side', image: 'side:1' },
          { name: 'new', image: 'new:1' },
        ],
      },
    });
  });

  it.each([
    ['deletes an item', { spec: { containers: [{ name: 'side', $patch: 'delete' }] } }, ['web']],
    ['replaces a list', { spec: { containers: [{ name: 'only' }, { $patch: 'replace' }] } }, ['only']],
    ['replaces a map', { spec: { $patch: 'replace', containers: [{ name: 'only' }] } }, ['only']],
  ])('%s where it says so', (_, patch, names) => {
    expect(check('strategic-merge-patch', patch)).toMatchObject({
      spec: { containers: names.map((name) => ({ name })) },
    });
  });

  it('follows $retainKeys and $deleteFromPrimitiveList', () => {
    const result = check('strategic-merge-patch', {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] },
      spec: { $retainKeys: ['replicas'], replicas: 4 },
    });
    expect(result).toEqual({ metadata: { labels: { app: 'web' }, finalizers: [] }, spec: { replicas: 4 } });
  });

  it('is refused for custom resources, as is an unknown kind of patch for all', () => {
    expect(() => check('strategic-merge-patch', {}, 'custom')).toThrow(
      expect.objectContaining({ code: 415 }),
    );
    expect(() => check('apply-patch', {})).toThrow(expect.objectContaining({ code: 415 }));
  });
});
