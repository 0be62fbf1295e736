import type { Autoscaler, RunningFault } from '../cluster/snapshot';
import type { ProposalDraft, Proposer } from '../loop/ports';
import type { Outcome } from '../loop/task';
import {
  type Control,
  CoxswainError,
  type ErrorInfo,
  type JournalEvent,
  type Mode,
  type Proposal,
  toErrorInfo,
  type Verdict,
  workloadId,
} from '../protocol';
import type { ReplicasLeft } from './addedReplicas';
import { type Entry, isActionEntry, isReleaseEntry, ProposalBook, revertedBy } from './approvals';
import type { ResourceAddress, ReversibleChange } from './change';
import { Execution } from './execution';
import type { FaultOrder } from './faultOrder';
import { Faults, type FaultsEnded } from './faults';
import type { GateWorld } from './gateWorld';
import { judge } from './guard';
import type { HandedBack } from './handBacks';
import { Handovers } from './handovers';
import { Judging } from './judging';
import { KeptReleases } from './keptReleases';
import { Lapsing } from './lapsing';
import { type Ledger, readLedger } from './ledger';
import type { ReleaseDraft } from './releaseDraft';
import type { ReleasesReturned } from './releaseReturn';
import { Releases } from './releases';
import { Reverting } from './reverting';
import type { Settled } from './settlement';
import { Settling } from './settling';
import { Submission } from './submission';
import { Switches } from './switches';
import { type ReleaseWish, type Wish, wishOf } from './wish';
import type { ClusterWriter } from './writer';

/** What an emergency stop has done. */
export interface EmergencyEnded extends FaultsEnded {
  control: Control;
  handedBack: readonly string[];
  /** Releases whose traffic is on the stable version again. */
  returned: readonly string[];
}

/**
 * The one gate between whoever wants to write and the cluster: it judges, asks, records, writes, and takes back.
 * Mode, pause and emergency stop live here. Call `settle` after each connect, and `tick` about once a second.
 */
export class ActionGate implements Proposer {
  readonly #world: GateWorld;
  readonly #ledger: Ledger;
  readonly #switches: Switches;
  readonly #book: ProposalBook;
  readonly #lapsing: Lapsing;
  readonly #submission: Submission;
  readonly #judging: Judging;
  readonly #faults: Faults;
  readonly #handovers: Handovers;
  readonly #execution: Execution;
  readonly #releases: Releases;
  readonly #reverting: Reverting;
  readonly #settling: Settling;
  readonly #keptReleases: KeptReleases;

