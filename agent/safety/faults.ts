import { setImmediate } from 'node:timers/promises';
import type { RunningFault } from '../cluster/snapshot';
import {
  type Control,
  CoxswainError,
  type ErrorInfo,
  type JournalEvent,
  type Mode,
  toErrorInfo,
  type Verdict,
  workloadId,
} from '../protocol';
import type { ResourceAddress, ReversibleChange } from './change';
import { carriesFault, checkedRecovery, notEnded, undoOf } from './faultEnd';
import { FaultEndings } from './faultEndings';
import type { FaultOrder } from './faultOrder';
import type { GateWorld } from './gateWorld';
import { judgeFault } from './guard';
import type { RequestInput } from './guardInput';
import { isOver, keyOf, type OwnFault, OwnFaults } from './ownFaults';
import { intentOf, resultOf, runTransaction, type TransactionRequest } from './transaction';
import { type ClusterWriter, isRefusal } from './writer';

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

/** Faults that people and experiments inject, and their end. */
export class Faults {
  readonly #ports: FaultsPorts;
  /** An emergency stop must not wait for a watch to show what was made a moment ago. */
  readonly #own = new OwnFaults();
  readonly #endings: FaultEndings;

  constructor(ports: FaultsPorts) {
    this.#ports = ports;
    this.#endings = new FaultEndings({
      world: ports.world,
      state: ports.state,
      send: async (workload, change) => {
        await this.#transact(workload, change, () => null);
      },
    });
  }

  /**
   * Makes a fault: each change of its plan is a transaction of its own, and where a later one fails those that were
   * done are taken back.
   *
   * @throws CoxswainError `guard-denied`, or what the API server says.
   */
  async run(order: FaultOrder): Promise<void> {
    const { plan } = order;
    for (const change of plan.changes) refuseUnlessAllowed(this.#judge(order, change), change);
    const fault = ownFaultOf(order, plan.changes[0].write.resource, []);
    this.#own.put(fault);
    const made = await this.#inject(order, fault);
    // The stop came while a write was on its way.
    if (this.#ports.state().control.kind === 'stopped') {
      await Promise.all(made.map((each) => this.#endNow(each)));
    }
  }

  /** What the guard says of a fault as things are now, without anything being sent. */
  judge(order: FaultOrder): Verdict {
    const verdicts = order.plan.changes.map((change) => this.#judge(order, change));
    return (
      verdicts.find(({ outcome }) => outcome !== 'allow') ??
      verdicts[0] ?? { outcome: 'deny', rule: 'guard', reason: 'there is nothing to do' }
    );
  }

  /**
   * Ends one fault of ours, also while paused or stopped: it only takes back.
   *
   * @throws CoxswainError `not-found`, `guard-denied` in mode observe, or what the API server says.
   */
  async end(resource: ResourceAddress, by: string): Promise<void> {
    const fault = this.#find(resource);
    this.#refuseInObserve('end');
    const over = fault.seen !== null && isOver(fault.seen);
    const text = over
      ? `remove the object of fault ${resource.name}, which is over`
      : `end fault ${resource.name}, by ${by}`;
    for (const change of this.#recovery(fault)) {
      await this.#transact(fault.workloadId, { ...change, description: text }, () => null).catch(unlessGone);
    }
    this.#asked(fault);
  }

  /**
   * Pauses a fault of ours, or lets it go on.
   *
   * @throws CoxswainError `not-found`, `guard-denied`, `capability-missing` where its tool cannot, or what the API
   * server says.
   */
  async pause(resource: ResourceAddress, paused: boolean, by: string): Promise<void> {
    const { seen, workloadId: id } = this.#find(resource);
    this.#refuseInObserve(paused ? 'pause' : 'resume');
    const { kind } = this.#ports.state().control;
    if (!paused && kind !== 'running') {
      throw new CoxswainError(
        'guard-denied',
        `No fault goes on while Coxswain is ${kind}.`,
        'Resume Coxswain first, or end the fault.',
      );
    }
    const changes = seen === null ? null : this.#ports.world.provider(seen.provider).pause(seen, paused);
    if (changes === null) {
      throw new CoxswainError(
        'capability-missing',
        `Fault ${resource.name} cannot be paused${seen === null ? ' yet' : `: ${seen.provider} cannot pause it`}.`,
        seen === null ? 'Try again once it runs.' : 'End it, and inject it again later.',
      );
    }
    for (const change of changes) {
      const description = `${paused ? 'pause' : 'resume'} fault ${resource.name}, by ${by}`;
      await this.#transact(id, { ...change, description }, () => null);
    }
  }

  /**
   * Ends all faults of ours at once, and removes what is left of those that are over. Never throws: it reports. What
   * is to be sent is on its way when it returns.
   *
   * @param isMeant which of those that the watches show; those that they do not show yet are always meant
   */
  async endAll(isMeant: (fault: RunningFault) => boolean = () => true): Promise<FaultsEnded> {
    const meant = this.#list().filter(({ seen }) => seen === null || isMeant(seen));
    const results = await Promise.allSettled(
      meant.map(async (fault) => {
        const end = await this.#endNow(fault);
        return fault.seen !== null && isOver(fault.seen) ? 'gone' : end;
      }),
    );
    const failed = results.flatMap((result) =>
      result.status === 'rejected' ? [toErrorInfo(result.reason)] : [],
    );
    const ended = results.filter(
      (result) => result.status === 'fulfilled' && result.value === 'ended',
    ).length;
    return { ended, failed };
  }

  /** Sees to it that what was ended goes away. Call it about once a second. */
  async tick(): Promise<void> {
    // What the watches show now need not be remembered any longer.
    this.#list();
    await this.#endings.tick();
  }

  #judge(order: FaultOrder, change: ReversibleChange): Verdict {
    const { workload: ref, plan, by, trigger } = order;
    const { world } = this.#ports;
    const running = this.#list().filter((fault) => fault.order !== order);
    return judgeFault({
      ...this.#ports.requestInput(change, by),
      ref,
      workload: world.snapshot().workloads.get(workloadId(ref)),
      plan,
      trigger,
      running: running
        .filter(({ seen }) => seen === null || !isOver(seen))
        .map(({ resource, workloadId: id }) => ({ name: resource.name, workloadId: id })),
      incidentOpen: world.hasIncident(workloadId(ref)),
    });
  }

  async #inject(order: FaultOrder, { key, workloadId: id }: OwnFault): Promise<readonly OwnFault[]> {
    const made: OwnFault[] = [];
    try {
      for (const change of order.plan.changes) {
        const transaction = await this.#transact(id, change, () => {
          const verdict = this.#judgeAgain(order, change);
          return verdict.outcome === 'allow' ? null : verdict.reason;
        });
        const undo = undoOf(change, transaction);
        if (undo.length === 0) continue;
        const fault = ownFaultOf(order, change.write.resource, undo);
        made.push(fault);
        this.#own.put(fault);
      }
    } catch (error) {
      for (const fault of made.toReversed()) await this.#takeBack(fault, error);
      if (made.length === 0) this.#own.forget(key);
      throw error;
    }
    // A pod that was killed is nothing that could be taken back.
    if (!made.some((fault) => fault.key === key)) this.#own.forget(key);
    return made;
  }

  /** Between two changes of one plan the fault itself may be seen already: that is not another one. */
  #judgeAgain(order: FaultOrder, change: ReversibleChange): Verdict {
    const verdict = this.#judge(order, change);
    return verdict.outcome === 'deny' && (verdict.rule === 'fault-limit' || verdict.rule === 'blast-radius')
      ? { outcome: 'allow', rule: verdict.rule, reason: 'it was allowed before' }
      : verdict;
  }

  /** What cannot be taken back now stays known, so that it can be ended later. */
  async #takeBack({ key, workloadId: id, undo }: OwnFault, cause: unknown): Promise<void> {
    const { message } = toErrorInfo(cause);
    for (const change of undo) {
      try {
        await this.#transact(id, change, () => null);
      } catch (error) {
        throw new CoxswainError(
          'conflict',
          `The fault was given up (${message}), and what was done of it could not be taken back: ${toErrorInfo(error).message}`,
          'Use the emergency stop, or look at the object.',
        );
      }
      const { reverts } = change;
      if (reverts !== undefined)
        this.#ports.record(resultOf({ id: reverts, workloadId: id }, 'reverted', message));
    }
    this.#own.forget(key);
  }

  #list(): readonly OwnFault[] {
    const { world } = this.#ports;
    return this.#own.list(world.snapshot(), (fault) => world.faultWorkload(fault));
  }

  #find(resource: ResourceAddress): OwnFault {
    const fault = this.#list().find(({ key }) => key === keyOf(resource));
    if (fault) return fault;
    throw new CoxswainError(
      'not-found',
      `Coxswain has no fault ${resource.namespace}/${resource.name}.`,
      'Only faults that Coxswain has injected can be ended here; use kubectl for others.',
    );
  }

  #refuseInObserve(what: string): void {
    if (this.#ports.state().mode !== 'observe') return;
    throw new CoxswainError(
      'guard-denied',
      `Mode observe never writes, not even to ${what} a fault.`,
      'Switch to mode approve, or use the emergency stop, which ends all faults in any mode.',
    );
  }

  #recovery({ seen, undo }: OwnFault): readonly ReversibleChange[] {
    return seen === null
      ? undo
      : checkedRecovery(seen, this.#ports.world.provider(seen.provider).recover(seen));
  }

  /** From now on it has time to go. */
  #asked({ key, seen }: OwnFault): void {
    this.#own.forget(key);
    if (seen !== null) this.#endings.asked(seen);
  }

  /** @returns the transaction's id */
  async #transact(
    workload: string,
    change: ReversibleChange,
    objection: () => string | null,
  ): Promise<string> {
    const { world, record } = this.#ports;
    const request = { id: world.newId(), workloadId: workload, proposalId: null, action: null, change };
    const end = await runTransaction(request, { writer: this.#ports.writer(), record, objection });
    if (end.result === 'done') return request.id;
    throw new CoxswainError(end.error.code, end.error.message, end.error.remedy);
  }

  /**
   * Ends a fault in an emergency: without a dry run, before the journal, and even if that cannot be written, for harm
   * that goes on is worse than a gap in the record. What the API server refuses, because somebody has changed the object
   * meanwhile, is tried by force.
   */
  async #endNow(fault: OwnFault): Promise<'ended' | 'gone'> {
    try {
      const end = await this.#sendAll(fault, this.#recovery(fault));
      this.#asked(fault);
      return end;
    } catch (error) {
      const end = await this.#endByForce(fault, error);
      this.#asked(fault);
      return end;
    }
  }

  async #endByForce(fault: OwnFault, cause: unknown): Promise<'ended' | 'gone'> {
    const { seen, resource } = fault;
    if (isRefusal(cause) && (await this.#isGone(fault))) return 'gone';
    if (seen === null) throw notEnded(resource.name, cause, null);
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
      const object = await this.#ports.writer().read(resource, STOP_TIMEOUT_MS / 3);
      return object === null || !carriesFault(object, seen, undo);
    } catch {
      return false;
    }
  }

  async #sendAll(fault: OwnFault, changes: readonly ReversibleChange[]): Promise<'ended' | 'gone'> {
    const timeoutMs = STOP_TIMEOUT_MS / Math.max(1, changes.length);
    let end: 'ended' | 'gone' = 'gone';
    for (const change of changes) {
      if ((await this.#sendNow(fault, change, timeoutMs)) === 'ended') end = 'ended';
    }
    return end;
  }

  async #sendNow(fault: OwnFault, change: ReversibleChange, timeoutMs: number): Promise<'ended' | 'gone'> {
    const description = `emergency stop: end fault ${fault.resource.name}`;
    const request: TransactionRequest = {
      id: this.#ports.world.newId(),
      workloadId: fault.workloadId,
      proposalId: null,
      action: null,
      change: { ...change, description },
    };
    const sending = this.#ports.writer().send(change.write, timeoutMs);
    // The journal puts each row on the disk: all that is to be sent is on its way before the first.
    await Promise.race([setImmediate(), sending.catch(() => undefined)]);
    this.#tryToRecord(intentOf(request));
    try {
      await sending;
      this.#tryToRecord(resultOf(request, 'done', description));
      return 'ended';
    } catch (error) {
      const { code, message } = toErrorInfo(error);
      this.#tryToRecord(resultOf(request, code === 'not-found' ? 'done' : 'failed', message));
      if (code === 'not-found') return 'gone';
      throw error;
    }
  }

  #tryToRecord(event: JournalEvent): void {
    try {
      this.#ports.record(event);
    } catch {
      // The journal has said so to everybody else; here nothing may stand in the way.
    }
  }
}

function ownFaultOf(
  order: FaultOrder,
  resource: ResourceAddress,
  undo: readonly ReversibleChange[],
): OwnFault {
  return { key: keyOf(resource), resource, workloadId: workloadId(order.workload), seen: null, undo, order };
}

/** What is to be taken away may have gone by itself. */
function unlessGone(error: unknown): void {
  if (toErrorInfo(error).code !== 'not-found') throw error;
}

function refuseUnlessAllowed(verdict: Verdict, change: ReversibleChange): void {
  if (verdict.outcome === 'allow') return;
  throw new CoxswainError(
    'guard-denied',
    `The guard does not let Coxswain ${change.description}: ${verdict.reason} (${verdict.rule}).`,
    'Change what the reason names, then try again.',
  );
}
