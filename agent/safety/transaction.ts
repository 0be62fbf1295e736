import * as z from 'zod';
import { CoxswainError, type ErrorInfo, isCoxswainError, type JournalEvent, toErrorInfo } from '../protocol';
import type { ReversibleChange } from './change';
import type { ActingAction, ReleaseAction } from './guardInput';
import { truthOf } from './truth';
import { type ClusterWriter, isRefusal } from './writer';

export interface TransactionRequest {
  id: string;
  workloadId: string;
  proposalId: string | null;
  /** Null for a fault. */
  action: ActingAction | ReleaseAction | null;
  change: ReversibleChange;
}

export type TransactionEnd =
  | { result: 'done' }
  /** `not-done`: it no longer fitted, and nothing was changed. `unknown`: the API server did not say. */
  | { result: 'failed' | 'not-done' | 'unknown'; error: ErrorInfo };

export interface TransactionPorts {
  writer: ClusterWriter;
  record(event: JournalEvent): void;
  /** Why the write must not be sent after all, asked at the last moment; null where it may. */
  objection(): string | null;
}

/**
 * Does one change: intent on the disk, dry run, write, result. Nothing is sent before the intent is recorded.
 *
 * @throws only what `record` throws. After a failed record of the result, the next start settles it.
 */
export async function runTransaction(
  request: TransactionRequest,
  ports: TransactionPorts,
): Promise<TransactionEnd> {
  ports.record(intentOf(request));
  const end = await attempt(request.change, ports);
  const text = end.result === 'done' ? request.change.description : end.error.message;
  ports.record(resultOf(request, end.result, text));
  return end;
}

export function intentOf({ id, workloadId, proposalId, action, change }: TransactionRequest): JournalEvent {
  const { description } = change;
  const json = z.json().parse(JSON.parse(JSON.stringify(change)));
  return { kind: 'intent', workloadId, transactionId: id, proposalId, action, description, change: json };
}

export function resultOf(
  { id, workloadId }: Pick<TransactionRequest, 'id' | 'workloadId'>,
  result: Extract<JournalEvent, { kind: 'result' }>['result'],
  text: string,
): JournalEvent {
  return { kind: 'result', workloadId, transactionId: id, result, text };
}

async function attempt(
  { write }: ReversibleChange,
  { writer, objection }: TransactionPorts,
): Promise<TransactionEnd> {
  try {
    await writer.dryRun(write);
  } catch (error) {
    return refused(error);
  }
  const why = objection();
  if (why !== null) return refused(new CoxswainError('conflict', why, 'Nothing was changed.'));
  try {
    await writer.send(write);
    return { result: 'done' };
  } catch (error) {
    return isRefusal(error) ? refused(error) : findOut(write, writer, error);
  }
}

/** Nothing was changed. A conflict is nobody's failure: the world has moved on. */
function refused(error: unknown): TransactionEnd {
  const conflict = isCoxswainError(error) && error.code === 'conflict';
  return { result: conflict ? 'not-done' : 'failed', error: toErrorInfo(error) };
}

/** The write may or may not have arrived, and may still arrive: only the sight of it proves anything. */
async function findOut(
  write: ReversibleChange['write'],
  writer: ClusterWriter,
  cause: unknown,
): Promise<TransactionEnd> {
  const seen = await writer.read(write.resource).then(
    (object) => truthOf(write, object).result === 'done',
    () => false,
  );
  if (seen) return { result: 'done' };
  const { message } = toErrorInfo(cause);
  const error = new CoxswainError(
    'api-unreachable',
    `Whether it was done is not known. ${message}`,
    'Look at the object in the cluster. Coxswain does not send it again by itself.',
  );
  return { result: 'unknown', error: error.toInfo() };
}
