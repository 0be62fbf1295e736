import type { Autoscaler } from '../../cluster/snapshot';
import type { Action } from '../../protocol';
import type { ReversibleChange } from '../change';
import { adviseChange, handBackChange, takeOverChange } from './changes';
import { describeHandover } from './describe';
import { advised, type HandoverStamp, handedBack, takenOver } from './states';

export type HandoverAction = Extract<Action, { kind: 'advise' | 'take-over' | 'hand-back' }>;

export interface PlannedHandover {
  change: ReversibleChange;
  /** The autoscaler as it will be. */
  state: Autoscaler;
  /** For people to compare: two small YAML texts. */
  before: string;
  after: string;
}

/** Whether an action writes to an autoscaler. */
export function isHandoverAction(action: Action): action is HandoverAction {
  return action.kind === 'advise' || action.kind === 'take-over' || action.kind === 'hand-back';
}

/**
 * What an action means for an autoscaler as it is now; null where it is to hand back what is not handed over. The gate
 * makes the write anew, with its own stamp, when it is done: what a task plans is for people to see.
 */
export function planHandover(
  action: HandoverAction,
  autoscaler: Autoscaler,
  namespace: string,
  stamp: HandoverStamp & { netUtilisation: number },
): PlannedHandover | null {
  const state = stateAfter(action, autoscaler, stamp);
  const change = changeFor(action, autoscaler, namespace, stamp);
  if (state === null || change === null) return null;
  return { change, state, ...describeHandover(autoscaler, state) };
}

function stateAfter(
  action: HandoverAction,
  autoscaler: Autoscaler,
  stamp: HandoverStamp & { netUtilisation: number },
): Autoscaler | null {
  switch (action.kind) {
    case 'take-over':
      return takenOver(autoscaler, stamp);
    case 'advise':
      return advised(autoscaler, action.minReplicas.to, stamp);
    case 'hand-back':
      return handedBack(autoscaler);
  }
}

function changeFor(
  action: HandoverAction,
  autoscaler: Autoscaler,
  namespace: string,
  stamp: HandoverStamp & { netUtilisation: number },
): ReversibleChange | null {
  switch (action.kind) {
    case 'take-over':
      return takeOverChange(autoscaler, namespace, stamp);
    case 'advise':
      return adviseChange(autoscaler, namespace, action.minReplicas.to, stamp);
    case 'hand-back':
      return handBackChange(autoscaler, namespace);
  }
}
