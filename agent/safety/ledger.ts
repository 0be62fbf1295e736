import type { JournalEvent, JournalRow, ReleaseOperation } from '../protocol';
import { AddedReplicas, type ReplicasLeft } from './addedReplicas';
import { type Breaker, type BreakerConfig, type BreakerEvent, breakerAfter, CLOSED } from './breaker';
import { ReversibleChange } from './change';
import type { GateWorld } from './gateWorld';
import type { ActingAction, ReleaseAction } from './guardInput';
import { type Regression, Regressions } from './regressions';

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

export interface PodCounts {
  added: number;
  removed: number;
}

/**
 * What an action does to a workload, as far as pace is concerned. To advise an autoscaler is to scale by its hand; to
 * take over from it changes nothing by itself.
 */
export type Effect = 'scale-up' | 'scale-down' | 'disruption' | 'take-over' | 'return';

/** A change that was begun, as the journal has it. */
export interface BegunTransaction {
  id: string;
  workloadId: string;
  proposalId: string | null;
  /** Null for a fault. */
  action: ActingAction | ReleaseAction | null;
  change: ReversibleChange;
  seq: number;
  atMs: number;
}

type EventOf<Kind extends JournalEvent['kind']> = Extract<JournalEvent, { kind: Kind }>;

const MINUTE_MS = 60_000;
/** Outcomes come within minutes of their action; what never has one must not be remembered for ever. */
const KEPT_APART = 5000;
const NO_HISTORY = { lastActionAtMs: null, lastScaleUpAtMs: null, lastScaleAtMs: null };

export function effectOf(action: ActingAction): Effect {
  switch (action.kind) {
    case 'scale':
    case 'advise':
      return podsOf(action) > 0 ? 'scale-up' : 'scale-down';
    case 'restart-pod':
    case 'drain-pod':
      return 'disruption';
    case 'take-over':
      return 'take-over';
    case 'undrain-pod':
    case 'hand-back':
      return 'return';
  }
}

/** Whether an operation gives the canary more traffic, or all of it. */
export function isRaise(operation: ReleaseOperation): boolean {
  switch (operation.kind) {
    case 'weight':
      return operation.to > operation.from;
    case 'promote':
    case 'promote-full':
    case 'skip-analysis':
      return true;
    default:
      return false;
  }
}

/** How many pods an action adds; negative where it takes some away. */
export function podsOf(action: ActingAction): number {
  if (action.kind === 'scale') return action.to - action.from;
  return action.kind === 'advise' ? action.minReplicas.to - action.minReplicas.from : 0;
}

/**
 * What has been done, read from the journal's rows alone, so that a restart resets neither limits nor the circuit
 * breaker. An action counts from its intent, whatever became of it. Reverts count as actions, but say nothing about
 * whether the policies do well. Nor do the steps of the scaler, one every few seconds: each workload that is scaled has
 * a breaker of its own, and neither do they keep others from acting. What is done to a release counts for nothing but
 * the pace of its raises: evidence judges it, not the breaker.
 */
