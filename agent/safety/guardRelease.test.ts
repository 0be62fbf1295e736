import { describe, expect, it } from 'vitest';
import { aWorkload, NOW_MS } from '../../test/support/builders';
import { aFlaggerRelease, anArgoRelease } from '../../test/support/releaseBuilders';
import type { Release } from '../cluster/releases';
import type { ReleaseOperation } from '../protocol';
import { planOperation } from '../tasks/canary/operations/planOperation';
import type { ReversibleChange, Write } from './change';
import { judgeRelease } from './guard';
import type { ReleaseInput } from './guardInput';
import { CONFIG } from './testing/fakeWorld';
import { carrying, Releasing } from './testing/releasing';

const RAISE: ReleaseOperation = { kind: 'weight', from: 10, to: 50 };
const PROMOTE: ReleaseOperation = { kind: 'promote' };

const { cluster } = await new Releasing('auto').begin(10);
const MANAGED: Release = cluster.release();

function planned(
  release: Release,
  operation: ReleaseOperation,
  orderedBy: string | null = null,
): readonly ReversibleChange[] {
  const snapshot = { ...cluster.snapshot(), workloads: new Map([['shop/Deployment/web', aWorkload([])]]) };
  const context = { nowMs: NOW_MS, by: 'auto', orderedBy, newId: () => 'id', config: CONFIG, snapshot };
  const plan = planOperation(release, operation, context);
  return plan.kind === 'plan' ? plan.plan.changes : [];
}

/** A wish of the controller in mode auto, to which no rule objects. */
function input(operation: ReleaseOperation, changes: Partial<ReleaseInput> = {}): ReleaseInput {
  const release = 'release' in changes ? changes.release : MANAGED;
  const [change] = release ? planned(release, operation, changes.orderedBy ?? null) : [];
  return {
    nowMs: NOW_MS,
    config: CONFIG,
    mode: 'auto',
    control: { kind: 'running' },
    settled: true,
    approvedBy: null,
    permissions: [],
    change: change ?? planned(MANAGED, RAISE)[0] ?? never(),
    ref: (release ?? MANAGED).ref,
    release,
    workload: undefined,
    operation,
    isStep: false,
    evidence: carrying(NOW_MS),
    orderedBy: null,
    expiresAtMs: NOW_MS + 1,
    watchAgeMs: 0,
    faultRunning: null,
    incidentOpen: false,
    underWay: false,
    lastRaiseAtMs: null,
    rejectedAtMs: null,
    ...changes,
  };
}

function never(): never {
  throw new Error('a raise is always planned');
}

function ruleOf(operation: ReleaseOperation, changes: Partial<ReleaseInput> = {}): string {
  const { outcome, rule } = judgeRelease(input(operation, changes));
  return outcome === 'allow' ? 'allowed' : `${outcome} by ${rule}`;
}

const hpa = { name: 'checkout', desiredReplicas: 5, currentReplicas: 3 };
const owner = { kind: 'argo-cd', name: 'shop', owns: 'object' } as const;
const ada = { approvedBy: 'ada', orderedBy: 'ada' };
const old = NOW_MS - CONFIG.guard.staleAfter - CONFIG.canary.interval - 1;

