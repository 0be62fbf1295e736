import { describe, expect, it } from 'vitest';
import { reduceHpa, reduceScaledObject } from './model/autoscaler';
import { reduceDeployment } from './model/deployment';
import { reduceChaos } from './model/fault';
import { reducePod } from './model/pod';
import { reduceBudget, reduceEvent, reduceNode, reduceReplicaSet, reduceService } from './model/relations';
import type { Workload } from './snapshot';
import { type ClusterChange, SnapshotStore } from './snapshotStore';

const CHECKOUT = 'shop/Deployment/checkout';

function meta(name: string, more: Record<string, unknown> = {}) {
  return { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '1', ...more };
}

function deployment(name = 'checkout', more: Record<string, unknown> = {}) {
  return reduceDeployment({
    metadata: meta(name, more),
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name, tier: 'web' } }, spec: { containers: [{}] } },
    },
    status: { replicas: 2, updatedReplicas: 2, readyReplicas: 2 },
  });
}

function replicaSet(name: string, owner: string | null) {
  const ownerReferences = owner
    ? [{ kind: 'Deployment', name: owner, uid: `uid-${owner}`, controller: true }]
    : [];
  return reduceReplicaSet({ metadata: meta(name, { ownerReferences }) });
}

interface PodChanges {
  metadata?: Record<string, unknown>;
  ready?: boolean;
  restarts?: number;
  node?: string;
}

function pod(name: string, { metadata = {}, ready = true, restarts = 0, node = 'n1' }: PodChanges = {}) {
  const replicaSetName = name.replace(/-[^-]+$/, '');
  return reducePod({
    metadata: meta(name, {
      labels: { app: 'checkout', 'pod-template-hash': replicaSetName.split('-').at(-1) },
      ownerReferences: [
        { kind: 'ReplicaSet', name: replicaSetName, uid: `uid-${replicaSetName}`, controller: true },
      ],
      ...metadata,
    }),
    spec: { nodeName: node },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [{ ready, restartCount: restarts, state: { running: {} } }],
    },
  });
}

/** A store whose deferred calls are made by `changes()`. */
function setUp() {
  const emitted: ClusterChange[] = [];
  const deferred: (() => void)[] = [];
  const store = new SnapshotStore({
    onChange: (change) => emitted.push(change),
    defer: (callback) => deferred.push(callback),
  });
  store.deployments.replace(null, [deployment()]);
  store.replicaSets.replace(null, [replicaSet('checkout-h1', 'checkout')]);
  store.pods.replace(null, [pod('checkout-h1-a'), pod('checkout-h1-b')]);
  const changes = () => {
    for (const callback of deferred.splice(0)) callback();
    return emitted.splice(0);
  };
  const workload = (id = CHECKOUT): Workload => {
    const found = store.snapshot(0, 1).workloads.get(id);
    if (!found) throw new Error(`no workload ${id}`);
    return found;
  };
  const podNames = (id = CHECKOUT) => workload(id).pods.map(({ name }) => name);
  changes();
  return { store, changes, workload, podNames, deferred };
}

describe('the autoscalers of a workload', () => {
  const aimed = (name: string, spec: object, more: Record<string, unknown> = {}) => ({
    metadata: meta(name, more),
    spec: { scaleTargetRef: { name: 'checkout' }, ...spec },
    status: { currentReplicas: 2, desiredReplicas: 4 },
  });
  const ownedBy = (name: string) => ({ ownerReferences: [{ kind: 'ScaledObject', name, uid: 'u' }] });
  const seen = ({ autoscalers }: Workload) =>
    autoscalers.map(({ kind, name, desiredReplicas }) => [kind, name, desiredReplicas]);

  it('leave out the HPA that KEDA makes, whose wish is the ScaledObject’s', () => {
    const { store, workload } = setUp();
    store.hpas.replace(null, [reduceHpa(aimed('any-name', { maxReplicas: 5 }, ownedBy('queue')))]);
    expect(seen(workload())).toEqual([]);
    expect(workload().owners).toEqual([{ kind: 'hpa', name: 'any-name', owns: 'replicas' }]);
    store.scaledObjects.replace(null, [reduceScaledObject(aimed('queue', {}))]);
    expect(seen(workload())).toEqual([['keda', 'queue', 4]]);
  });

  it('leave out an HPA by KEDA’s way of naming, where there is such a ScaledObject', () => {
    const { store, workload } = setUp();
    store.hpas.replace(null, [reduceHpa(aimed('keda-hpa-queue', { maxReplicas: 5 }))]);
    expect(seen(workload())).toEqual([['hpa', 'keda-hpa-queue', 4]]);
    store.scaledObjects.replace(null, [reduceScaledObject(aimed('queue', {}))]);
    expect(seen(workload())).toEqual([['keda', 'queue', 4]]);
  });

  it('are two where somebody has made two, and none once they are gone', () => {
    const { store, workload } = setUp();
    store.hpas.replace(null, [reduceHpa(aimed('a', { maxReplicas: 5 }))]);
    store.hpas.apply({ type: 'ADDED', item: reduceHpa(aimed('b', { maxReplicas: 5 })) });
    expect(seen(workload())).toHaveLength(2);
    store.hpas.replace(null, []);
    expect(seen(workload())).toEqual([]);
  });
});

