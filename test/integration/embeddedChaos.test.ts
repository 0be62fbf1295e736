import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  PolicyV1Api,
  setHeaderOptions,
  type V1Pod,
} from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';

const PROMETHEUS = '/api/v1/namespaces/monitoring/services/prometheus-server:9090/proxy';
const namespace = 'shop';
const CHAOS_MESH = { group: 'chaos-mesh.org', version: 'v1alpha1', namespace };
const LITMUS = { group: 'litmuschaos.io', version: 'v1alpha1', namespace };
const CHECKOUT = { mode: 'one', selector: { namespaces: [namespace], labelSelectors: { app: 'checkout' } } };
const MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
const JSON_PATCH = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);

let folder: string;
let cluster: EmbeddedCluster;
let config: KubeConfig;

const core = () => config.makeApiClient(CoreV1Api);
const apps = () => config.makeApiClient(AppsV1Api);
const custom = () => config.makeApiClient(CustomObjectsApi);

/** At rate 100 a minute of the cluster is 0.6 s. */
const patiently = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

const Vector = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

/** By hand, as the generated client escapes the `?` of a path. */
async function fromPrometheus(path: string): Promise<string> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const url = `${config.getCurrentCluster()?.server}${PROMETHEUS}/${path}`;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, options, resolve).on('error', reject);
  });
  return text(response);
}

/** The values of an instant query, by pod. */
async function query(promql: string): Promise<Map<string, number>> {
  const text = await fromPrometheus(`api/v1/query?query=${encodeURIComponent(promql)}`);
  const { data } = Vector.parse(JSON.parse(text));
  return new Map(data.result.map(({ metric, value }) => [metric.pod ?? '', Number(value[1])]));
}

async function pods(app: string): Promise<V1Pod[]> {
  const { items } = await core().listNamespacedPod({ namespace, labelSelector: `app=${app}` });
  return items;
}

const restartsOf = (status: V1Pod['status']) => status?.containerStatuses?.[0]?.restartCount ?? 0;
const isReady = ({ metadata, status }: V1Pod) =>
  !metadata?.deletionTimestamp &&
  (status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false);
const readyPods = async (app: string) => (await pods(app)).filter(isReady);

async function isWell(): Promise<void> {
  expect(await readyPods('checkout')).toHaveLength(4);
  const failing = await query('sum(rate(http_requests_total{pod=~"checkout-.*",status=~"5.."}[30s]))');
  expect(failing.get('')).toBeLessThan(1);
}

const Experiment = z.object({
  metadata: z.object({ finalizers: z.array(z.string()).optional() }),
  status: z.object({
    conditions: z.array(z.object({ type: z.string(), status: z.string() })),
    experiment: z.object({
      containerRecords: z.array(z.object({ id: z.string(), phase: z.string() })),
    }),
  }),
});

async function create(plural: string, kind: string, spec: Record<string, unknown>, rest = {}): Promise<void> {
  const body = {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind,
    metadata: { name: 'trouble', namespace, ...rest },
    spec,
  };
  await custom().createNamespacedCustomObject({ ...CHAOS_MESH, plural, body });
}

/** The pod that an experiment hits, once it does. */
async function victim(plural: string): Promise<string> {
  return patiently(async () => {
    const object = await custom().getNamespacedCustomObject({ ...CHAOS_MESH, plural, name: 'trouble' });
    const { status } = Experiment.parse(object);
    expect(status.conditions).toContainEqual({ type: 'AllInjected', status: 'True' });
    return status.experiment.containerRecords[0]?.id.split('/')[1] ?? '';
  });
}

async function remove(group: typeof CHAOS_MESH, plural: string): Promise<void> {
  const one = { ...group, plural, name: 'trouble' };
  await custom()
    .deleteNamespacedCustomObject(one)
    .catch(() => undefined);
  await patiently(async () => {
    expect(await refusal(custom().getNamespacedCustomObject(one))).toBe(404);
  });
}

/** The code of a call that is refused. */
async function refusal(call: Promise<unknown>): Promise<number> {
  return (await failure(call)).code;
}