describe('the guard’s rules on releases', () => {
  const cases: [operation: ReleaseOperation, what: string, changes: Partial<ReleaseInput>, end: string][] = [
    [RAISE, 'on evidence that carries it', {}, 'allowed'],
    [PROMOTE, 'on evidence that carries it', {}, 'allowed'],
    [RAISE, 'while paused', { control: { kind: 'paused', by: 'ada', atMs: 0 } }, 'deny by control'],
    [RAISE, 'in observe', { mode: 'observe', ...ada }, 'deny by mode'],
    [RAISE, 'in approve', { mode: 'approve' }, 'needs-approval by mode'],
    [RAISE, 'that a person orders in approve', { mode: 'approve', ...ada }, 'allowed'],
    [{ kind: 'weight', from: 10, to: 5 }, 'in approve', { mode: 'approve' }, 'allowed'],
    [{ kind: 'pause' }, 'in approve', { mode: 'approve' }, 'allowed'],
    [RAISE, 'before an earlier run is settled', { settled: false }, 'deny by settled'],
    [RAISE, 'elsewhere', { config: { ...CONFIG, namespaces: [] } }, 'deny by namespace'],
    [
      RAISE,
      'of what is observe-only',
      { config: { ...CONFIG, workloads: { 'shop/checkout': { observeOnly: true } } } },
      'deny by observe-only',
    ],
    [
      RAISE,
      'without the permission',
      {
        permissions: [
          { verb: 'patch', resource: 'deployments.apps', namespace: 'shop', allowed: false, purpose: '' },
        ],
      },
      'deny by permission',
    ],
    [RAISE, 'that came too late', { expiresAtMs: NOW_MS }, 'deny by fresh-proposal'],
    [
      RAISE,
      'with silent watches',
      { watchAgeMs: 10 * CONFIG.guard.staleAfter, ...ada },
      'deny by fresh-data',
    ],
    [RAISE, 'on counts of long ago', { evidence: carrying(old) }, 'deny by fresh-data'],
    [PROMOTE, 'on counts of long ago', { evidence: carrying(old) }, 'deny by fresh-data'],
    [
      { kind: 'weight', from: 20, to: 50 },
      'from where it is not',
      { change: input(RAISE).change },
      'deny by up-to-date',
    ],
    [RAISE, 'of what is gone', { release: undefined }, 'deny by up-to-date'],
    [
      RAISE,
      'of what is broken',
      { release: { ...MANAGED, problems: ['no Service'] } },
      'deny by release-problems',
    ],
    [
      RAISE,
      'beyond what the evidence carries',
      { evidence: carrying(NOW_MS, { mostWeight: 49 }) },
      'deny by evidence',
    ],
    [RAISE, 'without evidence', { evidence: null }, 'deny by evidence'],
    [RAISE, 'against the evidence', { evidence: carrying(NOW_MS, { verdict: 'harm' }) }, 'deny by evidence'],
    [
      PROMOTE,
      'without a verdict',
      { evidence: carrying(NOW_MS, { verdict: 'undecided' }) },
      'deny by evidence',
    ],
    [PROMOTE, 'on too few requests', { evidence: carrying(NOW_MS, { requests: 99 }) }, 'deny by evidence'],
    [
      PROMOTE,
      'on fewer requests than the settings want, whatever the evidence says that it needs',
      {
        evidence: carrying(NOW_MS, { requests: 60, minRequests: 50 }),
        config: { ...CONFIG, canary: { ...CONFIG.canary, minRequests: 100 } },
      },
      'deny by evidence',
    ],
    [
      PROMOTE,
      'on requests that are no number',
      { evidence: carrying(NOW_MS, { requests: Number.NaN }) },
      'deny by evidence',
    ],
    [PROMOTE, 'on evidence of tomorrow', { evidence: carrying(NOW_MS + 86_400_000) }, 'deny by fresh-data'],
    [PROMOTE, 'on evidence of no time', { evidence: carrying(Number.NaN) }, 'deny by fresh-data'],
    [PROMOTE, 'with limited proof', { evidence: carrying(NOW_MS, { verdict: 'limited' }) }, 'allowed'],
    [PROMOTE, 'without evidence, ordered by a person', { evidence: null, ...ada }, 'allowed'],
    [
      PROMOTE,
      'without evidence, approved and not ordered',
      { evidence: null, approvedBy: 'ada' },
      'deny by evidence',
    ],
    [RAISE, 'during a fault', { faultRunning: 'delay' }, 'deny by release-arbiter'],
    [RAISE, 'during an incident', { incidentOpen: true }, 'deny by release-arbiter'],
    [RAISE, 'while an HPA moves', { release: { ...MANAGED, autoscalers: [hpa] } }, 'deny by release-arbiter'],
    [{ kind: 'weight', from: 10, to: 5 }, 'during an incident', { incidentOpen: true }, 'allowed'],
    [
      RAISE,
      'of what Argo CD owns',
      { release: { ...MANAGED, gitOps: [owner] } },
      'needs-approval by git-ops',
    ],
    [
      RAISE,
      'of what Argo CD owns, approved',
      { release: { ...MANAGED, gitOps: [owner] }, ...ada },
      'deny by git-ops',
    ],
    [RAISE, 'right after another', { lastRaiseAtMs: NOW_MS - 1000 }, 'deny by release-pace'],
    [RAISE, 'while another change is under way', { underWay: true }, 'deny by release-pace'],
    [RAISE, 'that was refused a moment ago', { rejectedAtMs: NOW_MS - 1000 }, 'deny by rejection'],
    [{ kind: 'rollback' }, 'in observe', { mode: 'observe' }, 'allowed'],
    [
      { kind: 'abort' },
      'on silent watches while stopped',
      { watchAgeMs: null, control: { kind: 'stopped', by: 'ada', atMs: 0 } },
      'allowed',
    ],
  ];
  it.each(cases)('%j %s', (operation, _what, changes, end) => {
    expect(ruleOf(operation, changes)).toBe(end);
  });

  it('asks before it overwrites a weight that somebody else has set', () => {
    if (MANAGED.operator !== 'coxswain') throw new Error('not ours');
    const release = { ...MANAGED, weight: 60 };
    const lower: ReleaseOperation = { kind: 'weight', from: 60, to: 50 };
    const change = input(RAISE).change;
    expect(ruleOf(lower, { release, change })).toBe('needs-approval by release-interference');
    expect(ruleOf(lower, { release, change, approvedBy: 'ada' })).toBe('allowed');
    expect(ruleOf({ kind: 'rollback' }, { release })).toBe('allowed');
  });
});

