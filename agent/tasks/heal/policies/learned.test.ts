import { describe, expect, it } from 'vitest';
import {
  aPod,
  aTaskInput,
  aWorkload,
  fresh,
  podMetrics,
  someMetrics,
} from '../../../../test/support/builders';
import type { Pod } from '../../../cluster/snapshot';
import { DEFAULT_CONFIG } from '../../../config/schema';
import type { ReadyObservation, TaskInput } from '../../../loop/task';
import type { OutcomeKind } from '../../../protocol';
import type { HealFacts } from '../facts';
import { observeHeal } from '../observation';
import { createLearned, HEAL_LABELS, type HealChoice, IDLE_MARGIN_LOGITS, type LearnedHeal } from './learned';

type Likely = Partial<Record<HealChoice, number>>;

function saying(likely: Likely): LearnedHeal {
  return {
    version: 'heal/3',
    probabilities: () => HEAL_LABELS.map((label) => likely[label] ?? 0),
    contributions: (_values, choice) => [
      { name: 'avg_latency', value: 0.1 },
      { name: `crashed_count for ${choice}`, value: 0.4 },
    ],
  };
}

const PODS = ['a', 'b', 'c'].map((name) => aPod(name));
const CRASHED = [
  ...PODS.slice(0, 2),
  aPod('c', { ready: false, waitingReason: 'CrashLoopBackOff', restarts: 4 }),
];

function observe(pods: readonly Pod[], changes: Partial<TaskInput> = {}): ReadyObservation<HealFacts> {
  const metrics = someMetrics({
    a: podMetrics(),
    b: podMetrics({ latencyP95Seconds: fresh(0.9) }),
    c: podMetrics(),
  });
  const observation = observeHeal(aTaskInput(aWorkload(pods), metrics, changes), DEFAULT_CONFIG);
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
    const withDrained = observe([...PODS, aPod('d', { drained: true, labels: {} })], { baseReplicas: 3 });
    const isUnwell = {
      ...withDrained,
      assessment: { ...withDrained.assessment, health: 'degraded' as const },
    };
    for (let nowMs = 0; nowMs < idleFor; nowMs += interval) {
      expect(policy.decide(withDrained, nowMs).action.kind).toBe('none');
    }
    expect(policy.decide(isUnwell, idleFor).action.kind).toBe('none');
    expect(policy.decide(withDrained, idleFor).action).toMatchObject({ kind: 'undrain-pod', pod: 'd' });
  });

  it('gives up after actions without effect, until the incident is over', () => {
    const policy = createLearned(saying({ 'restart-pod': 1 }), () => DEFAULT_CONFIG);
    const measured = (outcome: OutcomeKind) =>
      policy.learn({ kind: 'measured', action: { kind: 'none' }, outcome, atMs: 0 });
    const unhealthy = { unhealthySinceMs: 1 };
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
