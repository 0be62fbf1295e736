import { type Control, type JournalEvent, type Mode, workloadId } from '../protocol';
import type { Entry } from './approvals';
import { control, mode } from './rules/control';
import { resultOf, runTransaction } from './transaction';
import type { ClusterWriter } from './writer';

export interface ExecutorPorts {
  writer: ClusterWriter;
  record(event: JournalEvent): void;
  state(): { mode: Mode; control: Control };
}

/**
 * Carries out what was decided. Nothing is awaited before the intent is recorded.
 *
 * @param approvedBy the person who agreed; null in mode auto.
 * @returns why it was not done, or null where it was.
 * @throws what `record` throws.
 */
export async function execute(
  { proposal, wish }: Entry,
  transactionId: string,
  approvedBy: string | null,
  { writer, record, state }: ExecutorPorts,
): Promise<string | null> {
  const { action, change } = wish;
  const workload = workloadId(wish.workload);
  const request = { id: transactionId, workloadId: workload, proposalId: proposal.id, action, change };
  const objection = () => objectionTo({ ...state(), approvedBy });
  const end = await runTransaction(request, { writer, record, objection });
  if (end.result !== 'done') return end.error.message;
  if (change.reverts !== undefined) {
    record(resultOf({ id: change.reverts, workloadId: workload }, 'reverted', wish.reason));
  }
  return null;
}

/** Somebody may have paused, stopped or changed the mode since the verdict. */
function objectionTo(state: { mode: Mode; control: Control; approvedBy: string | null }): string | null {
  const rulings = [control.judge(state), mode.judge(state)];
  return rulings.find((ruling) => ruling !== null && ruling.outcome !== 'allow')?.reason ?? null;
}
