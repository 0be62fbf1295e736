import { describeAction } from '../protocol';
import type { Regression } from './regressions';
import { inverseAction, isInvertible } from './rules/writeMatchesAction';
import type { Wish } from './wish';

/** What was wished, and carried out as a transaction; null where it was not. */
export interface CarriedOut {
  wish: Pick<Wish, 'workload' | 'task' | 'action' | 'change' | 'before' | 'after'>;
  transactionId: string | null;
}

/**
 * What takes a carried-out action back, or null where that is impossible or not safe. The taking back of a revert is
 * never safe: it would bring back what did harm. The scaler mends its own steps with the next one, or hands back.
 *
 * @param harm what the action made worse, in words.
 */
export function revertOf({ wish, transactionId }: CarriedOut, harm: string): Wish | null {
  const { action, change } = wish;
  if (wish.task === 'scale' || !isInvertible(action) || transactionId === null) return null;
  if (change.inverse.kind !== 'write' || !change.inverse.safe) return null;
  const was = describeAction(action);
  return {
    workload: wish.workload,
    task: wish.task,
    policy: { name: 'revert', version: '1' },
    action: inverseAction(action),
    change: {
      description: `revert "${was}"`,
      write: change.inverse.write,
      inverse: { kind: 'write', write: change.write, safe: false },
      reverts: transactionId,
    },
    reason: `"${was}" made things worse: ${harm}`,
    confidence: 1,
    outOfDistribution: null,
    alternatives: [],
    contributions: [],
    promise: 'things are again as they were before',
    before: wish.after,
    after: wish.before,
  };
}

/** The same of an action of an earlier run, of which the journal knows no more than what was sent. */
export function revertOfEarlier({ transaction, harm }: Regression): Wish | null {
  const { id, workloadId, action, change } = transaction;
  const [namespace, kind, name] = workloadId.split('/');
  if (action === null || action.kind === 'release') return null;
  if (namespace === undefined || kind !== 'Deployment' || name === undefined) return null;
  const wish = {
    ...{ workload: { kind, namespace, name } as const, task: 'heal', action, change },
    ...{ before: '', after: `# ${change.description}\n` },
  };
  return revertOf({ wish, transactionId: id }, harm);
}
