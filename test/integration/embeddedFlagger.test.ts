import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { EMBEDDED_CONTEXT } from '../../agent/embedded/context';
import { LOAD_ANNOTATION, MODEL_ANNOTATION } from '../../agent/embedded/runtime/podSettings';
import { type GateCall, type GateDecision, openGate } from '../../agent/tasks/canary/hooks/gateServer';
import { HttpEar } from '../support/httpEar';

/** Cluster seconds in one of the wall clock: an interval of 10 s takes 0.1 s. */
const RATE = 100;
const WAIT = { timeout: 30_000, interval: 50 };

const Canary = z.object({
  status: z.object({ phase: z.string(), canaryWeight: z.number(), failedChecks: z.number() }),
});
const Events = z.object({
  items: z.array(z.object({ message: z.string(), involvedObject: z.object({ name: z.string() }) })),
});
const VirtualService = z.object({
  spec: z.object({ http: z.array(z.object({ route: z.array(z.object({ weight: z.number() })) })) }),
});

let directory: string;
let cluster: EmbeddedCluster;
let api: ReturnType<typeof openApiServer>;
let ear: HttpEar;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'coxswain-flagger-'));
  const kubeconfigPath = join(directory, 'kubeconfig');
  cluster = await startEmbeddedCluster({ kubeconfigPath, rate: RATE, seed: 5, demo: false });
  api = openApiServer(loadKubeconfig({ path: kubeconfigPath }), EMBEDDED_CONTEXT);
  ear = await HttpEar.open();
  await api.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: 'shop' } } });
});
afterAll(async () => {
  await api?.close();
  await cluster?.close();
  await ear?.close();
  await rm(directory, { recursive: true, force: true });
});

const path = (kind: 'apps' | 'flagger' | 'istio', name = '') => {
  const groups = {
    apps: ['apps/v1', 'deployments'],
    flagger: ['flagger.app/v1beta1', 'canaries'],
    istio: ['networking.istio.io/v1', 'virtualservices'],
  };
  const [group, plural] = groups[kind];
  return `/apis/${group}/namespaces/shop/${plural}${name === '' ? '' : `/${name}`}`;
};

async function get<T>(at: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse((await api.send({ method: 'GET', path: at })).body);
}

const template = (name: string, image: string, model: Record<string, number>) => ({
  metadata: {
    labels: { app: name },
    annotations: { [MODEL_ANNOTATION]: JSON.stringify({ startupSeconds: 3, ...model }) },
  },
  spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 8080 }] }] },
});

/** A Deployment with a Canary by Istio's weights, under load, that has been initialised. */
async function canary(name: string, analysis: Record<string, unknown> = {}): Promise<void> {
  await api.send({
    method: 'POST',
    path: path('apps'),
    body: {
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: name } },
        template: template(name, `${name}:1`, {}),
      },
    },
  });
  const load = JSON.stringify({ kind: 'constant', requestsPerSecond: 40 });
  await api.send({
    method: 'POST',
    path: path('flagger'),
    body: {
      metadata: { name },
      spec: {
        provider: 'istio',
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        service: { port: 80, targetPort: 8080, apex: { annotations: { [LOAD_ANNOTATION]: load } } },
        analysis: {
          interval: '20s',
          threshold: 2,
          stepWeight: 25,
          maxWeight: 50,
          metrics: [{ name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '30s' }],
          ...analysis,
        },
      },
    },
  });
  await reach(name, 'Initialized');
}

async function release(name: string, image: string, model: Record<string, number> = {}): Promise<void> {
  await api.send({
    method: 'PATCH',
    path: path('apps', name),
    contentType: 'application/merge-patch+json',
    body: { spec: { template: template(name, image, model) } },
  });
}

async function statusOf(name: string) {
  return (await get(path('flagger', name), Canary)).status;
}

async function reach(name: string, phase: string): Promise<void> {
  await vi.waitFor(async () => expect((await statusOf(name)).phase).toBe(phase), WAIT);
}

async function told(name: string): Promise<string[]> {
  const { items } = await get('/api/v1/namespaces/shop/events', Events);
  return items.filter(({ involvedObject }) => involvedObject.name === name).map(({ message }) => message);
}

const routedWeight = async (name: string) =>
  (await get(path('istio', name), VirtualService)).spec.http[0]?.route[1]?.weight;

