import * as z from 'zod';
import { canonicalJson } from '../journal/canonicalJson';
import type { Write } from './change';

/** What became of a write, as far as the object shows it now. */
export interface Truth {
  result: 'done' | 'not-done' | 'unknown';
  text: string;
}

const Metadata = z.object({
  metadata: z.object({ uid: z.string(), deletionTimestamp: z.string().optional() }),
});

/** @param object what the API server has now under the write's address; null where there is nothing. */
export function truthOf(write: Write, object: unknown): Truth {
  const { name } = write.resource;
  switch (write.verb) {
    case 'create':
      return object === null
        ? { result: 'not-done', text: `${name} does not exist` }
        : { result: 'done', text: `${name} exists` };
    case 'delete':
    case 'evict':
      return removalTruth(name, write.uid, object);
    case 'json-patch':
      return patchTruth(name, write.operations, object);
  }
}

function removalTruth(name: string, uid: string | undefined, object: unknown): Truth {
  if (object === null) return { result: 'done', text: `${name} is gone` };
  const parsed = Metadata.safeParse(object);
  if (!parsed.success) return { result: 'unknown', text: `what the API server has as ${name} is no object` };
  const { metadata } = parsed.data;
  if (uid !== undefined && metadata.uid !== uid) return { result: 'done', text: `${name} was replaced` };
  return metadata.deletionTimestamp === undefined
    ? { result: 'not-done', text: `${name} is still there` }
    : { result: 'done', text: `${name} is terminating` };
}

type Operations = Extract<Write, { verb: 'json-patch' }>['operations'];

/** Done where all that was to be set is set; not done where all that was tested still holds. */
function patchTruth(name: string, operations: Operations, object: unknown): Truth {
  if (object === null) return { result: 'unknown', text: `${name} is gone` };
  const holds = ({ path, value }: Operations[number]) => same(valueAt(object, path), value);
  const tests = operations.filter((operation) => operation.op === 'test');
  const changes = operations.filter((operation) => operation.op !== 'test');
  const otherObject = tests.some((test) => test.path === '/metadata/uid' && !holds(test));
  if (otherObject) return { result: 'unknown', text: `${name} was replaced by another object of that name` };
  if (changes.every((change) => (change.op === 'remove' ? !present(object, change.path) : holds(change)))) {
    return { result: 'done', text: `${name} is as it was to be` };
  }
  if (tests.length > 0 && tests.every(holds))
    return { result: 'not-done', text: `${name} is as it was before` };
  return { result: 'unknown', text: `${name} was changed by somebody else` };
}

function present(object: unknown, path: string): boolean {
  return valueAt(object, path) !== undefined;
}

/** The value under a JSON pointer, https://www.rfc-editor.org/rfc/rfc6901. */
function valueAt(object: unknown, pointer: string): unknown {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    object,
  );
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
