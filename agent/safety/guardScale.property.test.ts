import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../../test/support/builders';
import { judge } from './guard';
import type { ActingAction, GuardInput } from './guardInput';
import { anAutoscaler, aTakenOver } from './testing/autoscalers';
import { CONFIG } from './testing/fakeWorld';
import {
  ADVISE,
  ADVISED,
  aScaledWorkload,
  aScaleInput,
  DOWN,
  HAND_BACK,
  OWNED,
  TAKE_OVER,
  UP,
} from './testing/scaling';

const replicas = fc.integer({ min: 0, max: 6 });
/** Mostly above a minimum. */
const maximum = fc.integer({ min: 1, max: 12 });
const ms = fc.integer({ min: -200_000, max: 200_000 });
const at = fc.option(
  ms.map((agoMs) => NOW_MS - agoMs),
  { nil: null },
);
const control = fc.constantFrom<GuardInput['control']>(
  { kind: 'running' },
  { kind: 'paused', by: 'ada', atMs: 0 },
  { kind: 'stopped', by: 'ada', atMs: 0 },
);
const data = fc.constantFrom<GuardInput['data']>(
  { kind: 'fresh', atMs: NOW_MS },
  { kind: 'stale', atMs: 0, reason: 'old' },
  { kind: 'none', reason: 'none' },
);
const breaker = fc.constantFrom<GuardInput['breaker']>(
  { kind: 'closed', failuresInARow: 0 },
  { kind: 'open', untilMs: NOW_MS + 1 },
  { kind: 'half-open', untilMs: NOW_MS + 1 },
);
const config = fc
  .record({
    min: replicas,
    max: maximum,
    up: replicas,
    down: replicas,
    net: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ min, max, up, down, net }) => ({
    ...CONFIG,
    scale: {
      ...CONFIG.scale,
      minReplicas: Math.max(1, min),
      maxReplicas: Math.max(1, max),
      podsUpPerMinute: up,
      podsDownPerMinute: down,
      netUtilisation: net,
    },
  }));
/** All that may be so, whatever is wanted. */
const circumstances = fc.record({
  mode: fc.constantFrom('observe' as const, 'approve' as const, 'auto' as const),
  control,
  settled: fc.boolean(),
  approvedBy: fc.option(fc.constant('ada'), { nil: null }),
  config,
  data,
  breaker,
  watchAgeMs: fc.option(fc.nat(200_000), { nil: null }),
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  outOfDistribution: fc.option(fc.double({ min: 0, max: 3, noNaN: true }), { nil: null }),
  incidentOpen: fc.boolean(),
  faultRunning: fc.option(fc.constant('f'), { nil: null }),
  history: fc.record({ lastActionAtMs: at, lastScaleUpAtMs: at, lastScaleAtMs: at, underWay: fc.boolean() }),
  podsLastMinute: fc.record({ added: fc.nat(3), removed: fc.nat(3) }),
  rejectedAtMs: at,
  expiresAtMs: ms.map((leftMs) => NOW_MS + leftMs),
  handover: fc.constantFrom(null, OWNED, ADVISED, { ...OWNED, approvedBy: 'ada' }),
});
const hpa = fc.record({ minReplicas: replicas, maxReplicas: maximum });
const wish = fc.oneof(
  fc.constantFrom<ActingAction>(TAKE_OVER, UP, DOWN),
  replicas.map((to): ActingAction => ({ kind: 'scale', from: 3, to })),
  replicas.map((to): ActingAction => ({ ...ADVISE, minReplicas: { from: 2, to } })),
);

describe('the guard on scaling, whatever the circumstances', () => {
  it('allows a hand-back', () => {
    fc.assert(
      fc.property(circumstances, hpa, fc.boolean(), (changes, of, rollingOut) => {
        const workload = aScaledWorkload([aTakenOver(of), anAutoscaler({ uid: 'other' })], { rollingOut });
        expect(judge(aScaleInput(HAND_BACK, { ...changes, workload }))).toMatchObject({
          outcome: 'allow',
          rule: 'hand-back',
        });
      }),
    );
  }, 60_000);

  it('lets nothing else happen in mode observe, while halted, unsettled, or on stale data', () => {
    fc.assert(
      fc.property(
        circumstances,
        wish,
        fc.constantFrom('mode', 'control', 'settled', 'data'),
        (changes, action, what) => {
          const [bad] = {
            mode: [{ mode: 'observe' as const }],
            control: [{ control: { kind: 'paused' as const, by: 'ada', atMs: 0 } }],
            settled: [{ settled: false }],
            data: [{ data: { kind: 'none' as const, reason: 'none' } }],
          }[what];
          expect(judge(aScaleInput(action, { ...changes, ...bad })).outcome).toBe('deny');
        },
      ),
    );
  }, 60_000);

  it('keeps the bounds of the settings and the HPA, the pace, and who may scale; and something passes', () => {
    let passed = 0;
    fc.assert(
      fc.property(circumstances, hpa, wish, fc.boolean(), (changes, of, action, calm) => {
        const { podsLastMinute, config: settings, approvedBy } = changes;
        const quiet = calm ? CALM : {};
        const isScale = action.kind === 'scale';
        const workload = aScaledWorkload([isScale ? aTakenOver(of) : anAutoscaler(of)]);
        const handover = calm ? (isScale ? OWNED : null) : changes.handover;
        const from =
          action.kind === 'advise'
            ? { minReplicas: { from: of.minReplicas, to: action.minReplicas.to } }
            : {};
        const wanted: ActingAction = action.kind === 'advise' ? { ...action, ...from } : action;
        const input = aScaleInput(wanted, { ...changes, ...quiet, handover, workload });
        const { outcome } = judge(input);
        if (outcome === 'deny') return;
        passed += 1;
        const { scale, guard } = settings;
        const min = Math.max(1, scale.minReplicas, of.minReplicas);
        const max = Math.min(scale.maxReplicas, of.maxReplicas);
        expect(min).toBeLessThanOrEqual(max);
        if (wanted.kind === 'take-over' || wanted.kind === 'hand-back') return;
        if (wanted.kind !== 'scale' && wanted.kind !== 'advise') throw new Error('no wish of the scaler');
        const { from: before, to } = wanted.kind === 'scale' ? wanted : wanted.minReplicas;
        expect(to >= min && to <= max).toBe(true);
        expect(podsLastMinute.added + Math.max(0, to - before)).toBeLessThanOrEqual(
          to > before ? scale.podsUpPerMinute : Number.POSITIVE_INFINITY,
        );
        expect(podsLastMinute.removed + Math.max(0, before - to)).toBeLessThanOrEqual(
          to < before ? scale.podsDownPerMinute : Number.POSITIVE_INFINITY,
        );
        if (wanted.kind === 'scale') expect(input.handover?.how).toBe('own');
        if (to < before) expect([input.incidentOpen, input.faultRunning]).toEqual([false, null]);
        if (outcome === 'allow' && approvedBy === null) {
          expect(input.confidence).toBeGreaterThanOrEqual(guard.minConfidence);
        }
      }),
      { numRuns: 2000 },
    );
    expect(passed).toBeGreaterThan(20);
  }, 60_000);
});

const CALM: Partial<GuardInput> = {
  mode: 'auto',
  control: { kind: 'running' },
  settled: true,
  data: { kind: 'fresh', atMs: NOW_MS },
  breaker: { kind: 'closed', failuresInARow: 0 },
  watchAgeMs: 0,
  history: { lastActionAtMs: null, lastScaleUpAtMs: null, lastScaleAtMs: null, underWay: false },
  rejectedAtMs: null,
  expiresAtMs: NOW_MS + 1,
};
