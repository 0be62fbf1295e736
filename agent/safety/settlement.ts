import { type Clock, sleep } from '../clock';
import type { JournalEvent } from '../protocol';
import type { BegunTransaction } from './ledger';
import { resultOf } from './transaction';
import { type Truth, truthOf } from './truth';
import type { ClusterWriter } from './writer';

/** So long may a write that an earlier run has sent still be on its way, ms of wall time. */
export const GRACE_MS = 2000;

export interface SettlementPorts {
  clock: Clock;
  writer: ClusterWriter;
  record(event: JournalEvent): void;
  /** The context that the transaction was made in; null where the journal does not say. */
  contextOf(transaction: BegunTransaction): string | null;
  graceMs?: number | undefined;
}

export interface Settled extends Truth {
  transaction: BegunTransaction;
}

/**
 * Finds out by looking at the cluster what became of transactions without a result, and records it. Nothing is sent
 * again, and nothing is taken back.
 *
 * @throws CoxswainError where the API server cannot be asked; what was settled before stays settled.
 */
export async function settle(
  unfinished: readonly BegunTransaction[],
  ports: SettlementPorts,
): Promise<readonly Settled[]> {
  const settled: Settled[] = [];
  for (const transaction of unfinished) {
    const truth = await truthAfterGrace(transaction, ports);
    const text = `found after a restart: ${truth.text}`;
    ports.record(resultOf(transaction, truth.result, text));
    settled.push({ transaction, result: truth.result, text });
  }
  return settled;
}

async function truthAfterGrace(transaction: BegunTransaction, ports: SettlementPorts): Promise<Truth> {
  const { clock, writer, graceMs = GRACE_MS } = ports;
  const { write } = transaction.change;
  const context = ports.contextOf(transaction);
  if (context !== null && context !== writer.context) {
    return { result: 'unknown', text: `it was begun in context ${context}` };
  }
  const truth = truthOf(write, await writer.read(write.resource));
  const leftMs = transaction.atMs + graceMs * clock.rate - clock.nowMs();
  if (truth.result !== 'not-done' || leftMs <= 0) return truth;
  await sleep(clock, leftMs);
  return truthOf(write, await writer.read(write.resource));
}
