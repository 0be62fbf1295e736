import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Clock, clusterClock } from '../../agent/clock';
import { type ClusterConnection, type ConnectOptions, connectCluster } from '../../agent/cluster/connection';
import type { Workload } from '../../agent/cluster/snapshot';
import type { ClusterChange } from '../../agent/cluster/snapshotStore';
import type { ResourceType } from '../../agent/embedded/objectStore';
import { CHAOS_DEFINITIONS } from '../../agent/embedded/runtime/chaos/definitions';
import {
  CUSTOM_RESOURCE_DEFINITIONS,
  DEPLOYMENTS,
  NODES,
  PODS,
  REPLICA_SETS,
  SERVICES,
} from '../../agent/embedded/store/resourceTypes';
import type { ErrorInfo } from '../../agent/protocol';
import { DEPLOYMENT, startApi, type TestApi } from './embeddedApiFixture';

const WEB = 'shop/Deployment/web';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: Parameters<typeof startApi>[0] = {}): Promise<TestApi> {
  const api = await startApi(options);
  closing.push(() => api.stop());
  return api;
}

interface Connected {
  connection: ClusterConnection;
  changes: ClusterChange[];
  warnings: string[];
  troubles: (ErrorInfo | null)[];
  workload(): Workload | undefined;
}

async function connect(api: TestApi, overrides: Partial<ConnectOptions> = {}): Promise<Connected> {
  const changes: ClusterChange[] = [];
  const warnings: string[] = [];
  const troubles: (ErrorInfo | null)[] = [];
  const connection = await connectCluster({
    kubeconfigPath: api.kubeconfigPath,
    namespaces: ['shop'],
    random: () => 0.1,
    onChange: (change) => changes.push(change),
    onTrouble: (trouble) => troubles.push(trouble),
    onWarning: (text) => warnings.push(text),
    ...overrides,
  });
  closing.push(() => connection.close());
  const workload = () => connection.snapshot().workloads.get(WEB);
  return { connection, changes, warnings, troubles, workload };
}

/** Deployment `web` with its ReplicaSet and pods `web-h1-0`, `web-h1-1` … */
function deploy(api: TestApi, pods: number): void {
  const owner = (resource: { kind: string; metadata: { name: string; uid: string } }) => [
    {
      apiVersion: 'apps/v1',
      kind: resource.kind,
      name: resource.metadata.name,
      uid: resource.metadata.uid,
      controller: true,
    },
  ];
  const labels = { app: 'web', 'pod-template-hash': 'h1' };
  const deployment = api.store.create(DEPLOYMENTS, {
    ...DEPLOYMENT,
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
  });
  const replicaSet = api.store.create(REPLICA_SETS, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'web-h1', namespace: 'shop', labels, ownerReferences: owner(deployment) },
    spec: {},
  });
  for (let index = 0; index < pods; index++) {
    api.store.create(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `web-h1-${index}`, namespace: 'shop', labels, ownerReferences: owner(replicaSet) },
      spec: { nodeName: 'node-1', containers: [{ name: 'web', image: 'web:1' }] },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    });
  }
}

function setReady(api: TestApi, pod: string, status: 'True' | 'False'): void {
  api.store.update(PODS, 'shop', pod, (draft) => {
    draft.status = { ...draft.status, conditions: [{ type: 'Ready', status }] };
  });
}

/** Real time whose waits are 50 times shorter. */
function hastyClock(): Clock {
  const clock = clusterClock();
  return { ...clock, schedule: (delayMs, callback) => clock.schedule(delayMs / 50, callback) };
}

