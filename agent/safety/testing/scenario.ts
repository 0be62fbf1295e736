import { aPod, aWorkload, NOW_MS } from '../../../test/support/builders';
import type { Clock } from '../../clock';
import type { Pod, Workload } from '../../cluster/snapshot';
import type { Config } from '../../config/schema';
import { CoxswainError, type Mode, OutcomeKind, workloadId } from '../../protocol';
import { ActionGate } from '../gate';
import type { ActingAction } from '../guardInput';
import { FakeCluster, statusError } from './fakeCluster';
import { aDraft, CONFIG, FakeWorld } from './fakeWorld';
import { brokenBy, type Facts } from './invariants';

/** One thing that happens: which, and two numbers that say how. */
export type Step = readonly [what: number, how: number, much: number];

/** Mostly those in which something can happen. */
const MODES: readonly Mode[] = ['auto', 'auto', 'approve', 'auto', 'observe'];
const NAMESPACES = ['shop', 'kube-system', 'elsewhere'];

/**
 * A gate over a small cluster in which policies, people, the cluster, the clock and crashes do random things. Each
 * write that reaches the cluster is checked against `invariants.ts`, which knows nothing of the guard.
 */
export class Scenario {
  readonly world: FakeWorld;
  readonly facts: Facts;
  readonly #cluster: FakeCluster;
  readonly #time = { nowMs: NOW_MS };
  #gate: ActionGate;

  constructor(setup: number) {
    const clock: Clock = { rate: 1, nowMs: () => this.#time.nowMs, schedule: () => () => undefined };
    this.#cluster = new FakeCluster(workloads());
    this.world = new FakeWorld(this.#cluster, clock);
    this.world.settings = settings(setup);
    const mode = pick(MODES, setup);
    this.facts = { mode, control: 'running', writes: [], broken: [], dataAtMs: NOW_MS, silentMs: 0 };
    this.#cluster.onWrite = (write) => {
      this.facts.broken.push(...brokenBy(write, this.facts, this.world));
    };
    this.#gate = new ActionGate(this.world, mode);
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#step(step);
  }

  async #step([what, how, much]: Step): Promise<void> {
    const happening = pick(this.#happenings, what);
    try {
      await happening(how, much);
    } catch (error) {
      // What a person asks for may be refused.
      if (!(error instanceof CoxswainError)) throw error;
    } finally {
      this.#cluster.beforeRequest = () => undefined;
    }
  }

  /** The frequent ones stand here more than once. */
  readonly #happenings: readonly ((how: number, much: number) => unknown)[] = [
    (how, much) => this.#propose(how, much),
    (how, much) => this.#propose(how, much),
    (how, much) => this.#propose(how, much),
    (how, much) => this.#proposeWhile(how, much),
    (how) => this.#approve(how),
    (how) => this.#approve(how),
    (how) => this.#gate.reject(this.#someProposal(how), 'ada'),
    (how, much) => this.#advance(how, much),
    (how, much) => this.#advance(how, much),
    (how, much) => this.#changeCluster(how, much),
    (how, much) => this.#changeData(how, much),
    (how) => this.#setMode(pick(MODES, how)),
    (how) => this.#switch(how),
    (how, much) => this.#measure(how, much),
    () => this.#gate.tick(),
    (how) => this.#restart(how),
  ];

