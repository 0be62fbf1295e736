import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NOW_MS } from '../../test/support/builders';
import type { Clock } from '../clock';
import { HANDOVER } from '../cluster/model/handoverNote';
import type { Autoscaler, Workload } from '../cluster/snapshot';
import { type Action, CoxswainError, type Mode } from '../protocol';
import { ActionGate } from './gate';
import { anAutoscaler, cpuMetric } from './testing/autoscalers';
import { type DoneWrite, FakeCluster, statusError } from './testing/fakeCluster';
import { aDraft, CHECKOUT_ID, CONFIG, FakeWorld } from './testing/fakeWorld';
import { aScaleDraft, aScaledWorkload, REF } from './testing/scaling';

const SEQUENCES = 250;

type Step = readonly [what: number, how: number];

const BEFORE = anAutoscaler({
  behavior: { scaleUp: { selectPolicy: 'Min' } },
  annotated: true,
  annotations: { team: 'a' },
});
const MODES: readonly Mode[] = ['auto', 'approve', 'auto', 'observe'];

/** What happens to an HPA and its Deployment under a gate, with every write checked by what was really so. */
class Play {
  readonly broken: string[] = [];
  readonly seen = new Set<string>();
  readonly world: FakeWorld;
  readonly #time = { nowMs: NOW_MS };
  readonly #cluster = new FakeCluster([aScaledWorkload([BEFORE])]);
  readonly #pods: { atMs: number; by: number }[] = [];
  #mode: Mode = 'auto';
  #halted = false;
  #runs = 1;
  #edited = false;
  #gate: ActionGate;

  constructor() {
    // Whoever waits lets time pass.
    const schedule: Clock['schedule'] = (delayMs, callback) => {
      queueMicrotask(() => {
        this.#time.nowMs += delayMs;
        callback();
      });
      return () => undefined;
    };
    const clock: Clock = { rate: 1, nowMs: () => this.#time.nowMs, schedule };
    this.world = new FakeWorld(this.#cluster, clock);
    this.world.monotonicMs = () => this.#time.nowMs;
    this.world.settings = { ...CONFIG, guard: { ...CONFIG.guard, scaleUpCooldown: 0, scaleDownCooldown: 0 } };
    this.#cluster.onWrite = (write) => this.#check(write);
    this.#gate = new ActionGate(this.world, this.#mode);
  }

  async step([what, how]: Step): Promise<void> {
    const happening = this.#happenings[what % this.#happenings.length];
    try {
      await happening?.(how);
    } catch (error) {
      if (!(error instanceof CoxswainError)) throw error;
    } finally {
      this.#cluster.beforeRequest = () => undefined;
    }
  }

  /** However it went, the end of the agent and the next start leave the HPA as people left it. */
  async end(): Promise<void> {
    await this.#gate.handBackAll('the agent ends', 'Coxswain');
    this.#restart();
    await this.#gate.settle(0);
    for (const { handover, behavior, metrics } of this.#workload.autoscalers) {
      expect(handover).toBeNull();
      if (!this.#edited) expect([metrics, behavior]).toEqual([BEFORE.metrics, BEFORE.behavior]);
    }
  }

  get #workload(): Workload {
    return this.#cluster.get(CHECKOUT_ID);
  }

  readonly #happenings: readonly ((how: number) => unknown)[] = [
    () => this.#propose({ kind: 'take-over', autoscaler: REF }),
    (how) => this.#propose(this.#scale(how)),
    (how) => this.#propose(this.#scale(how)),
    (how) => this.#propose(this.#advise(how)),
    (how) => this.#proposeWhile(how),
    (how) => this.#proposeOnFullDisk(how),
    (how) => this.#heal(how),
    () => this.#gate.approve(this.world.proposals.at(-1)?.id ?? '', 'ada'),
    () => this.#gate.handBack(CHECKOUT_ID, 'because', 'ada'),
    (how) => this.#advance([1000, 20_000, 40_000, 61_000][how % 4] ?? 0),
    (how) => this.#advance([1000, 20_000, 40_000, 61_000][how % 4] ?? 0),
    (how) => this.#setMode(MODES[how % MODES.length] ?? 'auto'),
    (how) => this.#switch(how),
    (how) => this.#edit(how),
    () => this.#gate.tick(),
    async (how) => {
      this.#restart();
      if (how % 4 !== 0) await this.#gate.settle(0);
    },
  ];

  #propose(action: Action): Promise<unknown> {
    return this.#gate.propose(aScaleDraft(this.#workload, action));
  }