async function failure(call: Promise<unknown>): Promise<ApiException<unknown>> {
  const error = await call.then(
    () => new Error('the call was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiException)) throw error;
  return error;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coxswain-chaos-'));
  const kubeconfigPath = join(folder, 'kubeconfig');
  cluster = await startEmbeddedCluster({ kubeconfigPath, rate: 100, seed: 1, demo: true });
  config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  await patiently(async () => {
    expect((await query('sum(rate(http_requests_total[30s]))')).get('')).toBeGreaterThan(100);
    await isWell();
  });
});

afterAll(async () => {
  await cluster?.close();
  await rm(folder, { recursive: true, force: true });
});

const rateOf = (status: string, pod: string) =>
  query(`rate(http_requests_total{status="${status}",pod="${pod}"}[20s])`).then(
    (values) => values.get(pod) ?? Number.NaN,
  );

describe('Chaos Mesh on the embedded cluster', () => {
  const KINDS = [
    'podchaos',
    'networkchaos',
    'httpchaos',
    'dnschaos',
    'iochaos',
    'timechaos',
    'schedules',
    'workflows',
  ];
  afterEach(async () => {
    for (const plural of KINDS) await remove(CHAOS_MESH, plural);
    await patiently(isWell);
  });

  const HTTP = { ...CHECKOUT, target: 'Request', port: 8080 };
  it.each([
    ['cut connections', 'httpchaos', 'HTTPChaos', { ...HTTP, path: '/', abort: true }, '503'],
    ['names that fail', 'dnschaos', 'DNSChaos', { ...CHECKOUT, action: 'error' }, '500'],
    [
      'files that fail',
      'iochaos',
      'IOChaos',
      { ...CHECKOUT, action: 'fault', errno: 5, percent: 80, volumePath: '/data' },
      '500',
    ],
  ])('%s fails requests until it is deleted', async (_, plural, kind, spec, status) => {
    await create(plural, kind, spec);
    const sick = await victim(plural);
    await patiently(async () => expect(await rateOf(status, sick)).toBeGreaterThan(5));
    await remove(CHAOS_MESH, plural);
    await patiently(async () => expect(await rateOf(status, sick)).toBe(0));
  });

  it('a partition takes a pod out of service, which loses what was sent to it until then', async () => {
    const lostBy = () => query('http_requests_total{namespace="shop",status="504"}');
    const before = await lostBy();
    await create('networkchaos', 'NetworkChaos', { ...CHECKOUT, action: 'partition', direction: 'both' });
    const sick = await victim('networkchaos');
    const readyNames = async () => (await readyPods('checkout')).map(({ metadata }) => metadata?.name);
    await patiently(async () => expect(await readyNames()).not.toContain(sick));
    // No rate: all of it may lie between two scrapes.
    await patiently(async () => {
      const lost = (await lostBy()).get(sick) ?? 0;
      expect(lost - (before.get(sick) ?? 0)).toBeGreaterThan(20);
    });
    await remove(CHAOS_MESH, 'networkchaos');
    await patiently(async () => expect(await readyNames()).toContain(sick));
  });

  const MEAN =
    'rate(http_request_duration_seconds_sum[20s]) / rate(http_request_duration_seconds_count[20s])';
  it.each([
    [
      'a narrow link',
      'networkchaos',
      'NetworkChaos',
      {
        ...CHECKOUT,
        action: 'bandwidth',
        bandwidth: { rate: '800kbps', limit: 1_000_000, buffer: 10_000 },
      },
    ],
    ['late answers', 'httpchaos', 'HTTPChaos', { ...HTTP, path: '*', delay: '400ms' }],
    [
      'slow files',
      'iochaos',
      'IOChaos',
      { ...CHECKOUT, action: 'latency', delay: '1s', percent: 100, volumePath: '/data' },
    ],
  ])('%s slows requests down until it is deleted', async (_, plural, kind, spec) => {
    await create(plural, kind, spec);
    const sick = await victim(plural);
    await patiently(async () => expect((await query(MEAN)).get(sick)).toBeGreaterThan(0.3));
    await remove(CHAOS_MESH, plural);
    await patiently(async () => expect((await query(MEAN)).get(sick)).toBeLessThan(0.1));
  });

  it('a wrong clock shows in the log', async () => {
    await create('timechaos', 'TimeChaos', { ...CHECKOUT, timeOffset: '-48h' });
    const sick = await victim('timechaos');
    const lastLine = () => core().readNamespacedPodLog({ name: sick, namespace, tailLines: 1 });
    const aheadMs = async () => Date.parse((await lastLine()).split(' ')[0] ?? '') - Date.now();
    await patiently(async () => expect(await aheadMs()).toBeLessThan(-36 * 3_600_000));
  });

  it('a pod that fails is not ready and recovers with its experiment', async () => {
    await create('podchaos', 'PodChaos', { ...CHECKOUT, action: 'pod-failure', duration: '2h' });
    const sick = await victim('podchaos');
    await patiently(async () => {
      const ready = (await readyPods('checkout')).map(({ metadata }) => metadata?.name);
      expect(ready).not.toContain(sick);
    });
    await remove(CHAOS_MESH, 'podchaos');
    await patiently(async () => {
      const ready = (await readyPods('checkout')).map(({ metadata }) => metadata?.name);
      expect(ready).toContain(sick);
    });
  });

  it('a container that is killed comes back in its pod', async () => {
    // Some have restarted in the tests before.
    const { items } = await core().listNamespacedPod({ namespace });
    const before = new Map(items.map(({ metadata, status }) => [metadata?.name, restartsOf(status)]));
    await create('podchaos', 'PodChaos', {
      ...CHECKOUT,
      action: 'container-kill',
      containerNames: ['app'],
    });
    const sick = await victim('podchaos');
    await patiently(async () => {
      const pod = await core().readNamespacedPod({ name: sick, namespace });
      expect(restartsOf(pod.status)).toBe((before.get(sick) ?? 0) + 1);
      expect(isReady(pod)).toBe(true);
    });
  });

  it('is refused where a webhook would refuse it', async () => {
    const annotate = (reason: string | null) =>
      core().patchNamespace(
        {
          name: namespace,
          body: { metadata: { annotations: { 'embedded.coxswain.dev/deny-chaos': reason } } },
        },
        MERGE,
      );
    await annotate('chaos is not allowed here');
    const refused = await failure(create('podchaos', 'PodChaos', { ...CHECKOUT, action: 'pod-kill' }));
    expect(refused.code).toBe(403);
    expect(JSON.stringify(refused.body)).toContain('denied the request: chaos is not allowed here');
    await annotate(null);
    await create('podchaos', 'PodChaos', { ...CHECKOUT, action: 'pod-kill' });
  });

  it('keeps a fault that will not recover until it is cleaned by force', async () => {
    await create(
      'networkchaos',
      'NetworkChaos',
      { ...CHECKOUT, action: 'delay', delay: { latency: '200ms' } },
      { annotations: { 'embedded.coxswain.dev/stuck': 'recover' } },
    );
    const sick = await victim('networkchaos');
    const one = { ...CHAOS_MESH, plural: 'networkchaos', name: 'trouble' };
    await custom().deleteNamespacedCustomObject(one);
    const events = async () => {
      const { items } = await core().listNamespacedEvent({
        namespace,
        fieldSelector: 'involvedObject.name=trouble,reason=Failed',
      });
      return items.length;
    };
    await patiently(async () => expect(await events()).toBeGreaterThan(0));
    expect(Experiment.parse(await custom().getNamespacedCustomObject(one)).metadata.finalizers).toEqual([
      'chaos-mesh/records',
    ]);
    const annotations = { 'chaos-mesh.chaos-mesh.org~1cleanFinalizer': 'forced' };
    const body = Object.entries(annotations).map(([key, value]) => ({
      op: 'add',
      path: `/metadata/annotations/${key}`,
      value,
    }));
    await custom().patchNamespacedCustomObject({ ...one, body }, JSON_PATCH);
    await patiently(async () => {
      expect(await refusal(custom().getNamespacedCustomObject(one))).toBe(404);
    });
    await core().deleteNamespacedPod({ name: sick, namespace });
  });

  it('repeats an experiment by its Schedule, and runs a Workflow to its end', async () => {
    const networkChaos = { ...CHECKOUT, action: 'delay', delay: { latency: '50ms' } };
    await create('schedules', 'Schedule', {
      schedule: '@every 30s',
      type: 'NetworkChaos',
      historyLimit: 2,
      networkChaos: { ...networkChaos, duration: '10s' },
    });
    await create('workflows', 'Workflow', {
      entry: 'all',
      templates: [
        { name: 'all', templateType: 'Serial', children: ['delay', 'rest'] },
        { name: 'delay', templateType: 'NetworkChaos', deadline: '30s', networkChaos },
        { name: 'rest', templateType: 'Suspend', deadline: '10s' },
      ],
    });
    const Conditions = z.object({
      status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
    });
    await patiently(async () => {
      const workflow = await custom().getNamespacedCustomObject({
        ...CHAOS_MESH,
        plural: 'workflows',
        name: 'trouble',
      });
      expect(Conditions.parse(workflow).status.conditions).toContainEqual(
        expect.objectContaining({ type: 'Accomplished', status: 'True' }),
      );
      const { items } = z
        .object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) })
        .parse(await custom().listNamespacedCustomObject({ ...CHAOS_MESH, plural: 'networkchaos' }));
      expect(items.filter(({ metadata }) => metadata.name.startsWith('trouble-'))).toHaveLength(2);
    });
  });
});

