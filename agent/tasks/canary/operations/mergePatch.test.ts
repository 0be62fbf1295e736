import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../embedded/api/patch';
import { asJson } from '../../../safety/handover/json';
import { merged, mergePatch } from './mergePatch';

/** As they come from the API: JSON knows no −0, and no JSON patch may name `__proto__`. */
const documents = fc
  .dictionary(fc.constantFrom('a', 'b', 'c/d', 'e~f', 'toString', 'spec'), fc.jsonValue({ maxDepth: 3 }))
  .map((document) => JSON.stringify(document))
  .filter((document) => !document.includes('__proto__'))
  .map((document): object => JSON.parse(document));

describe('a merge patch as a JSON patch', () => {
  it('does to any object what the merge patch would', () => {
    fc.assert(
      fc.property(documents, documents, (object, patch) => {
        const patched = applyPatch(
          'application/json-patch+json',
          object,
          mergePatch(object, patch),
          'custom',
        );
        expect(patched).toEqual(merged(asJson(object), asJson(patch)));
      }),
      { numRuns: 2000 },
    );
  });

  it('does nothing where somebody has changed meanwhile what it replaces', () => {
    const operations = mergePatch({ spec: { paused: false } }, { spec: { paused: true } });
    const apply = () =>
      applyPatch('application/json-patch+json', { spec: { paused: 'maybe' } }, operations, 'custom');
    expect(apply).toThrow();
  });

  // RFC 7386, appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('merges %j with %j into %j', (target, patch, result) => {
    expect(merged(asJson(target), asJson(patch))).toEqual(result);
  });
});