describe('the write of a release', () => {
  const [noted, split] = planned(MANAGED, { kind: 'weight', from: 10, to: 30 });
  const [goal, restored] = planned(MANAGED, { kind: 'rollback' });
  const [, images] = planned(MANAGED, PROMOTE);
  if (!noted || !split || !goal || !restored || !images) throw new Error('nothing is planned');

  function tampered({ write, ...change }: ReversibleChange, from: string, to: string): ReversibleChange {
    const text = JSON.stringify(write).replaceAll(from, to);
    expect(text).not.toBe(JSON.stringify(write));
    return { ...change, write: JSON.parse(text) as Write };
  }

  const to30: ReleaseOperation = { kind: 'weight', from: 10, to: 30 };
  const wrong: [what: string, operation: ReleaseOperation, change: ReversibleChange][] = [
    ['gives the canary more than is said', to30, tampered(split, '"weight":30', '"weight":31')],
    ['notes more than is said', to30, tampered(noted, '\\"weight\\":30', '\\"weight\\":80')],
    ['notes another goal', to30, tampered(noted, '\\"goal\\":\\"progress\\"', '\\"goal\\":\\"promote\\"')],
    ['changes another route', to30, tampered(split, '"name":"checkout"}', '"name":"other"}')],
    ['changes another rule of the route', to30, tampered(split, '/assets', '/other')],
    ['is in another namespace', to30, tampered(split, '"namespace":"shop"', '"namespace":"kube-system"')],
    ['leaves traffic on the canary when it goes back', { kind: 'rollback' }, split],
    ['raises on the occasion of a promotion', PROMOTE, split],
    ['sets an image that is not released', PROMOTE, tampered(images, 'shop/checkout:1.5', 'evil:1')],
    ['promotes on the occasion of a raise', to30, images],
    ['does not check which Deployment it is', PROMOTE, tampered(images, '/metadata/uid', '/metadata/name')],
    [
      'deletes the stable version',
      { kind: 'rollback' },
      {
        ...goal,
        write: {
          verb: 'delete',
          resource: { apiVersion: 'apps/v1', plural: 'deployments', namespace: 'shop', name: 'checkout' },
        },
      },
    ],
    [
      'deletes the canary while it serves',
      to30,
      {
        ...goal,
        write: {
          verb: 'delete',
          resource: {
            apiVersion: 'apps/v1',
            plural: 'deployments',
            namespace: 'shop',
            name: 'checkout-canary',
          },
        },
      },
    ],
  ];
  it.each(wrong)('is refused that %s', (_what, operation, change) => {
    expect(ruleOf(operation, { change })).toBe('deny by release-write');
  });

  it('is allowed where it is what the operation means', () => {
    for (const change of [noted, split]) expect(ruleOf(to30, { change })).toBe('allowed');
    for (const change of [goal, restored]) expect(ruleOf({ kind: 'rollback' }, { change })).toBe('allowed');
    expect(ruleOf(PROMOTE, { change: images })).toBe('allowed');
  });
});

