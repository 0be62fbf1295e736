import { describe, expect, it } from 'vitest';
import { NOW_MS } from '../../test/support/builders';
import type { Autoscaler, Owner } from '../cluster/snapshot';
import { judge } from './guard';
import type { ActingAction, GuardInput } from './guardInput';
import { KEDA_PAUSED } from './handover/states';
import { anAutoscaler, aTakenOver, cpuMetric } from './testing/autoscalers';
import { CONFIG } from './testing/fakeWorld';
import {
  ADVISE,
  ADVISED,
  aScaledWorkload,
  aScaleInput,
  DOWN,
  HAND_BACK,
  OWNED,
  REF,
  TAKE_OVER,
  UP,
  withScale,
} from './testing/scaling';

const of = (changes: Partial<Autoscaler>) => ({ workload: aScaledWorkload([anAutoscaler(changes)]) });
const owned = (changes: Partial<Autoscaler>) => ({ workload: aScaledWorkload([aTakenOver(changes)]) });
const scaleTo = (to: number, from = 3): ActingAction => ({ kind: 'scale', from, to });
const adviseTo = (to: number): ActingAction => ({ ...ADVISE, minReplicas: { from: 2, to } });
const second = anAutoscaler({ name: 'other', uid: 'uid-other' });
const argo: Owner = { kind: 'argo-cd', name: 'shop', owns: 'object' };
const history = aScaleInput(UP).history;
const condition = (type: string, status: string) => [{ type, status, reason: 'Why', message: 'no metrics' }];
const advised = { ...aTakenOver(), minReplicas: 2 };
const perWorkload = (scale: object) => ({
  config: { ...CONFIG, workloads: { 'shop/checkout': { observeOnly: false, scale } } },
});

type Case = [name: string, action: ActingAction, changes: Partial<GuardInput>, outcome: string, rule: string];

