import { describe, expect, it } from 'vitest';
import {
  aPod,
  aTaskInput,
  aWorkload,
  fresh,
  MISSING,
  NOW_MS,
  podMetrics,
  someMetrics,
} from '../../../../test/support/builders';
import { aLearnedHeal } from '../../../../test/support/learnedHeal';
import type { Pod } from '../../../cluster/snapshot';
import { DEFAULT_CONFIG } from '../../../config/schema';
import type { ReadyObservation, TaskInput } from '../../../loop/task';
import type { WorkloadMetrics } from '../../../metrics/reading';
import type { OutcomeKind } from '../../../protocol';
import { NumericError } from '../../../rl/numericError';
import type { HealFacts } from '../facts';
import { observeHeal } from '../observation';
import { WorkloadMemory } from '../workloadMemory';
import { createLearned, type HealChoice, IDLE_MARGIN_LOGITS, type LearnedHeal } from './learned';

type Likely = Partial<Record<HealChoice, number>>;

function saying(likely: Likely): LearnedHeal {
  return aLearnedHeal(likely, {
    contributions: (_values, choice) => [
      { name: 'avg_latency', value: 0.1 },
      { name: `crashed_count for ${choice}`, value: 0.4 },
    ],
  });
}

const PODS = ['a', 'b', 'c'].map((name) => aPod(name));
/** Without the slow one. */
const ALIKE = ['a', 'c', 'd'].map((name) => aPod(name));
const CRASHED = [
  ...PODS.slice(0, 2),
  aPod('c', { ready: false, waitingReason: 'CrashLoopBackOff', restarts: 4 }),
];

/** Of which b is slow. */
const METRICS = someMetrics({
  a: podMetrics(),
  b: podMetrics({ latencyP95Seconds: fresh(0.9) }),
  c: podMetrics(),
});

function observe(
  pods: readonly Pod[],
  changes: Partial<TaskInput> = {},
  metrics: WorkloadMetrics = METRICS,
): ReadyObservation<HealFacts> {
  const observation = observeHeal(
    aTaskInput(aWorkload(pods), metrics, changes),
    DEFAULT_CONFIG,
    new WorkloadMemory(() => DEFAULT_CONFIG),
  );
  if (observation.kind !== 'ready') throw new Error(observation.reason);
  return observation;
}

function decide(likely: Likely, pods: readonly Pod[] = CRASHED, changes: Partial<TaskInput> = {}) {
  return createLearned(saying(likely), () => DEFAULT_CONFIG).decide(observe(pods, changes), 0);
}

