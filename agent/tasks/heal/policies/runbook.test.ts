import { describe, expect, it } from 'vitest';
import {
  aPod,
  aTaskInput,
  aWorkload,
  fresh,
  NOW_MS,
  podMetrics,
  someMetrics,
} from '../../../../test/support/builders';
import type { Pod, Workload } from '../../../cluster/snapshot';
import { DEFAULT_CONFIG } from '../../../config/schema';
import type { ReadyObservation, TaskInput } from '../../../loop/task';
import type { WorkloadMetrics } from '../../../metrics/reading';
import type { HealFacts } from '../facts';
import { observeHeal } from '../observation';
import { WorkloadMemory } from '../workloadMemory';
import { createRunbook } from './runbook';

const NAMES = ['a', 'b', 'c', 'd'];
const PODS = NAMES.map((name) => aPod(name));
const CALM = Object.fromEntries(NAMES.map((name) => [name, podMetrics()]));
const SLOW_D = { ...CALM, d: podMetrics({ latencyP95Seconds: fresh(0.9) }) };
const BREACH = { latencyP95Seconds: fresh(0.5) };

function look(
  workload: Workload,
  metrics: WorkloadMetrics,
  changes: Partial<TaskInput> = {},
): ReadyObservation<HealFacts> {
  const observation = observeHeal(
    aTaskInput(workload, metrics, changes),
    DEFAULT_CONFIG,
    new WorkloadMemory(() => DEFAULT_CONFIG),
  );
  if (observation.kind !== 'ready') throw new Error(observation.reason);
  return observation;
}

/** The same state, seen so much later in new samples. */
function sampledAt(atSeconds: number, observation: ReadyObservation<HealFacts>): ReadyObservation<HealFacts> {
  const { facts } = observation;
  const sampledAtMs = NOW_MS + atSeconds * 1000;
  const pods = facts.pods.map((pod) => ({ ...pod, sampledAtMs }));
  return { ...observation, facts: { ...facts, sampledAtMs, pods } };
}

/** The decisions of one runbook over looks a few seconds apart, each at new samples. */
function decideAt(
  looks: readonly [atSeconds: number, observation: ReadyObservation<HealFacts>][],
  config = DEFAULT_CONFIG,
) {
  const runbook = createRunbook(() => config);
  return looks.map(([atSeconds, observation]) =>
    runbook.decide(sampledAt(atSeconds, observation), NOW_MS + atSeconds * 1000),
  );
}

const AT_ONCE = { ...DEFAULT_CONFIG, heal: { ...DEFAULT_CONFIG.heal, confirmFor: 0 } };

/** The decisions of one runbook that sees the same every so many seconds, from 0 to `untilSeconds`. */
function decideEvery(stepSeconds: number, untilSeconds: number, observation: ReadyObservation<HealFacts>) {
  const steps = Array.from({ length: untilSeconds / stepSeconds + 1 }, (_, index) => index * stepSeconds);
  return decideAt(steps.map((atSeconds) => [atSeconds, observation]));
}