describe('LitmusChaos on the embedded cluster', () => {
  afterEach(async () => {
    await remove(LITMUS, 'chaosengines');
    await patiently(isWell);
  });

  const Result = z.object({
    status: z.object({
      experimentStatus: z.object({ phase: z.string(), verdict: z.string() }),
      history: z.object({ targets: z.array(z.object({ name: z.string(), chaosStatus: z.string() })) }),
    }),
  });

  async function run(experiment: string, env: Record<string, string>): Promise<void> {
    const body = {
      apiVersion: 'litmuschaos.io/v1alpha1',
      kind: 'ChaosEngine',
      metadata: { name: 'trouble', namespace },
      spec: {
        engineState: 'active',
        appinfo: { appns: namespace, applabel: 'app=checkout', appkind: 'deployment' },
        chaosServiceAccount: 'litmus-admin',
        experiments: [
          {
            name: experiment,
            spec: { components: { env: Object.entries(env).map(([name, value]) => ({ name, value })) } },
          },
        ],
      },
    };
    await custom().createNamespacedCustomObject({ ...LITMUS, plural: 'chaosengines', body });
  }

  const result = async (experiment: string) =>
    Result.parse(
      await custom().getNamespacedCustomObject({
        ...LITMUS,
        plural: 'chaosresults',
        name: `trouble-${experiment}`,
      }),
    ).status;

  it('loses packets, stops when it is told to, and says so', async () => {
    await run('pod-network-loss', { NETWORK_PACKET_LOSS_PERCENTAGE: '50', TOTAL_CHAOS_DURATION: '7200' });
    const sick = await patiently(async () => {
      const lossy = await query('rate(http_requests_total{status="504"}[20s]) > 5');
      expect(lossy.size).toBe(1);
      return [...lossy.keys()][0] ?? '';
    });
    await custom().patchNamespacedCustomObject(
      {
        ...LITMUS,
        plural: 'chaosengines',
        name: 'trouble',
        body: { spec: { engineState: 'stop' } },
      },
      MERGE,
    );
    await patiently(async () => {
      expect(await result('pod-network-loss')).toMatchObject({
        experimentStatus: { phase: 'Stopped', verdict: 'Stopped' },
        history: { targets: [{ name: sick, chaosStatus: 'reverted' }] },
      });
    });
    await patiently(async () => expect(await rateOf('504', sick)).toBe(0));
  });

  it('deletes pods and passes when they are back', async () => {
    const before = (await pods('checkout')).map(({ metadata }) => metadata?.name);
    await run('pod-delete', { TOTAL_CHAOS_DURATION: '10', CHAOS_INTERVAL: '10' });
    await patiently(async () => {
      expect((await result('pod-delete')).experimentStatus.verdict).toBe('Pass');
    });
    const after = (await pods('checkout')).map(({ metadata }) => metadata?.name);
    expect(before.filter((name) => !after.includes(name)).length).toBeGreaterThan(0);
  });
});

