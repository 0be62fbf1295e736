import { FakeClock } from '../../../../../test/support/fakeClock';
import type { Release } from '../../../../cluster/releases';
import type { ClusterSnapshot, RunningFault } from '../../../../cluster/snapshot';
import type { Config } from '../../../../config/schema';
import type { CountedRelease, VersionMeasure } from '../../../../metrics/versionCounts';
import {
  type Change,
  type Control,
  CoxswainError,
  type JournalEvent,
  type JournalRow,
  type Mode,
  type Proposal,
  type ReleaseOperation,
  type ReleasePoint,
  type ReleaseState,
  workloadId,
} from '../../../../protocol';
import type { ReleaseDraft } from '../../../../safety/releaseDraft';
import { CONFIG } from '../../../../safety/testing/fakeWorld';
import type { LearnedPace } from '../../pace/learnedPace';
import { LiveReleases } from '../liveReleases';
import type { ReleaseAlert, ReleaseGate } from '../releasePorts';
import { ManagedShop, NOW_MS } from './managedShop';

export const CHECKOUT_ID = 'shop/Deployment/checkout';
const INTERVAL_MS = 30_000;
/** Of the watches, in an interval. */
const LOOKS = 5;

/** What a version does to its requests: failed ones, slow and very slow ones, as shares. */
interface Behaviour {
  errors: number;
  slow: number;
}

const HEALTHY: Behaviour = { errors: 0.001, slow: 0.07 };

/** Releases under a controller, over objects, metrics and a gate that a test changes by hand. */
export class ReleaseWorld {
  readonly clock = new FakeClock(NOW_MS);
  readonly shop = new ManagedShop();
  /** Others than the shop's. */
  readonly others = new Map<string, Release>();
  readonly live: LiveReleases;
  readonly changes: Change[] = [];
  readonly rows: JournalEvent[] = [];
  readonly alerts: ReleaseAlert[] = [];
  readonly errors: string[] = [];
  readonly drafts: ReleaseDraft[] = [];
  readonly withdrawn: string[] = [];
  readonly hooks: string[] = [];
  /** What the journal has of the time before, newest first. */
  past: readonly JournalRow[] = [];
  /** What was asked of the metrics. */
  readonly questions: CountedRelease[] = [];
  config: Config;
  mode: Mode = 'auto';
  control: Control = { kind: 'running' };
  /** What the guard says; for raises and promotions alone where it is to ask. */
  ruling: 'allow' | 'ask' | 'deny' = 'allow';
  /** Per second over both versions. */
  rate = 100;
  stable = HEALTHY;
  canary = HEALTHY;
  /** In place of what would be counted. */
  measured: VersionMeasure | null = null;
  incident: string | null = null;
  faults: RunningFault[] = [];
  learned: LearnedPace | null = null;
  silentMs = 0;
  /** How old what is counted is. */
  lagMs = 0;
  probes = 0;
  answerHook: (name: string) => Promise<string | null> = async () => null;
  #ids = 0;
  #last: Proposal | null = null;

  constructor(canary: Partial<Config['canary']> = {}) {
    const quick = { steering: 'own', bake: 0, minRequests: 100 } as const;
    this.config = { ...CONFIG, canary: { ...CONFIG.canary, ...quick, ...canary } };
    this.live = new LiveReleases({
      clock: this.clock,
      monotonicMs: () => 0,
      newId: () => `id-${++this.#ids}`,
      config: () => this.config,
      snapshot: () => this.#snapshot(),
      watchAgeMs: () => this.silentMs,
      measure: async (questions) => {
        this.questions.push(...questions);
        return new Map(questions.map(({ id }) => [id, this.#measure(id)]));
      },
      gate: this.#gate(),
      hasIncident: (id) => this.incident === id,
      faultOn: () => null,
      learned: () => this.learned,
      callHook: async ({ hook, phase }) => {
        this.hooks.push(`${phase} ${hook.name}`);
        return this.answerHook(hook.name);
      },
      alert: (alert) => this.alerts.push(alert),
      checkSplit: () => Promise.reject(new Error('not asked')),
      probe: async () => {
        this.probes += 1;
        return '15 synthetic requests';
      },
      prepare: () => Promise.reject(new Error('not asked')),
      past: () => this.past,
      record: (event) => this.rows.push(event),
      publish: (change) => this.changes.push(change),
      onError: ({ message }) => this.errors.push(message),
    });
  }

  /** A release of the shop that a person has started. */
  static async started(
    canary: Partial<Config['canary']> = {},
    image = 'shop/checkout:1.5',
  ): Promise<ReleaseWorld> {
    const world = new ReleaseWorld(canary);
    world.live.start();
    await world.start(image);
    return world;
  }

  async start(image = 'shop/checkout:1.5'): Promise<void> {
    await this.operate({ kind: 'start', images: [{ container: 'app', image }] });
    this.see();
    await this.seconds(4);
  }

  operate(operation: ReleaseOperation, id = CHECKOUT_ID, confirmed = true) {
    return this.live.operate({ releaseId: id, operation, confirmed }, 'ada');
  }

  /** The watches show what there is. */
  see(): void {
    this.live.clusterChanged({ workloadIds: [CHECKOUT_ID], significant: true });
  }

  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second++) {
      await this.clock.advance(1000);
      this.see();
    }
  }

  /** So many decisions. */
  async decisions(count: number): Promise<void> {
    for (let look = 0; look < count * LOOKS; look++) {
      await this.clock.advance(INTERVAL_MS / LOOKS);
      this.see();
    }
  }

  /** Until it is so, at most that many decisions. */
  async until(isSo: () => boolean, most = 200): Promise<void> {
    for (let decision = 0; decision < most; decision++) {
      if (isSo()) return;
      await this.decisions(1);
    }
    throw new Error(`not within ${most} decisions: ${isSo}; ${this.state().status}`);
  }

  state(id = CHECKOUT_ID): ReleaseState {
    const published = this.changes.findLast(
      (change) => change.kind === 'release' && change.release.id === id,
    );
    if (published?.kind !== 'release') throw new Error(`${id} was not published`);
    return published.release;
  }

  get points(): ReleasePoint[] {
    return this.changes.flatMap((change) => (change.kind === 'release-point' ? [change.point] : []));
  }

  /** `what: text` of the rows about releases. */
  get told(): string[] {
    return this.rows.flatMap((row) => (row.kind === 'release' ? [`${row.what}: ${row.text}`] : []));
  }

  /** The operations that were proposed, but for what a person has ordered. */
  get proposed(): ReleaseOperation['kind'][] {
    return this.drafts.filter(({ orderedBy }) => orderedBy === null).map(({ operation }) => operation.kind);
  }

  get weights(): number[] {
    return this.drafts.flatMap(({ operation }) => (operation.kind === 'weight' ? [operation.to] : []));
  }

  #snapshot(): ClusterSnapshot {
    const managed = this.shop.objects.has('deployments/checkout') ? [this.shop.release()] : [];
    const releases = [...managed, ...this.others.values()];
    return {
      ...{ atMs: 0, generation: 1, workloads: new Map(), nodes: new Map(), faults: this.faults },
      releases: new Map(releases.map((release) => [workloadId(release.ref), release])),
    };
  }

