import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, NOW_MS } from '../../test/support/builders';
import { planHeal, planScale } from '../tasks/heal/plan';
import { judge } from './guard';
import type { ActingAction, GuardInput } from './guardInput';
import { CHECKOUT, CONFIG } from './testing/fakeWorld';

const workload = aWorkload([aPod('a'), aPod('b'), aPod('c', { ready: false })]);
const UP: ActingAction = { kind: 'scale', from: 3, to: 4 };
const DOWN: ActingAction = { kind: 'scale', from: 3, to: 2 };
const restart = (name: string): ActingAction => ({ kind: 'restart-pod', pod: name, podUid: `uid-${name}` });
const drain = (name: string): ActingAction => ({ kind: 'drain-pod', pod: name, podUid: `uid-${name}` });

/** A confident action on a workload in mode auto, of which no rule objects to anything. */
function anInput(action: ActingAction, changes: Partial<GuardInput> = {}): GuardInput {
  const of = changes.workload ?? workload;
  const plan = action.kind === 'scale' ? planScale(of, action.from, action.to) : planHeal(action, of);
  if (plan.kind === 'impossible') throw new Error(plan.why);
  return {
    nowMs: NOW_MS,
    config: CONFIG,
    mode: 'auto',
    control: { kind: 'running' },
    settled: true,
    permissions: [],
    approvedBy: null,
    change: plan.change,
    ref: CHECKOUT,
    workload: of,
    task: 'heal',
    action,
    agentId: 'agent-1',
    handover: null,
    canaryOf: null,
    incidentOpen: false,
    faultRunning: null,
    confidence: 0.9,
    outOfDistribution: null,
    expiresAtMs: NOW_MS + 1,
    data: { kind: 'fresh', atMs: NOW_MS },
    watchAgeMs: 0,
    history: { lastActionAtMs: null, lastScaleUpAtMs: null, lastScaleAtMs: null, underWay: false },
    lastMinute: { scaleUps: 0, scaleDowns: 0, disruptions: 0 },
    podsLastMinute: { added: 0, removed: 0 },
    breaker: { kind: 'closed', failuresInARow: 0 },
    rejectedAtMs: null,
    ...changes,
  };
}

