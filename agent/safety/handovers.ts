import { sleep } from '../clock';
import type { Autoscaler, HandoverNote } from '../cluster/snapshot';
import {
  type AutoscalerRef,
  autoscalerText,
  type JournalEvent,
  toErrorInfo,
  type Verdict,
  workloadId,
} from '../protocol';
import type { ResourceAddress, ReversibleChange } from './change';
import type { GateWorld } from './gateWorld';
import type { LiveHandover, RequestInput } from './guardInput';
import { HandBacks, type HandedBack, type Reason, throwFirst } from './handBacks';
import { autoscalerAddress } from './handover/address';
import { LEFT } from './handover/afterDeath';
import type { HandBackTarget } from './handover/giveBack';
import { isHandoverAction, type PlannedHandover, planHandover } from './handover/plan';
import { NOTHING_TAKEN_OVER } from './handover/states';
import type { Charge } from './keeper/charge';
import type { TransactionEnd } from './transaction';
import type { Wish } from './wish';
import type { ClusterWriter } from './writer';

export interface HandoversPorts {
  world: GateWorld;
  record(event: JournalEvent): void;
  /** What every wish to write is judged by, as things are now. */
  requestInput(change: ReversibleChange, by: string): RequestInput;
  /** Whether nothing may be taken over any more: paused, stopped, or in mode observe. */
  isHalted(): boolean;
  /** Workloads whose autoscaler the journal has as handed over. */
  journaled(): readonly string[];
  writer(): ClusterWriter;
}

/** What a take-over needs of whoever judges and sends. */
export interface TakeOverPorts {
  judge(wish: Wish): Verdict;
  write(wish: Wish): Promise<TransactionEnd>;
}

interface Live extends LiveHandover {
  /** As it was left. */
  target: HandBackTarget;
  /** Wall time. */
  sinceMs: number;
}

type Due = Reason & { target: HandBackTarget };

interface Beginning {
  calledOff: Reason | null;
}

/** So long the watches may take to show what was done, ms of wall time. */
const SHOWN_AFTER_MS = 10_000;

/** A take-over whose autoscaler was written to meanwhile is planned anew, but no more often than this. */
const MOST_LOOKS = 4;
/** The watches mostly show what was written within milliseconds; ms of wall time. */
const LOOK_MS = 50;
const LOOKS_FOR_MS = 1000;

/** For one that a person waits for, ms of wall time. */
const PATIENT_MS = 9000;

/** Takes over from autoscalers, and sees to it that each is handed back. */
export class Handovers {
  readonly #ports: HandoversPorts;
  readonly #handBacks: HandBacks;
  /** By workload. */
  readonly #live = new Map<string, Live>();
  /** Take-overs on their way, by workload. */
  readonly #beginning = new Map<string, Beginning>();
  /** Notes that were handed back, with when: the watches may show them for a moment yet. Wall time. */
  readonly #over = new Map<string, number>();

