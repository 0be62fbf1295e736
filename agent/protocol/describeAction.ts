import type { Action } from './action';
import type { ReleaseOperation } from './release';
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
    case 'release':
      return describeOperation(action.operation);
  }
}

/** What is done to a release, as a person would say it. */
export function describeOperation(operation: ReleaseOperation): string {
  switch (operation.kind) {
    case 'adopt':
      return `make it a canary by ${operation.as}`;
    case 'start':
      return `release ${operation.images.map(({ image }) => image).join(', ')}`;
    case 'weight':
      return `${operation.to > operation.from ? 'raise' : 'lower'} the canary’s traffic ${operation.from} → ${operation.to} %`;
    case 'pause':
      return 'pause the release';
    case 'resume':
      return 'resume the release';
    case 'promote':
      return 'promote the canary';
    case 'promote-full':
      return 'promote the canary at once, without what is left of steps and analyses';
    case 'abort':
      return 'abort the release: all traffic to stable';
    case 'retry':
      return 'try the release again';
    case 'undo':
      return operation.toRevision === undefined
        ? 'go back to the revision before'
        : `go back to revision ${operation.toRevision}`;
    case 'restart':
      return 'restart the pods';
    case 'rollback':
      return 'roll back at once: traffic to stable first';
    case 'skip-analysis':
      return 'skip the analysis';
    case 'reset':
      return 'take back what was set by hand';
    case 'open-gate':
      return operation.gate === 'confirm-promotion'
        ? 'let Flagger promote the canary'
        : `let Flagger raise the canary’s traffic ${operation.from} → ${operation.to} %`;
  }
}

/** An autoscaler as people call it: `HPA checkout`. */
export function autoscalerText({ kind, name }: Pick<AutoscalerRef, 'kind' | 'name'>): string {
  return `${kind === 'hpa' ? 'HPA' : 'KEDA'} ${name}`;
}
