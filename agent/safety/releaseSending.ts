import type { ErrorInfo, JournalEvent } from '../protocol';
import type { ReversibleChange } from './change';
import type { GateWorld } from './gateWorld';
import type { ReleaseAction } from './guardInput';
import { resultOf, runTransaction } from './transaction';
import type { ClusterWriter } from './writer';

export interface ReleaseSendingPorts {
  world: Pick<GateWorld, 'newId'>;
  record(event: JournalEvent): void;
  writer(): ClusterWriter;
}

export interface SendingOptions {
  proposalId: string | null;
  action: ReleaseAction;
  /**
   * What was done before a failure stays done, and what comes after it is tried all the same: whoever finds the note
   * goes on with it, and the route does not wait for a note that cannot be written.
   */
  isKept: boolean;
  /** Why a change must not be sent after all, asked at the last moment; null where it may. */
  objection(): string | null;
}

/** Sends the changes of releases: those of one release one after the other, each a transaction. */
export class ReleaseSending {
  readonly #ports: ReleaseSendingPorts;
  /** By release: the end of what is under way. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(ports: ReleaseSendingPorts) {
    this.#ports = ports;
  }

  /** Changes of the release are under way. */
  isBusy(id: string): boolean {
    return this.#last.has(id);
  }

  /**
   * Where one is not done those before it are taken back in reverse, as far as their inverses are safe. Where nobody
   * knows whether it was done they stay: the next look goes on from there.
   *
   * @returns why not all was done; null where it was
   */
  async send(
    id: string,
    changes: readonly ReversibleChange[],
    options: SendingOptions,
  ): Promise<ErrorInfo | null> {
    const before = this.#last.get(id);
    const sending = before
      ? before.then(() => this.#sendAll(id, changes, options))
      : this.#sendAll(id, changes, options);
    // Whoever comes next waits for the end, whatever it is.
    const ended = sending.catch(() => undefined);
    this.#last.set(id, ended);
    try {
      return await sending;
    } finally {
      if (this.#last.get(id) === ended) this.#last.delete(id);
    }
  }

  async #sendAll(
    workloadId: string,
    changes: readonly ReversibleChange[],
    { proposalId, action, isKept, objection }: SendingOptions,
  ): Promise<ErrorInfo | null> {
    const { record, writer, world } = this.#ports;
    const done: { id: string; change: ReversibleChange }[] = [];
    let failed: ErrorInfo | null = null;
    for (const change of changes) {
      const id = world.newId();
      const request = { id, workloadId, proposalId, action, change };
      const end = await runTransaction(request, { writer: writer(), record, objection });
      if (end.result === 'done') {
        done.push({ id, change });
        continue;
      }
      failed ??= end.error;
      if (isKept) continue;
      if (end.result !== 'unknown') await this.#takeBack(workloadId, proposalId, action, done);
      return failed;
    }
    return failed;
  }

  async #takeBack(
    workloadId: string,
    proposalId: string | null,
    action: ReleaseAction,
    done: readonly { id: string; change: ReversibleChange }[],
  ): Promise<void> {
    const { record, writer, world } = this.#ports;
    for (const { id: reverts, change } of done.toReversed()) {
      const { inverse, description, write } = change;
      if (inverse.kind === 'none' || !inverse.safe) continue;
      const back: ReversibleChange = {
        description: `take back "${description}"`,
        write: inverse.write,
        inverse: { kind: 'write', write, safe: false },
        reverts,
      };
      const request = { id: world.newId(), workloadId, proposalId, action, change: back };
      const end = await runTransaction(request, { writer: writer(), record, objection: () => null });
      if (end.result === 'done') record(resultOf({ id: reverts, workloadId }, 'reverted', back.description));
    }
  }
}