describe('the runbook', () => {
  it('does nothing while all objectives are met', () => {
    const [decision] = decideAt([[0, look(aWorkload(PODS), someMetrics(CALM))]]);
    expect(decision?.action.kind).toBe('none');
  });

  it('restarts an outlier pod only once the symptom has lasted', () => {
    const observation = look(aWorkload(PODS), someMetrics(SLOW_D, BREACH));
    const [first, early, confirmed] = decideAt([
      [0, observation],
      [3, observation],
      [6, observation],
    ]);
    expect([first?.action.kind, early?.action.kind]).toEqual(['none', 'none']);
    expect(early?.reason).toContain('pod d stands out and is watched for 5 s');
    expect(confirmed?.action).toEqual({ kind: 'restart-pod', pod: 'd', podUid: 'uid-d' });
    expect(confirmed?.reason).toContain('11.3× the median of its siblings');
    expect(confirmed?.confidence).toBeGreaterThan(0.7);
  });

  it('waits for other samples to show an outlier too, however long the same ones are looked at', () => {
    const observation = look(aWorkload(PODS), someMetrics(SLOW_D, BREACH));
    const runbook = createRunbook(() => AT_ONCE);
    const decide = (atSeconds: number, sampledSeconds: number) =>
      runbook.decide(sampledAt(sampledSeconds, observation), NOW_MS + atSeconds * 1000);
    expect(decide(0, 0).action.kind).toBe('none');
    expect(decide(4, 0).action.kind).toBe('none');
    // The same samples, their age measured a little differently.
    expect(decide(4.5, 0.3).reason).toContain('has to do so in the next samples too');
    expect(decide(5, 5).action.kind).toBe('restart-pod');
  });

  it('does not take one set of samples of a pod for two while the scrapes of its siblings go on', () => {
    const observation = look(aWorkload(PODS), someMetrics(SLOW_D, BREACH));
    const runbook = createRunbook(() => AT_ONCE);
    const decide = (atSeconds: number, ownSeconds: number) => {
      const seen = sampledAt(atSeconds, observation);
      const pods = seen.facts.pods.map((pod) =>
        pod.name === 'd' ? { ...pod, sampledAtMs: NOW_MS + ownSeconds * 1000 } : pod,
      );
      const facts = { ...seen.facts, pods };
      return runbook.decide({ ...seen, facts }, NOW_MS + atSeconds * 1000).action.kind;
    };
    expect([decide(0, 0), decide(5, 0), decide(10, 0)]).toEqual(['none', 'none', 'none']);
    expect(decide(15, 15)).toBe('restart-pod');
  });

  it('needs no second look where half of a pod’s requests are bad', () => {
    const plain = {
      ...CALM,
      d: podMetrics({ latencyP50Seconds: fresh(0.7), latencyP95Seconds: fresh(0.9) }),
    };
    const failing = { ...CALM, d: podMetrics({ errorRate: fresh(0.6) }) };
    for (const pods of [plain, failing]) {
      const observation = look(aWorkload(PODS), someMetrics(pods, { errorRate: fresh(0.15) }));
      const [decision] = decideAt([[0, observation]], AT_ONCE);
      expect(decision?.action).toMatchObject({ kind: 'restart-pod', pod: 'd' });
    }
  });

  it('does nothing about a pod that is slow in one scrape and well in the next, again and again', () => {
    const bad = look(aWorkload(PODS), someMetrics(SLOW_D, BREACH));
    const good = look(aWorkload(PODS), someMetrics(CALM));
    const looks = Array.from({ length: 60 }, (_, index) => [index * 5, index % 2 ? good : bad] as const);
    const kinds = decideAt(
      looks.map(([at, seen]) => [at, seen]),
      AT_ONCE,
    ).map(({ action }) => action.kind);
    expect(new Set(kinds)).toEqual(new Set(['none']));
  });

  it('replaces a pod whose node stays lost, though the pod calls itself ready', () => {
    const workload = aWorkload([...PODS.slice(0, 3), aPod('d', { node: 'n2' })]);
    const node = {
      name: 'n2',
      uid: 'n2',
      ready: false,
      readyChangedAtMs: NOW_MS - 500,
      schedulable: true,
      annotated: false,
      type: null,
    };
    const input = aTaskInput(workload, someMetrics(CALM));
    const observation = observeHeal(
      { ...input, cluster: { ...input.cluster, nodes: new Map([['n2', node]]) } },
      DEFAULT_CONFIG,
      new WorkloadMemory(() => DEFAULT_CONFIG),
    );
    expect(observation.assessment).toMatchObject({
      health: 'degraded',
      reason: 'n2 is not ready: pod d is lost',
      suspicious: true,
    });
    expect(observation.assessment.pods.get('d')).toBe('failing');
    if (observation.kind !== 'ready') throw new Error(observation.reason);
    const decisions = decideAt(
      [
        [0, observation],
        [9, observation],
        [10, observation],
      ],
      AT_ONCE,
    );
    expect(decisions.map(({ action }) => action.kind)).toEqual(['none', 'none', 'restart-pod']);
    expect(decisions[1]?.reason).toContain('pod d is left alone: n2 has not been ready for 10 s only');
    expect(decisions[2]?.reason).toContain('n2 has not been ready');
  });

  it('leaves a pod alone that has ended, such as an evicted one, and says what is missing', () => {
    const evicted = aPod('gone', { phase: 'Failed', status: 'Evicted', ready: false });
    const workload = aWorkload([...PODS.slice(0, 3), evicted]);
    const observation = look(workload, someMetrics(CALM));
    expect(observation.assessment.reason).toContain('1 of 4 pods lost (gone was evicted)');
    expect(decideAt([[120, observation]])[0]?.action.kind).toBe('none');
  });

  it('says to roll back a new revision whose image cannot be pulled, and restarts nothing', () => {
    const blocked = aPod('new', {
      ready: false,
      phase: 'Pending',
      waitingReason: 'ImagePullBackOff',
      templateHash: 'h2',
    });
    const warning = {
      atMs: NOW_MS - 1000,
      type: 'Warning',
      reason: 'Failed',
      message: 'no such tag',
      object: 'Pod/new',
    };
    const workload = aWorkload([...PODS, blocked], { desiredReplicas: 4, events: [warning] });
    const [decision] = decideAt([[0, look(workload, someMetrics(CALM))]]);
    expect(decision?.action.kind).toBe('none');
    expect(decision?.reason).toBe(
      'pod new cannot start: ImagePullBackOff (Failed: no such tag); restarting is futile, roll back to the revision of the 4 pods that serve (kubectl -n shop rollout undo deployment/checkout)',
    );
  });

  it('stops to restart where the replacement of a pod that crashed crashes too', () => {
    const crash = { ready: false, waitingReason: 'CrashLoopBackOff' };
    const withPod = (pod: ReturnType<typeof aPod>) =>
      look(aWorkload([...PODS.slice(0, 3), pod]), someMetrics(CALM));
    const first = withPod(aPod('d', crash));
    const second = withPod(aPod('e', { ...crash, createdAtMs: NOW_MS + 61_000 }));
    const well = withPod(aPod('e', { createdAtMs: NOW_MS - 100_000, readyChangedAtMs: NOW_MS - 90_000 }));
    const [once, again, over, anew] = decideAt([
      [0, first],
      [90, second],
      [300, well],
      [310, withPod(aPod('f', crash))],
    ]);
    expect(once?.action).toMatchObject({ kind: 'restart-pod', pod: 'd' });
    expect(again?.action.kind).toBe('none');
    expect(again?.reason).toContain('new pods of this revision crash too, pod e last');
    expect(over?.action.kind).toBe('none');
    expect(anew?.action).toMatchObject({ kind: 'restart-pod', pod: 'f' });
  });

  it('tells why a pod cannot be scheduled', () => {
    const pending = aPod('e', { ready: false, phase: 'Pending', node: null });
    const warning = {
      atMs: NOW_MS,
      type: 'Warning',
      reason: 'FailedScheduling',
      message: '0/3 nodes are available: 3 Insufficient cpu.',
      object: 'Pod/e',
    };
    const workload = aWorkload([...PODS.slice(0, 3), pending], { events: [warning] });
    const [decision] = decideAt([[0, look(workload, someMetrics(CALM))]]);
    expect(decision?.reason).toContain('pod e waits: FailedScheduling: 0/3 nodes are available');
  });

  it('starts the confirmation over when the symptom is clearly gone in between', () => {
    const bad = look(aWorkload(PODS), someMetrics(SLOW_D, BREACH));
    const good = look(aWorkload(PODS), someMetrics(CALM));
    const decisions = decideAt([
      [0, bad],
      [3, good],
      [6, bad],
      [10, bad],
    ]);
    expect(decisions.map((decision) => decision.action.kind)).toEqual(['none', 'none', 'none', 'none']);
  });

  it('leaves a warming pod alone', () => {
    const warm = aPod('d', { createdAtMs: NOW_MS - 20_000, readyChangedAtMs: NOW_MS - 5000 });
    const observation = look(aWorkload([...PODS.slice(0, 3), warm]), someMetrics(SLOW_D, BREACH));
    const decisions = decideAt([
      [0, observation],
      [10, observation],
      [20, observation],
    ]);
    expect(decisions.map((decision) => decision.action.kind)).toEqual(['none', 'none', 'none']);
  });

  it('leaves a pod alone that is unready for seconds, as by a pause for garbage collection', () => {
    const paused = (forMs: number) =>
      look(
        aWorkload([...PODS.slice(0, 3), aPod('d', { ready: false, readyChangedAtMs: NOW_MS - forMs })]),
        someMetrics(CALM),
      );
    const decide = (forMs: number) => decideAt([[0, paused(forMs)]], AT_ONCE)[0];
    expect(paused(2000).assessment).toMatchObject({ health: 'degraded', suspicious: true });
    expect(decide(2000)).toMatchObject({
      action: { kind: 'none' },
      reason: expect.stringContaining('pod d is left alone: it has not been ready for 2 s only, of 10 s'),
    });
    expect(decide(9999)?.action.kind).toBe('none');
    expect(decide(10_000)?.action).toMatchObject({ kind: 'restart-pod', pod: 'd' });
  });

  it('leaves a container that has ended once to the kubelet, which starts it again at once', () => {
    const died = { reason: 'Error', exitCode: 1, atMs: NOW_MS - 1000 };
    const ended = { ready: false, restarts: 1, lastTermination: died, readyChangedAtMs: NOW_MS - 1000 };
    const withPod = (changes: Partial<Pod>, nowMs = NOW_MS) =>
      look(aWorkload([...PODS.slice(0, 3), aPod('d', { ...ended, ...changes })]), someMetrics(CALM), {
        nowMs,
      });
    expect(withPod({}).assessment.health).toBe('degraded');
    expect(decideAt([[0, withPod({})]], AT_ONCE)[0]).toMatchObject({
      action: { kind: 'none' },
      reason: expect.stringContaining('pod d is left alone: its container has ended (Error, exit code 1)'),
    });
    const [again] = decideAt([[5, withPod({ waitingReason: 'CrashLoopBackOff' })]], AT_ONCE);
    expect(again?.action).toMatchObject({ kind: 'restart-pod', pod: 'd' });
    const [later] = decideAt([[65, withPod({}, NOW_MS + 65_000)]], AT_ONCE);
    expect(later?.action).toMatchObject({ kind: 'restart-pod', pod: 'd' });
  });

  it('does nothing about a request or two that fail in a pod that serves hardly any', () => {
    const idle = (perSecond: number) => ({
      ...CALM,
      d: podMetrics({ errorRate: fresh(1), requestsPerSecond: fresh(perSecond) }),
    });
    const decide = (perSecond: number) => {
      const observation = look(aWorkload(PODS), someMetrics(idle(perSecond), { errorRate: fresh(0.25) }));
      return decideAt(
        [
          [0, observation],
          [30, observation],
        ],
        AT_ONCE,
      ).at(-1)?.action.kind;
    };
    // 1 and 20 requests in the window of 20 s.
    expect([decide(0.05), decide(1)]).toEqual(['none', 'restart-pod']);
  });

  it('restarts no pod after pod of a workload that is well, but whose pods are not alike', () => {
    const uneven = (slow: string) =>
      look(
        aWorkload([...PODS.slice(0, 3), aPod(slow)]),
        someMetrics({ ...CALM, [slow]: podMetrics({ latencyP95Seconds: fresh(0.9) }) }),
      );
    const runbook = createRunbook(() => AT_ONCE);
    const decide = (atSeconds: number, slow: string) =>
      runbook.decide(sampledAt(atSeconds, uneven(slow)), NOW_MS + atSeconds * 1000);
    decide(0, 'd');
    const first = decide(10, 'd');
    expect(first.action).toMatchObject({ kind: 'restart-pod', pod: 'd' });
    runbook.learn({ kind: 'acted', action: first.action, atMs: NOW_MS + 10_000 });
    const kinds = (from: number, to: number) =>
      Array.from({ length: (to - from) / 20 }, (_, step) => decide(from + step * 20, 'e').action.kind);
    expect(new Set(kinds(60, 3600))).toEqual(new Set(['none']));
    expect(kinds(3600, 3700)).toContain('restart-pod');
  });

  it('replaces a pod that cannot stay up at once', () => {
    const crashing = aPod('d', { ready: false, waitingReason: 'CrashLoopBackOff', restarts: 3 });
    const [decision] = decideAt([[0, look(aWorkload([...PODS.slice(0, 3), crashing]), someMetrics(CALM))]]);
    expect(decision?.action).toMatchObject({ kind: 'restart-pod', pod: 'd' });
  });

  it('does not restart when every pod of the revision crashes', () => {
    const pods = NAMES.map((name) => aPod(name, { ready: false, waitingReason: 'CrashLoopBackOff' }));
    const [decision] = decideAt([[0, look(aWorkload(pods), someMetrics(CALM))]]);
    expect(decision?.action.kind).toBe('none');
    expect(decision?.reason).toContain('restarting is futile');
  });

  it('does nothing about a slowness that all pods share, such as that of a dependency', () => {
    const slow = Object.fromEntries(
      NAMES.map((name) => [name, podMetrics({ latencyP95Seconds: fresh(0.9) })]),
    );
    const observation = look(aWorkload(PODS), someMetrics(slow, BREACH));
    const [, later] = decideAt([
      [0, observation],
      [60, observation],
    ]);
    expect(later?.action.kind).toBe('none');
  });

  it('scales up when all pods are saturated and an objective is missed', () => {
    const busy = Object.fromEntries(NAMES.map((name) => [name, podMetrics({ cpuUtilisation: fresh(0.95) })]));
    const observation = look(aWorkload(PODS), someMetrics(busy, { ...BREACH, cpuUtilisation: fresh(0.95) }));
    const [, later] = decideAt([
      [0, observation],
      [15, observation],
    ]);
    expect(later?.action).toEqual({ kind: 'scale', from: 4, to: 5 });
  });

  it('takes a scale-up back after it has been idle long enough, and not below what people wanted', () => {
    const idle = { cpuUtilisation: fresh(0.4) };
    const spare = look(aWorkload(PODS), someMetrics(CALM, idle), { baseReplicas: 3 });
    const exact = look(aWorkload(PODS), someMetrics(CALM, idle), { baseReplicas: 4 });
    expect(decideEvery(30, 300, spare).at(-1)?.action).toEqual({ kind: 'scale', from: 4, to: 3 });
    expect(decideEvery(30, 900, exact).at(-1)?.action.kind).toBe('none');
  });

  it('drains a pod whose restart had no effect, and gives up after three tries without effect', () => {
    const observation = look(aWorkload(PODS), someMetrics(SLOW_D, BREACH));
    const runbook = createRunbook(() => DEFAULT_CONFIG);
    const decide = (atSeconds: number) =>
      runbook.decide(sampledAt(atSeconds, observation), NOW_MS + atSeconds * 1000);
    decide(0);
    const first = decide(10);
    runbook.learn({ kind: 'acted', action: first.action, atMs: NOW_MS });
    runbook.learn({ kind: 'measured', action: first.action, outcome: 'ineffective', atMs: NOW_MS });
    const second = decide(20);
    expect(second.action.kind).toBe('drain-pod');
    runbook.learn({ kind: 'acted', action: second.action, atMs: NOW_MS });
    runbook.learn({ kind: 'measured', action: second.action, outcome: 'ineffective', atMs: NOW_MS });
    const third = decide(30);
    expect(third.action.kind).toBe('restart-pod');
    runbook.learn({ kind: 'measured', action: third.action, outcome: 'ineffective', atMs: NOW_MS });
    const fourth = decide(40);
    expect(fourth.action.kind).toBe('none');
    expect(fourth.reason).toContain('needs a person');
  });

  it('returns a drained pod once the workload has been healthy for as long as it takes to be idle', () => {
    const drained = aPod('e', { drained: true, labels: { 'coxswain.dev/drained-from': 'checkout' } });
    const workload = aWorkload([...PODS, drained], { desiredReplicas: 4, readyReplicas: 4 });
    const decisions = decideEvery(30, DEFAULT_CONFIG.heal.idleFor / 1000, look(workload, someMetrics(CALM)));
    expect(decisions.slice(0, -1).every(({ action }) => action.kind === 'none')).toBe(true);
    expect(decisions.at(-1)?.action).toEqual({ kind: 'undrain-pod', pod: 'e', podUid: 'uid-e' });
  });

  it('stays given up while the incident lasts, also when it looks healthy for a moment', () => {
    const bad = look(aWorkload(PODS), someMetrics(SLOW_D, BREACH), { unhealthySinceMs: NOW_MS - 60_000 });
    const momentarily = look(aWorkload(PODS), someMetrics(CALM), { unhealthySinceMs: NOW_MS - 60_000 });
    const over = look(aWorkload(PODS), someMetrics(CALM));
    const runbook = createRunbook(() => DEFAULT_CONFIG);
    const action = { kind: 'restart-pod', pod: 'd', podUid: 'uid-d' } as const;
    for (let tries = 0; tries < 3; tries += 1) {
      runbook.learn({ kind: 'measured', action, outcome: 'ineffective', atMs: NOW_MS });
    }
    const decide = (atSeconds: number, observation: ReadyObservation<HealFacts>) =>
      runbook.decide(sampledAt(atSeconds, observation), NOW_MS + atSeconds * 1000).action.kind;
    decide(0, bad);
    decide(5, momentarily);
    decide(10, bad);
    expect(decide(30, bad)).toBe('none');
    // The incident is over: the next one starts afresh.
    decide(35, over);
    decide(40, bad);
    expect(decide(50, bad)).toBe('restart-pod');
  });

  it('learns nothing about its tries from an outcome that is not known', () => {
    const bad = look(aWorkload(PODS), someMetrics(SLOW_D, BREACH), { unhealthySinceMs: NOW_MS });
    const runbook = createRunbook(() => DEFAULT_CONFIG);
    const action = { kind: 'restart-pod', pod: 'd', podUid: 'uid-d' } as const;
    for (const outcome of ['ineffective', 'unknown', 'ineffective', 'ineffective'] as const) {
      runbook.learn({ kind: 'measured', action, outcome, atMs: NOW_MS });
    }
    expect(runbook.decide(bad, NOW_MS).reason).toContain('gave up');
  });

  it('confirms a symptom anew after a time in which it could not look', () => {
    const observation = look(aWorkload(PODS), someMetrics(SLOW_D, BREACH));
    const decisions = decideAt([
      [0, observation],
      [600, observation],
      [610, observation],
    ]);
    expect(decisions.map((decision) => decision.action.kind)).toEqual(['none', 'none', 'restart-pod']);
  });

  it('needs a symptom even where it need not last', () => {
    const hasty = { ...DEFAULT_CONFIG, heal: { ...DEFAULT_CONFIG.heal, confirmFor: 0, idleFor: 0 } };
    const runbook = createRunbook(() => hasty);
    const calm = look(aWorkload(PODS), someMetrics(CALM));
    expect(runbook.decide(calm, NOW_MS).action.kind).toBe('none');
  });

  it('does not count the time of an incident as idle', () => {
    const calm = look(aWorkload(PODS), someMetrics(CALM, { cpuUtilisation: fresh(0.4) }), {
      baseReplicas: 3,
    });
    const pods = [...PODS.slice(0, 3), aPod('d', { ready: false, waitingReason: 'CrashLoopBackOff' })];
    const crashed = look(aWorkload(pods, { desiredReplicas: 4 }), someMetrics(CALM), { baseReplicas: 3 });
    const patient = { ...DEFAULT_CONFIG, heal: { ...DEFAULT_CONFIG.heal, idleFor: 300_000 } };
    const runbook = createRunbook(() => patient);
    const kinds: string[] = [];
    for (let second = 0; second <= 400; second += 20) {
      const observation = second > 200 && second < 260 ? crashed : calm;
      kinds.push(runbook.decide(observation, NOW_MS + second * 1000).action.kind);
    }
    expect(kinds).not.toContain('scale');
  });
});
