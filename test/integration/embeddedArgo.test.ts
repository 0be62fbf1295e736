import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { EMBEDDED_CONTEXT } from '../../agent/embedded/context';
import { GATEWAY_CLASS } from '../../agent/embedded/demo/releaseApp';
import { LOAD_ANNOTATION, MODEL_ANNOTATION } from '../../agent/embedded/runtime/podSettings';

/** Cluster seconds in one of the wall clock: the five measurements of an analysis, 30 s apart, take 1.5 s. */
const RATE = 100;
const WAIT = { timeout: 30_000, interval: 50 };
const NAMESPACE = 'shop';
const MERGE = 'application/merge-patch+json';

const Rollout = z.object({
  status: z.object({
    phase: z.string(),
    message: z.string().default(''),
    stableRS: z.string(),
    currentPodHash: z.string(),
    currentStepIndex: z.number(),
    canary: z
      .object({ weights: z.object({ canary: z.object({ weight: z.number() }) }).optional() })
      .default({}),
  }),
});
const Runs = z.object({
  items: z.array(
    z.object({
      status: z.object({
        phase: z.string(),
        metricResults: z.array(
          z.object({ name: z.string(), measurements: z.array(z.object({ value: z.string().default('') })) }),
        ),
      }),
    }),
  ),
});
const Route = z.object({
  spec: z.object({ rules: z.array(z.object({ backendRefs: z.array(z.object({ weight: z.number() })) })) }),
});
const List = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
const Scale = z.object({
  spec: z.object({ replicas: z.number() }),
  status: z.object({ replicas: z.number(), selector: z.string() }),
});

let directory: string;
let cluster: EmbeddedCluster;
let api: ReturnType<typeof openApiServer>;

const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const ARGO = `/apis/argoproj.io/v1alpha1/namespaces/${NAMESPACE}`;
const GATEWAY_API = `/apis/gateway.networking.k8s.io/v1/namespaces/${NAMESPACE}`;
const ROLLOUT = `${ARGO}/rollouts/store`;

const post = (path: string, body: unknown) => api.send({ method: 'POST', path, body });
const patch = (path: string, body: unknown) => api.send({ method: 'PATCH', path, contentType: MERGE, body });
const get = async <T>(path: string, schema: z.ZodType<T>) =>
  schema.parse((await api.send({ method: 'GET', path })).body);
const statusOf = async () => (await get(ROLLOUT, Rollout)).status;
const reach = (phase: string) => vi.waitFor(async () => expect((await statusOf()).phase).toBe(phase), WAIT);
const routedWeight = async () =>
  (await get(`${GATEWAY_API}/httproutes/store`, Route)).spec.rules[0]?.backendRefs[1]?.weight;

const template = (image: string, model: Record<string, number> = {}) => ({
  metadata: {
    labels: { app: 'store' },
    annotations: { [MODEL_ANNOTATION]: JSON.stringify({ startupSeconds: 3, errorShare: 0.001, ...model }) },
  },
  spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 8080 }] }] },
});

/** The analysis that comes with Coxswain, as a Rollout uses it. */
const analysis = {
  templates: [{ templateName: 'error-rate' }],
  args: [
    { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'name', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } },
  ],
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coxswain-argo-'));
  const kubeconfigPath = join(directory, 'kubeconfig');
  cluster = await startEmbeddedCluster({ kubeconfigPath, rate: RATE, seed: 5, demo: false });
  api = openApiServer(loadKubeconfig({ path: kubeconfigPath }), EMBEDDED_CONTEXT);
  await post('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
  for (const name of ['store-stable', 'store-canary']) {
    const spec = { selector: { app: 'store' }, ports: [{ port: 80, targetPort: 8080 }] };
    await post(`${CORE}/services`, { metadata: { name }, spec });
  }
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }];
  await post(`${GATEWAY_API}/gateways`, {
    metadata: { name: 'store' },
    spec: { gatewayClassName: GATEWAY_CLASS, listeners },
  });
  const load = JSON.stringify({ kind: 'constant', requestsPerSecond: 100 });
  const backendRefs = [
    { name: 'store-stable', port: 80, weight: 100 },
    { name: 'store-canary', port: 80, weight: 0 },
  ];
  await post(`${GATEWAY_API}/httproutes`, {
    metadata: { name: 'store', annotations: { [LOAD_ANNOTATION]: load } },
    spec: { parentRefs: [{ name: 'store' }], hostnames: ['store.example'], rules: [{ backendRefs }] },
  });
  const file = join(import.meta.dirname, '../../manifests/canary/analysis/error-rate.yaml');
  await post(`${ARGO}/analysistemplates`, parse(await readFile(file, 'utf8')));
  await post(`${ARGO}/rollouts`, {
    metadata: { name: 'store' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'store' } },
      template: template('store:1'),
      strategy: {
        canary: {
          stableService: 'store-stable',
          canaryService: 'store-canary',
          trafficRouting: {
            plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'store', namespace: NAMESPACE } },
          },
          steps: [
            { setWeight: 5 },
            { pause: { duration: '1m' } },
            { analysis },
            { setWeight: 50 },
            { pause: { duration: 10 } },
          ],
        },
      },
    },
  });
  await reach('Healthy');
});
afterAll(async () => {
  await api?.close();
  await cluster?.close();
  await rm(directory, { recursive: true, force: true });
});