const idle = anInput(UP).history;
const guard = (changes: Partial<typeof CONFIG.guard>) => ({
  ...CONFIG,
  guard: { ...CONFIG.guard, ...changes },
});
const one = aWorkload([aPod('a')]);
const patch = (value: number, path = '/spec/replicas') => ({
  ...anInput(UP).change,
  write: {
    verb: 'json-patch' as const,
    resource: { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop', name: 'checkout' },
    operations: [
      { op: 'test' as const, path: '/spec/replicas', value: 3 },
      { op: 'replace' as const, path, value },
    ],
  },
});

type Case = [name: string, action: ActingAction, changes: Partial<GuardInput>, outcome: string, rule: string];

const cases: Case[] = [
  ['an action within every rule', UP, {}, 'allow', 'mode'],
  ['a pause', UP, { control: { kind: 'paused', by: 'ada', atMs: 0 } }, 'deny', 'control'],
  ['an emergency stop', UP, { control: { kind: 'stopped', by: 'ada', atMs: 0 } }, 'deny', 'control'],
  ['mode observe', UP, { mode: 'observe' }, 'deny', 'mode'],
  ['mode observe, though approved', UP, { mode: 'observe', approvedBy: 'ada' }, 'deny', 'mode'],
  ['mode approve', UP, { mode: 'approve' }, 'needs-approval', 'mode'],
  ['mode approve, approved', UP, { mode: 'approve', approvedBy: 'ada' }, 'allow', 'mode'],
  ['an unsettled past', UP, { settled: false }, 'deny', 'settled'],
  ['a namespace that is not listed', UP, { config: { ...CONFIG, namespaces: [] } }, 'deny', 'namespace'],
  [
    'a listed namespace that is protected',
    UP,
    { config: { ...CONFIG, protectedNamespaces: ['shop'] } },
    'deny',
    'namespace',
  ],
  [
    'an observe-only workload',
    UP,
    { config: { ...CONFIG, workloads: { 'shop/checkout': { observeOnly: true } } } },
    'deny',
    'observe-only',
  ],
  [
    'a refused permission',
    UP,
    {
      permissions: [
        { verb: 'patch', resource: 'deployments.apps/scale', namespace: 'shop', allowed: false, purpose: '' },
      ],
    },
    'deny',
    'permission',
  ],
  [
    'a refused permission for another verb',
    UP,
    {
      permissions: [
        { verb: 'create', resource: 'pods/eviction', namespace: 'shop', allowed: false, purpose: '' },
      ],
    },
    'allow',
    'mode',
  ],
  [
    'a refused permission to evict',
    restart('a'),
    {
      permissions: [
        { verb: 'create', resource: 'pods/eviction', namespace: null, allowed: false, purpose: '' },
      ],
    },
    'deny',
    'permission',
  ],
  ['an expired proposal', UP, { expiresAtMs: NOW_MS }, 'deny', 'fresh-proposal'],
  ['no connection', UP, { watchAgeMs: null }, 'deny', 'fresh-data'],
  ['a silent watch', UP, { watchAgeMs: 60_001 }, 'deny', 'fresh-data'],
  ['no data', UP, { data: { kind: 'none', reason: 'no Prometheus' } }, 'deny', 'fresh-data'],
  ['stale data', UP, { data: { kind: 'stale', atMs: NOW_MS, reason: 'old' } }, 'deny', 'fresh-data'],
  [
    'data called fresh that is old',
    UP,
    { data: { kind: 'fresh', atMs: NOW_MS - 60_001 } },
    'deny',
    'fresh-data',
  ],
  [
    'data as old as allowed',
    UP,
    { data: { kind: 'fresh', atMs: NOW_MS - 60_000 }, watchAgeMs: 60_000 },
    'allow',
    'mode',
  ],
  [
    'a workload scaled by others',
    UP,
    { workload: { ...workload, desiredReplicas: 5 } },
    'deny',
    'up-to-date',
  ],
  ['a write to another number', UP, { change: patch(9) }, 'deny', 'write-matches-action'],
  ['a write of something else', UP, { change: patch(4, '/spec/paused') }, 'deny', 'write-matches-action'],
  [
    'an inverse to another number',
    UP,
    { change: { ...anInput(UP).change, inverse: { kind: 'write', write: patch(0).write, safe: true } } },
    'deny',
    'write-matches-action',
  ],
  [
    'no inverse',
    UP,
    { change: { ...anInput(UP).change, inverse: { kind: 'none', why: 'forgotten' } } },
    'deny',
    'write-matches-action',
  ],
  [
    'the write of another action',
    UP,
    { change: anInput(restart('a')).change },
    'deny',
    'write-matches-action',
  ],
  [
    'the eviction of another pod',
    restart('a'),
    { change: anInput(restart('b')).change },
    'deny',
    'write-matches-action',
  ],
  ['a scale to zero', { kind: 'scale', from: 3, to: 0 }, {}, 'deny', 'replica-bounds'],
  [
    'a scale from zero',
    { kind: 'scale', from: 0, to: 1 },
    { workload: { ...workload, desiredReplicas: 0 } },
    'deny',
    'replica-bounds',
  ],
  ['too many replicas', UP, { config: guard({ maxReplicas: 3 }) }, 'deny', 'replica-bounds'],
  ['too few replicas', DOWN, { config: guard({ minReplicas: 3 }) }, 'deny', 'replica-bounds'],
  [
    'an HPA',
    UP,
    { workload: { ...workload, owners: [{ kind: 'hpa', name: 'checkout', owns: 'replicas' }] } },
    'deny',
    'replicas-owner',
  ],
  [
    'an HPA, restarting',
    restart('a'),
    { workload: { ...workload, owners: [{ kind: 'hpa', name: 'checkout', owns: 'replicas' }] } },
    'allow',
    'mode',
  ],
  [
    'Argo CD',
    UP,
    { workload: { ...workload, owners: [{ kind: 'argo-cd', name: 'shop', owns: 'object' }] } },
    'needs-approval',
    'replicas-owner',
  ],
  [
    'Argo CD, approved',
    UP,
    {
      approvedBy: 'ada',
      workload: { ...workload, owners: [{ kind: 'argo-cd', name: 'shop', owns: 'object' }] },
    },
    'allow',
    'mode',
  ],
  ['a restart in the canary of a release', restart('a'), { canaryOf: 'shop' }, 'deny', 'arbiter'],
  ['a rollout', restart('a'), { workload: { ...workload, rollingOut: true } }, 'deny', 'rollout'],
  ['a restart of one of two ready pods', restart('a'), {}, 'allow', 'mode'],
  ['a restart of the only pod while it is ready', restart('a'), { workload: one }, 'deny', 'last-ready-pod'],
  [
    'a restart of the only pod while it is not ready',
    restart('a'),
    { workload: aWorkload([aPod('a', { ready: false })]) },
    'allow',
    'mode',
  ],
  [
    'a drain of the last serving pod',
    drain('a'),
    { workload: aWorkload([aPod('a'), aPod('b', { drained: true }), aPod('c', { ready: false })]) },
    'deny',
    'last-ready-pod',
  ],
  [
    'a drain beside a pod that terminates',
    drain('a'),
    { workload: aWorkload([aPod('a'), aPod('b', { deletingSinceMs: 1 })]) },
    'deny',
    'last-ready-pod',
  ],
  [
    'a used-up disruption budget',
    restart('a'),
    { workload: { ...workload, disruptionBudgets: [{ name: 'pdb', disruptionsAllowed: 0 }] } },
    'deny',
    'disruption-budget',
  ],
  [
    'a used-up budget and a pod that is not ready',
    restart('c'),
    { workload: { ...workload, disruptionBudgets: [{ name: 'pdb', disruptionsAllowed: 0 }] } },
    'allow',
    'mode',
  ],
  [
    'a recent action',
    restart('a'),
    { history: { ...idle, lastActionAtMs: NOW_MS - 59_999 } },
    'deny',
    'action-interval',
  ],
  [
    'an action a minute ago',
    restart('a'),
    { history: { ...idle, lastActionAtMs: NOW_MS - 60_000 } },
    'allow',
    'mode',
  ],
  ['an action under way', restart('a'), { history: { ...idle, underWay: true } }, 'deny', 'action-interval'],
  ['a recent scale-up', UP, { history: { ...idle, lastScaleUpAtMs: NOW_MS - 29_999 } }, 'deny', 'cooldown'],
  [
    'a recent scale-down before a scale-up',
    UP,
    { history: { ...idle, lastScaleAtMs: NOW_MS - 29_999 } },
    'allow',
    'mode',
  ],
  [
    'a recent scaling before a scale-down',
    DOWN,
    { history: { ...idle, lastScaleAtMs: NOW_MS - 179_999 } },
    'deny',
    'cooldown',
  ],
  ['too many scale-ups', UP, { lastMinute: { scaleUps: 5, scaleDowns: 0, disruptions: 0 } }, 'deny', 'rate'],
  [
    'too many scale-downs',
    DOWN,
    { lastMinute: { scaleUps: 0, scaleDowns: 3, disruptions: 0 } },
    'deny',
    'rate',
  ],
  [
    'too many disruptions',
    restart('a'),
    { lastMinute: { scaleUps: 0, scaleDowns: 0, disruptions: 5 } },
    'deny',
    'rate',
  ],
  ['a recent rejection', UP, { rejectedAtMs: NOW_MS - 1 }, 'deny', 'rejection'],
  ['an open breaker', UP, { breaker: { kind: 'open', untilMs: NOW_MS + 1 } }, 'deny', 'breaker'],
  ['a trial under way', UP, { breaker: { kind: 'half-open', untilMs: NOW_MS + 1 } }, 'deny', 'breaker'],
  [
    'a breaker that was open long enough',
    UP,
    { breaker: { kind: 'open', untilMs: NOW_MS } },
    'allow',
    'mode',
  ],
  [
    'an open breaker and a revert',
    UP,
    { breaker: { kind: 'open', untilMs: NOW_MS + 1 }, change: { ...anInput(UP).change, reverts: 'x' } },
    'allow',
    'mode',
  ],
  ['little confidence', UP, { confidence: 0.69 }, 'needs-approval', 'min-confidence'],
  ['a state unlike the training', UP, { outOfDistribution: 1.2 }, 'needs-approval', 'out-of-distribution'],
  ['a state unlike the training, approved', UP, { outOfDistribution: 9, approvedBy: 'ada' }, 'allow', 'mode'],
  ['little confidence, approved', UP, { confidence: 0.1, approvedBy: 'ada' }, 'allow', 'mode'],
  [
    'little confidence and a denial',
    UP,
    { confidence: 0.1, breaker: { kind: 'open', untilMs: NOW_MS + 1 } },
    'deny',
    'breaker',
  ],
];

describe('the guard', () => {
  it.each(cases)('on %s', (_, action, changes, outcome, rule) => {
    const verdict = judge(anInput(action, changes));
    expect(verdict).toMatchObject({ outcome, rule });
    expect(verdict.reason).not.toBe('');
  });

  it('denies an action on a workload or a pod that is gone', () => {
    expect(judge({ ...anInput(UP), workload: undefined })).toMatchObject({
      outcome: 'deny',
      rule: 'up-to-date',
    });
    const without = { ...workload, pods: workload.pods.slice(1) };
    expect(judge({ ...anInput(restart('a')), workload: without })).toMatchObject({ rule: 'up-to-date' });
  });

  it('names figures in its reasons', () => {
    const history = { ...idle, lastActionAtMs: NOW_MS - 12_000 };
    expect(judge(anInput(restart('a'), { history })).reason).toBe('last action 12 s ago, within 60 s');
    expect(judge(anInput(UP, { confidence: 0.55 })).reason).toBe('confidence 0.55 is below 0.70');
  });
});
