import type { Release } from '../../../cluster/releases';
import type { Workload } from '../../../cluster/snapshot';
import { workloadId } from '../../../protocol';

/** Which release moves a Deployment already, and how, in words; null where none does. */
export function moverOf({ ref }: Pick<Workload, 'ref'>, releases: Iterable<Release>): string | null {
  const id = workloadId(ref);
  for (const release of releases) {
    const part = partOf(release, id);
    if (part !== null) return part;
  }
  return null;
}

/** What its own annotation says is told elsewhere. */
function partOf(release: Release, id: string): string | null {
  const { ref } = release;
  const isIt = (workload: { ref: Release['ref'] } | null) =>
    workload !== null && workloadId(workload.ref) === id;
  switch (release.operator) {
    case 'argo-rollouts': {
      const { workloadRef } = release;
      const from = workloadRef && { ref: { ...workloadRef, namespace: ref.namespace } };
      return from?.ref.kind === 'Deployment' && `${ref.namespace}/Deployment/${from.ref.name}` === id
        ? `Rollout ${ref.name} of Argo takes its template from it`
        : null;
    }
    case 'flagger':
      if (isIt(release.target)) return `Canary ${ref.name} of Flagger releases it`;
      return isIt(release.primary) ? `it is the primary that Canary ${ref.name} of Flagger has made` : null;
    case 'coxswain':
      if (isIt(release.canaryWorkload)) return `it is the canary of ${ref.name}, which Coxswain releases`;
      return isIt(release.baselineWorkload) && release.note !== null
        ? `it is the baseline of ${ref.name}, which Coxswain releases`
        : null;
  }
}
