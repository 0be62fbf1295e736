import type { Release } from '../cluster/releases';
import type { Workload } from '../cluster/snapshot';
import type { ReleaseOperation } from '../protocol';
import { whyGatePassed } from '../tasks/canary/operations/flagger/gateAhead';

/** What has changed in the cluster so that an operation no longer fits, or null. */
export function whyReleaseOutdated(
  operation: ReleaseOperation,
  release: Release | undefined,
  workload: Workload | undefined,
): string | null {
  if (operation.kind === 'adopt') {
    if (release) return 'it is a release already';
    return workload ? null : 'the Deployment is gone';
  }
  if (!release) return 'the release is gone';
  if (operation.kind === 'open-gate')
    return release.operator === 'flagger' ? whyGatePassed(operation, release) : 'it is none of Flagger’s';
  if (release.operator === 'coxswain') return whyManaged(operation, release.note !== null, release.weight);
  return operation.kind === 'weight' ? 'its controller sets its weights' : null;
}

function whyManaged(operation: ReleaseOperation, isUnderWay: boolean, weight: number | null): string | null {
  switch (operation.kind) {
    case 'start':
      return isUnderWay ? 'a release is under way already' : null;
    case 'weight': {
      const seen = weight ?? 0;
      if (!isUnderWay) return 'no release is under way';
      return Math.abs(seen - operation.from) < 0.5
        ? null
        : `the canary has ${seen} % of the traffic now, not ${operation.from} %`;
    }
    case 'restart':
    case 'reset':
    case 'adopt':
      return null;
    default:
      return isUnderWay ? null : 'no release is under way';
  }
}