describe('which pods are a workload’s', () => {
  it('follows from the owner references', () => {
    expect(setUp().podNames()).toEqual(['checkout-h1-a', 'checkout-h1-b']);
  });

  it('does not depend on the order of the lists', () => {
    const { store, podNames } = setUp();
    store.pods.apply({ type: 'ADDED', item: pod('cart-h2-a') });
    store.deployments.apply({ type: 'ADDED', item: deployment('cart') });
    expect(podNames('shop/Deployment/cart')).toEqual(['cart-h2-a']);
    store.replicaSets.apply({ type: 'ADDED', item: replicaSet('cart-h2', 'cart') });
    expect(podNames('shop/Deployment/cart')).toEqual(['cart-h2-a']);
  });

  it('is what the ReplicaSet says, whatever its name suggests', () => {
    const { store, podNames } = setUp();
    store.pods.apply({ type: 'ADDED', item: pod('checkout-h9-a') });
    expect(podNames()).toContain('checkout-h9-a');
    store.replicaSets.apply({ type: 'ADDED', item: replicaSet('checkout-h9', null) });
    expect(podNames()).not.toContain('checkout-h9-a');
  });

  it('keeps a drained pod that its ReplicaSet has released', () => {
    const { store, workload } = setUp();
    const drained = pod('checkout-h1-a', {
      metadata: { ownerReferences: [], labels: { 'coxswain.dev/drained-from': 'checkout' } },
    });
    store.pods.apply({ type: 'MODIFIED', item: drained });
    expect(workload().pods.map(({ name, drained }) => [name, drained])).toEqual([
      ['checkout-h1-a', true],
      ['checkout-h1-b', false],
    ]);
  });

  it('lets go of a pod that was released and is none of ours', () => {
    const { store, podNames } = setUp();
    store.pods.apply({ type: 'MODIFIED', item: pod('checkout-h1-a', { metadata: { ownerReferences: [] } }) });
    expect(podNames()).toEqual(['checkout-h1-b']);
    expect([...store.pods.all()]).toHaveLength(1);
  });

  it('forgets what a new list no longer has, in its namespace only', () => {
    const { store, podNames } = setUp();
    store.pods.replace('other', []);
    expect(podNames()).toHaveLength(2);
    store.pods.replace('shop', [pod('checkout-h1-b')]);
    expect(podNames()).toEqual(['checkout-h1-b']);
  });
});