  constructor(ports: HandoversPorts) {
    this.#ports = ports;
    this.#handBacks = new HandBacks({
      ...ports,
      given: (target, reason, text, record) => this.#given(target, reason, text, record),
    });
  }

  /** What this process has made of the workload's autoscaler, where that still stands on it; else null. */
  of(id: string): LiveHandover | null {
    const live = this.#live.get(id);
    if (!live) return null;
    const { how, approvedBy, autoscaler } = live;
    const note = this.#shown(id).find(({ uid }) => uid === autoscaler.uid)?.handover ?? null;
    const stands = isReadable(note) && this.#isOurs(note) && note.how === how;
    return stands ? { how, approvedBy, autoscaler } : null;
  }

  /** The wish with the write that its action means for the autoscaler as it is now; others stay as they are. */
  stamped(wish: Wish, approvedBy: string | null): Wish {
    const planned = this.#planned(wish, approvedBy);
    if (!planned) return wish;
    const { change, before, after } = planned;
    return { ...wish, change, before, after };
  }

  /** Whether it takes hold of an autoscaler on which nothing is noted yet. */
  isBeginning({ action, workload }: Wish): boolean {
    if (!isHandoverAction(action) || action.kind === 'hand-back') return false;
    const { uid } = action.autoscaler;
    return this.#shown(workloadId(workload)).find((each) => each.uid === uid)?.handover === null;
  }

  /**
   * Takes over, or advises for the first time. The keeper knows of it before; what has to be true when it is sent is
   * judged anew after that.
   *
   * @returns why it was not done; null where it was
   */
  async begin(wish: Wish, person: string | null, ports: TakeOverPorts): Promise<string | null> {
    const id = workloadId(wish.workload);
    if (this.#beginning.has(id) || !isHandoverAction(wish.action)) return 'another take-over is under way';
    const { autoscaler } = wish.action;
    // Suspended without a note it would be noted as if somebody had wanted it so.
    if (this.#live.get(id)?.autoscaler.uid === autoscaler.uid) return 'it is not handed back yet';
    const address = autoscalerAddress(autoscaler, wish.workload.namespace);
    const beginning: Beginning = { calledOff: null };
    this.#beginning.set(id, beginning);
    try {
      await this.#ports.world.keeper.hold(chargeOf(address));
      for (let look = 1; ; look++) {
        const stamped = this.stamped(wish, person);
        const state = this.#planned(wish, person)?.state;
        const verdict = ports.judge(stamped);
        const why = beginning.calledOff?.why ?? (verdict.outcome === 'allow' ? null : verdict.reason);
        if (why !== null || !state) {
          this.#ports.world.keeper.release(chargeOf(address));
          return why ?? `${autoscalerText(autoscaler)} is gone`;
        }
        const end = await ports.write(stamped);
        if (end.result === 'done') {
          const target = { workloadId: id, namespace: address.namespace, autoscaler: state };
          return await this.#begun(stamped, person, target, beginning);
        }
        // Its controller writes the status every few seconds: what has only been written to is looked at again.
        if (end.result === 'not-done' && look < MOST_LOOKS && (await this.#isShownAnew(id, state))) continue;
        // One that may have been done stays held, until the watches show it and it is handed back.
        if (end.result !== 'unknown') this.#ports.world.keeper.release(chargeOf(address));
        return end.error.message;
      }
    } finally {
      this.#beginning.delete(id);
    }
  }

  /**
   * Hands back whatever is noted on the autoscalers of a workload, whoever has noted it.
   *
   * @returns what was done, in words
   * @throws CoxswainError where something is not handed back; that is tried again
   */
  async handBack(id: string, why: string, by: string): Promise<string> {
    this.#callOff(id, { why, by });
    const targets = this.#targets().filter((target) => target.workloadId === id);
    const end = await this.#handBacks.giveAll(targets, { why, by }, this.#tryToRecord, PATIENT_MS);
    throwFirst(end);
    return end.done.join(', ') || NOTHING_TAKEN_OVER;
  }

  /**
   * Hands back all that this process has taken over. Never throws: it reports. What is to be sent is recorded, and on
   * its way, when it returns.
   */
  handBackAll(why: string, by: string): Promise<HandedBack> {
    return this.#handBacks.giveAll(this.#callAllOff({ why, by }), { why, by }, this.#tryToRecord);
  }

  /** The same, but the journal, whose every row takes its time, is left for later: call `recordAll` then. */
  async handBackAtOnce(why: string, by: string): Promise<HandedBack & { recordAll(): void }> {
    const rows: JournalEvent[] = [];
    const targets = this.#callAllOff({ why, by });
    const end = await this.#handBacks.giveAll(targets, { why, by }, (row) => rows.push(row));
    return { ...end, recordAll: () => rows.splice(0).forEach(this.#tryToRecord) };
  }

  /** Whether this process hands an autoscaler back, or has done so a moment ago. @param shown as it was before */
  gaveBack({ uid, handover }: Autoscaler): boolean {
    return this.#handBacks.isTrying(uid) || (handover !== null && this.#isOver(handover));
  }

  /** Hands back what an earlier process has left, in whatever mode. What cannot be handed back is tried again. */
  async handBackLeft(): Promise<HandedBack> {
    const reason = { why: LEFT, by: 'Coxswain' };
    const left = this.#targets().filter(({ autoscaler: { handover } }) => !this.#isOurs(handover));
    const end = await this.#handBacks.giveAll(left, reason, this.#tryToRecord);
    for (const id of this.#ports.journaled()) this.#forgetJournaled(id);
    return end;
  }

  /** Hands back what was taken over without anybody knowing, and what could not be before. About once a second. */
  async tick(): Promise<void> {
    const nowMs = this.#ports.world.monotonicMs();
    for (const [text, atMs] of this.#over) if (nowMs - atMs >= SHOWN_AFTER_MS) this.#over.delete(text);
    const due = [...this.#lost(nowMs), ...this.#strays(), ...this.#handBacks.due(nowMs)];
    await Promise.all(
      due.map(({ target, ...reason }) =>
        this.#handBacks.giveAll([this.#asShown(target)], reason, this.#tryToRecord),
      ),
    );
  }

  async #begun(
    { action, reason }: Wish,
    person: string | null,
    target: HandBackTarget,
    beginning: Beginning,
  ): Promise<string | null> {
    const { world, record } = this.#ports;
    const autoscaler = refOf(target.autoscaler);
    const how = action.kind === 'take-over' ? 'own' : 'advise';
    const id = target.workloadId;
    this.#live.set(id, { how, approvedBy: person, autoscaler, target, sinceMs: world.monotonicMs() });
    // Somebody has paused, stopped, or wanted it back while the write was on its way.
    const halted = this.#ports.isHalted() ? { why: 'Coxswain was halted meanwhile', by: 'Coxswain' } : null;
    let back = beginning.calledOff ?? halted;
    try {
      record({ kind: 'handover', workloadId: id, autoscaler, how, why: reason, by: person ?? 'auto' });
    } catch (error) {
      back ??= { why: `it cannot be journaled: ${toErrorInfo(error).message}`, by: 'Coxswain' };
    }
    if (back === null) return null;
    await this.handBack(id, back.why, back.by);
    return `handed back at once: ${back.why}`;
  }

  /** Whether the watches come to show the autoscaler as it was written since, within a second. */
  async #isShownAnew(id: string, { uid, resourceVersion }: Autoscaler): Promise<boolean> {
    const { clock, monotonicMs } = this.#ports.world;
    const untilMs = monotonicMs() + LOOKS_FOR_MS;
    while (monotonicMs() < untilMs) {
      const shown = this.#shown(id).find((each) => each.uid === uid);
      if (!shown) return false;
      if (shown.resourceVersion !== resourceVersion) return true;
      await sleep(clock, LOOK_MS * clock.rate);
    }
    return false;
  }

  #planned({ action, workload }: Wish, approvedBy: string | null): PlannedHandover | null {
    if (!isHandoverAction(action)) return null;
    const { uid } = action.autoscaler;
    const autoscaler = this.#shown(workloadId(workload)).find((each) => each.uid === uid);
    if (!autoscaler) return null;
    const { world } = this.#ports;
    return planHandover(action, autoscaler, workload.namespace, {
      by: approvedBy ?? 'auto',
      atMs: world.clock.nowMs(),
      agent: world.agentId,
      netUtilisation: world.config().scale.netUtilisation,
    });
  }

  #given(
    { workloadId: id, namespace, autoscaler }: HandBackTarget,
    { why, by }: Reason,
    text: string | null,
    record: (event: JournalEvent) => void,
  ): void {
    const wasLive = this.#live.get(id)?.autoscaler.uid === autoscaler.uid;
    if (wasLive) this.#live.delete(id);
    if (isReadable(autoscaler.handover)) {
      this.#over.set(autoscaler.handover.text, this.#ports.world.monotonicMs());
    }
    this.#ports.world.keeper.release(chargeOf(autoscalerAddress(autoscaler, namespace)));
    if (text === null && !wasLive) return;
    const rest = text?.split(', ').slice(1).join(', ') || (text === null ? 'it was handed back already' : '');
    record(handedBackEvent(id, refOf(autoscaler), rest === '' ? why : `${why}; ${rest}`, by));
  }

  /** Taken over, and yet no watch shows our note: somebody has taken it away, or the autoscaler aims elsewhere. */
  #lost(nowMs: number): readonly Due[] {
    return [...this.#live].flatMap(
      ([
        id,
        {
          sinceMs,
          autoscaler: { uid },
          target,
        },
      ]) => {
        const isNoted = this.#shown(id).some((each) => each.uid === uid && each.handover !== null);
        if (isNoted || nowMs - sinceMs < SHOWN_AFTER_MS || this.#handBacks.isTrying(uid)) return [];
        return [{ target, why: 'somebody has taken away what was noted on it', by: 'somebody else' }];
      },
    );
  }

  #strays(): readonly Due[] {
    return this.#targets().flatMap((target) => {
      const why = this.#whyStray(target);
      return why === null ? [] : [{ target, why, by: 'Coxswain' }];
    });
  }

  /** A person, or a keeper that had no journal, has seen to it. */
  #forgetJournaled(id: string): void {
    const workload = this.#ports.world.snapshot().workloads.get(id);
    const [autoscaler] = workload?.autoscalers ?? [];
    if (!workload || this.#live.has(id)) return;
    if (workload.autoscalers.some(({ handover }) => handover !== null)) return;
    const ref = autoscaler ? refOf(autoscaler) : { kind: 'hpa' as const, name: workload.ref.name, uid: '' };
    const why = 'nothing is noted on it any more';
    this.#tryToRecord(handedBackEvent(id, ref, why, 'somebody else'));
  }

  #callOff(id: string, reason: Reason): void {
    const beginning = this.#beginning.get(id);
    if (beginning) beginning.calledOff ??= reason;
  }

  /** @returns what this process has taken over */
  #callAllOff(reason: Reason): readonly HandBackTarget[] {
    for (const id of this.#beginning.keys()) this.#callOff(id, reason);
    return this.#targets().filter(({ autoscaler: { handover } }) => this.#isOurs(handover));
  }

  /** All that carries a note, and what was taken over so lately that no watch shows it yet. */
  #targets(): readonly HandBackTarget[] {
    const shown = [...this.#ports.world.snapshot().workloads].flatMap(([id, { ref, autoscalers }]) =>
      autoscalers.map((autoscaler) => ({ workloadId: id, namespace: ref.namespace, autoscaler })),
    );
    const noted = shown.filter(
      ({ autoscaler: { handover } }) => handover !== null && !this.#isOver(handover),
    );
    const uids = new Set(noted.map(({ autoscaler }) => autoscaler.uid));
    const unseen = [...this.#live.values()].filter(({ autoscaler }) => !uids.has(autoscaler.uid));
    return [...noted, ...unseen.map(({ target }) => target)];
  }

  #asShown(target: HandBackTarget): HandBackTarget {
    const { uid } = target.autoscaler;
    return this.#targets().find(({ autoscaler }) => autoscaler.uid === uid) ?? target;
  }

  /** Why nobody has an eye on what is noted on an autoscaler; null where somebody may. */
  #whyStray({ workloadId: id, autoscaler: { uid, handover } }: HandBackTarget): string | null {
    if (this.#handBacks.isTrying(uid) || this.#live.has(id) || this.#beginning.has(id)) return null;
    if (this.#isOurs(handover)) return 'a take-over whose answer never came';
    // Who has the journal is the only one that writes into it: whoever has noted that there is gone.
    const isLeft = isReadable(handover) && this.#ports.journaled().includes(id);
    return isLeft ? LEFT : null;
  }

  #isOver(note: HandoverNote | 'broken'): boolean {
    return isReadable(note) && this.#over.has(note.text);
  }

  #isOurs(note: Autoscaler['handover']): boolean {
    return isReadable(note) && note.agent === this.#ports.world.agentId;
  }

  #shown(id: string): readonly Autoscaler[] {
    return this.#ports.world.snapshot().workloads.get(id)?.autoscalers ?? [];
  }

  readonly #tryToRecord = (event: JournalEvent): void => {
    try {
      this.#ports.record(event);
    } catch {
      // The journal has said so to everybody else; here nothing may stand in the way.
    }
  };
}

function isReadable(note: Autoscaler['handover']): note is HandoverNote {
  return note !== null && note !== 'broken';
}

function chargeOf(resource: ResourceAddress): Charge {
  return { kind: 'autoscaler', resource };
}

function refOf({ kind, name, uid }: Autoscaler): AutoscalerRef {
  return { kind, name, uid };
}

function handedBackEvent(id: string, autoscaler: AutoscalerRef, why: string, by: string): JournalEvent {
  return { kind: 'handover', workloadId: id, autoscaler, how: 'handed-back', why, by };
}
