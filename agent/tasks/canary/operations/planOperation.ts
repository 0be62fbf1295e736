import type { Release } from '../../../cluster/releases';
import type { ClusterSnapshot } from '../../../cluster/snapshot';
import { type ReleaseOperation, workloadId } from '../../../protocol';
import type { OperationContext } from '../managed/context';
import { planManaged } from '../managed/planManaged';
import { planArgo } from './argo/planArgo';
import { planFlagger } from './flagger/planFlagger';
import type { Planned } from './plan';

/** Of any release: what the Deployment of a Rollout is, stands in the snapshot. */
export interface AnyOperationContext extends OperationContext {
  snapshot: ClusterSnapshot;
}

/** What an operation on a release would write, whoever moves its traffic. Pure but for `newId`. */
export function planOperation(
  release: Release,
  operation: ReleaseOperation,
  context: AnyOperationContext,
): Planned {
  switch (release.operator) {
    case 'coxswain':
      return planManaged(release, operation, context);
    case 'argo-rollouts': {
      const { workloadRef, ref } = release;
      const template =
        workloadRef?.kind === 'Deployment'
          ? context.snapshot.workloads.get(
              workloadId({ kind: 'Deployment', namespace: ref.namespace, name: workloadRef.name }),
            )
          : undefined;
      return planArgo(release, operation, { nowMs: context.nowMs, template });
    }
    case 'flagger':
      return planFlagger(release, operation, context);
  }
}
