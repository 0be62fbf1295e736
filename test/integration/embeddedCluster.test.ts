import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';

const PROMETHEUS = '/api/v1/namespaces/monitoring/services/prometheus-server:9090/proxy';
const CHAOS = '/apis/chaos-mesh.org/v1alpha1/namespaces/shop';
const CHECKOUT = 'namespace="shop",pod=~"checkout-.*"';
const P95 = `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${CHECKOUT}}[30s])))`;
const SELECTED = { mode: 'one', selector: { namespaces: ['shop'], labelSelectors: { app: 'checkout' } } };

const Kubeconfig = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.base64() }) }),
  ]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});
const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
        containerStatuses: z
          .array(z.object({ restartCount: z.number(), state: z.unknown(), lastState: z.unknown() }))
          .default([]),
      }),
    }),
  ),
});
const Deployment = z.object({ status: z.object({ readyReplicas: z.number().default(0) }) });
const Answer = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});
const Experiment = z.object({
  status: z.object({ experiment: z.object({ containerRecords: z.array(z.object({ id: z.string() })) }) }),
});

/** A client that knows nothing but the kubeconfig. */
class Client {
  readonly #server: string;
  readonly #token: string;
  readonly #dispatcher: Agent;

  constructor(kubeconfig: string) {
    const { clusters, users } = Kubeconfig.parse(parse(kubeconfig));
    const [{ cluster }] = clusters;
    this.#server = cluster.server;
    this.#token = users[0].user.token;
    const ca = Buffer.from(cluster['certificate-authority-data'], 'base64').toString();
    this.#dispatcher = new Agent({ connect: { ca } });
  }

  async send(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
    const response = await fetch(this.#server + path, {
      method,
      dispatcher: this.#dispatcher,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }

  async get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const { status, text } = await this.send('GET', path);
    expect(status, text).toBe(200);
    return schema.parse(JSON.parse(text));
  }

  async query(promql: string): Promise<number> {
    const path = `${PROMETHEUS}/api/v1/query?query=${encodeURIComponent(promql)}`;
    const { data } = await this.get(path, Answer);
    return Number(data.result[0]?.value[1] ?? Number.NaN);
  }

  async checkoutPods() {
    const { items } = await this.get('/api/v1/namespaces/shop/pods?labelSelector=app%3Dcheckout', Pods);
    return items;
  }

  close(): Promise<void> {
    return this.#dispatcher.close();
  }
}

/** At rate 100 a minute of the cluster is 0.6 s. */
const patiently = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

let folder: string;
let cluster: EmbeddedCluster;
let client: Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coxswain-embedded-'));
  const kubeconfigPath = join(folder, 'kubeconfig');
  cluster = await startEmbeddedCluster({ kubeconfigPath, rate: 100, seed: 1, demo: true });
  client = new Client(await readFile(kubeconfigPath, 'utf8'));
  await patiently(async () => expect(await client.query(P95)).toBeLessThan(0.2));
});

afterAll(async () => {
  await client?.close();
  await cluster?.close();
  await rm(folder, { recursive: true, force: true });
});

const readyReplicas = async () => {
  const { status } = await client.get('/apis/apps/v1/namespaces/shop/deployments/checkout', Deployment);
  return status.readyReplicas;
};

async function inject(plural: string, kind: string, spec: Record<string, unknown>): Promise<void> {
  const { status, text } = await client.send('POST', `${CHAOS}/${plural}`, {
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind,
    metadata: { name: 'trouble' },
    spec: { ...SELECTED, ...spec },
  });
  expect(status, text).toBe(201);
}

async function victim(plural: string): Promise<string> {
  const { status } = await patiently(() => client.get(`${CHAOS}/${plural}/trouble`, Experiment));
  return status.experiment.containerRecords[0]?.id.split('/')[1] ?? '';
}