const KINDS = [
  ...([
    'pause',
    'resume',
    'promote',
    'promote-full',
    'abort',
    'retry',
    'undo',
    'restart',
    'rollback',
  ] as const),
  ...(['skip-analysis', 'reset'] as const),
].map((kind): ReleaseOperation => ({ kind }));
const OPERATIONS: readonly ReleaseOperation[] = [
  { kind: 'start', images: [{ container: '*', image: 'web:9' }] },
  ...KINDS,
];

const STATES: [what: string, release: Release][] = [
  ['a Rollout', anArgoRelease()],
  ['a paused Rollout', anArgoRelease({ spec: { ...Object(anArgoRelease().spec), paused: true } })],
  ['an aborted Rollout', anArgoRelease({ status: { ...Object(anArgoRelease().status), abort: true } })],
  ['a Canary', aFlaggerRelease()],
  ['a suspended Canary', aFlaggerRelease({ spec: { ...Object(aFlaggerRelease().spec), suspend: true } })],
  ['a failed Canary', aFlaggerRelease({ status: { ...Object(aFlaggerRelease().status), phase: 'Failed' } })],
];

describe('operations of controllers that people already have', () => {
  it.each(STATES)('are allowed on %s where a person orders them, write by write', (_what, release) => {
    let allowed = 0;
    for (const operation of OPERATIONS) {
      for (const change of planned(release, operation)) {
        expect(ruleOf(operation, { release, change, ...ada }), JSON.stringify(change.write)).toBe('allowed');
        allowed += 1;
      }
    }
    expect(allowed).toBeGreaterThan(3);
  });

  it.each(STATES)('write on %s in no place of another operation', (_what, release) => {
    const writes = OPERATIONS.flatMap((operation) => planned(release, operation));
    for (const change of writes)
      expect(ruleOf({ kind: 'weight', from: 0, to: 10 }, { release, change, ...ada })).not.toBe('allowed');
  });

  it('need the evidence for what the next step of a Rollout leads to', () => {
    const release = anArgoRelease();
    const [change] = planned(release, PROMOTE);
    if (!change) throw new Error('nothing is planned');
    expect(ruleOf(PROMOTE, { release, change, evidence: null })).toBe('deny by evidence');
    expect(ruleOf(PROMOTE, { release, change, evidence: carrying(NOW_MS, { mostWeight: 0 }) })).toBe(
      'deny by evidence',
    );
    expect(ruleOf(PROMOTE, { release, change })).toBe('allowed');
  });

  it('abort a Rollout in observe for nobody, and in an emergency at once', () => {
    const release = anArgoRelease();
    const [change] = planned(release, { kind: 'abort' });
    if (!change) throw new Error('nothing is planned');
    const judged = input({ kind: 'abort' }, { release, change, mode: 'observe', ...ada });
    expect(judgeRelease(judged)).toMatchObject({ outcome: 'deny', rule: 'mode' });
    expect(judgeRelease(judged, true)).toMatchObject({ outcome: 'allow' });
  });
});