describe('Flagger in the embedded cluster', () => {
  it('promotes a version that does well, by real traffic, and tells every event', async () => {
    const events = await HttpEar.open();
    await canary('good', { webhooks: [{ name: 'all', type: 'event', url: `${events.url}/told` }] });
    await release('good', 'good:2');
    await reach('good', 'Succeeded');
    expect(await told('good')).toEqual(
      expect.arrayContaining([
        'Advance good.shop canary weight 25',
        'Promotion completed! Scaling down good.shop',
      ]),
    );
    await vi.waitFor(() => expect(events.told.at(-1)).toMatchObject({ phase: 'Succeeded' }), WAIT);
    expect(events.told.at(-1)).toMatchObject({
      name: 'good',
      namespace: 'shop',
      metadata: {
        eventType: 'Normal',
        eventMessage: 'Promotion completed! Scaling down good.shop',
        timestamp: expect.stringMatching(/^\d{13}$/),
      },
    });
    await events.close();
  });

  it('leaves no traffic on a version that fails', async () => {
    await canary('bad');
    await release('bad', 'bad:2', { errorShare: 0.4 });
    await reach('bad', 'Failed');
    expect(await statusOf('bad')).toMatchObject({ canaryWeight: 0 });
    expect(await routedWeight('bad')).toBe(0);
    expect((await told('bad')).join('\n')).toMatch(
      /Halt bad\.shop advancement success rate \d\d\.\d\d% < 99%/,
    );
  });

  it('halts at webhooks that answer 500, are late, or refuse, and says so as Flagger does', async () => {
    const answers = [500, 403, 'nothing'] as const;
    let asked = 0;
    ear.answer = (_, response) => {
      const answer = answers[asked++];
      if (answer === 'nothing') return;
      response.writeHead(answer ?? 200).end(answer === 403 ? 'the load test has failed' : '');
    };
    const hook = { name: 'load test', url: `${ear.url}/load`, timeout: '1s' };
    await canary('hooked', { threshold: 5, metrics: [], webhooks: [hook] });
    await release('hooked', 'hooked:2');
    await reach('hooked', 'Succeeded');
    const halt = 'Halt hooked.shop advancement external check load test failed';
    const gaveUp = `${halt} POST ${ear.url}/load giving up after 1 attempt(s)`;
    expect((await told('hooked')).filter((message) => message.startsWith('Halt'))).toEqual([
      gaveUp,
      `${halt} the load test has failed`,
      `${gaveUp}: Post "${ear.url}/load": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    ]);
    expect(ear.told[0]).toMatchObject({ name: 'hooked', namespace: 'shop', phase: 'Progressing' });
  });

  it('goes on and back by the gate that it asks', async () => {
    const calls: GateCall[] = [];
    const open = new Set(['confirm-rollout']);
    const decide = (kind: string): GateDecision => ({ open: open.has(kind), reason: 'by this test' });
    const gate = await openGate({ host: '127.0.0.1', port: 0, decide, record: (call) => calls.push(call) });
    const kinds = [
      'confirm-rollout',
      'pre-rollout',
      'confirm-traffic-increase',
      'confirm-promotion',
      'rollback',
    ];
    const webhooks = [...kinds, 'post-rollout'].map((type) => ({
      name: type,
      type,
      url: `${gate.url}/gate/${type}`,
    }));
    await canary('gated', { metrics: [], webhooks });
    await release('gated', 'gated:2');
    const hasTold = (text: string) =>
      vi.waitFor(async () => expect(await told('gated')).toContain(text), WAIT);
    await hasTold(
      'Halt gated.shop advancement waiting for traffic increase approval confirm-traffic-increase',
    );
    expect(await routedWeight('gated')).toBe(0);
    open.add('confirm-traffic-increase');
    await reach('gated', 'WaitingPromotion');
    expect(await routedWeight('gated')).toBe(50);
    open.add('rollback');
    await reach('gated', 'Failed');
    expect(await routedWeight('gated')).toBe(0);
    expect(await told('gated')).toContain('Rolling back gated.shop manual webhook invoked');
    await vi.waitFor(() => expect(calls.at(-1)).toMatchObject({ kind: 'post-rollout' }), WAIT);
    expect(new Set(calls.map(({ kind }) => kind))).toEqual(new Set([...kinds, 'post-rollout']));
    expect(new Set(calls.map(({ release: { checksum } }) => checksum)).size).toBeLessThanOrEqual(2);
    await gate.close();
  });
});
