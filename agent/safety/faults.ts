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
import { EmergencyEnd } from './emergencyEnd';
import { checkedRecovery, undoOf } from './faultEnd';
import { FaultEndings } from './faultEndings';
import type { FaultOrder } from './faultOrder';
import type { GateWorld } from './gateWorld';
import { judgeFault } from './guard';
import type { RequestInput } from './guardInput';
import { KeptFaults } from './keptFaults';
import { KilledPods } from './killedPods';
import { isOver, keyOf, type OwnFault, OwnFaults } from './ownFaults';
import { strangersOf } from './strangers';
import { resultOf, runTransaction, type TransactionPorts } from './transaction';
import type { ClusterWriter } from './writer';

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
  /** Orders whose faults were to be ended while they were still being made. */
  readonly #calledOff = new WeakSet<FaultOrder>();
  readonly #killed: KilledPods;
  readonly #kept: KeptFaults;

  constructor(ports: FaultsPorts) {
    this.#ports = ports;
    this.#kept = new KeptFaults(ports.world);
    this.#killed = new KilledPods(ports.world.clock);
    this.#endings = new FaultEndings({
      world: ports.world,
      state: ports.state,
      send: async (workload, change) => {
        await this.#takeAway(workload, change);
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
    // Somebody has stopped it, or left for mode observe, while a write was on its way.
    const { mode, control } = this.#ports.state();
    if (control.kind === 'stopped' || mode === 'observe' || this.#calledOff.has(order)) {
      const emergency = this.#emergency();
      const ends = await Promise.allSettled(made.map((each) => this.#endNow(each, emergency)));
      emergency.recordAll();
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
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
    try {
      for (const change of this.#recovery(fault)) {
        await this.#takeAway(fault.workloadId, { ...change, description: text }).catch(unlessGone);
      }
      this.#over(fault);
    } finally {
      this.#asked(fault);
    }
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
      await this.#transact(id, { ...change, description });
    }
  }

  /**
   * Ends all faults of ours at once, and removes what is left of those that are over. Never throws: it reports. What
   * is to be sent is on its way when it returns, and is recorded once it is answered.
   *
   * @param isMeant which of those that the watches show; those that they do not show yet are always meant
   * @param also what must be answered as well before the journal takes its time
   */
  async endAll(
    isMeant: (fault: RunningFault) => boolean = () => true,
    also: Promise<unknown> = Promise.resolve(),
  ): Promise<FaultsEnded> {
    const meant = this.#list().filter(({ seen }) => seen === null || isMeant(seen));
    for (const { order } of meant) if (order !== null) this.#calledOff.add(order);
    const emergency = this.#emergency();
    const results = await Promise.allSettled(
      meant.map(async (fault) => {
        const end = await this.#endNow(fault, emergency);
        return fault.seen !== null && isOver(fault.seen) ? 'gone' : end;
      }),
    );
    await also;
    emergency.recordAll();
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
    this.#killed.tick();
    this.#kept.tick();
    await this.#endings.tick();
  }

  /** @param hasBegun whether an earlier change of its plan was made: then what shows of that is the fault itself. */
  #judge(order: FaultOrder, change: ReversibleChange, hasBegun = false): Verdict {
    const { workload: ref, plan, by, trigger } = order;
    const { world } = this.#ports;
    const own = new Set(hasBegun ? plan.changes.map(({ write }) => keyOf(write.resource)) : []);
    const running = this.#list().filter((fault) => fault.order !== order && !own.has(fault.key));
    const workload = world.snapshot().workloads.get(workloadId(ref));
    return judgeFault({
      ...this.#ports.requestInput(change, by),
      ref,
      workload: workload && this.#killed.without(workload),
      strangers: strangersOf(world.snapshot(), ref),
      plan,
      hasBegun,
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
      for (const [index, change] of order.plan.changes.entries()) {
        await this.#kept.hold(id, change);
        const transaction = await this.#make(order, id, change, index > 0).finally(() =>
          this.#kept.answered(change.write.resource),
        );
        this.#killed.note(change);
        const undo = undoOf(change, transaction);
        if (undo.length === 0) continue;
        const fault = ownFaultOf(order, change.write.resource, undo);
        made.push(fault);
        this.#own.put(fault);
      }
    } catch (error) {
      if (made.length === 0) this.#own.forget(key);
      await this.#takeAllBack(made.toReversed(), error);
      throw error;
    }
    // A pod that was killed is nothing that could be taken back.
    if (!made.some((fault) => fault.key === key)) this.#own.forget(key);
    return made;
  }

  /** From the intent on the disk on, a disk that fills up must not make a fault be forgotten. */
  #make(order: FaultOrder, id: string, change: ReversibleChange, hasBegun: boolean): Promise<string> {
    const objection = () => {
      if (this.#calledOff.has(order)) return 'it was called off before it was sent';
      const verdict = this.#judge(order, change, hasBegun);
      return verdict.outcome === 'allow' ? null : verdict.reason;
    };
    const record = (event: JournalEvent) =>
      event.kind === 'intent' ? this.#ports.record(event) : this.#tryToRecord(event);
    return this.#transact(id, change, { objection, record });
  }

  /** All of them, whatever becomes of one. @throws the first failure */
  async #takeAllBack(made: readonly OwnFault[], cause: unknown): Promise<void> {
    const failures: unknown[] = [];
    for (const fault of made) {
      await this.#takeBack(fault, cause).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** What cannot be taken back now stays known, so that it can be ended later. */
  async #takeBack({ key, resource, workloadId: id, undo }: OwnFault, cause: unknown): Promise<void> {
    const { message } = toErrorInfo(cause);
    for (const change of undo) {
      try {
        await this.#takeAway(id, change);
      } catch (error) {
        throw new CoxswainError(
          'conflict',
          `The fault was given up (${message}), and what was done of it could not be taken back: ${toErrorInfo(error).message}`,
          'Use the emergency stop, or look at the object.',
        );
      }
      const { reverts } = change;
      if (reverts !== undefined)
        this.#tryToRecord(resultOf({ id: reverts, workloadId: id }, 'reverted', message));
    }
    this.#over({ key, resource });
  }

  #over({ key, resource }: Pick<OwnFault, 'key' | 'resource'>): void {
    this.#own.forget(key);
    this.#kept.release(resource);
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

  /** While an emergency stop is in force, what it could not end may still be ended. */
  #refuseInObserve(what: 'end' | 'pause' | 'resume'): void {
    const { mode, control } = this.#ports.state();
    if (mode !== 'observe' || (what === 'end' && control.kind === 'stopped')) return;
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
  #asked({ seen }: OwnFault): void {
    if (seen !== null) this.#endings.asked(seen);
  }

  /** @returns the transaction's id */
  async #transact(
    workload: string,
    change: ReversibleChange,
    ports: Partial<Pick<TransactionPorts, 'objection' | 'record'>> = {},
  ): Promise<string> {
    const { world, record } = this.#ports;
    const request = { id: world.newId(), workloadId: workload, proposalId: null, action: null, change };
    const writer = this.#ports.writer();
    const end = await runTransaction(request, { record, objection: () => null, ...ports, writer });
    if (end.result === 'done') return request.id;
    throw new CoxswainError(end.error.code, end.error.message, end.error.remedy);
  }

  /** Harm that goes on is worse than a gap in the record: a journal that cannot be written keeps no fault alive. */
  #takeAway(workload: string, change: ReversibleChange): Promise<string> {
    return this.#transact(workload, change, { record: (event) => this.#tryToRecord(event) });
  }

  async #endNow(fault: OwnFault, emergency: EmergencyEnd): Promise<'ended' | 'gone'> {
    try {
      const end = await emergency.end(fault, this.#recovery(fault));
      this.#over(fault);
      return end;
    } finally {
      this.#asked(fault);
    }
  }

  #emergency(): EmergencyEnd {
    const { world, writer } = this.#ports;
    return new EmergencyEnd({ world, writer, record: (event) => this.#tryToRecord(event) });
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