const cases: Case[] = [
  ['a step up under a take-over', UP, {}, 'allow', 'mode'],
  ['a step down under a take-over', DOWN, {}, 'allow', 'mode'],
  ['a take-over in mode auto', TAKE_OVER, {}, 'allow', 'mode'],
  ['advice in mode auto', ADVISE, {}, 'allow', 'mode'],
  ['a take-over in mode approve', TAKE_OVER, { mode: 'approve' }, 'needs-approval', 'mode'],
  ['a take-over that a person approves', TAKE_OVER, { mode: 'approve', approvedBy: 'ada' }, 'allow', 'mode'],
  ['a take-over in mode observe', TAKE_OVER, { mode: 'observe', approvedBy: 'ada' }, 'deny', 'mode'],
  [
    'a step under a take-over that a person approved',
    UP,
    { mode: 'approve', handover: { ...OWNED, approvedBy: 'ada' } },
    'allow',
    'mode',
  ],
  ['a step under one that nobody approved', UP, { mode: 'approve' }, 'needs-approval', 'mode'],
  [
    'a step in mode observe, though the take-over was approved',
    UP,
    { mode: 'observe', handover: { ...OWNED, approvedBy: 'ada' } },
    'deny',
    'mode',
  ],
  [
    'an uncertain step under an approved take-over',
    UP,
    { mode: 'approve', handover: { ...OWNED, approvedBy: 'ada' }, confidence: 0.5 },
    'needs-approval',
    'min-confidence',
  ],
  ['an unusual state', UP, { outOfDistribution: 2 }, 'needs-approval', 'out-of-distribution'],
  ['stale data', UP, { data: { kind: 'stale', atMs: 0, reason: 'old' } }, 'deny', 'fresh-data'],
  ['a step without a take-over', UP, { handover: null }, 'deny', 'replicas-owner'],
  ['a step while it is only advised', UP, { handover: ADVISED }, 'deny', 'replicas-owner'],
  ['healing that scales what is taken over', UP, { task: 'heal' }, 'deny', 'replicas-owner'],
  ['healing that takes over', TAKE_OVER, { task: 'heal' }, 'deny', 'autoscaler'],
  ['no autoscaler', UP, { workload: aScaledWorkload([]) }, 'deny', 'autoscaler'],
  [
    'two autoscalers',
    TAKE_OVER,
    { workload: aScaledWorkload([anAutoscaler(), second]) },
    'deny',
    'autoscaler',
  ],
  [
    'a second autoscaler that appears while one is taken over',
    UP,
    { workload: aScaledWorkload([aTakenOver(), second]) },
    'deny',
    'autoscaler',
  ],
  ['one that another process has taken over', TAKE_OVER, owned({}), 'deny', 'up-to-date'],
  [
    'advice on one that another process advises',
    ADVISE,
    {
      workload: aScaledWorkload([{ ...advised, ...aTakenOver({}, { agent: 'another' }) }]),
      handover: ADVISED,
    },
    'deny',
    'autoscaler',
  ],
  ['advice on one that is taken over', ADVISE, { ...owned({}), handover: OWNED }, 'deny', 'autoscaler'],
  ['a note that cannot be read', ADVISE, of({ handover: 'broken' }), 'deny', 'autoscaler'],
  [
    'an HPA that has no metrics',
    TAKE_OVER,
    of({ conditions: condition('ScalingActive', 'False') }),
    'deny',
    'autoscaler',
  ],
  [
    'an HPA that cannot scale',
    TAKE_OVER,
    of({ conditions: condition('AbleToScale', 'False') }),
    'deny',
    'autoscaler',
  ],
  [
    'an HPA at its limit',
    TAKE_OVER,
    of({ conditions: condition('ScalingLimited', 'True') }),
    'allow',
    'mode',
  ],
  [
    'an HPA that lost its metrics while taken over',
    UP,
    owned({ conditions: condition('ScalingActive', 'False') }),
    'allow',
    'mode',
  ],
  [
    'a ScaledObject that somebody has paused',
    { ...TAKE_OVER, autoscaler: { ...REF, kind: 'keda' } },
    of({ kind: 'keda', annotations: { [KEDA_PAUSED]: 'true' }, annotated: true }),
    'deny',
    'autoscaler',
  ],
  ['an HPA that was made anew', TAKE_OVER, of({ uid: 'another' }), 'deny', 'up-to-date'],
  ['advice from another minimum', ADVISE, of({ minReplicas: 3 }), 'deny', 'up-to-date'],
  ['a workload that is gone', TAKE_OVER, { workload: undefined }, 'deny', 'up-to-date'],
  [
    'GitOps on the workload',
    TAKE_OVER,
    { workload: aScaledWorkload([anAutoscaler()], { owners: [argo] }) },
    'needs-approval',
    'git-ops',
  ],
  ['GitOps on the HPA', TAKE_OVER, of({ gitOps: [argo] }), 'needs-approval', 'git-ops'],
  [
    'GitOps, though a person approves',
    TAKE_OVER,
    { ...of({ gitOps: [argo] }), approvedBy: 'ada' },
    'deny',
    'git-ops',
  ],
  ['GitOps that appears while it is taken over', UP, owned({ gitOps: [argo] }), 'needs-approval', 'git-ops'],
  ['up to the bound', scaleTo(5), { config: withScale({ maxReplicas: 5 }) }, 'allow', 'mode'],
  ['above the setting', scaleTo(5), { config: withScale({ maxReplicas: 4 }) }, 'deny', 'scale-bounds'],
  ['above the setting of the workload', scaleTo(5), perWorkload({ maxReplicas: 4 }), 'deny', 'scale-bounds'],
  ['above the maximum of the HPA', scaleTo(5), owned({ maxReplicas: 4 }), 'deny', 'scale-bounds'],
  ['below the minimum of the HPA', DOWN, owned({ minReplicas: 3 }), 'deny', 'scale-bounds'],
  ['below the setting', DOWN, { config: withScale({ minReplicas: 3 }) }, 'deny', 'scale-bounds'],
  [
    'above what healing may',
    scaleTo(12, 11),
    { workload: aScaledWorkload([aTakenOver({ maxReplicas: 20 })], { desiredReplicas: 11 }) },
    'allow',
    'mode',
  ],
  [
    'a minimum above the maximum',
    TAKE_OVER,
    { config: withScale({ minReplicas: 11 }) },
    'deny',
    'scale-bounds',
  ],
  ['to zero', scaleTo(0), owned({ minReplicas: 0 }), 'deny', 'replica-bounds'],
  ['advice above the bound', adviseTo(5), { config: withScale({ maxReplicas: 4 }) }, 'deny', 'scale-bounds'],
  ['pods up to the pace', scaleTo(5), { podsLastMinute: { added: 3, removed: 9 } }, 'allow', 'mode'],
  ['more pods a minute', scaleTo(5), { podsLastMinute: { added: 4, removed: 0 } }, 'deny', 'pods-per-minute'],
  ['fewer pods a minute', DOWN, { podsLastMinute: { added: 0, removed: 3 } }, 'deny', 'pods-per-minute'],
  [
    'advice for more pods a minute',
    ADVISE,
    { podsLastMinute: { added: 5, removed: 0 } },
    'deny',
    'pods-per-minute',
  ],
  ['a scale-down in an incident', DOWN, { incidentOpen: true }, 'deny', 'arbiter'],
  ['a scale-up in an incident', UP, { incidentOpen: true }, 'allow', 'mode'],
  ['a take-over in an incident', TAKE_OVER, { incidentOpen: true }, 'deny', 'arbiter'],
  ['a scale-down under a fault', DOWN, { faultRunning: 'f' }, 'deny', 'arbiter'],
  [
    'a scale-down in a rollout',
    DOWN,
    { workload: aScaledWorkload([aTakenOver()], { rollingOut: true }) },
    'deny',
    'arbiter',
  ],
  [
    'a scale-up in a rollout',
    UP,
    { workload: aScaledWorkload([aTakenOver()], { rollingOut: true }) },
    'allow',
    'mode',
  ],
  [
    'a step soon after another action',
    UP,
    { history: { ...history, lastActionAtMs: NOW_MS } },
    'allow',
    'mode',
  ],
  [
    'a step while another is under way',
    UP,
    { history: { ...history, underWay: true } },
    'deny',
    'action-interval',
  ],
  [
    'two steps up within the cool-down',
    UP,
    { history: { ...history, lastScaleUpAtMs: NOW_MS - 29_999 } },
    'deny',
    'cooldown',
  ],
  [
    'two steps up after the cool-down',
    UP,
    { history: { ...history, lastScaleUpAtMs: NOW_MS - 30_000 } },
    'allow',
    'mode',
  ],
  [
    'a step down within the cool-down',
    DOWN,
    { history: { ...history, lastScaleAtMs: NOW_MS - 179_999 } },
    'deny',
    'cooldown',
  ],
  ['the breaker of all actions', UP, { breaker: { kind: 'open', untilMs: NOW_MS + 1 } }, 'deny', 'breaker'],
];