  #gate(): ReleaseGate {
    const world = this;
    return {
      get mode() {
        return world.mode;
      },
      get control() {
        return world.control;
      },
      proposeRelease: async (draft) => world.#propose(draft),
      stepRelease: async ({ plan }) => {
        if (world.ruling === 'deny') throw new CoxswainError('guard-denied', 'The guard denies it.', 'Wait.');
        for (const change of plan.changes) world.shop.send(change);
      },
      returnReleases: async () => ({ done: [], failed: [] }),
      withdraw: (_id, why) => world.withdrawn.push(why),
    };
  }

  #propose(draft: ReleaseDraft): Proposal {
    this.drafts.push(draft);
    const { operation, orderedBy } = draft;
    const isRaise =
      operation.kind === 'promote' ||
      operation.kind === 'open-gate' ||
      (operation.kind === 'weight' && operation.to > operation.from);
    const asks = this.ruling === 'ask' && isRaise && orderedBy === null;
    const denies = this.ruling === 'deny' && orderedBy === null;
    const isShops = draft.release.kind === 'Deployment';
    if (!asks && !denies && isShops) for (const change of draft.plan.changes) this.shop.send(change);
    const { reason, confidence } = draft.decision;
    const proposal = {
      id: `p${this.drafts.length}`,
      workload: draft.release,
      task: 'canary',
      policy: draft.policy,
      action: { kind: 'release', operation },
      ...{ reason, confidence, alternatives: [], contributions: [], promise: draft.plan.promise },
      change: { summary: '', before: '', after: '' },
      verdict: {
        outcome: denies ? 'deny' : asks ? 'needs-approval' : 'allow',
        rule: denies ? 'evidence' : 'test',
        reason: 'a test',
      },
      ...{ createdAtMs: 0, expiresAtMs: 0 },
      state: denies
        ? { kind: 'denied', atMs: 0 }
        : asks
          ? { kind: 'pending' }
          : { kind: 'acted', atMs: 0, by: orderedBy ?? 'auto' },
    } as Proposal;
    this.#last = proposal;
    this.live.proposalChanged(proposal);
    return proposal;
  }

  /** Somebody agrees to what was proposed last. */
  approve(by: string): void {
    if (this.#last?.state.kind !== 'pending') throw new Error('nothing waits');
    this.live.proposalChanged({ ...this.#last, state: { kind: 'acted', atMs: 0, by } });
  }

  /** As many requests as expected of the weight and the copies, and hits by share. */
  #measure(id: string): VersionMeasure {
    if (this.measured) return this.measured;
    const release = this.#snapshot().releases.get(id);
    const weight = (release?.weight ?? 0) / 100;
    const all = (this.rate * INTERVAL_MS) / 1000;
    const copies = release?.operator === 'coxswain' ? (release.mirrorPercent ?? 0) / 100 : 0;
    const canary = { requests: Math.round(all * (weight + copies)), ...this.canary };
    const stable = { requests: Math.round(all * (1 - weight)), ...this.stable };
    const counts = {
      canaryRequests: canary.requests,
      canaryErrors: Math.round(canary.requests * canary.errors),
      canarySlow: Math.round(canary.requests * canary.slow * 0.9),
      canaryVerySlow: Math.round(canary.requests * canary.slow * 0.6),
      stableRequests: stable.requests,
      stableErrors: Math.round(stable.requests * stable.errors),
      stableSlow: Math.round(stable.requests * stable.slow),
    };
    const figures = (requests: number, errors: number) => ({
      ...{ requests, errors },
      ...{ latencyP50Seconds: 0.05, latencyP95Seconds: 0.2, latencyP99Seconds: 0.4 },
    });
    return {
      kind: 'counted',
      atMs: this.clock.nowMs() - this.lagMs,
      seconds: INTERVAL_MS / 1000,
      strata: new Map([['', counts]]),
      stable: figures(counts.stableRequests, counts.stableErrors),
      canary: figures(counts.canaryRequests, counts.canaryErrors),
      slow: null,
      ...{ canaryCpu: 0.3, canaryMemory: 0.4, warnings: [] },
    };
  }
}
