import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, NOW_MS } from '../../test/support/builders';
import { PROVIDERS } from '../chaos/providers/providers';
import type { Config } from '../config/schema';
import type { ReversibleChange, Write } from './change';
import { judgeFault } from './guard';
import type { FaultInput } from './guardInput';
import { CONFIG } from './testing/fakeWorld';
import { aPlan, FOUR_PODS } from './testing/faultPlans';

type Plan = ReturnType<typeof aPlan>;

function input(plan: Plan, changes: Partial<FaultInput> = {}): FaultInput {
  return {
    nowMs: NOW_MS,
    config: CONFIG,
    mode: 'approve',
    control: { kind: 'running' },
    settled: true,
    permissions: [],
    approvedBy: 'ada',
    change: plan.changes[0],
    ref: FOUR_PODS.ref,
    workload: FOUR_PODS,
    strangers: [],
    plan,
    hasBegun: false,
    trigger: 'person',
    running: [],
    incidentOpen: false,
    ...changes,
  };
}

const chaos = (changes: Partial<Config['chaos']>): Config => ({
  ...CONFIG,
  chaos: { ...CONFIG.chaos, ...changes },
});
const mesh = aPlan('network-delay');
const engine = aPlan('cpu-stress', { provider: 'litmus' });
const kill = aPlan('pod-kill', { provider: 'native' });
const scaleDown = aPlan('scale-down', { provider: 'native' });
const badImage = aPlan('bad-image', { provider: 'native' });
const cordon = aPlan('node-cordon', { provider: 'native' });

const judged = (plan: Plan, changes: Partial<FaultInput> = {}) => judgeFault(input(plan, changes));

describe('the guard on faults', () => {
  const nodes = { config: chaos({ allowNodes: true, maxAffectedShare: 1 }) };
  const kinds = PROVIDERS.flatMap((provider) => provider.kinds.map((kind) => [provider.name, kind] as const));
  it.each(kinds)('lets %s do %s as it writes it', (provider, kind) => {
    const plan = aPlan(kind, { provider });
    for (const change of plan.changes) {
      expect(judgeFault(input(plan, { change, ...nodes }))).toMatchObject({ outcome: 'allow', rule: 'mode' });
    }
  });

  const ordinary: [name: string, changes: Partial<FaultInput>, rule: string][] = [
    ['mode observe', { mode: 'observe' }, 'mode'],
    ['a pause', { control: { kind: 'paused', by: 'ada', atMs: 0 } }, 'control'],
    ['a stop', { control: { kind: 'stopped', by: 'ada', atMs: 0 } }, 'control'],
    ['an earlier run that is not settled', { settled: false }, 'settled'],
    ['chaos off', { config: chaos({ enabled: false }) }, 'chaos-enabled'],
    ['a namespace that is not listed', { config: { ...CONFIG, namespaces: ['elsewhere'] } }, 'namespace'],
    ['a protected namespace', { config: { ...CONFIG, protectedNamespaces: ['shop'] } }, 'namespace'],
    [
      'a workload that is only observed',
      { config: { ...CONFIG, workloads: { 'shop/checkout': { observeOnly: true } } } },
      'observe-only',
    ],
    ['a workload that is gone', { workload: undefined }, 'blast-radius'],
    [
      'what the access review refused',
      {
        permissions: [
          {
            verb: 'create',
            resource: 'networkchaos.chaos-mesh.org',
            namespace: 'shop',
            allowed: false,
            purpose: '',
          },
        ],
      },
      'permission',
    ],
  ];
  it.each(ordinary)('denies %s', (_, changes, rule) => {
    expect(judged(mesh, changes)).toMatchObject({ outcome: 'deny', rule });
  });
});

