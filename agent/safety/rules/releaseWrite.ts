import type { ReleaseInput } from '../guardInput';
import { adoptMismatch } from './releaseWrite/adoptWrite';
import { argoMismatch } from './releaseWrite/argoWrite';
import { flaggerMismatch } from './releaseWrite/flaggerWrite';
import { managedMismatch } from './releaseWrite/managedWrite';
import { deny, type Rule } from './rule';

/**
 * The write is on the release's own objects, in the places that the operation is about, and does there what it says. All
 * other rules judge the operation; this one makes sure that nothing else is sent.
 */
export const releaseWrite: Rule<ReleaseInput> = {
  name: 'release-write',
  judge(input) {
    const why = mismatchOf(input);
    return why === null ? null : deny(why);
  },
};

function mismatchOf(input: ReleaseInput): string | null {
  const { operation, release, change, ref } = input;
  const { namespace } = change.write.resource;
  if (namespace !== ref.namespace) return `the write is in namespace ${namespace}`;
  if (operation.kind === 'adopt') return adoptMismatch(input.ref, change.write);
  switch (release?.operator) {
    case 'coxswain':
      return managedMismatch(release, operation, change.write, input);
    case 'argo-rollouts':
      return argoMismatch(release, operation, change.write);
    case 'flagger':
      return flaggerMismatch(release, operation, change.write);
    case undefined:
      return 'there is no such release';
  }
}
