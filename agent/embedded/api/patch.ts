import jsonpatch, { type Operation } from 'fast-json-patch';
import * as z from 'zod';
import { badRequest, StatusError } from '../store/statusError';
import { describeIssues } from './describeIssues';
import { isRecord } from './schema';
import { strategicMerge } from './strategicMerge';

/**
 * The document with the patch applied; `document` itself stays as it is. Strategic merge is for the built-in kinds
 * only, as in Kubernetes. Throws StatusError 400, 415 or 422.
 */
export function applyPatch(
  contentType: string,
  document: object,
  patch: unknown,
  kind: 'builtin' | 'custom',
): unknown {
  if (contentType === 'application/json-patch+json') return applyJsonPatch(document, patch);
  if (contentType === 'application/merge-patch+json') return mergePatch(document, asRecord(patch));
  const mayBeStrategic = kind === 'builtin';
  if (mayBeStrategic && contentType === STRATEGIC) return strategicMerge(document, asRecord(patch));
  const expected = [
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(mayBeStrategic ? [STRATEGIC] : []),
  ];
  const message = `the patch is of type "${contentType}"; expected ${expected.join(' or ')}`;
  throw new StatusError(415, 'UnsupportedMediaType', message);
}

const STRATEGIC = 'application/strategic-merge-patch+json';

const pointer = z.string().regex(/^(\/.*)?$/, 'expected a JSON pointer');
const Operations = z.array(
  z.discriminatedUnion('op', [
    z.object({ op: z.enum(['add', 'replace', 'test']), path: pointer, value: z.json() }),
    z.object({ op: z.literal('remove'), path: pointer }),
    z.object({ op: z.enum(['move', 'copy']), path: pointer, from: pointer }),
  ]),
);

function applyJsonPatch(document: object, patch: unknown): unknown {
  const operations = Operations.safeParse(patch);
  if (!operations.success) throw badRequest(`malformed JSON patch: ${describeIssues(operations.error)}`);
  try {
    return jsonpatch.applyPatch(document, operations.data as Operation[], true, false).newDocument;
  } catch (error) {
    throw new StatusError(422, 'Invalid', `the JSON patch cannot be applied: ${whyNot(error)}`);
  }
}

function whyNot(error: unknown): string {
  if (error instanceof jsonpatch.JsonPatchError) return `${error.name} in ${JSON.stringify(error.operation)}`;
  return error instanceof Error ? error.message : String(error);
}

/** RFC 7386. */
function mergePatch(target: unknown, patch: Record<string, unknown>): Record<string, unknown> {
  const result = new Map(isRecord(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, isRecord(value) ? mergePatch(result.get(key), value) : value);
  }
  return Object.fromEntries(result);
}

function asRecord(patch: unknown): Record<string, unknown> {
  if (!isRecord(patch)) throw badRequest('malformed merge patch: expected an object');
  return patch;
}
