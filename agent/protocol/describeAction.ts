import type { Action } from './action';
import type { AutoscalerRef } from './scaling';

/** The action as a person would say it. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'none':
      return 'do nothing';
    case 'restart-pod':
      return `restart pod ${action.pod}`;
    case 'scale':
      return `scale ${action.to > action.from ? 'up' : 'down'} ${action.from} → ${action.to}`;
    case 'drain-pod':
      return `drain pod ${action.pod}`;
    case 'undrain-pod':
      return `return pod ${action.pod} to its Service`;
    case 'advise':
      return `set minReplicas of ${autoscalerText(action.autoscaler)} ${action.minReplicas.from} → ${action.minReplicas.to}`;
    case 'take-over':
      return `take over from ${autoscalerText(action.autoscaler)}`;
    case 'hand-back':
      return `hand back to ${autoscalerText(action.autoscaler)}`;
  }
}

/** An autoscaler as people call it: `HPA checkout`. */
export function autoscalerText({ kind, name }: Pick<AutoscalerRef, 'kind' | 'name'>): string {
  return `${kind === 'hpa' ? 'HPA' : 'KEDA'} ${name}`;
}