describe('a learned policy', () => {
  it.each<{ likely: Likely; pods?: readonly Pod[]; base?: number; action: object }>([
    { likely: { none: 0.9, 'restart-pod': 0.1 }, action: { kind: 'none' } },
    { likely: { 'restart-pod': 1 }, action: { kind: 'restart-pod', pod: 'c', podUid: 'uid-c' } },
    { likely: { 'restart-pod': 1 }, pods: PODS, action: { kind: 'restart-pod', pod: 'b' } },
    { likely: { 'drain-pod': 1 }, action: { kind: 'drain-pod', pod: 'b', podUid: 'uid-b' } },
    { likely: { 'scale-up': 1 }, action: { kind: 'scale', from: 3, to: 4 } },
    { likely: { 'scale-down': 1 }, base: 2, action: { kind: 'scale', from: 3, to: 2 } },
  ])('that says $likely proposes $action', ({ likely, pods, base, action }) => {
    const decided = decide(likely, pods, base === undefined ? {} : { baseReplicas: base });
    expect(decided.action).toMatchObject(action);
  });

  it('says that it is learned, which version it is, and what it saw', () => {
    const { reason, confidence, alternatives, contributions } = decide({
      none: 0.02,
      'restart-pod': 0.9,
      'scale-up': 0.08,
    });
    expect(reason).toBe(
      'learned policy heal/3 chooses to restart pod c: pod c: CrashLoopBackOff; pod c: restarts 4',
    );
    expect(confidence).toBe(0.9);
    expect(alternatives).toEqual([
      { text: 'scale up', confidence: 0.08 },
      { text: 'do nothing', confidence: 0.02 },
      { text: 'scale down', confidence: 0 },
      { text: 'drain a pod', confidence: 0 },
    ]);
    expect(contributions).toEqual([
      { name: 'crashed_count for restart-pod', value: 0.4 },
      { name: 'avg_latency', value: 0.1 },
    ]);
  });

  it('names what stands out of a pod that is slow', () => {
    expect(decide({ 'restart-pod': 1 }, PODS).reason).toBe(
      'learned policy heal/3 chooses to restart pod b: all objectives are met; pod b: p95 11.3× the median of its siblings',
    );
  });

  it('acts only where the action is two logits above doing nothing', () => {
    const ratio = Math.exp(IDLE_MARGIN_LOGITS);
    const idle = (factor: number) => 1 / (1 + ratio * factor);
    const short = decide({ none: idle(0.99), 'restart-pod': 1 - idle(0.99) });
    expect(short).toMatchObject({
      action: { kind: 'none' },
      confidence: idle(0.99),
      reason: expect.stringContaining('would rather restart a pod, but is not sure enough'),
    });
    const enough = decide({ none: idle(1.01), 'restart-pod': 1 - idle(1.01) });
    expect(enough.action.kind).toBe('restart-pod');
  });

  it.each<{ likely: Likely; pods: readonly Pod[]; why: string }>([
    {
      likely: { 'scale-up': 1 },
      pods: Array.from({ length: 10 }, (_, index) => aPod(`p${index}`)),
      why: 'guard.maxReplicas is 10',
    },
    { likely: { 'scale-down': 1 }, pods: PODS, why: 'no more than the 3 it should have' },
    {
      likely: { 'restart-pod': 1 },
      pods: [aPod('a', { deletingSinceMs: 1 })],
      why: 'there is no pod for it',
    },
    { likely: { 'drain-pod': 1 }, pods: [aPod('a', { ready: false })], why: 'there is no pod for it' },
    { likely: { 'restart-pod': 1 }, pods: ALIKE, why: 'no pod stands out: all objectives are met' },
    { likely: { 'drain-pod': 1 }, pods: ALIKE, why: 'no pod stands out: all objectives are met' },
    { likely: { 'scale-up': 1 }, pods: [], why: 'it was scaled to zero' },
  ])('does nothing where the action cannot be made: $why', ({ likely, pods, why }) => {
    expect(decide(likely, pods)).toMatchObject({
      action: { kind: 'none' },
      reason: expect.stringContaining(why),
    });
  });

  it('scales up by a quarter, as in training, and within the bounds', () => {
    const pods = (count: number) => Array.from({ length: count }, (_, index) => aPod(`p${index}`));
    const scaled = [2, 4, 5, 8, 9].map((count) => decide({ 'scale-up': 1 }, pods(count)).action);
    expect(scaled.map((action) => action.kind === 'scale' && action.to)).toEqual([3, 5, 7, 10, 10]);
  });

  it('returns a drained pod after a while, in a workload that is well', () => {
    const policy = createLearned(saying({ none: 1 }), () => DEFAULT_CONFIG);
    const { idleFor, interval } = DEFAULT_CONFIG.heal;
    const withDrained = observe([...ALIKE, aPod('e', { drained: true, labels: {} })], { baseReplicas: 3 });
    const isUnwell = {
      ...withDrained,
      assessment: { ...withDrained.assessment, health: 'degraded' as const },
    };
    for (let nowMs = 0; nowMs < idleFor; nowMs += interval) {
      expect(policy.decide(withDrained, nowMs).action.kind).toBe('none');
    }
    expect(policy.decide(withDrained, idleFor).action).toMatchObject({ kind: 'undrain-pod', pod: 'e' });
    expect(policy.decide(isUnwell, idleFor + interval).action.kind).toBe('none');
  });

  it('restarts a pod like its siblings where the workload is not well', () => {
    const metrics = { ...METRICS, latencyP95Seconds: fresh(2) };
    const decided = createLearned(saying({ 'restart-pod': 1 }), () => DEFAULT_CONFIG);
    expect(decided.decide(observe(ALIKE, {}, metrics), 0).action.kind).toBe('restart-pod');
  });

  it.each(['cpuUtilisation', 'memoryUtilisation', 'latencyP95Seconds', 'errorRate'] as const)(
    'is not asked without %s, which it always had in training: the runbook decides',
    (missing) => {
      const policy = createLearned(saying({ 'scale-up': 1 }), () => DEFAULT_CONFIG);
      const metrics = { ...METRICS, [missing]: MISSING };
      const decided = policy.decide(observe(CRASHED, {}, metrics), 0);
      expect(decided.action).toEqual({ kind: 'restart-pod', pod: 'c', podUid: 'uid-c' });
      expect(decided.reason).toMatch(
        /^the runbook, for learned policy heal\/3 knows no avg_\w+: pod c: CrashLoopBackOff/,
      );
      expect(policy.decide(observe(ALIKE, {}, metrics), 0).action.kind).toBe('none');
    },
  );

  it('that cannot decide leaves it to the runbook, and says so', () => {
    const overflows = () => {
      throw new NumericError('an output of the policy', Number.NaN);
    };
    const broken = { ...saying({}), probabilities: overflows };
    const policy = createLearned(broken, () => DEFAULT_CONFIG);
    expect(policy.decide(observe(CRASHED), 0)).toMatchObject({
      action: { kind: 'restart-pod', pod: 'c' },
      reason: expect.stringContaining('could not decide: an output of the policy is NaN: pod c'),
    });
    const unexplained = { ...saying({ 'scale-up': 1 }), contributions: overflows };
    const decided = createLearned(unexplained, () => DEFAULT_CONFIG).decide(observe(ALIKE), 0);
    expect(decided).toMatchObject({ action: { kind: 'none' }, reason: expect.stringContaining('is NaN') });
  });

  it.each<{ what: string; changes: Partial<Pod>; why: string }>([
    {
      what: 'is unready for seconds',
      changes: { ready: false, readyChangedAtMs: NOW_MS - 2000 },
      why: 'it has not been ready for 2 s only',
    },
    {
      what: 'has crashed once',
      changes: {
        ready: false,
        restarts: 1,
        lastTermination: { reason: 'Error', exitCode: 1, atMs: NOW_MS - 1000 },
      },
      why: 'the kubelet starts it again',
    },
    {
      what: 'cannot be made',
      changes: { ready: false, phase: 'Pending', waitingReason: 'ImagePullBackOff' },
      why: 'cannot start: ImagePullBackOff',
    },
  ])('leaves a pod alone that $what, which is nothing that it was trained on', ({ changes, why }) => {
    const metrics = someMetrics({ a: podMetrics(), c: podMetrics() });
    const observation = observe([...PODS.slice(0, 2), aPod('c', changes)], {}, metrics);
    const policy = createLearned(saying({ 'restart-pod': 1 }), () => DEFAULT_CONFIG);
    expect(policy.decide(observation, NOW_MS)).toMatchObject({
      action: { kind: 'none' },
      reason: expect.stringContaining(why),
    });
  });

  it('does not judge a pod by a handful of requests', () => {
    const metrics = (perSecond: number) =>
      someMetrics(
        { a: podMetrics(), b: podMetrics({ errorRate: fresh(1), requestsPerSecond: fresh(perSecond) }) },
        { errorRate: fresh(0.3) },
      );
    const decided = (choice: HealChoice, perSecond: number) =>
      createLearned(saying({ [choice]: 1 }), () => DEFAULT_CONFIG).decide(
        observe(PODS.slice(0, 2), {}, metrics(perSecond)),
        NOW_MS,
      );
    for (const choice of ['restart-pod', 'drain-pod'] as const) {
      expect(decided(choice, 0.05).reason).toContain('it has served 1 requests in 20 s, too few to tell');
      expect(decided(choice, 20).action.kind).toBe(choice);
    }
  });

  it('restarts one pod, and not its successor too, where a leader needs more than its siblings', () => {
    const policy = createLearned(saying({ 'restart-pod': 1 }), () => DEFAULT_CONFIG);
    const ledBy = (leader: string) =>
      observe(
        [...ALIKE, aPod(leader)],
        {},
        someMetrics({
          ...Object.fromEntries(ALIKE.map(({ name }) => [name, podMetrics()])),
          [leader]: podMetrics({ memoryUtilisation: fresh(0.95) }),
        }),
      );
    const decide = (leader: string, atMs: number) => policy.decide(ledBy(leader), atMs);
    const { action } = decide('b', NOW_MS);
    expect(action).toMatchObject({ kind: 'restart-pod', pod: 'b' });
    policy.learn({ kind: 'acted', action, atMs: NOW_MS });
    expect(decide('e', NOW_MS + 600_000)).toMatchObject({
      action: { kind: 'none' },
      reason: expect.stringContaining('the workload is uneven'),
    });
    expect(decide('e', NOW_MS + 3_600_000).action).toMatchObject({ kind: 'restart-pod', pod: 'e' });
  });

  it('restarts each of several pods that stood out at the same time', () => {
    const policy = createLearned(saying({ 'restart-pod': 1 }), () => DEFAULT_CONFIG);
    const leaking = (names: readonly string[]) =>
      observe(
        ['a', 'b', 'c', 'd', 'e'].map((name) => aPod(name)),
        {},
        someMetrics(
          Object.fromEntries(
            ['a', 'b', 'c', 'd', 'e'].map((name) => [
              name,
              podMetrics({ memoryUtilisation: fresh(names.includes(name) ? 0.95 : 0.3) }),
            ]),
          ),
        ),
      );
    const { action } = policy.decide(leaking(['a', 'b']), NOW_MS);
    policy.learn({ kind: 'acted', action, atMs: NOW_MS });
    expect(policy.decide(leaking(['b']), NOW_MS + 60_000).action).toMatchObject({
      kind: 'restart-pod',
      pod: 'b',
    });
  });

  it('leaves more replicas than it was trained with to the runbook', () => {
    const pods = (count: number) => Array.from({ length: count }, (_, index) => aPod(`p${index}`));
    expect(decide({ 'scale-down': 1 }, pods(12), { baseReplicas: 1 }).action.kind).toBe('scale');
    const decided = decide({ 'scale-down': 1 }, pods(13), { baseReplicas: 1 });
    expect(decided).toMatchObject({
      action: { kind: 'none' },
      reason: expect.stringContaining('the runbook, for learned policy heal/3 knows no 13 replicas'),
    });
  });

  it('gives up after actions without effect, until the incident is over', () => {
    const policy = createLearned(saying({ 'restart-pod': 1 }), () => DEFAULT_CONFIG);
    const measured = (outcome: OutcomeKind) =>
      policy.learn({ kind: 'measured', action: { kind: 'none' }, outcome, atMs: 0 });
    const unhealthy = { unhealthySinceMs: 1 };
    measured('ineffective');
    measured('ineffective');
    expect(policy.decide(observe(CRASHED, unhealthy), 0).action.kind).toBe('restart-pod');
    measured('regressed');
    expect(policy.decide(observe(CRASHED, unhealthy), 0)).toMatchObject({
      action: { kind: 'none' },
      reason: expect.stringContaining('gave up'),
    });
    policy.decide(observe(PODS), 0);
    expect(policy.decide(observe(CRASHED, unhealthy), 0).action.kind).toBe('restart-pod');
  });
});
