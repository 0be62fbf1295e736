import type { Workload } from '../../../cluster/snapshot';
import type { JournalReader } from '../../../journal/reader';
import { toErrorInfo, workloadId } from '../../../protocol';
import type { Breaker } from '../../../safety/breaker';
import {
  CLOSED_SCALE_BREAKER,
  isOpen,
  mayTakeOver,
  type ScaleBreaker,
  type ScaleBreakerEvent,
  scaleBreakerAfter,
} from './scaleBreaker';
import type { HelmPorts } from './scalerPorts';

/** The breaker of a workload as the journal has it. */
export interface NotedBreaker {
  breaker: Breaker;
  /** What has opened it, in words. */
  why: string;
  /** Cluster time. */
  atMs: number;
}

/** As it was last, be it before a new start of the agent; null where nothing is noted. A workload made anew has another. */
export function notedBreaker(
  journal: Pick<JournalReader, 'query'>,
  { ref, uid }: Pick<Workload, 'ref' | 'uid'>,
): NotedBreaker | null {
  const [row] = journal.query({ kinds: ['breaker'], workloadId: workloadId(ref), limit: 1 });
  if (row?.event.kind !== 'breaker' || row.event.uid !== uid) return null;
  const { breaker, why } = row.event;
  return { breaker, why, atMs: row.atMs };
}

type Ports = Pick<HelmPorts, 'clock' | 'config' | 'notedBreaker' | 'record' | 'onError'>;

/** The circuit breaker of one scaled workload, which outlives the agent: each change of it is journaled. */
export class KeptBreaker {
  readonly #id: string;
  readonly #uid: string;
  readonly #ports: Ports;
  #breaker: ScaleBreaker;
  #why: string;
  /** Cluster time since which an earlier run has left it open; null where none has. */
  readonly leftOpenAtMs: number | null;

  constructor(workload: Pick<Workload, 'ref' | 'uid'>, ports: Ports) {
    this.#id = workloadId(workload.ref);
    this.#uid = workload.uid;
    this.#ports = ports;
    const noted = this.#noted(workload);
    const actions = noted ? this.#notLonger(noted.breaker) : CLOSED_SCALE_BREAKER.actions;
    this.#breaker = { ...CLOSED_SCALE_BREAKER, actions };
    this.#why = noted?.why ?? '';
    this.leftOpenAtMs = noted && isOpen(this.#breaker) ? noted.atMs : null;
  }

  /** Why it is open, in words. */
  get reason(): string {
    return `the circuit breaker has opened: ${this.#why}`;
  }

  /** Cluster time from which it may be tried again; null while it is not open. */
  get openUntilMs(): number | null {
    const { actions } = this.#breaker;
    return actions.kind === 'open' ? actions.untilMs : null;
  }

  mayTakeOver(): boolean {
    return mayTakeOver(this.#breaker, this.#ports.clock.nowMs());
  }

  /** @param why it would open for this */
  note(event: ScaleBreakerEvent, why: string): void {
    const wasOpen = isOpen(this.#breaker);
    const after = scaleBreakerAfter(this.#breaker, event, this.#ports.config().scale.breaker);
    if (!wasOpen && isOpen(after)) this.#why = why;
    this.#set(after);
  }

  /** A person takes over, and knows what it has opened for. */
  close(): void {
    this.#set(CLOSED_SCALE_BREAKER);
  }

  /** It counts at once, even if the journal cannot be written. */
  #set(breaker: ScaleBreaker): void {
    const before = this.#breaker.actions;
    this.#breaker = breaker;
    const { actions } = breaker;
    if (isSame(before, actions)) return;
    const why = actions.kind === 'open' ? this.#why : '';
    try {
      this.#ports.record({ kind: 'breaker', workloadId: this.#id, uid: this.#uid, breaker: actions, why });
    } catch (error) {
      this.#ports.onError(toErrorInfo(error));
    }
  }

  /** A journal that cannot be read keeps nobody from scaling: nothing is taken over that it does not take a row of. */
  #noted(workload: Pick<Workload, 'ref' | 'uid'>): NotedBreaker | null {
    try {
      return this.#ports.notedBreaker(workload);
    } catch (error) {
      this.#ports.onError(toErrorInfo(error));
      return null;
    }
  }

  /** The clock of a cluster that was started anew may be behind, and the config may want less by now. */
  #notLonger(breaker: Breaker): Breaker {
    if (breaker.kind === 'closed') return breaker;
    const { clock, config } = this.#ports;
    return { ...breaker, untilMs: Math.min(breaker.untilMs, clock.nowMs() + config().scale.breaker.openFor) };
  }
}

function isSame(a: Breaker, b: Breaker): boolean {
  if (a.kind === 'closed') return b.kind === 'closed' && a.failuresInARow === b.failuresInARow;
  return a.kind === b.kind && a.untilMs === b.untilMs;
}