export class Ledger {
  readonly #breakerConfig: () => BreakerConfig;
  readonly #histories = new Map<string, Omit<WorkloadHistory, 'underWay'>>();
  readonly #unfinished = new Map<string, BegunTransaction>();
  /** The latest proposals whose outcomes, which are still to come, say nothing about the policies. */
  readonly #apart = new Set<string>();
  /** By release: the last time that its canary was given more traffic, and by which proposal. */
  readonly #raises = new Map<string, { atMs: number; proposalId: string | null }>();
  /** Workloads whose autoscaler is taken over or advised. */
  readonly #handedOver = new Set<string>();
  readonly #added = new AddedReplicas();
  readonly #regressions = new Regressions();
  #lastMinute: { workloadId: string; isScalers: boolean; effect: Effect; pods: number; atMs: number }[] = [];
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
    if (event.kind === 'handover') this.#handover(event);
    if (event.kind === 'rejected' || event.kind === 'lapsed') this.#regressions.answered(event.workloadId);
    const isHalt = event.kind === 'control-changed' && event.control.kind === 'stopped';
    if (isHalt || (event.kind === 'mode-changed' && event.mode === 'observe')) this.#regressions.withdrawn();
  }

  /** The replicas of a workload as the last step of healing has left them; null where there was none. */
  replicasLeft(workloadId: string): ReplicasLeft | null {
    return this.#added.of(workloadId);
  }

  /** What made things worse and waits to be taken back. */
  regressions(): readonly Regression[] {
    return this.#regressions.waiting();
  }

  /** Workloads whose autoscaler was taken over or advised, and not handed back since. */
  handedOver(): readonly string[] {
    return [...this.#handedOver];
  }

  history(workloadId: string): WorkloadHistory {
    const underWay = this.unfinished().some((transaction) => transaction.workloadId === workloadId);
    return { ...(this.#histories.get(workloadId) ?? NO_HISTORY), underWay };
  }

  /** When the canary of a release was last given more traffic; null where it never was. */
  lastRaiseAtMs(releaseId: string): number | null {
    return this.#raises.get(releaseId)?.atMs ?? null;
  }

  /** Actions over all workloads in the minute before `nowMs`, but for the scaler's, which are counted in pods. */
  lastMinute(nowMs: number): ActionCounts {
    const count = (effect: Effect) =>
      this.#lastMinute.filter(
        (entry) => !entry.isScalers && entry.effect === effect && nowMs - entry.atMs < MINUTE_MS,
      ).length;
    return { scaleUps: count('scale-up'), scaleDowns: count('scale-down'), disruptions: count('disruption') };
  }

  /** Pods that actions have added to a workload and taken from it in the minute before `nowMs`. */
  podsLastMinute(workloadId: string, nowMs: number): PodCounts {
    const pods = this.#lastMinute
      .filter((entry) => entry.workloadId === workloadId && nowMs - entry.atMs < MINUTE_MS)
      .map((entry) => entry.pods);
    const sum = (sign: 1 | -1) => pods.reduce((total, each) => total + Math.max(0, sign * each), 0);
    return { added: sum(1), removed: sum(-1) };
  }

  /** What has no result yet, oldest first. */
  unfinished(): readonly BegunTransaction[] {
    return [...this.#unfinished.values()];
  }

  #handover({ how, workloadId }: EventOf<'handover'>): void {
    if (how === 'handed-back') this.#handedOver.delete(workloadId);
    else this.#handedOver.add(workloadId);
  }

  #begin(intent: EventOf<'intent'>, seq: number, atMs: number): void {
    const { workloadId, proposalId, transactionId: id } = intent;
    const change = ReversibleChange.parse(intent.change);
    const action = intent.action === null || intent.action.kind === 'none' ? null : intent.action;
    this.#unfinished.set(id, { id, workloadId, proposalId, action, change, seq, atMs });
    if (action === null) return;
    if (action.kind === 'release') {
      this.#setApart(proposalId);
      this.#raise(workloadId, action, proposalId, atMs);
      return;
    }
    this.#regressions.begun(workloadId);
    const apart = change.reverts !== undefined || this.#isScalers(workloadId, action);
    if (apart) this.#setApart(proposalId);
    else this.#feedBreaker({ kind: 'begun', atMs });
    this.#count(workloadId, action, atMs);
  }

  #setApart(proposalId: string | null): void {
    if (proposalId === null) return;
    this.#apart.add(proposalId);
    const [oldest] = this.#apart;
    if (this.#apart.size > KEPT_APART && oldest !== undefined) this.#apart.delete(oldest);
  }

  /** One wish may take several writes: the first of them counts. */
  #raise(releaseId: string, action: ReleaseAction, proposalId: string | null, atMs: number): void {
    if (!isRaise(action.operation)) return;
    const last = this.#raises.get(releaseId);
    const isSameWish = last !== undefined && proposalId !== null && last.proposalId === proposalId;
    if (!isSameWish) this.#raises.set(releaseId, { atMs, proposalId });
  }

  #count(workloadId: string, action: ActingAction, atMs: number): void {
    const effect = effectOf(action);
    const before = this.#histories.get(workloadId) ?? NO_HISTORY;
    const isScalers = this.#isScalers(workloadId, action);
    const scales = effect === 'scale-up' || effect === 'scale-down';
    this.#histories.set(workloadId, {
      lastActionAtMs: isScalers ? before.lastActionAtMs : atMs,
      lastScaleUpAtMs: effect === 'scale-up' ? atMs : before.lastScaleUpAtMs,
      lastScaleAtMs: scales ? atMs : before.lastScaleAtMs,
    });
    const recent = this.#lastMinute.filter((entry) => atMs - entry.atMs < MINUTE_MS);
    this.#lastMinute = [...recent, { workloadId, isScalers, effect, pods: podsOf(action), atMs }];
  }

  /** Where an autoscaler is handed over nobody but the scaler sets the replicas. */
  #isScalers(workloadId: string, { kind }: ActingAction): boolean {
    if (kind === 'scale') return this.#handedOver.has(workloadId);
    return kind === 'advise' || kind === 'take-over' || kind === 'hand-back';
  }

  #finish({ transactionId, result }: EventOf<'result'>, atMs: number): void {
    const transaction = this.#unfinished.get(transactionId);
    this.#unfinished.delete(transactionId);
    if (!transaction?.action || transaction.action.kind === 'release') return;
    const { workloadId, action, change } = transaction;
    const isScalers = this.#isScalers(workloadId, action);
    if (isScalers) this.#added.forget(workloadId);
    else if (result === 'done' && action.kind === 'scale') this.#added.done(transaction, action);
    if (isScalers || change.reverts !== undefined) return;
    if (result === 'done') this.#regressions.done(transaction);
    if (result === 'failed') this.#feedBreaker({ kind: 'harmful', atMs });
    if (result === 'not-done' || result === 'unknown') this.#feedBreaker({ kind: 'nothing', atMs });
  }

  #measured({ workloadId, proposalId, outcome, text }: EventOf<'outcome'>, atMs: number): void {
    if (this.#apart.delete(proposalId)) return;
    this.#regressions.measured(workloadId, proposalId, outcome, text, atMs);
    const kind = outcome === 'regressed' ? 'harmful' : outcome === 'unknown' ? 'nothing' : 'harmless';
    this.#feedBreaker({ kind, atMs });
  }

  #feedBreaker(event: BreakerEvent): void {
    this.#breaker = breakerAfter(this.#breaker, event, this.#breakerConfig());
  }
}

/** So many of the last rows are read at the start to know what has been done: hours, even at the highest rates. */
const REMEMBERED_ROWS = 5000;

/** The ledger as the journal has it. Times that lie ahead come from a cluster whose time has gone back: they count as now. */
export function readLedger({
  journal,
  config,
  clock,
}: Pick<GateWorld, 'journal' | 'config' | 'clock'>): Ledger {
  const ledger = new Ledger(() => config().guard.breaker);
  const nowMs = clock.nowMs();
  const kinds: JournalEvent['kind'][] = [
    ...(['intent', 'result', 'outcome', 'handover'] as const),
    ...(['rejected', 'lapsed', 'control-changed', 'mode-changed'] as const),
  ];
  const rows = journal.query({ kinds, limit: REMEMBERED_ROWS });
  for (const row of rows.toReversed()) ledger.apply({ ...row, atMs: Math.min(row.atMs, nowMs) });
  return ledger;
}
