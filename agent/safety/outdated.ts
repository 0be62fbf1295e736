import type { Workload } from '../cluster/snapshot';
import type { ActingAction } from './guardInput';

/** What has changed in the cluster so that the action no longer fits, or null. */
export function whyOutdated(action: ActingAction, workload: Workload | undefined): string | null {
  if (!workload) return 'the workload is gone';
  if (action.kind === 'scale') {
    const { desiredReplicas } = workload;
    return desiredReplicas === action.from ? null : `replicas are ${desiredReplicas} now, not ${action.from}`;
  }
  const pod = workload.pods.find((candidate) => candidate.uid === action.podUid);
  if (!pod) return `pod ${action.pod} is gone`;
  if (pod.deletingSinceMs !== null) return `pod ${action.pod} is terminating`;
  if (action.kind === 'drain-pod' && pod.drained) return `pod ${action.pod} is drained already`;
  if (action.kind === 'undrain-pod' && !pod.drained) return `pod ${action.pod} is not drained`;
  return null;
}
