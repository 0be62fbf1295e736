import { describe, expect, it } from 'vitest';
import type { Handover, ScalingState } from '../../agent/protocol';
import {
  exampleAutoscaler,
  exampleScaling,
  exampleWorkload,
  NOW_MS,
} from '../../test/support/protocolExamples';
import { autoscalerLine, noScalerReason, scalingLabel, scalingProblems, steeringWords } from './scaling';

const taken = (part: Partial<Handover> = {}): Partial<ScalingState> => ({
  steering: 'own',
  autoscalers: [
    exampleAutoscaler({
      handover: { how: 'own', by: 'ada', sinceMs: NOW_MS - 300_000, ours: true, ...part },
    }),
  ],
});
const back: Partial<ScalingState> = {
  steering: 'own',
  handedBack: { atMs: NOW_MS - 60_000, why: '3 steps without data in a row', retryAtMs: NOW_MS + 300_000 },
};
const words = (part: Partial<ScalingState>) => steeringWords(exampleScaling(part), NOW_MS);

describe('says who is in charge', () => {
  it('in shadow the autoscaler is', () => {
    expect(words({})).toEqual({
      title: 'In shadow',
      text: 'predictive 1 shows what it would do, and nothing of it is done; HPA checkout is in charge.',
      tone: 'plain',
    });
  });

  it('owned: since when, by whose word, and what became of the autoscaler', () => {
    expect(words(taken())).toEqual({
      title: 'Coxswain is in charge (own)',
      text: 'predictive 1 sets the replicas, for 5 min, agreed by ada. HPA checkout is suspended but for a net against overload.',
      tone: 'good',
    });
  });

  it('advised: the autoscaler goes on', () => {
    expect(words(taken({ how: 'advise' })).text).toContain('HPA checkout goes on scaling above it');
  });

  it('handed back: why, and when it is tried again', () => {
    expect(words(back).text).toBe(
      '60 s ago: 3 steps without data in a row. HPA checkout is in charge. A new attempt is made in 5 min.',
    );
    const forever = { atMs: NOW_MS, why: 'ada asked for it.', retryAtMs: null };
    expect(words({ handedBack: forever }).text).toContain('until somebody takes it over again');
  });

  it('wanted, but not yet agreed', () => {
    expect(words({ steering: 'advise' }).title).toBe('To be taken over (advise)');
  });

  it('off, and with nobody in charge', () => {
    expect(words({ steering: 'off', autoscalers: [] }).text).toContain('no autoscaler sets the replicas');
  });

  it('left behind by an earlier agent', () => {
    expect(words(taken({ ours: false })).title).toBe('Handing back');
  });
});

it.each([
  ['shadow', {}],
  ['off', { steering: 'off' }],
  ['own', taken()],
  ['advise', taken({ how: 'advise' })],
  ['handing back', taken({ ours: false })],
  ['handed back', back],
  ['own not yet', { steering: 'own' }],
] as const)('is "%s" in a narrow place', (label, part) => {
  expect(scalingLabel(exampleScaling(part))).toBe(label);
});

it('describes an autoscaler with its bounds, and with what keeps it from working', () => {
  expect(autoscalerLine(exampleAutoscaler())).toBe('HPA checkout: 2…10 replicas, cpu 70 %, wants 3');
  const broken = { desiredReplicas: null, problem: 'missing request for cpu' };
  expect(autoscalerLine(exampleAutoscaler(broken))).toBe(
    'HPA checkout: 2…10 replicas, cpu 70 %. Problem: missing request for cpu',
  );
});

it('lists every problem as a sentence', () => {
  const scaling = exampleScaling({
    problem: 'two autoscalers on one target',
    gitOps: 'Argo CD shop',
    autoscalers: [exampleAutoscaler({ problem: 'no metrics' })],
  });
  expect(scalingProblems(scaling)).toEqual([
    'two autoscalers on one target.',
    'HPA checkout cannot work: no metrics.',
    'Argo CD shop owns the object: changes are proposed, never made.',
  ]);
  expect(scalingProblems(exampleScaling())).toEqual([]);
});

it('says why no scaler looks at a workload', () => {
  expect(noScalerReason(exampleWorkload({ steering: { kind: 'observe-only', reason: 'not listed' } }))).toBe(
    'it is observe only, not listed',
  );
  expect(noScalerReason(exampleWorkload({ data: { kind: 'none', reason: 'no Prometheus' } }))).toContain(
    'no Prometheus',
  );
  expect(noScalerReason(exampleWorkload())).toContain('scale.steering');
});
