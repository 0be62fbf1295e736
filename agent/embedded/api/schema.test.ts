import { describe, expect, it } from 'vitest';
import { applySchema, type Schema } from './schema';

const SCHEMA: Schema = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 100 },
        state: { type: 'string', pattern: '^(on|off)$' },
        color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        port: { 'x-kubernetes-int-or-string': true },
        tags: { type: 'array', items: { type: 'string' } },
        byName: { type: 'object', additionalProperties: { type: 'number' } },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        maybe: { type: 'string', nullable: true },
      },
    },
  },
};

function check(spec: unknown) {
  const object = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 't' }, spec };
  const { causes, pruned } = applySchema(SCHEMA, object);
  return { spec: object.spec, pruned, causes: causes.map(({ field, message }) => `${field}: ${message}`) };
}

describe('a schema', () => {
  it('refuses what is out of bounds', () => {
    expect(check({ size: 0 }).causes).toEqual([
      'spec.size: Invalid value: 0: must be greater than or equal to 1',
    ]);
    expect(check({ size: 101 }).causes).toEqual([
      'spec.size: Invalid value: 101: must be less than or equal to 100',
    ]);
    expect(check({ size: 1, state: 'open' }).causes).toEqual([
      `spec.state: Invalid value: "open": must match '^(on|off)$'`,
    ]);
    expect(check({ size: 100, state: 'off' }).causes).toEqual([]);
  });

  it('fills in defaults and keeps what it knows', () => {
    const spec = {
      size: 2,
      port: 'http',
      tags: ['a'],
      byName: { x: 1.5 },
      free: { any: { thing: 1 } },
      maybe: null,
    };
    expect(check(structuredClone(spec))).toEqual({ spec: { ...spec, color: 'red' }, pruned: [], causes: [] });
  });

  it('removes fields that it does not know, and takes null for absent', () => {
    expect(check({ size: 1, colour: 'red', color: null })).toEqual({
      spec: { size: 1, color: 'red' },
      pruned: ['spec.colour'],
      causes: [],
    });
  });

  it('leaves alone what is stored so already', () => {
    const stored = { spec: { size: 0, byName: { x: 'y' } }, unknown: 1 };
    const same = structuredClone(stored);
    expect(applySchema(SCHEMA, same, stored)).toEqual({ causes: [], pruned: [] });
    expect(same).toEqual(stored);
    const changed = { ...structuredClone(stored), spec: { ...stored.spec, size: -1 } };
    const { causes } = applySchema(SCHEMA, changed, stored);
    expect(causes.map(({ field }) => field)).toEqual(['spec.size']);
    expect(changed.spec).toHaveProperty('color', 'red');
  });

  it.each([
    [{}, 'spec.size: Required value'],
    [{ size: '1' }, 'spec.size: Invalid value: "1": must be of type integer'],
    [{ size: 1.5 }, 'spec.size: Invalid value: 1.5: must be of type integer'],
    [{ size: 0 }, 'spec.size: Invalid value: 0: must be greater than or equal to 1'],
    [{ size: 1, color: 'green' }, 'spec.color: Unsupported value: "green": supported values: "red", "blue"'],
    [{ size: 1, port: true }, 'spec.port: Invalid value: true: must be an integer or a string'],
    [{ size: 1, tags: ['a', 2] }, 'spec.tags[1]: Invalid value: 2: must be of type string'],
    [{ size: 1, byName: { x: 'y' } }, 'spec.byName.x: Invalid value: "y": must be of type number'],
    [[], 'spec: Invalid value: "array": must be of type object'],
    [undefined, 'spec: Required value'],
  ])('finds what is wrong with %j', (spec, cause) => {
    expect(check(spec).causes).toEqual([cause]);
  });
});
