import { CoxswainError, type JournalEvent, toErrorInfo } from '../protocol';
import type { ReversibleChange } from './change';
import { Deadline } from './deadline';
import { carriesFault, checkedRecovery, notEnded } from './faultEnd';
import type { GateWorld } from './gateWorld';
import { isOver, type OwnFault } from './ownFaults';
import { intentOf, resultOf, type TransactionRequest } from './transaction';
import { type ClusterWriter, isRefusal } from './writer';

/** So that an emergency stop is over within two seconds, whatever the API server does. */
const TOTAL_MS = 1500;

export interface EmergencyPorts {
  world: GateWorld;
  writer(): ClusterWriter;
  /** Never throws. */
  record(event: JournalEvent): void;
}

/**
 * Ends faults in an emergency, all of them in the same short time: without a dry run, before the journal, and even if
 * that cannot be written. What the API server refuses, because somebody has changed the object meanwhile, is tried by
 * force.
 */
export class EmergencyEnd {
  readonly #ports: EmergencyPorts;
  readonly #deadline: Deadline;
  readonly #rows: JournalEvent[] = [];

  constructor(ports: EmergencyPorts) {
    this.#ports = ports;
    this.#deadline = new Deadline(TOTAL_MS, ports.world.monotonicMs);
  }

  /**
   * @param changes what ends it
   * @throws CoxswainError that says why it goes on, and what a person can do
   */
  async end(fault: OwnFault, changes: readonly ReversibleChange[]): Promise<'ended' | 'gone'> {
    const { seen, resource } = fault;
    if (seen !== null && changes.length === 0 && !isOver(seen)) {
      throw notEnded(resource.name, new CoxswainError('conflict', seen.trouble, ''), seen);
    }
    try {
      return await this.#sendAll(fault, changes);
    } catch (error) {
      return await this.#endByForce(fault, error);
    }
  }

  /**
   * The journal puts each row on the disk, and nobody hears an answer meanwhile: where the disk is slow, rows in between
   * would make answers late.
   */
  recordAll(): void {
    for (const row of this.#rows.splice(0)) this.#ports.record(row);
  }

  async #endByForce(fault: OwnFault, cause: unknown): Promise<'ended' | 'gone'> {
    const { seen, resource } = fault;
    if (isRefusal(cause) && (await this.#isGone(fault))) return 'gone';
    if (seen === null || this.#deadline.leftMs() === 0) throw notEnded(resource.name, cause, seen);
    try {
      const changes = this.#ports.world.provider(seen.provider).forceRecovery(seen);
      if (changes.length > 0) return await this.#sendAll(fault, checkedRecovery(seen, changes));
    } catch (error) {
      throw notEnded(resource.name, error, seen);
    }
    throw notEnded(resource.name, cause, seen);
  }

  /** Somebody else, such as the run that it belongs to, may have ended it a moment ago. */
  async #isGone({ resource, seen, undo }: OwnFault): Promise<boolean> {
    try {
      const object = await this.#ports.writer().read(resource, this.#deadline.shareMs(3));
      return object === null || !carriesFault(object, seen, undo);
    } catch {
      return false;
    }
  }

  async #sendAll(fault: OwnFault, changes: readonly ReversibleChange[]): Promise<'ended' | 'gone'> {
    let end: 'ended' | 'gone' = 'gone';
    for (const [index, change] of changes.entries()) {
      const timeoutMs = this.#deadline.shareMs(changes.length - index);
      if ((await this.#send(fault, change, timeoutMs)) === 'ended') end = 'ended';
    }
    return end;
  }

  async #send(fault: OwnFault, change: ReversibleChange, timeoutMs: number): Promise<'ended' | 'gone'> {
    const description = `emergency stop: end fault ${fault.resource.name}`;
    const request: TransactionRequest = {
      id: this.#ports.world.newId(),
      workloadId: fault.workloadId,
      proposalId: null,
      action: null,
      change: { ...change, description },
    };
    this.#rows.push(intentOf(request));
    try {
      await this.#ports.writer().send(change.write, timeoutMs);
      this.#rows.push(resultOf(request, 'done', description));
      return 'ended';
    } catch (error) {
      const { code, message } = toErrorInfo(error);
      this.#rows.push(resultOf(request, code === 'not-found' ? 'done' : 'failed', message));
      if (code === 'not-found') return 'gone';
      throw error;
    }
  }
}