describe('a connection', () => {
  it('shows the workloads of its namespaces after the first sync', async () => {
    const api = await start();
    deploy(api, 2);
    api.store.create(NODES, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: {} });
    api.store.create(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { app: 'web' } },
    });
    const { connection, workload, warnings } = await connect(api);
    expect(workload()).toMatchObject({
      desiredReplicas: 2,
      services: [{ name: 'web' }],
      pods: [
        { name: 'web-h1-0', ready: true },
        { name: 'web-h1-1', ready: true },
      ],
    });
    expect(connection.snapshot().nodes.has('node-1')).toBe(true);
    expect(connection).toMatchObject({ context: 'embedded', server: api.server.url });
    expect(connection.permissions.length).toBeGreaterThan(20);
    expect(connection.permissions.every(({ allowed }) => allowed)).toBe(true);
    expect(connection.capabilities.find(({ key }) => key === 'hpa')).toBeDefined();
    expect(connection.ageMs('shop')).toBeLessThan(60_000);
    expect(warnings).toEqual([]);
  });

  it('tells of a readiness flip', async () => {
    const api = await start();
    deploy(api, 2);
    const { changes, workload } = await connect(api);
    await vi.waitFor(() => expect(changes.length).toBeGreaterThan(0));
    changes.length = 0;
    setReady(api, 'web-h1-1', 'False');
    await vi.waitFor(() => expect(changes).toContainEqual({ workloadIds: [WEB], significant: true }));
    expect(workload()?.pods.map(({ ready }) => ready)).toEqual([true, false]);
  });

  it('lists 2,000 pods in pages', async () => {
    const api = await start();
    deploy(api, 2000);
    const { workload, connection } = await connect(api);
    expect(workload()?.pods).toHaveLength(2000);
    expect(connection.snapshot().workloads.size).toBe(1);
  });

  it('calls nobody back once it is closed, and leaves no request open', async () => {
    const api = await start();
    deploy(api, 1);
    const { connection, changes, troubles } = await connect(api);
    await connection.close();
    changes.length = 0;
    expect(connection.ages().map(({ state }) => state)).not.toContain('watching');
    await expect(connection.reader.get('/version')).rejects.toMatchObject({ code: 'not-connected' });

    const witness = await connect(api);
    setReady(api, 'web-h1-0', 'False');
    await vi.waitFor(() => expect(witness.workload()?.pods[0]?.ready).toBe(false));
    expect(changes).toEqual([]);
    expect(troubles).toEqual([]);
  });

  it('goes on after a listener has thrown, and says so', async () => {
    const api = await start();
    deploy(api, 1);
    const onChange = vi.fn(() => {
      throw new Error('listener broke');
    });
    const { warnings, workload } = await connect(api, { onChange });
    await vi.waitFor(() => expect(warnings).toContainEqual(expect.stringContaining('listener broke')));
    setReady(api, 'web-h1-0', 'False');
    await vi.waitFor(() => expect(workload()?.pods[0]?.ready).toBe(false));
  });

  it('reads the logs of a pod', async () => {
    const api = await start({ podLogs: () => ['one', 'two'] });
    deploy(api, 1);
    const { connection } = await connect(api);
    expect(await connection.podLogs({ namespace: 'shop', name: 'web-h1-0' }, 10)).toEqual(['one', 'two']);
    await expect(connection.podLogs({ namespace: 'shop', name: 'gone' }, 10)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('what is missing', () => {
  it('a forbidden resource is left out with a warning', async () => {
    const api = await start({
      denied: [
        { verb: 'list', resource: 'services' },
        { verb: 'patch', resource: 'pods' },
      ],
    });
    deploy(api, 1);
    const { workload, warnings, troubles, connection } = await connect(api);
    expect(workload()?.pods).toHaveLength(1);
    expect(warnings).toEqual([expect.stringMatching(/may not list services in namespace shop/)]);
    expect(troubles).toEqual([]);
    const refused = connection.permissions.filter(({ allowed }) => !allowed);
    expect(refused.map(({ verb, resource, namespace }) => [verb, resource, namespace])).toEqual([
      ['list', 'services', 'shop'],
      ['patch', 'pods', 'shop'],
    ]);
  });

  it('pods that may not be seen at all are an error', async () => {
    const api = await start({ denied: [{ verb: '*', resource: 'pods' }] });
    await expect(connect(api)).rejects.toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining('list pods in namespace shop'),
    });
  });

  it('pods that may be seen in one of two namespaces are shown there', async () => {
    const api = await start({ denied: [{ verb: '*', resource: 'pods', namespace: 'other' }] });
    deploy(api, 1);
    const { workload, warnings, connection } = await connect(api, { namespaces: ['shop', 'other'] });
    expect(workload()?.pods).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('list pods in namespace other')]);
    expect(connection.ageMs('other')).toBeNull();
  });

  it('chaos that is installed later is seen without connecting again', async () => {
    const api = await start();
    deploy(api, 1);
    const { connection } = await connect(api, { clock: hastyClock() });
    expect(connection.snapshot().faults).toEqual([]);
    for (const definition of CHAOS_DEFINITIONS) api.store.create(CUSTOM_RESOURCE_DEFINITIONS, definition);
    const chaos: ResourceType = { group: 'chaos-mesh.org', version: 'v1alpha1', plural: 'podchaos' };
    api.store.create(chaos, {
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'PodChaos',
      metadata: { name: 'kill', namespace: 'shop' },
      spec: { action: 'pod-kill', selector: { labelSelectors: { app: 'web' } } },
    });
    await vi.waitFor(
      () => expect(connection.snapshot().faults).toMatchObject([{ kind: 'pod-kill', state: 'starting' }]),
      { timeout: 10_000 },
    );
  });

  it('an object that is not as expected is left out with a warning', async () => {
    const api = await start();
    deploy(api, 1);
    api.store.create(DEPLOYMENTS, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'odd', namespace: 'shop' },
      spec: { replicas: 'many' },
    });
    const { workload, warnings } = await connect(api);
    expect(workload()).toBeDefined();
    expect(warnings).toEqual([expect.stringContaining('Left out one of deployments')]);
  });
});