describe('the rule fault-shape', () => {
  const withObject = (plan: Plan, edit: (object: Record<string, unknown>) => unknown): ReversibleChange => {
    const [change] = plan.changes;
    if (change.write.verb !== 'create') throw new Error('not an object');
    const object = edit(structuredClone(change.write.object) as Record<string, unknown>);
    return { ...change, write: { ...change.write, object: object as never } };
  };
  const withSpec = (plan: Plan, spec: Record<string, unknown>) =>
    withObject(plan, (object) => ({ ...object, spec: { ...(object.spec as object), ...spec } }));
  const withWrite = (plan: Plan, changes: Partial<Write>): ReversibleChange => {
    const [change] = plan.changes;
    return { ...change, write: { ...change.write, ...changes } as Write };
  };
  const withOperation = (plan: Plan, path: string, value: string | number): ReversibleChange => {
    const [change] = plan.changes;
    if (change.write.verb !== 'json-patch') throw new Error('not a patch');
    return withWrite(plan, { operations: [...change.write.operations, { op: 'add', path, value }] });
  };
  const without = (plan: Plan, part: string): ReversibleChange => {
    const [change] = plan.changes;
    if (change.write.verb !== 'json-patch') throw new Error('not a patch');
    const operations = change.write.operations.filter(({ path }) => !path.includes(part));
    return withWrite(plan, { operations });
  };
  const elsewhere = (plan: Plan, part: object) =>
    withWrite(plan, { resource: { ...plan.changes[0].write.resource, ...part } });
  const noEnd = (plan: Plan): ReversibleChange => ({
    ...plan.changes[0],
    inverse: { kind: 'none', why: '' },
  });

  const cases: [name: string, plan: Plan, change: ReversibleChange, says: string][] = [
    ['another kind of object', mesh, elsewhere(mesh, { plural: 'awschaos' }), 'does not create a fault'],
    [
      'an object without our label',
      mesh,
      withObject(mesh, (object) => ({ ...object, metadata: { name: 'f' } })),
      'label',
    ],
    ['an object of another name', mesh, elsewhere(mesh, { name: 'other' }), 'not the one'],
    ['an object that selects nobody', mesh, withSpec(mesh, { selector: undefined }), 'more than'],
    [
      'a selector of a whole namespace',
      mesh,
      withSpec(mesh, { selector: { namespaces: ['shop'] } }),
      'more than',
    ],
    [
      'a selector without namespace',
      mesh,
      withSpec(mesh, { selector: { labelSelectors: { app: 'checkout' } } }),
      'more than',
    ],
    [
      'pods of another workload',
      mesh,
      withSpec(mesh, { selector: { pods: { shop: ['cart-1'] } } }),
      'more than',
    ],
    [
      'other labels',
      mesh,
      withSpec(mesh, { selector: { namespaces: ['shop'], labelSelectors: { app: 'cart' } } }),
      'more than',
    ],
    [
      'an engine without our label',
      engine,
      withObject(engine, (object) => ({ ...object, metadata: { name: 'f' } })),
      'label',
    ],
    [
      'an engine on other pods',
      engine,
      withSpec(engine, { appinfo: { appns: 'shop', applabel: 'app=cart', appkind: 'deployment' } }),
      'more than',
    ],
    ['an engine of Chaos Mesh', engine, { ...mesh.changes[0] }, 'does not create a fault of LitmusChaos'],
    ['an object that nothing ends', mesh, noEnd(mesh), 'how the fault is ended'],
    ['an engine that nothing ends', engine, noEnd(engine), 'how the fault is ended'],
    ['a pod of somebody else', kill, elsewhere(kill, { name: 'cart-1' }), 'does not end a pod'],
    ['a pod by its name alone', kill, withWrite(kill, { uid: undefined } as never), 'by its uid'],
    [
      'the deletion of the Deployment',
      kill,
      elsewhere(kill, { plural: 'deployments', apiVersion: 'apps/v1', name: 'checkout' }),
      'does not end a pod',
    ],
    ['an object in place of a patch', kill, mesh.changes[0], 'by patches'],
    ['another Deployment', scaleDown, elsewhere(scaleDown, { name: 'cart' }), 'not one of Deployment'],
    ['its scale alone', scaleDown, withWrite(scaleDown, { subresource: 'scale' }), 'not one of Deployment'],
    [
      'more than a fault changes',
      badImage,
      withOperation(badImage, '/spec/template/spec/hostNetwork', 1),
      'changes /spec/template/spec/hostNetwork',
    ],
    [
      'annotations of others',
      scaleDown,
      withOperation(scaleDown, '/metadata/annotations/owner', 'me'),
      'changes /metadata/annotations/owner',
    ],
    ['no annotation', scaleDown, without(scaleDown, 'native-fault'), 'no annotation'],
    ['no check of the object', scaleDown, without(scaleDown, '/metadata/uid'), 'allow'],
    ['no way back', scaleDown, noEnd(scaleDown), 'how the fault is ended'],
  ];
  it.each(cases.filter(([, , , says]) => says !== 'allow'))('denies %s', (_, plan, change, says) => {
    expect(judged(plan, { change })).toMatchObject({
      outcome: 'deny',
      rule: 'fault-shape',
      reason: expect.stringContaining(says),
    });
  });

  it('denies a patch that holds for any object of that name', () => {
    const bare = without(scaleDown, '/metadata/uid');
    if (bare.write.verb !== 'json-patch') throw new Error('not a patch');
    const operations = bare.write.operations.filter(({ path }) => path !== '/metadata/resourceVersion');
    const change = { ...bare, write: { ...bare.write, operations } };
    expect(judged(scaleDown, { change })).toMatchObject({
      rule: 'fault-shape',
      reason: expect.stringContaining('which object'),
    });
  });

  it('denies what is done to nodes, unless that is allowed and a pod of the target is there', () => {
    expect(judged(cordon, { config: chaos({ maxAffectedShare: 1 }) })).toMatchObject({
      rule: 'fault-shape',
      reason: expect.stringContaining('`chaos.allowNodes`'),
    });
    const config = chaos({ allowNodes: true, maxAffectedShare: 1 });
    expect(judged(cordon, { config }).outcome).toBe('allow');
    expect(judged(cordon, { config, change: elsewhere(cordon, { name: 'node-2' }) })).toMatchObject({
      rule: 'fault-shape',
    });
  });

  it('takes a workflow for what its templates hit', () => {
    const workflow = (labels: Record<string, string>) => {
      const selector = { namespaces: ['shop'], labelSelectors: labels };
      const templates = [
        { name: 'entry', templateType: 'Serial', children: ['a'] },
        { name: 'a', templateType: 'PodChaos', podChaos: { action: 'pod-kill', mode: 'one', selector } },
      ];
      const resource = { ...mesh.changes[0].write.resource, plural: 'workflows' };
      const changed = withObject(mesh, (object) => ({ ...object, spec: { entry: 'entry', templates } }));
      return {
        ...changed,
        write: { ...changed.write, resource },
        inverse: { kind: 'write', write: { verb: 'delete', resource }, safe: true },
      } as ReversibleChange;
    };
    expect(judged(mesh, { change: workflow({ app: 'checkout' }) }).outcome).toBe('allow');
    expect(judged(mesh, { change: workflow({}) })).toMatchObject({ rule: 'fault-shape' });
  });
});

