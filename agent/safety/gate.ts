import type { RunningFault } from '../cluster/snapshot';
import type { ProposalDraft, Proposer } from '../loop/ports';
import type { Outcome } from '../loop/task';
import {
  type Control,
  CoxswainError,
  type ErrorInfo,
  type JournalEvent,
  type Mode,
  type Proposal,
  type ProposalState,
  toErrorInfo,
  type Verdict,
  workloadId,
} from '../protocol';
import { type Entry, ProposalBook } from './approvals';
import type { ResourceAddress, ReversibleChange } from './change';
import { execute } from './executor';
import type { FaultOrder } from './faultOrder';
import { Faults, type FaultsEnded } from './faults';
import type { GateWorld } from './gateWorld';
import { judge } from './guard';
import type { GuardInput, RequestInput } from './guardInput';
import { Ledger } from './ledger';
import { whyOutdated } from './outdated';
import { revertOf } from './reverts';
import { actionInterval, cooldown, rate } from './rules/pace';
import { type Settled, settle } from './settlement';
import { Switches } from './switches';
import { isSameAction, toProposal, type Wish, wishOf } from './wish';
import type { ClusterWriter } from './writer';

/** So many of the last rows are read at the start to know what has been done: hours, even at the highest rates. */
const REMEMBERED_ROWS = 5000;

/** Denials that pass with time; a revert waits for them. */
const PACE = [actionInterval, cooldown, rate].map((rule) => rule.name);

/**
 * The one gate between whoever wants to write and the cluster: it judges, asks, records, writes, and takes back.
 * Mode, pause and emergency stop live here. Call `settle` after each connect, and `tick` about once a second.
 */
export class ActionGate implements Proposer {
  readonly #world: GateWorld;
  readonly #ledger: Ledger;
  readonly #switches: Switches;
  readonly #book: ProposalBook;
  readonly #faults: Faults;
  /** By workload: what is to be taken back as soon as pace allows. */
  readonly #reverts = new Map<string, Wish>();
  #settled: boolean;
  #settling: Promise<readonly Settled[]> | null = null;

