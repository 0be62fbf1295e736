import type { Write } from '../../../safety/change';
import { asJson, isSame, type Json } from '../../../safety/handover/json';

type Operation = Extract<Write, { verb: 'json-patch' }>['operations'][number];

/**
 * The JSON patch (RFC 6902) that does to an object what a JSON merge patch (RFC 7386) would: the reference tools send
 * merge patches, which take whatever is there. What is replaced is tested to be as it was seen, so that the server
 * refuses where somebody was quicker. That something is not there yet no patch can test.
 *
 * @param object as it was seen, from its root
 */
export function mergePatch(object: unknown, patch: unknown): Operation[] {
  const operations = changesOf(asJson(object), asJson(patch), '');
  const isTest = ({ op }: Operation) => op === 'test';
  return [...operations.filter(isTest), ...operations.filter((operation) => !isTest(operation))];
}

function changesOf(target: Json, patch: Json, path: string): Operation[] {
  if (!isObject(patch) || !isObject(target)) return replaced(path, target, merged({}, patch));
  return Object.entries(patch).flatMap(([key, value]) => {
    const at = `${path}/${escaped(key)}`;
    const before = ownMember(target, key);
    if (before === undefined)
      return value === null ? [] : [{ op: 'add' as const, path: at, value: merged({}, value) }];
    if (value === null) {
      return [
        { op: 'test' as const, path: at, value: before },
        { op: 'remove' as const, path: at },
      ];
    }
    return changesOf(before, value, at);
  });
}

function replaced(path: string, before: Json, value: Json): Operation[] {
  if (isSame(before, value)) return [];
  return [
    { op: 'test', path, value: before },
    { op: 'replace', path, value },
  ];
}

/** RFC 7386, section 2. */
export function merged(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, merged(result.get(key) ?? null, value));
  }
  return Object.fromEntries(result);
}

/** A label may be called `toString`, which every object inherits. */
function ownMember(target: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(target, key) ? target[key] : undefined;
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901, section 3. */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
