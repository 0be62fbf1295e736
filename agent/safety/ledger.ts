import type { JournalEvent, JournalRow } from '../protocol';
import { type Breaker, type BreakerConfig, type BreakerEvent, breakerAfter, CLOSED } from './breaker';
import { ReversibleChange } from './change';
import type { ActingAction } from './guardInput';

/** What is remembered of one workload; times are cluster time, null where there was none. */
export interface WorkloadHistory {
  lastActionAtMs: number | null;
  lastScaleUpAtMs: number | null;
  lastScaleAtMs: number | null;
  /** A transaction on it has begun and not ended. */
  underWay: boolean;
}

export interface ActionCounts {
  scaleUps: number;
  scaleDowns: number;
  disruptions: number;
}

/** What an action does to a workload, as far as pace is concerned. */
export type Effect = 'scale-up' | 'scale-down' | 'disruption' | 'return';

/** A change that was begun, as the journal has it. */
export interface BegunTransaction {
  id: string;
  workloadId: string;
  proposalId: string | null;
  /** Null for a fault. */
  action: ActingAction | null;
  change: ReversibleChange;
  seq: number;
  atMs: number;
}

type EventOf<Kind extends JournalEvent['kind']> = Extract<JournalEvent, { kind: Kind }>;

const MINUTE_MS = 60_000;
const NO_HISTORY = { lastActionAtMs: null, lastScaleUpAtMs: null, lastScaleAtMs: null };

export function effectOf(action: ActingAction): Effect {
  switch (action.kind) {
    case 'scale':
      return action.to > action.from ? 'scale-up' : 'scale-down';
    case 'restart-pod':
    case 'drain-pod':
      return 'disruption';
    case 'undrain-pod':
      return 'return';
  }
}

/**
 * What has been done, read from the journal's rows alone, so that a restart resets neither limits nor the circuit
 * breaker. An action counts from its intent, whatever became of it. Reverts count as actions, but say nothing about
 * whether the policies do well.
 */
export class Ledger {
  readonly #breakerConfig: () => BreakerConfig;
  readonly #histories = new Map<string, Omit<WorkloadHistory, 'underWay'>>();
  readonly #unfinished = new Map<string, BegunTransaction>();
  readonly #revertProposals = new Set<string>();
  #lastMinute: { effect: Effect; atMs: number }[] = [];
  #breaker: Breaker = CLOSED;

  constructor(breakerConfig: () => BreakerConfig) {
    this.#breakerConfig = breakerConfig;
  }

  get breaker(): Breaker {
    return this.#breaker;
  }

  /** Takes in the next row; rows of other kinds are passed over. */
  apply({ seq, atMs, event }: JournalRow): void {
    if (event.kind === 'intent') this.#begin(event, seq, atMs);
    if (event.kind === 'result') this.#finish(event, atMs);
    if (event.kind === 'outcome') this.#measured(event, atMs);
  }

  history(workloadId: string): WorkloadHistory {
    const underWay = this.unfinished().some((transaction) => transaction.workloadId === workloadId);
    return { ...(this.#histories.get(workloadId) ?? NO_HISTORY), underWay };
  }

  /** Actions over all workloads in the minute before `nowMs`. */
  lastMinute(nowMs: number): ActionCounts {
    const count = (effect: Effect) =>
      this.#lastMinute.filter((entry) => entry.effect === effect && nowMs - entry.atMs < MINUTE_MS).length;
    return { scaleUps: count('scale-up'), scaleDowns: count('scale-down'), disruptions: count('disruption') };
  }

  /** What has no result yet, oldest first. */
  unfinished(): readonly BegunTransaction[] {
    return [...this.#unfinished.values()];
  }

  #begin(intent: EventOf<'intent'>, seq: number, atMs: number): void {
    const { workloadId, proposalId, transactionId: id } = intent;
    const change = ReversibleChange.parse(intent.change);
    const action = intent.action === null || intent.action.kind === 'none' ? null : intent.action;
    this.#unfinished.set(id, { id, workloadId, proposalId, action, change, seq, atMs });
    if (action === null) return;
    if (change.reverts === undefined) this.#feedBreaker({ kind: 'begun', atMs });
    else if (proposalId !== null) this.#revertProposals.add(proposalId);
    this.#count(workloadId, action, atMs);
  }

  #count(workloadId: string, action: ActingAction, atMs: number): void {
    const effect = effectOf(action);
    const before = this.#histories.get(workloadId) ?? NO_HISTORY;
    this.#histories.set(workloadId, {
      lastActionAtMs: atMs,
      lastScaleUpAtMs: effect === 'scale-up' ? atMs : before.lastScaleUpAtMs,
      lastScaleAtMs: action.kind === 'scale' ? atMs : before.lastScaleAtMs,
    });
    const recent = this.#lastMinute.filter((entry) => atMs - entry.atMs < MINUTE_MS);
    this.#lastMinute = [...recent, { effect, atMs }];
  }

  #finish({ transactionId, result }: EventOf<'result'>, atMs: number): void {
    const transaction = this.#unfinished.get(transactionId);
    this.#unfinished.delete(transactionId);
    if (!transaction?.action || transaction.change.reverts !== undefined) return;
    if (result === 'failed') this.#feedBreaker({ kind: 'harmful', atMs });
    if (result === 'not-done' || result === 'unknown') this.#feedBreaker({ kind: 'nothing', atMs });
  }

  #measured({ proposalId, outcome }: EventOf<'outcome'>, atMs: number): void {
    if (this.#revertProposals.has(proposalId)) return;
    const kind = outcome === 'regressed' ? 'harmful' : outcome === 'unknown' ? 'nothing' : 'harmless';
    this.#feedBreaker({ kind, atMs });
  }

  #feedBreaker(event: BreakerEvent): void {
    this.#breaker = breakerAfter(this.#breaker, event, this.#breakerConfig());
  }
}