  constructor(world: GateWorld, startMode: Mode) {
    this.#world = world;
    this.#ledger = readLedger(world);
    this.#settled = this.#ledger.unfinished().length === 0;
    this.#switches = new Switches(world, startMode);
    this.#book = new ProposalBook((proposal) => world.onProposal(proposal));
    this.#faults = new Faults({
      world,
      record: (event) => this.#record(event),
      requestInput: (change, by) => this.#requestInput(change, by),
      state: () => ({ mode: this.mode, control: this.control }),
      writer: () => this.#writer(),
    });
  }

  get mode(): Mode {
    return this.#switches.mode;
  }

  get control(): Control {
    return this.#switches.control;
  }

  /**
   * Finds out what became of the writes that an earlier run left without a result. Until that has succeeded, every
   * action is denied.
   *
   * @param graceMs see `settlement.ts`.
   * @throws CoxswainError where the API server cannot be asked; call again once it can.
   */
  settle(graceMs?: number): Promise<readonly Settled[]> {
    this.#settling ??= this.#settleNow(graceMs).finally(() => {
      this.#settling = null;
    });
    return this.#settling;
  }

  /**
   * Judges a decision: allowed, it is carried out at once; else it waits for a person, or is denied. The same action
   * proposed again refreshes the proposal that waits; another one takes its place.
   */
  propose(draft: ProposalDraft): Promise<Proposal> {
    return this.#submit(wishOf(draft));
  }

  /**
   * A person agrees. Judged anew, as things are now; a denial leaves the proposal waiting.
   *
   * @throws CoxswainError `proposal-expired`, `proposal-decided`, `proposal-outdated`, `guard-denied`, `not-found`.
   */
  async approve(id: string, by: string): Promise<Proposal> {
    const entry = this.#decidable(id);
    const verdict = judge(this.#guardInput(entry.wish, entry.proposal.expiresAtMs, by));
    this.#recordVerdict(id, entry.wish, verdict);
    if (verdict.outcome !== 'allow') {
      throw new CoxswainError(
        'guard-denied',
        `The guard does not allow it now: ${verdict.reason} (${verdict.rule}).`,
        'The proposal keeps waiting until it expires: approve it again once the reason is gone.',
      );
    }
    this.#record({ kind: 'approved', workloadId: workloadId(entry.wish.workload), proposalId: id, by });
    return this.#execute({ ...entry, proposal: { ...entry.proposal, verdict } }, by);
  }

  /**
   * A person refuses. The same action on this workload is then not proposed again for the time of an expiry.
   *
   * @throws CoxswainError `proposal-expired`, `proposal-decided`, `proposal-outdated`, `not-found`.
   */
  reject(id: string, by: string, why = ''): Proposal {
    const entry = this.#decidable(id);
    this.#record({
      kind: 'rejected',
      workloadId: workloadId(entry.proposal.workload),
      proposalId: id,
      by,
      why,
    });
    return this.#book.setState(entry, { kind: 'rejected', atMs: this.#nowMs(), by, why }).proposal;
  }

  /** Takes back what still waits for a person on this workload, because the policy no longer wants it. */
  withdraw(id: string, why: string): void {
    for (const entry of this.#book.pending()) {
      const { workload, change } = entry.wish;
      if (workloadId(workload) === id && change.reverts === undefined) this.#lapse([entry], 'outdated', why);
    }
  }

  /** Lets proposals lapse that have expired or no longer fit, and sees to reverts and to the ends of faults. */
  async tick(): Promise<void> {
    for (const entry of this.#book.pending()) this.#lapseIfDue(entry);
    await Promise.all([...this.#reverts.keys()].map((id) => this.#tryRevert(id)));
    await this.#faults.tick();
  }

  /** What an action that was carried out has led to. One that did harm is taken back where that is safe. */
  async recordOutcome(proposalId: string, outcome: Outcome): Promise<void> {
    const entry = this.#book.get(proposalId);
    if (entry.proposal.state.kind !== 'acted') {
      throw new CoxswainError(
        'conflict',
        `Proposal ${proposalId} has no outcome to measure: it is ${entry.proposal.state.kind}.`,
        'Measure each action that was carried out once.',
      );
    }
    const id = workloadId(entry.wish.workload);
    const { kind, text } = outcome;
    this.#record({ kind: 'outcome', workloadId: id, proposalId, outcome: kind, text });
    this.#book.setState(entry, { kind: 'measured', atMs: this.#nowMs(), outcome: kind, text });
    const revert = kind === 'regressed' ? revertOf(entry, text) : null;
    if (!revert) return;
    this.#reverts.set(id, revert);
    await this.#tryRevert(id);
  }

  /** @throws CoxswainError `confirmation-needed` for `auto` unless `confirmed`. */
  setMode(mode: Mode, by: string, confirmed: boolean): void {
    this.#switches.setMode(mode, by, confirmed);
    if (mode === 'observe') this.#withdrawAll('mode observe never writes');
  }

  pause(by: string): Control {
    return this.#switches.pause(by);
  }

  /** @throws CoxswainError `confirmation-needed` after an emergency stop, unless `clearStop`. */
  resume(clearStop: boolean): Control {
    return this.#switches.resume(clearStop);
  }

  /** Ends every fault of ours, withdraws all proposals, and lets nothing act until it is cleared. In any mode. */
  async emergencyStop(by: string): Promise<FaultsEnded & { control: Control }> {
    const steps = [() => this.#switches.stop(by), () => this.#withdrawAll(`emergency stop by ${by}`)];
    const problems = steps.flatMap(errorsOf);
    const { ended, failed } = await this.#faults.endAll();
    return { control: this.control, ended, failed: [...problems, ...failed] };
  }

  /**
   * Makes a fault that was ordered.
   *
   * @throws CoxswainError `guard-denied`, or what the API server says; then nothing of it is left.
   */
  runFault(order: FaultOrder): Promise<void> {
    return this.#faults.run(order);
  }

  /** What the guard says of a fault as things are now. */
  judgeFault(order: FaultOrder): Verdict {
    return this.#faults.judge(order);
  }

  /** @throws CoxswainError `not-found`, `guard-denied`, or what the API server says. */
  endFault(resource: ResourceAddress, by: string): Promise<void> {
    return this.#faults.end(resource, by);
  }

  /** Ends faults as an emergency stop does, and leaves everything else as it is. Never throws: it reports. */
  endFaultsNow(isMeant: (fault: RunningFault) => boolean): Promise<FaultsEnded> {
    return this.#faults.endAll(isMeant);
  }

  /** @throws CoxswainError `not-found`, `guard-denied`, `capability-missing`, or what the API server says. */
  pauseFault(resource: ResourceAddress, paused: boolean, by: string): Promise<void> {
    return this.#faults.pause(resource, paused, by);
  }

  async #settleNow(graceMs: number | undefined): Promise<readonly Settled[]> {
    if (this.#settled) return [];
    const settled = await settle(this.#ledger.unfinished(), {
      clock: this.#world.clock,
      writer: this.#writer(),
      record: (event) => this.#record(event),
      contextOf: ({ seq }) => {
        const [row] = this.#world.journal.query({ kinds: ['connected'], beforeSeq: seq, limit: 1 });
        return row?.event.kind === 'connected' ? row.event.context : null;
      },
      graceMs,
    });
    this.#settled = true;
    return settled;
  }

  async #submit(wish: Wish): Promise<Proposal> {
    const nowMs = this.#nowMs();
    const id = workloadId(wish.workload);
    const expiresAtMs = nowMs + this.#world.config().guard.proposalExpiry;
    const verdict = judge(this.#guardInput(wish, expiresAtMs, null));
    const before = this.#openProposal(wish, nowMs);
    const identity = {
      id: before?.id ?? this.#world.newId(),
      createdAtMs: before?.createdAtMs ?? nowMs,
      // A denial that lasts is recorded again now and then.
      expiresAtMs: before && verdict.outcome === 'deny' ? before.expiresAtMs : expiresAtMs,
    };
    if (!before || !isSameVerdict(before.verdict, verdict)) this.#recordVerdict(identity.id, wish, verdict);
    const entry: Entry = {
      wish,
      workloadUid: this.#world.snapshot().workloads.get(id)?.uid ?? null,
      transactionId: null,
      proposal: toProposal(wish, verdict, identity, nowMs),
    };
    return verdict.outcome === 'allow' ? this.#execute(entry, null) : this.#book.put(entry).proposal;
  }

  /** The proposal that this wish refreshes, if any; one that waits for something else is outdated by it. */
  #openProposal(wish: Wish, nowMs: number): Proposal | null {
    const before = this.#book.newest(workloadId(wish.workload));
    if (!before) return null;
    if (isRefreshedBy(before, wish, nowMs)) return before.proposal;
    if (before.proposal.state.kind === 'pending') {
      this.#lapse([before], 'outdated', 'a newer proposal takes its place');
    }
    return null;
  }

  /**
   * From here on the proposal is decided. Nothing is awaited between this and the record of the intent.
   *
   * @param person who approved it; null in mode auto.
   */
  async #execute(entry: Entry, person: string | null): Promise<Proposal> {
    const by = person ?? 'auto';
    const transactionId = this.#world.newId();
    const executing = this.#book.setState(
      { ...entry, transactionId },
      { kind: 'executing', atMs: this.#nowMs(), by },
    );
    const why = await this.#write(executing, transactionId, person).catch(
      (error: unknown) => toErrorInfo(error).message,
    );
    const atMs = this.#nowMs();
    const state: ProposalState = why === null ? { kind: 'acted', atMs, by } : { kind: 'failed', atMs, why };
    return this.#book.setState(executing, state).proposal;
  }

  async #write(entry: Entry, transactionId: string, person: string | null): Promise<string | null> {
    return execute(entry, transactionId, person, {
      writer: this.#writer(),
      record: (event) => this.#record(event),
      state: () => ({ mode: this.mode, control: this.control }),
    });
  }

  async #tryRevert(id: string): Promise<void> {
    const wish = this.#reverts.get(id);
    if (!wish) return;
    const verdict = judge(this.#guardInput(wish, Number.POSITIVE_INFINITY, null));
    if (verdict.outcome === 'deny' && PACE.includes(verdict.rule)) return;
    this.#reverts.delete(id);
    await this.#submit(wish);
  }

  #decidable(id: string): Entry {
    const entry = this.#book.get(id);
    if (entry.proposal.state.kind === 'pending') this.#lapseIfDue(entry);
    return this.#book.decidable(id, this.#nowMs());
  }

  #lapseIfDue(entry: Entry): void {
    const { proposal, wish, workloadUid } = entry;
    if (this.#nowMs() >= proposal.expiresAtMs) {
      this.#lapse([entry], 'expired', 'nobody has decided in time');
      return;
    }
    const workload = this.#world.snapshot().workloads.get(workloadId(wish.workload));
    const recreated = workload !== undefined && workload.uid !== workloadUid;
    const why = recreated ? 'the workload was made anew' : whyOutdated(wish.action, workload);
    if (why !== null) this.#lapse([entry], 'outdated', why);
  }

  #withdrawAll(why: string): void {
    this.#reverts.clear();
    this.#lapse(this.#book.pending(), 'outdated', why);
  }

  /** All lapse before the first is recorded: a journal that fails leaves none of them open. */
  #lapse(entries: readonly Entry[], state: 'expired' | 'outdated', why: string): void {
    const atMs = this.#nowMs();
    for (const entry of entries) {
      this.#book.setState(entry, state === 'expired' ? { kind: state, atMs } : { kind: state, atMs, why });
    }
    for (const { proposal, wish } of entries) {
      const id = workloadId(wish.workload);
      this.#record({ kind: 'lapsed', workloadId: id, proposalId: proposal.id, state, why });
    }
  }

  #guardInput(wish: Wish, expiresAtMs: number, approvedBy: string | null): GuardInput {
    const { workload: ref, action, change, confidence, outOfDistribution } = wish;
    const id = workloadId(ref);
    const request = this.#requestInput(change, approvedBy);
    return {
      ...request,
      ref,
      workload: this.#world.snapshot().workloads.get(id),
      action,
      confidence,
      outOfDistribution,
      expiresAtMs,
      data: this.#world.dataState(id),
      watchAgeMs: this.#world.watchAgeMs(ref.namespace),
      history: this.#ledger.history(id),
      lastMinute: this.#ledger.lastMinute(request.nowMs),
      breaker: this.#ledger.breaker,
      rejectedAtMs: this.#book.rejectedAtMs(id, action),
    };
  }

  #requestInput(change: ReversibleChange, approvedBy: string | null): RequestInput {
    return {
      nowMs: this.#nowMs(),
      config: this.#world.config(),
      mode: this.mode,
      control: this.control,
      settled: this.#settled,
      approvedBy,
      permissions: this.#world.permissions(),
      change,
    };
  }

  #recordVerdict(proposalId: string, { workload, action }: Wish, verdict: Verdict): void {
    this.#record({ kind: 'verdict', workloadId: workloadId(workload), proposalId, action, verdict });
  }

  #record(event: JournalEvent): void {
    this.#ledger.apply(this.#world.journal.append(event));
  }

  #writer(): ClusterWriter {
    const writer = this.#world.writer();
    if (writer) return writer;
    throw new CoxswainError(
      'not-connected',
      'There is no connection to a cluster.',
      'Connect to a context first.',
    );
  }

  #nowMs(): number {
    return this.#world.clock.nowMs();
  }
}

/** Times that lie ahead come from a cluster whose time has gone back: they count as just now. */
function readLedger({ journal, config, clock }: GateWorld): Ledger {
  const ledger = new Ledger(() => config().guard.breaker);
  const nowMs = clock.nowMs();
  const rows = journal.query({ kinds: ['intent', 'result', 'outcome'], limit: REMEMBERED_ROWS });
  for (const row of rows.toReversed()) ledger.apply({ ...row, atMs: Math.min(row.atMs, nowMs) });
  return ledger;
}

/** A pending proposal is refreshed by the same wish; a denied one too, until its time is over. */
function isRefreshedBy({ proposal, wish: before }: Entry, wish: Wish, nowMs: number): boolean {
  const { kind } = proposal.state;
  const open = kind === 'pending' || (kind === 'denied' && nowMs < proposal.expiresAtMs);
  return open && isSameAction(before.action, wish.action) && before.change.reverts === wish.change.reverts;
}

function isSameVerdict(a: Verdict, b: Verdict): boolean {
  return a.outcome === b.outcome && a.rule === b.rule;
}

function errorsOf(step: () => unknown): ErrorInfo[] {
  try {
    step();
    return [];
  } catch (error) {
    return [toErrorInfo(error)];
  }
}
