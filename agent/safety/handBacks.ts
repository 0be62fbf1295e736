import { CoxswainError, type ErrorInfo, errorText, type JournalEvent, toErrorInfo } from '../protocol';
import type { ReversibleChange } from './change';
import { Deadline } from './deadline';
import type { GateWorld } from './gateWorld';
import { judgeHandBack } from './guard';
import type { RequestInput } from './guardInput';
import { giveBack, type HandBackTarget } from './handover/giveBack';
import type { ClusterWriter } from './writer';

/** Why something is handed back, and by whom. */
export interface Reason {
  why: string;
  by: string;
}

export interface HandedBack {
  /** Of each autoscaler that was handed back now, in words. */
  done: readonly string[];
  /** One error for each that could not be. */
  failed: readonly ErrorInfo[];
}

/** Takes a row for the journal; never throws. */
export type RecordRow = (event: JournalEvent) => void;

export interface HandBacksPorts {
  world: GateWorld;
  requestInput(change: ReversibleChange, by: string): RequestInput;
  writer(): ClusterWriter;
  /** It is as it was. `text` says what was done; null where that was nothing. */
  given(target: HandBackTarget, reason: Reason, text: string | null, record: RecordRow): void;
}

interface Retry extends Reason {
  target: HandBackTarget;
  tries: number;
  /** Wall time. */
  nextMs: number;
}

/** So that a stop is over within two seconds, whatever the API server does; ms of wall time. */
const AT_ONCE_MS = 1500;

const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 300_000;

/** Hands autoscalers back, each one at a time, and remembers those that could not be. */
export class HandBacks {
  readonly #ports: HandBacksPorts;
  /** By the autoscaler's uid. */
  readonly #giving = new Map<string, Promise<string | null>>();
  readonly #retries = new Map<string, Retry>();

  constructor(ports: HandBacksPorts) {
    this.#ports = ports;
  }

  /** Never throws: it reports. What is to be sent is on its way when it returns. */
  async giveAll(
    targets: readonly HandBackTarget[],
    reason: Reason,
    record: RecordRow,
    totalMs = AT_ONCE_MS,
  ): Promise<HandedBack> {
    const deadline = new Deadline(totalMs, this.#ports.world.monotonicMs);
    const ends = await Promise.allSettled(
      targets.map((target) => this.#give(target, reason, deadline, record)),
    );
    return {
      done: ends.flatMap((end) => (end.status === 'fulfilled' && end.value !== null ? [end.value] : [])),
      failed: ends.flatMap((end) => (end.status === 'rejected' ? [toErrorInfo(end.reason)] : [])),
    };
  }

  /** It could not be handed back, and will be tried again. */
  isTrying(uid: string): boolean {
    return this.#retries.has(uid) || this.#giving.has(uid);
  }

  /** What it is time to try again. */
  due(nowMs: number): readonly (Reason & { target: HandBackTarget })[] {
    return [...this.#retries.values()].filter(({ nextMs }) => nowMs >= nextMs);
  }

  /** Whoever else wants it handed back waits for the same end. */
  #give(
    target: HandBackTarget,
    reason: Reason,
    deadline: Deadline,
    record: RecordRow,
  ): Promise<string | null> {
    const { uid } = target.autoscaler;
    const known = this.#giving.get(uid);
    if (known) return known;
    const giving = this.#giveNow(target, reason, deadline, record).finally(() => this.#giving.delete(uid));
    this.#giving.set(uid, giving);
    return giving;
  }

  async #giveNow(
    target: HandBackTarget,
    reason: Reason,
    deadline: Deadline,
    record: RecordRow,
  ): Promise<string | null> {
    const { world, writer, requestInput, given } = this.#ports;
    const { kind, name, uid } = target.autoscaler;
    const action = { kind: 'hand-back', autoscaler: { kind, name, uid } } as const;
    try {
      const text = await giveBack(target, {
        writer: writer(),
        newId: () => world.newId(),
        deadline,
        record,
        judge: (change, autoscaler) =>
          judgeHandBack({
            ...requestInput(change, reason.by),
            namespace: target.namespace,
            action,
            autoscaler,
          }),
      });
      this.#retries.delete(uid);
      given(target, reason, text, record);
      return text;
    } catch (error) {
      this.#failed(target, reason, error, record);
      throw error;
    }
  }

  #failed(target: HandBackTarget, reason: Reason, error: unknown, record: RecordRow): void {
    const { uid, handover } = target.autoscaler;
    const before = this.#retries.get(uid);
    const info = toErrorInfo(error);
    if (!before) record({ kind: 'warning', workloadId: target.workloadId, text: errorText(info) });
    // Only a person can do something about a note that cannot be read.
    if (handover === 'broken') return;
    const tries = (before?.tries ?? 0) + 1;
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** (tries - 1), LONGEST_RETRY_MS);
    this.#retries.set(uid, { ...reason, target, tries, nextMs: this.#ports.world.monotonicMs() + waitMs });
  }
}

/** @throws CoxswainError the first failure, where there is one */
export function throwFirst({ failed: [first] }: HandedBack): void {
  if (first) throw new CoxswainError(first.code, first.message, first.remedy);
}