describe('trouble', () => {
  it('a server that goes away is reported, the last state stays, and its age grows', async () => {
    const api = await start();
    deploy(api, 1);
    const { connection, troubles, workload } = await connect(api);
    await vi.waitFor(() => {
      const states = connection.ages().map(({ state }) => state);
      expect(states.filter((state) => state === 'watching')).toHaveLength(10);
    });
    await api.server.close();
    await vi.waitFor(() => expect(troubles.at(-1)).toMatchObject({ code: 'api-unreachable' }), {
      timeout: 10_000,
    });
    expect(connection.trouble()).toMatchObject({ code: 'api-unreachable' });
    expect(workload()?.pods).toHaveLength(1);
    const age = connection.ageMs('shop') ?? 0;
    await vi.waitFor(() => expect(connection.ageMs('shop')).toBeGreaterThan(age));
  });

  it('connecting to a server that is not there fails at once', async () => {
    const api = await start();
    await api.server.close();
    await expect(connect(api)).rejects.toMatchObject({ code: 'api-unreachable' });
  });

  it('connecting with a wrong token says that the credentials are no good', async () => {
    const api = await start();
    const kubeconfig = readFileSync(api.kubeconfigPath, 'utf8');
    writeFileSync(api.kubeconfigPath, kubeconfig.replace(/token: .*/, 'token: expired'));
    await expect(connect(api)).rejects.toMatchObject({ code: 'credentials-expired' });
  });

  it('connecting without a kubeconfig says where it was looked for', async () => {
    const api = await start();
    rmSync(api.kubeconfigPath);
    await expect(connect(api)).rejects.toMatchObject({
      code: 'kubeconfig-missing',
      message: expect.stringContaining(api.kubeconfigPath),
    });
  });

  it('connecting can be given up', async () => {
    const api = await start();
    await expect(connect(api, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const giveUp = new AbortController();
    const connecting = connect(api, { signal: giveUp.signal });
    giveUp.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');
  });
});
