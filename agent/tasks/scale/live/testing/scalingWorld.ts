import { once } from 'node:events';
import { aPod, aWorkload, fresh, NOW_MS } from '../../../../../test/support/builders';
import { FakeClock } from '../../../../../test/support/fakeClock';
import type { Autoscaler, Workload } from '../../../../cluster/snapshot';
import type { LoadMetrics } from '../../../../metrics/loadReadings';
import type { Reading } from '../../../../metrics/reading';
import type { Change, JournalEvent, Mode, Proposal, ScalingPoint, ScalingState } from '../../../../protocol';
import { ActionGate } from '../../../../safety/gate';
import { handedBackForDead } from '../../../../safety/handover/afterDeath';
import { anAutoscaler } from '../../../../safety/testing/autoscalers';
import { FakeCluster } from '../../../../safety/testing/fakeCluster';
import { CHECKOUT_ID, CONFIG, FakeWorld } from '../../../../safety/testing/fakeWorld';
import type { ScaleWitness } from '../../witness';
import { notedBreaker } from '../keptBreaker';
import { LiveScaling } from '../liveScaling';
import type { LearnedScale } from '../policies/learnedScale';

/** A pod of `checkout` does so many requests per second at full CPU, of which its limit is one core. */
const POD_RATE = 20;
const STEP_SECONDS = 15;

/** Scaling of `shop/checkout` and its HPA by a real gate, over a cluster and metrics that a test changes by hand. */
export class ScalingWorld {
  readonly clock = new FakeClock(NOW_MS);
  readonly cluster: FakeCluster;
  readonly outside: FakeWorld;
  readonly gate: ActionGate;
  scaling: LiveScaling;
  readonly changes: Change[] = [];
  readonly errors: string[] = [];
  /** Requests per second that come in. */
  rate = 30;
  /** Prometheus does not answer. */
  isSilent = false;
  /** In place of what the load would lead to. */
  measured: Partial<LoadMetrics> = {};
  learned: LearnedScale | null = null;
  fault: string | null = null;
  stored: Record<string, LearnedScale> = {};
  witness: ScaleWitness | null = null;
  #waiting = 0;

  constructor(mode: Mode = 'approve', workload: Partial<Workload> = {}) {
    const pods = podsOf(3);
    this.cluster = new FakeCluster([aWorkload(pods, { autoscalers: [anAutoscaler()], ...workload })]);
    this.outside = new FakeWorld(this.cluster, this.clock);
    this.outside.settings = CONFIG;
    const heard = this.outside.onProposal;
    this.outside.onProposal = (proposal) => {
      this.scaling.proposalChanged(proposal);
      return heard(proposal);
    };
    this.gate = new ActionGate(this.outside, mode);
    this.scaling = this.#open();
  }

  /** A new start of the agent: all that was only in memory is gone. */
  async restart(): Promise<void> {
    await this.scaling.close('a new start');
    this.scaling = this.#open();
    this.scaling.start();
  }

