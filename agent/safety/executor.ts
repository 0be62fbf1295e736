import { type JournalEvent, workloadId } from '../protocol';
import type { Entry } from './approvals';
import type { GuardInput } from './guardInput';
import { control, mode } from './rules/control';
import { resultOf, runTransaction, type TransactionEnd } from './transaction';
import type { Wish } from './wish';
import type { ClusterWriter } from './writer';

export interface ExecutorPorts {
  writer: ClusterWriter;
  record(event: JournalEvent): void;
  /** What it is judged by, as things are now. */
  judged(): GuardInput;
}

/**
 * Carries out what was decided. Nothing is awaited before the intent is recorded.
 *
 * @throws what `record` throws.
 */
export async function execute(
  { proposal, wish }: Entry<Wish>,
  transactionId: string,
  { writer, record, judged }: ExecutorPorts,
): Promise<TransactionEnd> {
  const { action, change } = wish;
  const workload = workloadId(wish.workload);
  const request = { id: transactionId, workloadId: workload, proposalId: proposal.id, action, change };
  const objection = () => objectionTo(judged());
  const end = await runTransaction(request, { writer, record, objection });
  if (end.result === 'done' && change.reverts !== undefined) {
    record(resultOf({ id: change.reverts, workloadId: workload }, 'reverted', wish.reason));
  }
  return end;
}

/** Somebody may have paused, stopped or changed the mode since the verdict. */
function objectionTo(input: GuardInput): string | null {
  const rulings = [control.judge(input), mode.judge(input)];
  return rulings.find((ruling) => ruling !== null && ruling.outcome !== 'allow')?.reason ?? null;
}