describe('Kubernetes on the embedded cluster', () => {
  afterEach(() => patiently(isWell));

  const patchTemplate = async (container: Record<string, unknown>) => {
    const name = 'checkout';
    const { spec } = await apps().readNamespacedDeployment({ name, namespace });
    const before = spec?.template.spec?.containers[0];
    const body = { spec: { template: { spec: { containers: [{ ...before, ...container }] } } } };
    await apps().patchNamespacedDeployment({ name, namespace, body }, MERGE);
    return () =>
      apps().patchNamespacedDeployment(
        { name, namespace, body: { spec: { template: { spec: { containers: [before] } } } } },
        MERGE,
      );
  };

  it('waits for an image that cannot be pulled', async () => {
    const rollBack = await patchTemplate({ image: 'coxswain.dev/demo/checkout:coxswain-missing' });
    await patiently(async () => {
      const reasons = (await pods('checkout')).map(
        ({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason,
      );
      expect(reasons).toContain('ImagePullBackOff');
    });
    expect(await readyPods('checkout')).toHaveLength(4);
    await rollBack();
  });

  it('keeps pods unready whose probe asks for what the app does not have', async () => {
    const rollBack = await patchTemplate({
      readinessProbe: { httpGet: { path: '/not-there', port: 8080 }, periodSeconds: 2 },
    });
    await patiently(async () => {
      const { items } = await core().listNamespacedEvent({ namespace, fieldSelector: 'reason=Unhealthy' });
      expect(items.map(({ message }) => message)).toContain(
        'Readiness probe failed: HTTP probe failed with statuscode: 404',
      );
    });
    await rollBack();
  });

  it('says of a pod that is evicted why it goes', async () => {
    const [pod] = await readyPods('checkout');
    const name = pod?.metadata?.name ?? '';
    await core().createNamespacedPodEviction({ name, namespace, body: { metadata: { name, namespace } } });
    const left = await core()
      .readNamespacedPod({ name, namespace })
      .catch(() => undefined);
    if (left) {
      expect(left.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'DisruptionTarget', reason: 'EvictionByEvictionAPI' }),
      );
    }
    await patiently(async () =>
      expect(await refusal(core().readNamespacedPod({ name, namespace }))).toBe(404),
    );
    expect(
      (await config.makeApiClient(PolicyV1Api).listNamespacedPodDisruptionBudget({ namespace })).items,
    ).toHaveLength(3);
  });

  it('passes requests on to a pod and to a Service', async () => {
    const [pod] = await readyPods('checkout');
    const name = pod?.metadata?.name ?? '';
    const ask = (target: string, path: string) =>
      core().connectGetNamespacedPodProxyWithPath({ name: target, namespace, path });
    expect(await ask(name, 'healthz')).toBe('OK\n');
    expect(await ask(`${name}:8080`, 'healthz')).toBe('OK\n');
    expect(await refusal(ask(name, 'not-there'))).toBe(404);
    const refused = await failure(ask(`${name}:9999`, 'healthz'));
    expect(refused.code).toBe(503);
    expect(JSON.stringify(refused.body)).toContain('connection refused');
    expect(await refusal(ask('checkout-gone', 'healthz'))).toBe(404);
    const ofService = core().connectGetNamespacedServiceProxyWithPath({
      name: 'checkout:http',
      namespace,
      path: 'healthz',
    });
    expect(await ofService).toBe('OK\n');
  });

  it('marks a node that fails, and takes its pods out of service until it is back', async () => {
    const [pod] = await readyPods('checkout');
    const name = pod?.spec?.nodeName ?? '';
    const fail = (value: string) =>
      core().patchNode(
        { name, body: { metadata: { annotations: { 'embedded.coxswain.dev/fail': value } } } },
        MERGE,
      );
    const readiness = async () =>
      (await core().readNode({ name })).status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    await fail('true');
    await patiently(async () => expect(await readiness()).toBe('Unknown'));
    await patiently(async () => {
      const unknown = `kube_node_status_condition{condition="Ready",status="unknown",node="${name}"}`;
      expect((await query(unknown)).get('')).toBe(1);
      expect((await readyPods('checkout')).map(({ spec }) => spec?.nodeName)).not.toContain(name);
    });
    await fail('false');
    await patiently(async () => expect(await readiness()).toBe('True'));
  });

  it('exposes metrics that a Prometheus can scrape', async () => {
    const exposed = await fromPrometheus('metrics');
    for (const metric of [
      'kube_deployment_spec_replicas',
      'kube_deployment_status_replicas_available',
      'kube_deployment_status_replicas_ready',
      'kube_deployment_status_replicas_unavailable',
      'kube_pod_status_ready',
      'kube_pod_container_status_restarts_total',
      'kube_pod_status_phase',
      'kube_node_status_condition',
      'kube_node_spec_unschedulable',
    ]) {
      expect(exposed).toMatch(
        new RegExp(`# HELP ${metric} .+\n# TYPE ${metric} (gauge|counter)\n${metric}\\{`),
      );
    }
  });
});