describe('what healing hears of', () => {
  const cases: [string, PodChanges, boolean][] = [
    ['a readiness flip', { ready: false }, true],
    ['a restart', { restarts: 1 }, true],
    ['a termination', { metadata: { deletionTimestamp: '2026-01-01T00:00:30Z' } }, true],
    ['a label', { metadata: { annotations: { note: 'x' }, resourceVersion: '2' } }, false],
  ];
  for (const [what, change, significant] of cases) {
    it(`${what} is ${significant ? 'significant' : 'not significant'}`, () => {
      const { store, changes } = setUp();
      store.pods.apply({ type: 'MODIFIED', item: pod('checkout-h1-a', change) });
      expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant }]);
    });
  }

  it('the removal of a pod is significant', () => {
    const { store, changes } = setUp();
    store.pods.apply({ type: 'DELETED', item: pod('checkout-h1-a') });
    expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: true }]);
  });

  it('many changes at once are one call', () => {
    const { store, changes, deferred } = setUp();
    for (const restarts of [1, 2, 3]) {
      store.pods.apply({ type: 'MODIFIED', item: pod('checkout-h1-a', { restarts }) });
    }
    expect(deferred).toHaveLength(1);
    expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: true }]);
  });

  it('what is significant is told apart from the rest', () => {
    const { store, changes } = setUp();
    store.deployments.apply({ type: 'ADDED', item: deployment('cart') });
    changes();
    store.deployments.apply({ type: 'MODIFIED', item: deployment('cart', { resourceVersion: '2' }) });
    store.pods.apply({ type: 'MODIFIED', item: pod('checkout-h1-a', { ready: false }) });
    expect(changes()).toEqual([
      { workloadIds: [CHECKOUT], significant: true },
      { workloadIds: ['shop/Deployment/cart'], significant: false },
    ]);
  });

  it('an object that is as before is no change', () => {
    const { store, changes } = setUp();
    store.pods.replace(null, [pod('checkout-h1-a'), pod('checkout-h1-b')]);
    expect(changes()).toEqual([]);
  });

  it('the condition of a node concerns the workloads that have pods there', () => {
    const { store, changes } = setUp();
    const node = (status: string) =>
      reduceNode({ metadata: { name: 'n1', uid: 'n' }, status: { conditions: [{ type: 'Ready', status }] } });
    store.nodes.replace(null, [node('True')]);
    changes();
    store.nodes.apply({ type: 'MODIFIED', item: node('True') });
    expect(changes()).toEqual([]);
    store.nodes.apply({ type: 'MODIFIED', item: node('Unknown') });
    expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: true }]);
    expect(store.snapshot(0, 1).nodes.get('n1')).toMatchObject({
      name: 'n1',
      ready: false,
      schedulable: true,
    });
  });

  const warnings: [string, string, string, string][] = [
    ['a probe that fails', 'Unhealthy', 'Pod', 'checkout-h1-a'],
    ['a container that backs off', 'BackOff', 'Pod', 'checkout-h1-a'],
    ['an image that cannot be pulled', 'Failed', 'Pod', 'checkout-h1-a'],
    ['a pod that fits on no node', 'FailedScheduling', 'Pod', 'checkout-h1-zzzzz'],
    ['an eviction', 'Evicted', 'Pod', 'checkout-h1-b'],
    ['a node that is not ready', 'NodeNotReady', 'Pod', 'checkout-h1-b'],
    ['a ReplicaSet that may make no pods', 'FailedCreate', 'ReplicaSet', 'checkout-h1'],
  ];
  for (const [what, reason, kind, name] of warnings) {
    it(`the warning of ${what} is significant when it comes, not in a list of old ones`, () => {
      const { store, changes } = setUp();
      const event = (type: string, second: number) =>
        reduceEvent({
          metadata: meta(`${reason}-${type}`),
          type,
          reason,
          lastTimestamp: new Date(second * 1000).toISOString(),
          involvedObject: { kind, name },
        });
      store.events.replace(null, [event('Warning', 1)]);
      expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: false }]);
      store.events.apply({ type: 'ADDED', item: event('Normal', 2) });
      expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: false }]);
      store.events.apply({ type: 'MODIFIED', item: event('Warning', 3) });
      expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: true }]);
    });
  }

  it('a rollout that gets stuck is significant', () => {
    const { store, changes } = setUp();
    const progressing = (reason: string) => ({
      ...deployment(),
      ...{ rollingOut: true, rolloutStalled: reason === 'ProgressDeadlineExceeded' },
    });
    store.deployments.apply({ type: 'MODIFIED', item: progressing('ReplicaSetUpdated') });
    expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: true }]);
    store.deployments.apply({ type: 'MODIFIED', item: progressing('ProgressDeadlineExceeded') });
    expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: true }]);
  });

  it('a fault concerns the workloads that it aims at', () => {
    const { store, changes } = setUp();
    const fault = reduceChaos('networkchaos')({
      metadata: meta('slow'),
      spec: { action: 'delay', selector: { namespaces: ['shop'], labelSelectors: { app: 'checkout' } } },
    });
    store.faults.networkchaos.apply({ type: 'ADDED', item: fault });
    expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: true }]);
    expect(store.snapshot(0, 1).faults).toEqual([fault.fault]);
    store.faults.networkchaos.apply({ type: 'DELETED', item: fault });
    expect(changes()).toEqual([{ workloadIds: [CHECKOUT], significant: true }]);
    expect(store.snapshot(0, 1).faults).toEqual([]);
  });
});