describe('Argo Rollouts in the embedded cluster', () => {
  it('promotes a version that does well, by the metrics of real traffic', async () => {
    const { stableRS } = await statusOf();
    await patch(ROLLOUT, { spec: { template: template('store:2') } });
    await vi.waitFor(async () => expect(await routedWeight()).toBe(5), WAIT);
    await vi.waitFor(async () => expect((await statusOf()).stableRS).not.toBe(stableRS), WAIT);
    await reach('Healthy');
    expect(await statusOf()).toMatchObject({
      currentStepIndex: 5,
      canary: { weights: { canary: { weight: 0 } } },
    });
    await vi.waitFor(async () => expect(await routedWeight()).toBe(0), WAIT);
    const [run] = (await get(`${ARGO}/analysisruns`, Runs)).items;
    expect(run?.status.phase).toBe('Successful');
    for (const { measurements } of run?.status.metricResults ?? []) {
      expect(measurements).toHaveLength(5);
      for (const { value } of measurements) expect(value).toMatch(/^\[[0-9.e-]+\]$/);
    }
  });

  it('leaves no traffic on a version whose analysis fails, and tries it again when it is told to', async () => {
    const { stableRS } = await statusOf();
    await patch(ROLLOUT, { spec: { template: template('store:3', { errorShare: 0.4 }) } });
    await reach('Degraded');
    const status = await statusOf();
    expect(status.stableRS).toBe(stableRS);
    expect(status.message).toMatch(
      /^RolloutAborted: Rollout aborted update to revision 3: Step-based analysis phase error\/failed: Metric "(error|success)-rate" assessed Failed due to failed \(2\) > failureLimit \(1\)$/,
    );
    expect(status.canary.weights?.canary.weight).toBe(0);
    expect(await routedWeight()).toBe(0);
    await patch(`${ROLLOUT}/status`, { status: { abort: false } });
    await vi.waitFor(async () => expect(await routedWeight()).toBe(5), WAIT);
  });

  it('can be scaled, and leaves nothing behind when it is deleted', async () => {
    await patch(`${ROLLOUT}/scale`, { spec: { replicas: 4 } });
    await vi.waitFor(async () => {
      const scale = await get(`${ROLLOUT}/scale`, Scale);
      expect(scale).toMatchObject({ spec: { replicas: 4 }, status: { selector: 'app=store' } });
      expect(scale.status.replicas).toBeGreaterThanOrEqual(4);
    }, WAIT);
    await api.send({ method: 'DELETE', path: ROLLOUT });
    const left = async (path: string) => (await get(path, List)).items.map(({ metadata }) => metadata.name);
    await vi.waitFor(async () => {
      expect(await left(`${CORE}/pods`)).toEqual([]);
      expect(await left(`/apis/apps/v1/namespaces/${NAMESPACE}/replicasets`)).toEqual([]);
      expect(await left(`${ARGO}/analysisruns`)).toEqual([]);
    }, WAIT);
    const services = z.object({ items: z.array(z.object({ spec: z.object({ selector: z.unknown() }) })) });
    for (const { spec } of (await get(`${CORE}/services`, services)).items) {
      expect(spec.selector).toEqual({ app: 'store' });
    }
  });
});
