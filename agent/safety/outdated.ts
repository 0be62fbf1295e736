import type { Workload } from '../cluster/snapshot';
import { autoscalerText } from '../protocol';
import type { ActingAction } from './guardInput';

/** What has changed in the cluster so that the action no longer fits, or null. */
export function whyOutdated(action: ActingAction, workload: Workload | undefined): string | null {
  if (!workload) return 'the workload is gone';
  if (action.kind === 'scale') {
    const { desiredReplicas } = workload;
    return desiredReplicas === action.from ? null : `replicas are ${desiredReplicas} now, not ${action.from}`;
  }
  if (action.kind === 'advise' || action.kind === 'take-over' || action.kind === 'hand-back') {
    return whyHandoverOutdated(action, workload);
  }
  const pod = workload.pods.find((candidate) => candidate.uid === action.podUid);
  if (!pod) return `pod ${action.pod} is gone`;
  if (pod.deletingSinceMs !== null) return `pod ${action.pod} is terminating`;
  if (action.kind === 'drain-pod' && pod.drained) return `pod ${action.pod} is drained already`;
  if (action.kind === 'undrain-pod' && !pod.drained) return `pod ${action.pod} is not drained`;
  return null;
}

type HandoverAction = Extract<ActingAction, { kind: 'advise' | 'take-over' | 'hand-back' }>;

function whyHandoverOutdated(action: HandoverAction, workload: Workload): string | null {
  const { uid } = action.autoscaler;
  const text = autoscalerText(action.autoscaler);
  const autoscaler = workload.autoscalers.find((candidate) => candidate.uid === uid);
  if (!autoscaler) return `${text} is gone, or was made anew`;
  const { handover, minReplicas } = autoscaler;
  switch (action.kind) {
    case 'take-over':
      return handover === null ? null : `${text} is handed over already`;
    case 'hand-back':
      return handover === null ? `${text} is handed back already` : null;
    case 'advise': {
      const { from } = action.minReplicas;
      return minReplicas === from ? null : `minReplicas of ${text} is ${minReplicas} now, not ${from}`;
    }
  }
}
