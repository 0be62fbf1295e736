import { sleep } from '../clock';
import {
  CoxswainError,
  type JournalEvent,
  type Proposal,
  type ProposalState,
  toErrorInfo,
  type Verdict,
  workloadId,
} from '../protocol';
import { nextChange } from '../tasks/canary/managed/nextChange';
import { planOperation } from '../tasks/canary/operations/planOperation';
import type { Entry, ProposalBook } from './approvals';
import type { ReversibleChange } from './change';
import type { GateWorld } from './gateWorld';
import { judgeGate, judgeRelease } from './guard';
import type { Circumstances, ReleaseFacts, ReleaseInput } from './guardInput';
import type { Ledger } from './ledger';
import type { ReleaseDraft } from './releaseDraft';
import { carriesNote, isAnswered, isReturn, noteOf } from './releaseFacts';
import type { ReleasesReturned } from './releaseReturn';
import { ReleaseReturns } from './releaseReturns';
import { ReleaseSending } from './releaseSending';
import { control } from './rules/control';
import { releaseMode } from './rules/releaseMode';
import type { Submission } from './submission';
import { type ReleaseWish, releaseWishOf } from './wish';
import type { ClusterWriter } from './writer';

export interface ReleasesPorts {
  world: GateWorld;
  book: ProposalBook;
  ledger: Ledger;
  submission: Submission;
  record(event: JournalEvent): void;
  /** What every wish to write is judged by, as things are now. */
  circumstances(by: string | null): Circumstances;
  /** Name of a fault that runs on one of these workloads; or null. */
  faultOn(workloadIds: readonly string[]): string | null;
  writer(): ClusterWriter;
}

type Judged = Pick<ReleaseWish, 'workload' | 'action' | 'evidence' | 'orderedBy'> &
  Pick<ReleaseInput, 'isStep' | 'expiresAtMs' | 'approvedBy'>;

/** What gives traffic back is planned anew where somebody was quicker, but no more often than this. */
const MOST_LOOKS = 4;
/** The watches mostly show what was written within milliseconds; ms of wall time. */
const LOOK_MS = 50;
const LOOKS_FOR_MS = 1000;

/** Carries out what is done to releases: one at a time for each, every change recorded before it is sent. */
export class Releases {
  readonly #ports: ReleasesPorts;
  readonly #sending: ReleaseSending;
  readonly #returns: ReleaseReturns;