describe('what surrounds a workload', () => {
  it('Services, budgets and owners are found by their selectors and targets', () => {
    const { store, workload } = setUp();
    expect(workload().services).toEqual([]);
    const service = (name: string, selector: Record<string, string>) =>
      reduceService({ metadata: meta(name), spec: { selector } });
    store.services.replace(null, [
      service('web', { tier: 'web' }),
      service('other', { app: 'cart' }),
      service('none', {}),
    ]);
    store.budgets.replace(null, [
      reduceBudget({
        metadata: meta('pdb'),
        spec: { selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['checkout'] }] } },
        status: { disruptionsAllowed: 1 },
      }),
      reduceBudget({ metadata: meta('nothing'), spec: {} }),
    ]);
    const aimed = (name: string, target: string, kind = 'Deployment') => ({
      metadata: meta(name),
      spec: { scaleTargetRef: { kind, name: target }, maxReplicas: 5 },
    });
    const scaler = (...of: Parameters<typeof aimed>) => reduceHpa(aimed(...of));
    store.hpas.replace(null, [
      scaler('h', 'checkout'),
      scaler('i', 'cart'),
      scaler('j', 'checkout', 'StatefulSet'),
    ]);
    store.scaledObjects.replace(null, [reduceScaledObject(aimed('k', 'checkout'))]);
    expect(workload()).toMatchObject({
      services: [{ name: 'web', selector: { tier: 'web' } }],
      disruptionBudgets: [{ name: 'pdb', disruptionsAllowed: 1 }],
      owners: [
        { kind: 'hpa', name: 'h', owns: 'replicas' },
        { kind: 'keda', name: 'k', owns: 'replicas' },
      ],
    });
    store.hpas.replace(null, []);
    expect(workload().owners).toEqual([{ kind: 'keda', name: 'k', owns: 'replicas' }]);
  });

  it('GitOps controllers are owners of the whole object', () => {
    const { store, workload } = setUp();
    const managed = deployment('checkout', {
      annotations: { 'argocd.argoproj.io/tracking-id': 'shop-app:apps/Deployment:shop/checkout' },
      labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' },
    });
    store.deployments.apply({ type: 'MODIFIED', item: managed });
    expect(workload().owners).toEqual([
      { kind: 'argo-cd', name: 'shop-app', owns: 'object' },
      { kind: 'flux', name: 'apps', owns: 'object' },
    ]);
  });

  it('events of the Deployment and its pods are kept, newest last, at most 20', () => {
    const { store, workload } = setUp();
    const event = (uid: string, second: number, kind: string, name: string) =>
      reduceEvent({
        metadata: meta(uid),
        reason: uid,
        lastTimestamp: new Date(second * 1000).toISOString(),
        involvedObject: { kind, name },
      });
    store.events.replace(null, [
      event('late', 9, 'Pod', 'checkout-h1-a'),
      event('early', 3, 'Deployment', 'checkout'),
      event('gone', 5, 'Pod', 'checkout-h0-zzzzz'),
      event('foreign', 6, 'Pod', 'cron-1-abc'),
    ]);
    expect(workload().events.map(({ reason }) => reason)).toEqual(['early', 'gone', 'late']);

    store.events.apply({ type: 'MODIFIED', item: event('early', 30, 'Deployment', 'checkout') });
    expect(workload().events.map(({ reason }) => reason)).toEqual(['gone', 'late', 'early']);
    for (let second = 40; second < 70; second++) {
      store.events.apply({ type: 'ADDED', item: event(`e${second}`, second, 'Deployment', 'checkout') });
    }
    expect(workload().events).toHaveLength(20);
    expect(workload().events.at(-1)?.reason).toBe('e69');
  });
});

describe('a snapshot', () => {
  it('stays as it was when the cluster changes', () => {
    const { store } = setUp();
    const before = store.snapshot(1, 1);
    store.deployments.apply({ type: 'DELETED', item: deployment() });
    const after = store.snapshot(2, 1);
    expect(before.workloads.has(CHECKOUT)).toBe(true);
    expect(after.workloads.has(CHECKOUT)).toBe(false);
  });

  it('shares the workloads that did not change', () => {
    const { store } = setUp();
    store.deployments.apply({ type: 'ADDED', item: deployment('cart') });
    const before = store.snapshot(1, 1);
    store.pods.apply({ type: 'MODIFIED', item: pod('checkout-h1-a', { restarts: 1 }) });
    const after = store.snapshot(2, 1);
    expect(after.workloads.get('shop/Deployment/cart')).toBe(before.workloads.get('shop/Deployment/cart'));
    expect(after.workloads.get(CHECKOUT)).not.toBe(before.workloads.get(CHECKOUT));
  });
});
