import type { ReleaseOperation } from '../../../protocol';
import type { Write } from '../../change';

export type Patch = Extract<Write, { verb: 'json-patch' }>;
type Place = 'object' | 'status' | 'scale';

/** An object of the API, without its version. */
export interface Target {
  group: string;
  plural: string;
  name: string;
}

export function isOn({ resource: { apiVersion, plural, name } }: Write, target: Target): boolean {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return group === target.group && plural === target.plural && name === target.name;
}

export function deployment(name: string): Target {
  return { group: 'apps', plural: 'deployments', name };
}

/** The operations of a patch that change something. */
export function changing({ operations }: Patch): Patch['operations'] {
  return operations.filter(({ op }) => op !== 'test');
}

/** Whether a patch tests that it is the object that was judged. */
export function testsUid({ operations }: Patch, uid: string): boolean {
  return operations.some(({ op, path, value }) => op === 'test' && path === '/metadata/uid' && value === uid);
}

/** Where a patch changes something that it may not, in words; null where nowhere. */
export function strayPath(patch: Patch, place: Place, allowed: readonly RegExp[]): string | null {
  if ((patch.subresource ?? 'object') !== place)
    return `the write is on ${patch.subresource ?? 'the object'}`;
  const changes = changing(patch);
  if (changes.length === 0) return 'the write changes nothing';
  const stray = changes.find(({ path }) => !allowed.some((pattern) => pattern.test(path)));
  return stray ? `the write changes ${stray.path}` : null;
}

export const IMAGE = /^\/spec\/template\/spec\/containers\/\d+\/image$/;
export const RESTARTED_AT =
  /^\/spec\/template\/metadata\/annotations(\/kubectl\.kubernetes\.io~1restartedAt)?$/;

/** Whether the images that a patch sets are among these. */
export function setsOnly(patch: Patch, images: readonly string[]): boolean {
  return changing(patch).every(
    ({ path, op, value }) => !IMAGE.test(path) || (op !== 'remove' && images.includes(String(value))),
  );
}

export function notFor(operation: ReleaseOperation, write: Write): string {
  return `${write.verb === 'json-patch' ? 'patch' : write.verb} ${write.resource.plural}/${write.resource.name} is no part of ${operation.kind}`;
}
