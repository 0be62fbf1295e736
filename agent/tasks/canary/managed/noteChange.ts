import { RELEASE_NOTE } from '../../../cluster/model/releaseNote';
import type { ManagedRelease, ReleaseNote } from '../../../cluster/releases';
import type { ReversibleChange, Write } from '../../../safety/change';
import { escaped, type PatchOperation } from '../routers/routeChange';

type Noted = Pick<ManagedRelease, 'ref' | 'uid' | 'resourceVersion' | 'annotations' | 'annotated'>;

const PATH = `/metadata/annotations/${escaped(RELEASE_NOTE)}`;

/**
 * Writes, changes or removes the note on the stable Deployment. That there is none yet, which no patch can test, is as
 * sure as that nobody has written to the object since.
 *
 * @param note null removes it
 */
export function noteChange(release: Noted, note: ReleaseNote | null, description: string): ReversibleChange {
  const before = release.annotations[RELEASE_NOTE] ?? null;
  const after = note === null ? null : JSON.stringify(note);
  const annotated = { ...release, annotated: true };
  return {
    description,
    write: patch(release, before, after),
    inverse:
      note === null
        ? { kind: 'none', why: 'what has ended is not begun again' }
        : { kind: 'write', write: patch(annotated, after, before), safe: true },
  };
}

function patch(
  { ref, uid, resourceVersion, annotated }: Noted,
  before: string | null,
  after: string | null,
): Write {
  return {
    verb: 'json-patch',
    resource: deploymentAddress(ref.namespace, ref.name),
    operations: [
      { op: 'test', path: '/metadata/uid', value: uid },
      ...(before === null
        ? [{ op: 'test' as const, path: '/metadata/resourceVersion', value: resourceVersion }]
        : [{ op: 'test' as const, path: PATH, value: before }]),
      ...changing(annotated, before, after),
    ],
  };
}

function changing(annotated: boolean, before: string | null, after: string | null): PatchOperation[] {
  if (after === null) return [{ op: 'remove', path: PATH }];
  if (before !== null) return [{ op: 'replace', path: PATH, value: after }];
  return annotated
    ? [{ op: 'add', path: PATH, value: after }]
    : [{ op: 'add', path: '/metadata/annotations', value: { [RELEASE_NOTE]: after } }];
}

/** Where the API server has a Deployment. */
export function deploymentAddress(namespace: string, name: string) {
  return { apiVersion: 'apps/v1', plural: 'deployments', namespace, name };
}