  #heal(how: number): Promise<unknown> {
    return this.#gate.propose(aDraft(this.#cluster, this.#scale(how)));
  }

  /** Something happens between the dry run and the write, or the answer is lost. */
  async #proposeWhile(how: number): Promise<void> {
    let requests = 0;
    this.#cluster.beforeRequest = () => {
      requests += 1;
      const isAnswer = how % 5 > 2;
      if (requests !== (isAnswer ? 2 : 1)) return;
      if (how % 5 === 0) this.#switch(how);
      else if (how % 5 === 1) this.#setMode('observe');
      else if (how % 5 === 2) this.#edit(how);
      else if (how % 5 === 3) throw new CoxswainError('api-unreachable', 'lost', '');
      else throw statusError(409, 'conflict', 'it has changed');
    };
    await this.#propose(how % 2 === 0 ? { kind: 'take-over', autoscaler: REF } : this.#scale(how));
  }

  /** From some row on the journal takes no more, until somebody has made room. */
  async #proposeOnFullDisk(how: number): Promise<void> {
    const last = (['intent', 'result', 'handover', 'verdict'] as const)[how % 4];
    let isFull = false;
    this.world.journal.beforeAppend = ({ kind }) => {
      isFull ||= kind === last;
      if (isFull) throw new CoxswainError('disk-full', 'no room', '');
    };
    try {
      await this.#propose(how % 3 === 0 ? this.#scale(how) : { kind: 'take-over', autoscaler: REF });
    } finally {
      this.world.journal.beforeAppend = () => undefined;
    }
  }

  #scale(how: number): Action {
    const from = this.#workload.desiredReplicas;
    return { kind: 'scale', from, to: from + ([1, -1, 2, -2, 7, -from][how % 6] ?? 1) };
  }

  #advise(how: number): Action {
    const from = this.#workload.autoscalers[0]?.minReplicas ?? 1;
    return {
      kind: 'advise',
      autoscaler: REF,
      minReplicas: { from, to: from + ([1, -1, 2, 20][how % 4] ?? 1) },
    };
  }

  #advance(ms: number): void {
    this.#time.nowMs += ms;
  }

  #setMode(mode: Mode): void {
    this.#mode = mode;
    this.#gate.setMode(mode, 'ada', true);
  }

  #switch(how: number): unknown {
    this.#halted = how % 3 !== 0;
    if (how % 3 === 1) return this.#gate.pause('ada');
    return how % 3 === 2 ? this.#gate.emergencyStop('ada') : this.#gate.resume(true);
  }

  #edit(how: number): void {
    const [first] = this.#workload.autoscalers;
    if (!first) return;
    const version = { resourceVersion: String(Number(first.resourceVersion) + 1) };
    const others: Partial<Autoscaler>[] = [
      { conditions: [] },
      { metrics: [cpuMetric(55)] },
      { behavior: { scaleUp: { selectPolicy: 'Max' }, scaleDown: { selectPolicy: 'Disabled' } } },
      { maxReplicas: 8 },
    ];
    const edit = others[how % others.length] ?? {};
    if ('metrics' in edit || 'behavior' in edit) this.#edited = true;
    this.#cluster.put({ ...this.#workload, autoscalers: [{ ...first, ...version, ...edit }] });
  }

  #restart(): void {
    this.#runs += 1;
    Object.assign(this.world, { agentId: `agent-${this.#runs}` });
    this.#gate = new ActionGate(this.world, this.#mode);
  }

  #check({ request, before, after }: DoneWrite): void {
    if (!before || !after) return;
    const [was] = before.autoscalers;
    const [is] = after.autoscalers;
    const scaled = after.desiredReplicas - before.desiredReplicas;
    if (scaled !== 0) this.#checkScaling(before, after, scaled);
    else if (is && was) {
      const givesBack = was.annotations[HANDOVER] !== undefined && is.annotations[HANDOVER] === undefined;
      this.seen.add(givesBack ? 'hand-back' : `${is.handover === null ? '' : 'hold'}`);
      this.#broken(!givesBack && (this.#mode === 'observe' || this.#halted), 'took hold while it must not');
      this.#broken(is.annotations.team !== 'a', 'took an annotation of somebody else away');
      this.#broken(is.minReplicas < 1 || is.minReplicas > is.maxReplicas, 'a minimum out of bounds');
    }
    this.#broken(request.body === undefined, 'a write without a body');
  }

  #checkScaling(
    { autoscalers, desiredReplicas: from }: Workload,
    { desiredReplicas: to }: Workload,
    by: number,
  ): void {
    const [only] = autoscalers;
    const note = only?.handover;
    const isOurs = note && note !== 'broken' && note.how === 'own' && note.agent === this.world.agentId;
    this.seen.add(by > 0 ? 'up' : 'down');
    this.#broken(this.#mode === 'observe' || this.#halted, 'scaled while it must not');
    this.#broken(!isOurs, 'scaled what is not taken over');
    this.#broken(
      !only || to < Math.max(1, only.minReplicas) || to > only.maxReplicas,
      `scaled out of bounds ${from} → ${to}`,
    );
    this.#pods.push({ atMs: this.#time.nowMs, by });
    const recent = this.#pods.filter(({ atMs }) => this.#time.nowMs - atMs < 60_000).map((each) => each.by);
    const sum = (sign: number) => recent.reduce((total, each) => total + Math.max(0, sign * each), 0);
    const { podsUpPerMinute, podsDownPerMinute } = CONFIG.scale;
    this.#broken(sum(1) > podsUpPerMinute || sum(-1) > podsDownPerMinute, 'too many pods a minute');
  }

  #broken(isBroken: boolean, what: string): void {
    if (isBroken) this.broken.push(what);
  }
}

it(`an HPA is never fought, and always given back, over ${SEQUENCES} random sequences`, async () => {
  const seen = new Set<string>();
  const number = fc.noBias(fc.nat(839));
  const steps = fc.array(fc.tuple(number, number), { minLength: 6, maxLength: 24, size: 'max' });
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const play = new Play();
      for (const step of sequence) await play.step(step);
      await play.end();
      expect(play.broken).toEqual([]);
      for (const each of play.seen) seen.add(each);
      for (const { result } of play.world.journal.events('result')) seen.add(`result: ${result}`);
    }),
    { numRuns: SEQUENCES },
  );
  // Nothing held merely because nothing happened.
  expect([...seen]).toEqual(
    expect.arrayContaining(['up', 'down', 'hold', 'hand-back', 'result: unknown', 'result: not-done']),
  );
}, 120_000);