async function restart(pod: string): Promise<void> {
  const { status, text } = await client.send('POST', `/api/v1/namespaces/shop/pods/${pod}/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: pod, namespace: 'shop' },
    deleteOptions: {},
  });
  expect(status, text).toBe(201);
}

const isHealthy = async () => {
  expect(await readyReplicas()).toBe(4);
  expect(await client.query(P95)).toBeLessThan(0.2);
};

describe('the embedded cluster over HTTPS', () => {
  afterEach(async () => {
    for (const plural of ['podchaos', 'stresschaos', 'networkchaos']) {
      await client.send('DELETE', `${CHAOS}/${plural}/trouble`);
      await patiently(async () => {
        expect((await client.send('GET', `${CHAOS}/${plural}/trouble`)).status).toBe(404);
      });
    }
    await patiently(isHealthy);
  });

  it('runs the demo shop under load, within its objectives', async () => {
    await patiently(async () => {
      const rate = await client.query(`sum(rate(http_requests_total{${CHECKOUT}}[1m]))`);
      expect(rate).toBeGreaterThan(250);
      expect(rate).toBeLessThan(350);
    });
    const cpu = `sum(rate(container_cpu_usage_seconds_total{${CHECKOUT}}[1m])) / sum(kube_pod_container_resource_limits{${CHECKOUT},resource="cpu"})`;
    expect(await client.query(cpu)).toBeGreaterThan(0.5);
    expect(await client.query(cpu)).toBeLessThan(0.7);
    const [pod] = await client.checkoutPods();
    const log = await client.send(
      'GET',
      `/api/v1/namespaces/shop/pods/${pod?.metadata.name}/log?tailLines=5`,
    );
    expect(log.text.trim().split('\n')).toHaveLength(5);
    expect(log.text).toMatch(/INFO GET \/ 200 \d+\.\dms/);
  });

  it('replaces a pod that was killed', async () => {
    const before = (await client.checkoutPods()).map(({ metadata }) => metadata.name);
    await inject('podchaos', 'PodChaos', { action: 'pod-kill' });
    const killed = await victim('podchaos');
    expect(before).toContain(killed);
    await patiently(async () => {
      const after = (await client.checkoutPods()).map(({ metadata }) => metadata.name);
      expect(after).not.toContain(killed);
      expect(after).toHaveLength(4);
    });
    await patiently(isHealthy);
  });

  it.each([
    ['CPU stress', 'stresschaos', 'StressChaos', { stressors: { cpu: { workers: 2, load: 100 } } }],
    ['network delay', 'networkchaos', 'NetworkChaos', { action: 'delay', delay: { latency: '300ms' } }],
  ])('gets slow by %s on one pod, and well by a restart of that pod', async (_, plural, kind, spec) => {
    await inject(plural, kind, { ...spec, duration: '2h' });
    await patiently(async () => expect(await client.query(P95)).toBeGreaterThan(0.25));
    await restart(await victim(plural));
    await patiently(isHealthy);
  });

  it('gets slow by network delay, and well when the experiment is deleted', async () => {
    const spec = { action: 'delay', delay: { latency: '300ms', jitter: '30ms' }, duration: '2h' };
    await inject('networkchaos', 'NetworkChaos', spec);
    await patiently(async () => expect(await client.query(P95)).toBeGreaterThan(0.25));
    await client.send('DELETE', `${CHAOS}/networkchaos/trouble`);
    await patiently(isHealthy);
  });

  it('has a pod OOM-killed by memory stress, and well by a restart of that pod', async () => {
    const stressors = { memory: { workers: 1, size: '256MB' } };
    await inject('stresschaos', 'StressChaos', { stressors, duration: '2h' });
    const sick = await victim('stresschaos');
    await patiently(async () => {
      const pod = (await client.checkoutPods()).find(({ metadata }) => metadata.name === sick);
      const [status] = pod?.status.containerStatuses ?? [];
      expect(status?.restartCount).toBeGreaterThanOrEqual(2);
      expect(JSON.stringify(status?.lastState)).toContain('"reason":"OOMKilled","exitCode":137');
    });
    await restart(sick);
    await patiently(isHealthy);
  });
});

describe('starting an embedded cluster', () => {
  const options = { rate: 1, seed: 1, demo: false };

  it('refuses a port that is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await vi.waitFor(() => expect(blocker.listening).toBe(true));
    const address = blocker.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const start = startEmbeddedCluster({ ...options, kubeconfigPath: join(folder, 'taken'), port });
    await expect(start).rejects.toMatchObject({ name: 'CoxswainError', code: 'port-in-use' });
    blocker.close();
  });

  it('refuses a path that it cannot write to, and leaves nothing running', async () => {
    await writeFile(join(folder, 'file'), '');
    const start = startEmbeddedCluster({ ...options, kubeconfigPath: join(folder, 'file', 'kubeconfig') });
    await expect(start).rejects.toMatchObject({ name: 'CoxswainError', code: 'kubeconfig-invalid' });
  });

  it('refuses to overwrite the kubeconfig of another cluster', async () => {
    const kubeconfigPath = join(folder, 'precious');
    await writeFile(kubeconfigPath, 'contexts: [{ name: production }]\n');
    const start = startEmbeddedCluster({ ...options, kubeconfigPath });
    await expect(start).rejects.toMatchObject({
      code: 'kubeconfig-invalid',
      message: expect.stringContaining('left as it is'),
    });
    expect(await readFile(kubeconfigPath, 'utf8')).toContain('production');
  });

  it('overwrites its own, and ends when it is told to', async () => {
    const kubeconfigPath = join(folder, 'own');
    const first = await startEmbeddedCluster({ ...options, kubeconfigPath });
    await first.close();
    await first.close();
    const stop = new AbortController();
    const second = await startEmbeddedCluster({ ...options, kubeconfigPath, signal: stop.signal });
    expect(second.clock.rate).toBe(1);
    const ownClient = new Client(await readFile(kubeconfigPath, 'utf8'));
    expect((await ownClient.send('GET', '/api/v1/nodes')).status).toBe(200);
    stop.abort();
    await vi.waitFor(() => expect(ownClient.send('GET', '/api/v1/nodes')).rejects.toThrow());
    await ownClient.close();
  });
});