  constructor(ports: ReleasesPorts) {
    this.#ports = ports;
    this.#sending = new ReleaseSending(ports);
    this.#returns = new ReleaseReturns({
      ...ports,
      judge: (workload, operation, change) => {
        const judged = { ...NOBODY, workload, action: { kind: 'release', operation } } as const;
        return judgeRelease(this.#input(judged, change), true);
      },
    });
  }

  /** See `ActionGate.proposeRelease`. */
  async propose(draft: ReleaseDraft): Promise<Proposal> {
    try {
      return await this.#submit(draft);
    } catch (error) {
      // A journal that takes no rows keeps no traffic on a canary that does harm.
      const { operation, orderedBy, release } = draft;
      const noted = this.#ports.world.snapshot().releases.get(workloadId(release));
      if (isReturn(operation) && carriesNote(noted))
        await this.#returns.returnOne(
          release,
          'what it was to be recorded by has failed',
          orderedBy ?? 'auto',
        );
      throw error;
    }
  }

  #submit(draft: ReleaseDraft): Promise<Proposal> {
    const { orderedBy } = draft;
    const wish = this.#planned(releaseWishOf(draft, this.#ports.world.newId()), orderedBy);
    return this.#ports.submission.submit({
      wish,
      uid: this.#uidOf(wish),
      judge: (expiresAtMs) => this.#judge(wish, expiresAtMs, orderedBy),
      run: (entry) => this.run(entry, orderedBy),
    });
  }

  /** What the guard says to a proposal that waits, planned anew as things are now. @param by who agrees */
  judged(entry: Entry<ReleaseWish>, by: string): { wish: ReleaseWish; verdict: Verdict } {
    const wish = this.#planned(entry.wish, by);
    return { wish, verdict: this.#judge(wish, entry.proposal.expiresAtMs, by) };
  }

  /** From here on the proposal is decided. @param person who approved or ordered it; null in mode auto */
  async run(entry: Entry<ReleaseWish>, person: string | null): Promise<Proposal> {
    const { world, book } = this.#ports;
    const by = person ?? 'auto';
    const executing = book.setState(entry, { kind: 'executing', atMs: world.clock.nowMs(), by });
    const why = await this.#carryOut(executing, person).catch((error: unknown) => toErrorInfo(error).message);
    const atMs = world.clock.nowMs();
    const state: ProposalState = why === null ? { kind: 'acted', atMs, by } : { kind: 'failed', atMs, why };
    return book.setState(executing, state).proposal;
  }

  /** See `ActionGate.stepRelease`. */
  async step({ release: workload, operation, plan, evidence, orderedBy }: ReleaseDraft): Promise<void> {
    const id = workloadId(workload);
    if (this.#sending.isBusy(id)) throw movedOn('another change of the release is under way');
    const change = this.#nextOf(id, plan.changes[0]);
    const action = { kind: 'release', operation } as const;
    const judged = { ...NOBODY, workload, action, evidence, orderedBy, isStep: true };
    const verdict = judgeRelease(this.#input(judged, change));
    if (verdict.outcome !== 'allow') {
      throw new CoxswainError(
        'guard-denied',
        `The guard does not allow "${change.description}": ${verdict.reason} (${verdict.rule}).`,
        'It goes on once the reason is gone.',
      );
    }
    const error = await this.#sending.send(id, [change], {
      ...{ proposalId: null, action, isKept: true },
      objection: () => this.#objection(judged, change),
    });
    if (error) throw new CoxswainError(error.code, error.message, error.remedy);
  }

  /** See `ActionGate.returnReleases`. */
  returnAll(why: string, by: string): Promise<ReleasesReturned> {
    return this.#returns.returnAll(why, by);
  }

  /** @returns why it was not done; null where it was */
  async #carryOut({ wish, proposal }: Entry<ReleaseWish>, person: string | null): Promise<string | null> {
    const id = workloadId(wish.workload);
    const { action } = wish;
    const isKept = isReturn(action.operation);
    for (let look = 1, planned = wish; ; look += 1, planned = this.#planned(wish, person)) {
      const verdict = look === 1 ? null : this.#judge(planned, proposal.expiresAtMs, person);
      if (verdict !== null && verdict.outcome !== 'allow') return verdict.reason;
      const seen = this.#ports.world.snapshot().releases.get(id);
      const judged = { ...wish, isStep: false, expiresAtMs: proposal.expiresAtMs, approvedBy: person };
      const error = await this.#sending.send(id, planned.changes, {
        ...{ proposalId: proposal.id, action, isKept },
        objection: () => planned.changes.map((each) => this.#objection(judged, each))[0] ?? null,
      });
      if (error === null) return null;
      const isWorthALook = isKept && error.code === 'conflict' && look < MOST_LOOKS;
      if (!isWorthALook || !(await this.#isShownAnew(id, seen))) return error.message;
    }
  }

  /** The wish with the changes that its operation means for the release as it is now. */
  #planned(wish: ReleaseWish, by: string | null): ReleaseWish {
    const { operation } = wish.action;
    const { world } = this.#ports;
    const snapshot = world.snapshot();
    const release = snapshot.releases.get(workloadId(wish.workload));
    // What makes a Deployment a release is what was shown to the person.
    if (operation.kind === 'adopt' || !release) return wish;
    const planned = planOperation(release, operation, {
      nowMs: world.clock.nowMs(),
      by: by ?? 'auto',
      orderedBy: wish.orderedBy,
      newId: () => wish.noteId,
      config: world.config(),
      snapshot,
    });
    if (planned.kind === 'impossible') return { ...wish, impossible: planned.why };
    const { changes, before, after } = planned.plan;
    return { ...wish, changes, before, after, impossible: null };
  }

  /** Of all changes the strictest word counts. */
  #judge(wish: ReleaseWish, expiresAtMs: number, approvedBy: string | null): Verdict {
    if (wish.impossible !== null && wish.action.operation.kind !== 'adopt') {
      return { outcome: 'deny', rule: 'up-to-date', reason: wish.impossible };
    }
    const judged = { ...wish, isStep: false, expiresAtMs, approvedBy };
    if (isAnswered(wish.action.operation)) return judgeGate(this.#facts(judged));
    const verdicts = wish.changes.map((change) => judgeRelease(this.#input(judged, change)));
    const strictest = (['deny', 'needs-approval', 'allow'] as const)
      .map((outcome) => verdicts.find((verdict) => verdict.outcome === outcome))
      .find((verdict) => verdict !== undefined);
    return strictest ?? { outcome: 'deny', rule: 'up-to-date', reason: 'there is nothing to change' };
  }

  #input(judged: Judged, change: ReversibleChange): ReleaseInput {
    return { ...this.#facts(judged), change };
  }

  #facts(judged: Judged): ReleaseFacts {
    const { workload: ref, action, evidence, orderedBy, isStep, expiresAtMs, approvedBy } = judged;
    const { world, ledger, book, circumstances, faultOn } = this.#ports;
    const id = workloadId(ref);
    const { releases, workloads } = world.snapshot();
    const release = releases.get(id);
    const versions = [id, ...versionsOf(release)];
    return {
      ...circumstances(approvedBy),
      ref,
      release,
      workload: workloads.get(id),
      operation: action.operation,
      isStep,
      evidence,
      orderedBy,
      expiresAtMs,
      watchAgeMs: world.watchAgeMs(ref.namespace),
      faultRunning: faultOn(versions),
      incidentOpen: versions.some((each) => world.hasIncident(each)),
      underWay: this.#sending.isBusy(id) && !isStep,
      lastRaiseAtMs: ledger.lastRaiseAtMs(id),
      rejectedAtMs: isStep ? null : book.rejectedAtMs(id, action),
    };
  }

  /** Somebody may have paused, stopped or changed the mode since the verdict. */
  #objection(judged: Judged, change: ReversibleChange): string | null {
    const input = this.#input(judged, change);
    const goesBack =
      isReturn(input.operation) || (judged.isStep && noteOf(input.release)?.goal === 'roll-back');
    if (goesBack && carriesNote(input.release)) return null;
    const rulings = [control.judge(input), releaseMode.judge(input)];
    return rulings.find((ruling) => ruling !== null && ruling.outcome !== 'allow')?.reason ?? null;
  }

  /** What the note says is next, as things are now: the change that was asked for, or none. */
  #nextOf(id: string, wanted: ReversibleChange | undefined): ReversibleChange {
    const { world } = this.#ports;
    const release = world.snapshot().releases.get(id);
    if (release?.operator !== 'coxswain') throw movedOn('it is no release of Coxswain’s any more');
    const next = nextChange(release, { nowMs: world.clock.nowMs(), config: world.config() });
    if (next.kind !== 'change' || next.change.description !== wanted?.description)
      throw movedOn('something else is next by now');
    return next.change;
  }

  #uidOf({ workload }: ReleaseWish): string | null {
    const { releases, workloads } = this.#ports.world.snapshot();
    const id = workloadId(workload);
    return (releases.get(id) ?? workloads.get(id))?.uid ?? null;
  }

  /** Whether the watches come to show the release anew, within a second. */
  async #isShownAnew(id: string, seen: ReleaseInput['release']): Promise<boolean> {
    const { clock, monotonicMs, snapshot } = this.#ports.world;
    const untilMs = monotonicMs() + LOOKS_FOR_MS;
    while (monotonicMs() < untilMs) {
      if (snapshot().releases.get(id) !== seen) return true;
      await sleep(clock, LOOK_MS * clock.rate);
    }
    return false;
  }
}

/** What goes on by itself, or is done in an emergency. */
const NOBODY = {
  evidence: null,
  orderedBy: null,
  isStep: false,
  expiresAtMs: Number.POSITIVE_INFINITY,
  approvedBy: null,
} as const;

/** Ids of the Deployments that a release is made of. */
function versionsOf(release: ReleaseInput['release']): readonly string[] {
  switch (release?.operator) {
    case 'coxswain':
      return [release.canaryWorkload, release.baseline && release.baselineWorkload].flatMap((each) =>
        each ? [workloadId(each.ref)] : [],
      );
    case 'flagger':
      return [release.target, release.primary].flatMap((each) => (each ? [workloadId(each.ref)] : []));
    default:
      return [];
  }
}

function movedOn(why: string): CoxswainError {
  return new CoxswainError('conflict', `The release has moved on: ${why}.`, 'Look at it again.');
}
