import {
  type Control,
  CoxswainError,
  type ErrorInfo,
  type JournalEvent,
  type Mode,
  toErrorInfo,
  type Verdict,
} from '../protocol';
import type { ResourceAddress, ReversibleChange } from './change';
import type { GateWorld } from './gateWorld';
import { judgeFault } from './guard';
import type { RequestInput } from './guardInput';
import { intentOf, resultOf, runTransaction, type TransactionRequest } from './transaction';
import type { ClusterWriter } from './writer';

/** So that an emergency stop is over within two seconds, whatever the API server does. */
const STOP_TIMEOUT_MS = 1500;

export interface FaultsPorts {
  world: GateWorld;
  record(event: JournalEvent): void;
  /** What every wish to write is judged by, as things are now. */
  requestInput(change: ReversibleChange, by: string): RequestInput;
  state(): { mode: Mode; control: Control };
  writer(): ClusterWriter;
}

export interface FaultsEnded {
  ended: number;
  /** One error for each fault that could not be ended, or whose end could not be journaled. */
  failed: readonly ErrorInfo[];
}

/** One of our chaos objects. `uid` is null for one that the watches have not shown yet. */
interface OwnFault {
  resource: ResourceAddress;
  uid: string | null;
  workloadId: string;
  /** It has no effect any more; only its object is left. */
  over: boolean;
}

/** Faults that people inject, and their end. */
export class Faults {
  readonly #ports: FaultsPorts;
  /** Created by this run: an emergency stop must not wait for a watch to show them. */
  readonly #created = new Map<string, OwnFault>();

  constructor(ports: FaultsPorts) {
    this.#ports = ports;
  }

  /** @throws CoxswainError `guard-denied`, or what the API server says. */
  async run(workloadId: string, change: ReversibleChange, by: string): Promise<void> {
    refuseUnlessAllowed(judgeFault(this.#ports.requestInput(change, by)), change);
    const fault = { resource: change.write.resource, uid: null, workloadId, over: false };
    this.#created.set(keyOf(fault.resource), fault);
    await this.#transact(workloadId, change, () => {
      const verdict = judgeFault(this.#ports.requestInput(change, by));
      return verdict.outcome === 'allow' ? null : verdict.reason;
    });
    // The stop came while the create was on its way.
    if (this.#ports.state().control.kind === 'stopped') await this.#delete(fault);
  }

  /**
   * Ends one fault of ours, also while paused or stopped: it only takes back.
   *
   * @throws CoxswainError `not-found`, `guard-denied` in mode observe, or what the API server says.
   */
  async end(resource: ResourceAddress, by: string): Promise<void> {
    const fault = this.#own().get(keyOf(resource));
    if (!fault) {
      throw new CoxswainError(
        'not-found',
        `Coxswain has no fault ${resource.namespace}/${resource.name}.`,
        'Only faults that Coxswain has injected can be ended here; use kubectl for others.',
      );
    }
    if (this.#ports.state().mode === 'observe') {
      throw new CoxswainError(
        'guard-denied',
        'Mode observe never writes, not even to end a fault.',
        'Switch to mode approve, or use the emergency stop, which ends all faults in any mode.',
      );
    }
    const description = fault.over
      ? `remove the object of fault ${resource.name}, which is over`
      : `end fault ${resource.name}, by ${by}`;
    await this.#transact(fault.workloadId, deletionOf(fault, description), () => null);
    this.#created.delete(keyOf(resource));
  }

  /** Ends all faults of ours at once. Never throws: it reports. */
  async endAll(): Promise<FaultsEnded> {
    const results = await Promise.allSettled(
      [...this.#own().values()].filter((fault) => !fault.over).map((fault) => this.#delete(fault)),
    );
    const failed = results.flatMap((result) =>
      result.status === 'rejected' ? [toErrorInfo(result.reason)] : [],
    );
    const ended = results.filter(
      (result) => result.status === 'fulfilled' && result.value === 'deleted',
    ).length;
    return { ended, failed };
  }

  #own(): ReadonlyMap<string, OwnFault> {
    const { world } = this.#ports;
    const own = new Map(this.#created);
    for (const fault of world.snapshot().faults.filter((candidate) => candidate.ours)) {
      const { id: uid, resource, state } = fault;
      const key = keyOf(resource);
      this.#created.delete(key);
      own.set(key, { resource, uid, workloadId: world.faultWorkload(fault), over: state === 'ended' });
    }
    return own;
  }

  async #transact(
    workloadId: string,
    change: ReversibleChange,
    objection: () => string | null,
  ): Promise<void> {
    const { world, record } = this.#ports;
    const request = { id: world.newId(), workloadId, proposalId: null, action: null, change };
    const end = await runTransaction(request, { writer: this.#ports.writer(), record, objection });
    if (end.result === 'done') return;
    throw new CoxswainError(end.error.code, end.error.message, end.error.remedy);
  }

  /**
   * Ends a fault in an emergency: without a dry run, and even if the journal cannot be written, for harm that goes
   * on is worse than a gap in the record.
   */
  async #delete(fault: OwnFault): Promise<'deleted' | 'gone'> {
    const change = deletionOf(fault, `emergency stop: end fault ${fault.resource.name}`);
    const { workloadId } = fault;
    const id = this.#ports.world.newId();
    const request: TransactionRequest = { id, workloadId, proposalId: null, action: null, change };
    this.#tryToRecord(intentOf(request));
    const end = await this.#ports
      .writer()
      .send(change.write, STOP_TIMEOUT_MS)
      .then(
        () => 'deleted' as const,
        (error: unknown) => {
          if (toErrorInfo(error).code === 'not-found') return 'gone' as const;
          this.#tryToRecord(resultOf(request, 'failed', toErrorInfo(error).message));
          throw error;
        },
      );
    this.#created.delete(keyOf(fault.resource));
    this.#tryToRecord(resultOf(request, 'done', change.description));
    return end;
  }

  #tryToRecord(event: JournalEvent): void {
    try {
      this.#ports.record(event);
    } catch {
      // The journal has said so to everybody else; here nothing may stand in the way.
    }
  }
}

function deletionOf({ resource, uid }: OwnFault, description: string): ReversibleChange {
  return {
    description,
    write: uid === null ? { verb: 'delete', resource } : { verb: 'delete', resource, uid },
    inverse: { kind: 'none', why: 'a fault that has ended is not started again' },
  };
}

function refuseUnlessAllowed(verdict: Verdict, change: ReversibleChange): void {
  if (verdict.outcome === 'allow') return;
  throw new CoxswainError(
    'guard-denied',
    `The guard does not let Coxswain ${change.description}: ${verdict.reason} (${verdict.rule}).`,
    'Change what the reason names, then try again.',
  );
}

function keyOf({ plural, namespace, name }: ResourceAddress): string {
  return `${plural}/${namespace}/${name}`;
}