  constructor(world: GateWorld, startMode: Mode) {
    this.#world = world;
    this.#ledger = readLedger(world);
    this.#switches = new Switches(world, startMode);
    this.#book = new ProposalBook((proposal) => world.onProposal(proposal));
    this.#lapsing = new Lapsing(world, this.#book, (event) => this.#record(event));
    const state = () => ({ mode: this.mode, control: this.control, settled: this.#settling.isSettled });
    this.#judging = new Judging({
      world,
      ledger: this.#ledger,
      book: this.#book,
      state,
      handover: (id) => this.#handovers.of(id),
    });
    const ports = {
      world,
      record: (event: JournalEvent) => this.#record(event),
      requestInput: (change: ReversibleChange, by: string | null) => this.#judging.request(change, by),
      writer: () => this.#writer(),
    };
    this.#faults = new Faults({ ...ports, state });
    this.#handovers = new Handovers({
      ...ports,
      isHalted: () => this.mode === 'observe' || this.control.kind !== 'running',
      journaled: () => this.#ledger.handedOver(),
    });
    this.#submission = new Submission({
      world,
      book: this.#book,
      lapsing: this.#lapsing,
      record: ports.record,
    });
    this.#releases = new Releases({
      ...ports,
      book: this.#book,
      ledger: this.#ledger,
      submission: this.#submission,
      circumstances: (by) => this.#judging.circumstances(by),
      faultOn: (ids) => this.#judging.faultOn(ids),
    });
    this.#reverting = new Reverting({
      ...{ world, book: this.#book, judging: this.#judging, record: ports.record },
      submit: (wish) => this.#submit(wish),
    });
    this.#settling = new Settling({
      ...ports,
      ledger: this.#ledger,
      handovers: this.#handovers,
      reverting: this.#reverting,
    });
    this.#keptReleases = new KeptReleases({ ...ports, state });
    this.#execution = new Execution({
      ...ports,
      book: this.#book,
      judging: this.#judging,
      handovers: this.#handovers,
    });
  }

  get mode(): Mode {
    return this.#switches.mode;
  }

  get control(): Control {
    return this.#switches.control;
  }

  /**
   * Hands back the autoscalers that an earlier process has left, in any mode, and finds out what became of the writes
   * that it left without a result; what that one would have taken back is taken back by `tick`. Until that has succeeded, every action is denied.
   *
   * @param graceMs see `settlement.ts`.
   * @throws CoxswainError where the API server cannot be asked; call again once it can.
   */
  settle(graceMs?: number): Promise<readonly Settled[]> {
    return this.#settling.settle(graceMs);
  }

  /**
   * Judges a decision: allowed, it is carried out at once; else it waits for a person, or is denied. The same action
   * proposed again refreshes the proposal that waits; another one takes its place.
   */
  propose(draft: ProposalDraft): Promise<Proposal> {
    return this.#submit(wishOf(draft));
  }

  /**
   * The same for a release, whose changes are sent one after the other: where one fails, those before it are taken back
   * as far as that is safe. A draft that a person orders (`orderedBy`) needs nobody else's approval.
   */
  proposeRelease(draft: ReleaseDraft): Promise<Proposal> {
    return this.#releases.propose(draft);
  }

  /**
   * Goes on with a release that was agreed to, as the note on it says: the changes after those of a proposal.
   *
   * @throws CoxswainError `guard-denied`, or what the API server says; what was done before in `draft` is then taken
   * back as far as that is safe.
   */
  stepRelease(draft: ReleaseDraft): Promise<void> {
    return this.#releases.step(draft);
  }

  /**
   * All traffic of every release that Coxswain moves or steers goes to stable, in any mode, within two seconds. Never
   * throws: it reports. What is to be sent is on its way when it returns.
   */
  returnReleases(why: string, by: string): Promise<ReleasesReturned> {
    return this.#releases.returnAll(why, by);
  }

  /**
   * A person agrees. Judged anew, as things are now; a denial leaves the proposal waiting.
   *
   * @throws CoxswainError `proposal-expired`, `proposal-decided`, `proposal-outdated`, `guard-denied`, `not-found`.
   */
  async approve(id: string, by: string): Promise<Proposal> {
    const entry = this.#decidable(id);
    if (!isActionEntry(entry)) return this.#approveRelease(entry, by);
    const wish = this.#handovers.stamped(entry.wish, by);
    const verdict = judge(this.#judging.action(wish, entry.proposal.expiresAtMs, by));
    this.#approved(id, wish, verdict, by);
    return this.#execution.run({ ...entry, wish, proposal: { ...entry.proposal, verdict } }, by);
  }

  #approveRelease(entry: Entry, by: string): Promise<Proposal> {
    if (!isReleaseEntry(entry)) throw new RangeError('neither an action nor a release');
    const { wish, verdict } = this.#releases.judged(entry, by);
    this.#approved(entry.proposal.id, wish, verdict, by);
    return this.#releases.run({ ...entry, wish, proposal: { ...entry.proposal, verdict } }, by);
  }

  /** @throws CoxswainError `guard-denied` where the guard does not allow it now */
  #approved(id: string, wish: Wish | ReleaseWish, verdict: Verdict, by: string): void {
    this.#submission.recordVerdict(id, wish, verdict);
    if (verdict.outcome !== 'allow') {
      throw new CoxswainError(
        'guard-denied',
        `The guard does not allow it now: ${verdict.reason} (${verdict.rule}).`,
        'The proposal keeps waiting until it expires: approve it again once the reason is gone.',
      );
    }
    this.#record({ kind: 'approved', workloadId: workloadId(wish.workload), proposalId: id, by });
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

  /**
   * Takes back what still waits for a person on this workload, because the policy no longer wants it.
   *
   * @param task whose; that of all tasks where none is named
   */
  withdraw(id: string, why: string, task?: string): void {
    for (const entry of this.#book.pending()) {
      const { workload, task: whose } = entry.wish;
      if (workloadId(workload) !== id || revertedBy(entry.wish) !== undefined) continue;
      if (task === undefined || whose === task) this.#lapsing.outdate([entry], why);
    }
  }

  /** Lets proposals lapse that have expired or no longer fit, and sees to reverts and to what is to be ended. */
  async tick(): Promise<void> {
    for (const entry of this.#book.pending()) this.#lapsing.tick(entry);
    this.#keptReleases.tick();
    await this.#reverting.tick();
    await Promise.all([this.#faults.tick(), this.#handovers.tick()]);
  }

  /** What an action that was carried out has led to. One that did harm is taken back where that is safe. */
  async recordOutcome(proposalId: string, outcome: Outcome): Promise<void> {
    await this.#reverting.recordOutcome(proposalId, outcome);
  }

  /** @throws CoxswainError `confirmation-needed` for `auto` unless `confirmed`. */
  setMode(mode: Mode, by: string, confirmed: boolean): void {
    // Even where the journal does not take the news.
    if (mode === 'observe') void this.#handovers.handBackAll(`mode observe, by ${by}`, by);
    this.#switches.setMode(mode, by, confirmed);
    if (mode === 'observe') this.#withdrawAll('mode observe never writes');
  }

  /** While nobody steers the autoscalers do. */
  pause(by: string): Control {
    void this.#handovers.handBackAll(`paused by ${by}`, by);
    return this.#switches.pause(by);
  }

  /** @throws CoxswainError `confirmation-needed` after an emergency stop, unless `clearStop`. */
  resume(clearStop: boolean): Control {
    return this.#switches.resume(clearStop);
  }

  /**
   * Ends every fault of ours, hands back every autoscaler, gives the stable versions their traffic back, withdraws all
   * proposals, and lets nothing act until it is cleared. In any mode.
   */
  async emergencyStop(by: string): Promise<EmergencyEnded> {
    const why = `emergency stop by ${by}`;
    const steps = [() => this.#switches.stop(by), () => this.#withdrawAll(why)];
    const problems = steps.flatMap(errorsOf);
    const returning = this.#releases.returnAll(why, by);
    const giving = this.#handovers.handBackAtOnce(why, by);
    const { ended, failed } = await this.#faults.endAll(undefined, Promise.all([giving, returning]));
    const { done: handedBack, failed: kept, recordAll } = await giving;
    const { done: returned, failed: left } = await returning;
    recordAll();
    const control = this.control;
    return { control, ended, handedBack, returned, failed: [...problems, ...failed, ...kept, ...left] };
  }

  /**
   * Makes the autoscalers of a workload again what they were, whoever has taken them over; in any mode and state.
   *
   * @returns what was done, in words
   * @throws CoxswainError where one could not be. It is tried again.
   */
  handBack(workloadId: string, why: string, by: string): Promise<string> {
    return this.#handovers.handBack(workloadId, why, by);
  }

  /**
   * Hands back all that this process has taken over. Never throws: it reports. What is to be sent is recorded, and on
   * its way, when it returns.
   */
  handBackAll(why: string, by: string): Promise<HandedBack> {
    return this.#handovers.handBackAll(why, by);
  }

  /** The replicas of a workload as the last step of healing has left them, of whichever process; null without one. */
  replicasLeft(workloadId: string): ReplicasLeft | null {
    return this.#ledger.replicasLeft(workloadId);
  }

  /** Whether this process hands an autoscaler back, or has done so a moment ago. @param shown as it was before */
  gaveBack(shown: Autoscaler): boolean {
    return this.#handovers.gaveBack(shown);
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

  async #submit(wanted: Wish): Promise<Proposal> {
    const wish = this.#handovers.stamped(wanted, null);
    const id = workloadId(wish.workload);
    return this.#submission.submit({
      wish,
      uid: this.#world.snapshot().workloads.get(id)?.uid ?? null,
      judge: (expiresAtMs) => judge(this.#judging.action(wish, expiresAtMs, null)),
      run: (entry) => this.#execution.run(entry, null),
    });
  }

  #decidable(id: string): Entry {
    const entry = this.#book.get(id);
    if (entry.proposal.state.kind === 'pending') this.#lapsing.tick(entry);
    return this.#book.decidable(id, this.#nowMs());
  }

  #withdrawAll(why: string): void {
    this.#reverting.clear();
    this.#lapsing.outdate(this.#book.pending(), why);
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

function errorsOf(step: () => unknown): ErrorInfo[] {
  try {
    step();
    return [];
  } catch (error) {
    return [toErrorInfo(error)];
  }
}