describe('the guard on scaling', () => {
  it.each(cases)('%s', (_, action, changes, outcome, rule) => {
    expect(judge(aScaleInput(action, changes))).toMatchObject({ outcome, rule });
  });

  const lies: [string, ActingAction, (input: GuardInput) => Partial<GuardInput>][] = [
    ['raises more than the net', TAKE_OVER, () => ({ config: withScale({ netUtilisation: 0.8 }) })],
    ['is signed by another process', TAKE_OVER, () => ({ agentId: 'another' })],
    ['is signed by nobody who agreed', TAKE_OVER, () => ({ approvedBy: 'ada' })],
    ['is signed in the future', TAKE_OVER, () => ({ nowMs: -1 })],
    ['was made for the HPA as it was', TAKE_OVER, () => of({ metrics: [cpuMetric(60)] })],
    ['moves another minimum', ADVISE, () => ({ change: aScaleInput(adviseTo(4)).change })],
    ['takes over in place of advising', ADVISE, () => ({ change: aScaleInput(TAKE_OVER).change })],
    ['scales', TAKE_OVER, () => ({ change: aScaleInput(UP).change })],
    [
      'takes back something else',
      TAKE_OVER,
      ({ change }) => ({
        change: { ...change, inverse: { kind: 'write', write: change.write, safe: true } },
      }),
    ],
    [
      'hands back in another namespace',
      HAND_BACK,
      ({ ref }) => ({ ref: { ...ref, namespace: 'elsewhere' } }),
    ],
    ['takes over in place of handing back', HAND_BACK, () => ({ change: aScaleInput(TAKE_OVER).change })],
    [
      'hands back what is not handed over',
      HAND_BACK,
      () => ({ workload: aScaledWorkload([anAutoscaler()]) }),
    ],
  ];
  it.each(lies)('denies a write that %s', (_, action, lie) => {
    const honest = aScaleInput(action);
    expect(judge(honest).outcome).toBe('allow');
    expect(judge({ ...honest, ...lie(honest) })).toMatchObject({
      outcome: 'deny',
      rule: 'write-matches-action',
    });
  });

  it('denies a hand-back that the API server would refuse anyway', () => {
    const permissions = [
      {
        verb: 'patch',
        resource: 'horizontalpodautoscalers.autoscaling',
        namespace: 'shop',
        allowed: false,
        purpose: '',
      },
    ];
    expect(judge(aScaleInput(HAND_BACK, { permissions }))).toMatchObject({
      outcome: 'deny',
      rule: 'permission',
    });
  });
});