  #open(): LiveScaling {
    return new LiveScaling({
      clock: this.clock,
      monotonicMs: () => this.clock.nowMs(),
      config: () => this.outside.settings,
      snapshot: () => this.cluster.snapshot(),
      watchAgeMs: () => this.outside.silentMs ?? Number.POSITIVE_INFINITY,
      load: async (_workload, _round, signal) => {
        if (this.isSilent && signal) await once(signal, 'abort');
        signal?.throwIfAborted();
        return this.#load();
      },
      gate: this.gate,
      agentId: this.outside.agentId,
      hasIncident: () => this.outside.incident,
      faultOn: () => this.fault,
      learned: () => this.learned,
      loadPolicy: async (version) => {
        const found = this.stored[version];
        if (!found) throw new Error(`there is no ${version}`);
        return found;
      },
      notedBreaker: (workload) => notedBreaker(this.outside.journal, workload),
      witness: {
        looked: (...seen) => this.witness?.looked(...seen),
        interrupted: (id) => this.witness?.interrupted(id),
        forget: (id) => this.witness?.forget(id),
      },
      handedBackForDead: (id) => handedBackForDead(this.outside.journal, id),
      calibration: () => undefined,
      record: (event) => this.outside.journal.append(event),
      publish: (change) => this.changes.push(change),
      onError: ({ message }) => this.errors.push(message),
    });
  }

  static async started(mode: Mode = 'approve', workload: Partial<Workload> = {}): Promise<ScalingWorld> {
    const world = new ScalingWorld(mode, workload);
    await world.gate.settle();
    world.scaling.start();
    await world.steps(2);
    return world;
  }

  get workload(): Workload {
    return this.cluster.get(CHECKOUT_ID);
  }

  get hpa(): Autoscaler {
    const [hpa] = this.workload.autoscalers;
    if (!hpa) throw new Error('there is no autoscaler');
    return hpa;
  }

  get state(): ScalingState {
    const state =
      this.scaling.setViolationPrice({ violationPrice: 20 }, 'test') && this.changes.findLast(isScaling);
    if (!state) throw new Error('nothing was published');
    return state.scaling;
  }

  get points(): ScalingPoint[] {
    return this.changes.flatMap((change) => (change.kind === 'scaling-point' ? [change.point] : []));
  }

  get pending(): Proposal | undefined {
    const latest = new Map(this.outside.proposals.map((proposal) => [proposal.id, proposal]));
    return [...latest.values()].find(({ state }) => state.kind === 'pending');
  }

  /** Whether the HPA is handed over to the scaler. */
  get how(): 'advise' | 'own' | null {
    const { handover } = this.hpa;
    return handover === null || handover === 'broken' ? null : handover.how;
  }

  async steps(count: number): Promise<void> {
    for (let step = 0; step < count; step++) {
      await this.clock.advance(15_000);
      // A scheduler and kubelets that need no time.
      this.serve();
    }
  }

  /** Every pod that is wanted is there, and ready. */
  serve(): void {
    const { desiredReplicas, pods } = this.workload;
    if (pods.length !== desiredReplicas && !this.isFull) this.put({ pods: podsOf(desiredReplicas) });
  }

  /** No node takes more pods. */
  isFull = false;

  put(changes: Partial<Workload>): void {
    const workload = { ...this.workload, ...changes };
    const readyReplicas = workload.pods.filter(({ ready }) => ready).length;
    this.cluster.put({ ...workload, readyReplicas });
  }

  changed(): void {
    this.scaling.clusterChanged({ workloadIds: [CHECKOUT_ID], significant: true });
  }

  config(changes: Partial<typeof CONFIG.scale>): void {
    this.outside.settings = {
      ...this.outside.settings,
      scale: { ...this.outside.settings.scale, ...changes },
    };
    this.scaling.configChanged();
  }

  events<Kind extends JournalEvent['kind']>(kind: Kind): Extract<JournalEvent, { kind: Kind }>[] {
    return this.outside.journal.events(kind);
  }

  takeOver(how: 'advise' | 'own' = 'own', confirmed = true) {
    return this.scaling.takeOver({ workloadId: CHECKOUT_ID, how, confirmed }, 'ada');
  }

  /** What a fluid queue before these pods would lead to; who would wait for more than two seconds fails. */
  #load(): LoadMetrics {
    const { pods } = this.workload;
    const ready = Math.max(1, pods.filter((pod) => pod.ready).length);
    const capacity = POD_RATE * ready;
    const before = this.#waiting;
    this.#waiting = Math.max(0, Math.min(2 * capacity, before + (this.rate - capacity) * STEP_SECONDS));
    const answered = this.rate - (this.#waiting - before) / STEP_SECONDS;
    const failed = Math.max(0, answered - capacity);
    const of = (value: number): Reading => fresh(value, this.clock.nowMs());
    const isLate = this.rate > 0.9 * capacity;
    return {
      scrapeIntervalMs: 5000,
      windowMs: 20_000,
      cpuCores: new Map(pods.map(({ name }) => [name, of(Math.min(1, answered / capacity))])),
      memoryBytes: new Map(pods.map(({ name }) => [name, of(100 * 2 ** 20)])),
      requestsPerSecond: of(answered),
      errorRate: of(answered > 0 ? failed / answered : 0),
      latencyP50Seconds: of(isLate ? 0.3 : 0.03),
      latencyP95Seconds: of(isLate ? 0.8 : 0.08),
      violatedShare: of(isLate ? 0.4 : 0.001),
      queue: of(this.#waiting),
      warnings: [],
      ...this.measured,
    };
  }
}

function podsOf(count: number) {
  return Array.from({ length: count }, (_, index) => aPod(`pod-${index}`));
}

function isScaling(change: Change): change is Extract<Change, { kind: 'scaling' }> {
  return change.kind === 'scaling';
}