  async #propose(how: number, much: number): Promise<void> {
    const workload = this.#someWorkload(how);
    const action = someAction(workload, how, much);
    const draft = aDraft(this.#cluster, action, pick([0.9, 1, 0.5, 0.7], how), workload.ref);
    // Some plans lie: they write something else than the action says.
    const liar = much % 11 === 0 ? someAction(workload, much, how) : null;
    const { plan } = liar ? aDraft(this.#cluster, liar, 1, workload.ref) : draft;
    await this.#gate.propose({ ...draft, plan });
  }

  /** Something happens between the dry run and the write. */
  async #proposeWhile(how: number, much: number): Promise<void> {
    let first = true;
    this.#cluster.beforeRequest = () => {
      if (!first) return;
      first = false;
      if (much % 4 === 0) this.#switch(how);
      else if (much % 4 === 1) this.#setMode(pick(MODES, how));
      else if (much % 4 === 2) void this.#propose(how + 1, much + 4);
      else throw statusError(409, 'conflict', 'it has changed');
    };
    await this.#propose(how, much);
  }

  async #approve(how: number): Promise<void> {
    await this.#gate.approve(this.#someProposal(how), 'ada');
  }

  #advance(how: number, much: number): void {
    const ms = pick([1000, 20_000, 59_999, 60_000, 120_000, 180_000], how) + (much % 2);
    this.#time.nowMs += ms;
    // Mostly the data keeps up.
    if (much % 5 !== 0) this.facts.dataAtMs = this.#time.nowMs;
    this.#showData();
  }

  #changeData(how: number, much: number): void {
    this.facts.dataAtMs = pick(
      [null, this.#time.nowMs - 60_001, this.#time.nowMs - 30_000, this.#time.nowMs],
      how,
    );
    this.facts.silentMs = pick([0, 0, 0, 60_000, 60_001, null], much);
    this.#showData();
  }

  /** Data may call itself fresh and be old. */
  #showData(): void {
    const { dataAtMs } = this.facts;
    this.world.data =
      dataAtMs === null ? { kind: 'none', reason: 'none' } : { kind: 'fresh', atMs: dataAtMs };
    this.world.silentMs = this.facts.silentMs;
  }

  #setMode(mode: Mode): void {
    this.#gate.setMode(mode, 'ada', true);
    this.facts.mode = mode;
  }

  #switch(how: number): unknown {
    if (how % 6 === 0) {
      this.facts.control = 'halted';
      return this.#gate.emergencyStop('ada');
    }
    if (how % 6 === 1) {
      this.facts.control = 'halted';
      return this.#gate.pause('ada');
    }
    this.#gate.resume(true);
    this.facts.control = 'running';
    return undefined;
  }

  async #measure(how: number, much: number): Promise<void> {
    const acted = this.world.proposals.filter(({ state }) => state.kind === 'acted');
    if (acted.length === 0) return;
    const kind = pick<OutcomeKind>([...OutcomeKind.options, 'regressed', 'regressed', 'regressed'], much);
    await this.#gate.recordOutcome(pick(acted, how).id, { kind, text: 'measured' });
  }

  #changeCluster(how: number, much: number): void {
    const workload = this.#someWorkload(how);
    const pod = pick(workload.pods, much);
    const podWith = (changes: Partial<Pod>): Partial<Workload> => ({
      pods: workload.pods.map((each) => (each === pod ? { ...each, ...changes } : each)),
    });
    const changes: Partial<Workload> = pick(
      [
        { desiredReplicas: much % 12 },
        podWith({ ready: false }),
        podWith({ ready: true }),
        podWith({ deletingSinceMs: 1 }),
        { rollingOut: !workload.rollingOut },
        { owners: much % 2 ? [] : [{ kind: 'hpa', name: 'h', owns: 'replicas' }] },
        { disruptionBudgets: [{ name: 'pdb', disruptionsAllowed: much % 2 }] },
      ],
      much,
    );
    this.#cluster.put({ ...workload, ...changes });
  }

  /** The agent is killed, sometimes while the outcome of a write is not recorded yet, and starts again. */
  async #restart(how: number): Promise<void> {
    if (how % 3 === 0) {
      this.world.journal.beforeAppend = (event) => {
        if (event.kind === 'result') throw new CoxswainError('internal', 'killed', '');
      };
      await this.#propose(how + 1, how + 1);
      this.world.journal.beforeAppend = () => undefined;
    }
    this.#gate = new ActionGate(this.world, this.facts.mode);
    if (how % 2 === 0) await this.#gate.settle(0);
  }

  #someProposal(how: number): string {
    const ids = this.world.proposals.map(({ id }) => id).slice(-4);
    return ids.length === 0 ? 'none' : pick(ids, how);
  }

  #someWorkload(how: number): Workload {
    const mayBeActedOn = CHOICE.slice(0, 2);
    return this.#cluster.get(pick([...mayBeActedOn, ...mayBeActedOn, ...mayBeActedOn, ...CHOICE], how));
  }
}

function workloads(): Workload[] {
  return NAMESPACES.flatMap((namespace, index) =>
    (index === 0 ? ['checkout', 'cart'] : ['dns']).map((name) => {
      const pods = [1, 2, 3].map((number) => aPod(`${namespace}-${name}-${number}`));
      return aWorkload(pods, { ref: { kind: 'Deployment', namespace, name }, uid: `uid-${name}` });
    }),
  );
}

const CHOICE = workloads().map(({ ref }) => workloadId(ref));

function settings(setup: number): Config {
  const namespaces = ['shop', 'kube-system'];
  if (setup % 2 === 0) return { ...CONFIG, namespaces };
  const guard = {
    ...CONFIG.guard,
    minReplicas: 1 + (setup % 3),
    maxReplicas: 3 + (setup % 5),
    actionInterval: pick([60_000, 90_000, 1000], setup),
    scaleUpCooldown: pick([30_000, 120_000], setup),
    scaleUpsPerMinute: 1 + (setup % 2),
    scaleDownsPerMinute: 1,
    disruptionsPerMinute: 1 + (setup % 3),
    minConfidence: pick([0, 0.7, 1], setup),
    breaker: { failures: 1 + (setup % 3), openFor: 300_000 },
  };
  return { ...CONFIG, namespaces, guard };
}

/** Half of the scale targets are near the present number, half anywhere, zero and below included. */
function someAction(workload: Workload, how: number, much: number): ActingAction {
  const from = workload.desiredReplicas;
  if (how % 4 < 2) {
    return {
      kind: 'scale',
      from,
      to: much % 2 === 0 ? from + pick([-1, 1, -1, 2], much / 2) : (much % 16) - 2,
    };
  }
  const pod = pick(workload.pods, much);
  const names = { pod: pod.name, podUid: pod.uid };
  if (how % 4 === 2) return { kind: 'restart-pod', ...names };
  const inService = pod.labels.app === 'checkout';
  return { kind: inService ? 'drain-pod' : 'undrain-pod', ...names };
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}