describe('the rule namespace on faults', () => {
  it('also looks at whom the object selects, and at whose packets it tells apart', () => {
    const plan = aPlan('network-delay');
    const [change] = plan.changes;
    if (change.write.verb !== 'create') throw new Error('not an object');
    const object = structuredClone(change.write.object) as { spec: Record<string, unknown> };
    object.spec.target = { mode: 'all', selector: { namespaces: ['kube-system'] } };
    const changed = { ...change, write: { ...change.write, object: object as never } };
    expect(judged(plan, { change: changed })).toMatchObject({ outcome: 'deny', rule: 'namespace' });
  });
});

describe('the rule blast-radius', () => {
  const pods = (count: number, ready = count) =>
    aWorkload(Array.from({ length: count }, (_, index) => aPod(`p${index}`, { ready: index < ready })));
  const cases: [pods: number, ready: number, affected: number, share: number, outcome: string][] = [
    [4, 4, 1, 0, 'allow'],
    [4, 4, 2, 0.5, 'allow'],
    [4, 4, 3, 0.5, 'deny'],
    [4, 4, 4, 1, 'allow'],
    [2, 2, 1, 0.1, 'allow'],
    [2, 1, 1, 0.1, 'deny'],
    [1, 1, 1, 0.5, 'deny'],
    [1, 1, 1, 1, 'allow'],
    [0, 0, 1, 1, 'deny'],
    [4, 4, 0, 1, 'deny'],
  ];
  it.each(cases)(
    'of %i pods, %i ready, %i affected, share %f: %s',
    (all, ready, affectedPods, share, outcome) => {
      const workload = pods(all, ready);
      const plan = { ...mesh, affectedPods };
      const verdict = judged(plan, { workload, config: chaos({ maxAffectedShare: share }) });
      expect(verdict).toMatchObject({ outcome, rule: outcome === 'allow' ? 'mode' : 'blast-radius' });
    },
  );

  it('says whom it protects, in figures', () => {
    const verdict = judged({ ...mesh, affectedPods: 4 });
    expect(verdict.reason).toBe('it hits 4 of the 4 pods of shop/checkout, 2 allowed (50 %)');
    expect(judged(mesh, { workload: pods(0) }).reason).toContain('shop/checkout selects nothing');
  });
});

describe('the rule fault-limit', () => {
  const other = { name: 'g', workloadId: 'shop/Deployment/cart' };
  const rollingOut = { ...FOUR_PODS, rollingOut: true };
  const cases: [name: string, changes: Partial<FaultInput>, outcome: string][] = [
    ['a fault elsewhere', { running: [other] }, 'allow'],
    ['as many as are allowed', { running: [other, other, other] }, 'deny'],
    ['one on the same workload', { running: [{ ...other, workloadId: 'shop/Deployment/checkout' }] }, 'deny'],
    ['a person during a rollout', { workload: rollingOut }, 'allow'],
    ['the schedule during a rollout', { workload: rollingOut, trigger: 'schedule' }, 'deny'],
    ['a person during an incident', { incidentOpen: true }, 'allow'],
    ['the schedule during an incident', { incidentOpen: true, trigger: 'schedule' }, 'deny'],
    ['the schedule otherwise', { trigger: 'schedule', approvedBy: 'schedule' }, 'allow'],
  ];
  it.each(cases)('%s: %s', (_, changes, outcome) => {
    expect(judged(mesh, changes)).toMatchObject({
      outcome,
      rule: outcome === 'allow' ? 'mode' : 'fault-limit',
    });
  });

  it('does not take another workload of that name for the same', () => {
    const running = [{ name: 'g', workloadId: `elsewhere/Deployment/${FOUR_PODS.ref.name}` }];
    expect(judged(mesh, { running }).outcome).toBe('allow');
  });
});
