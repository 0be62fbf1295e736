import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { Session } from 'node:inspector/promises';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiStatusError } from '../../agent/cluster/apiErrors';
import { type ClosableApiServer, openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import type { ConfigSource } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import type { ResourceType } from '../../agent/embedded/objectStore';
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../../agent/embedded/store/resourceTypes';
import { CanaryKind, type JournalRow, type ReleaseState } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import { AGENT_BUNDLE } from '../support/cli';
import { GatewayClient } from '../support/gatewayClient';
import { type RoutedApp, routedApp, routedWeight } from '../support/routedApps';

import { Server as TlsServer } from 'node:https';
const urls = new Map<string, number>();
if (process.env.URLS) {
  const emit = TlsServer.prototype.emit;
  TlsServer.prototype.emit = function (this: TlsServer, event: string, ...args: any[]) {
    if (event === 'request') {
      const url = decodeURIComponent(args[0].url).replaceAll('+', ' ');
      const q = /query=(.*)/.exec(url)?.[1];
      const key = args[0].method + ' ' + (q ? q.replace(/pod=~"[^"]*"/g, 'POD').slice(0, 110) : url.replace(/\d+/g, 'N').slice(0, 100));
      urls.set(key, (urls.get(key) ?? 0) + 1);
    }
    return emit.call(this, event, ...args);
  } as any;
}
const NAMESPACE = 'release';
const SCENARIOS = ['healthy', 'buggy', 'degrading', 'flaky'] as const;
type Scenario = (typeof SCENARIOS)[number];
const RATE = Number(process.env.RATE ?? 60);
const RPS = Number(process.env.RPS ?? 40);
const WAIT_MS = 55_000;
const STABLE = '1.0.0';
const WEIGHTS = [10, 30, 60];
const CASES = CanaryKind.options.flatMap((kind) => SCENARIOS.map((scenario) => ({ kind, scenario })));

interface Case {
  app: RoutedApp;
  version: string;
  isGood: boolean;
  counted: number;
  minutes: number;
  weights: Map<number, Map<string, number>>;
  header: Map<string, number>;
}

let directory: string;
let cluster: EmbeddedCluster;
let api: ClosableApiServer;
let agent: Agent;
let client: GatewayClient;
const rows: JournalRow[] = [];
const cases = new Map<string, Case>();
const t0 = performance.now();

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: WAIT_MS, interval: 50 });
const pathOf = ({ group, version, plural }: ResourceType, name = '') =>
  `${group ? `/apis/${group}` : '/api'}/${version}/namespaces/${NAMESPACE}/${plural}${name && `/${name}`}`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}

beforeAll(async () => {
  if (process.env.PROF) { session.connect(); await session.post('Profiler.enable'); await session.post('Profiler.start'); }
  directory = mkdtempSync(join(tmpdir(), 'coxswain-routers-'));
  const kubeconfigPath = join(directory, 'kubeconfig');
  cluster = await startEmbeddedCluster({ kubeconfigPath, rate: RATE, seed: 7, demo: false, log: (l) => console.error(l) });
  api = openApiServer(loadKubeconfig({ path: kubeconfigPath }));
  client = new GatewayClient(cluster.gatewayUrl);
  const port = await freePort();
  const gateUrl = `http://127.0.0.1:${port}`;
  await api.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: NAMESPACE } } });
  for (const { kind, scenario } of CASES) {
    const name = `${kind}-${scenario}`;
    const app = routedApp({ kind, namespace: NAMESPACE, name, requestsPerSecond: RPS, weights: WEIGHTS, gateUrl });
    for (const { type, object } of app.objects) await api.send({ method: 'POST', path: pathOf(type), body: object });
    cases.set(name, { app, version: `2.0.0-${scenario}`, isGood: scenario === 'healthy', counted: 0, minutes: 0, weights: new Map(), header: new Map() });
  }
  const config: Config = {
    ...DEFAULT_CONFIG,
    namespaces: [NAMESPACE],
    mode: 'auto',
    scale: { ...DEFAULT_CONFIG.scale, steering: 'off' },
    heal: { ...DEFAULT_CONFIG.heal, eventDelay: 10_000 },
    guard: { ...DEFAULT_CONFIG.guard, staleAfter: 300_000 },
    metrics: { ...DEFAULT_CONFIG.metrics, interval: Number(process.env.METRICS ?? 30_000) },
    canary: {
      ...DEFAULT_CONFIG.canary,
      ...{ steering: 'own', interval: Number(process.env.INTERVAL ?? 15_000), bake: 0, evidence: 'strict', weights: WEIGHTS },
      gate: { enabled: true, host: '127.0.0.1', port },
    },
  };
  agent = await Agent.start({
    version: '0.0.0',
    stateDirectory: join(directory, 'state'),
    openConfig: (): ConfigSource => ({ path: null, current: () => config, close: () => undefined }),
    trusted: true,
    assetsDirectory: dirname(AGENT_BUNDLE),
    log: (l) => process.env.LOG && console.error(l),
  });
  agent.onRow((row) => { rows.push(row); if (process.env.ROWS && (row.event.kind !== 'decision') && JSON.stringify(row.event).includes(process.env.ROWS)) console.error(((performance.now()-t0)/1000).toFixed(1), JSON.stringify(row.event).slice(0, 300)); });
  await agent.handle('connect', { kubeconfig: kubeconfigPath }, 'test');
});
const session = new Session();
afterAll(async () => {
  if (process.env.PROF) { const { profile } = await session.post('Profiler.stop'); writeFileSync(process.env.PROF, JSON.stringify(profile)); }
  for (const [name, { minutes, counted, weights, header }] of cases)
    console.error(name, minutes.toFixed(1), counted, [...weights].map(([w, c]) => `${w}: ${JSON.stringify(Object.fromEntries(c))}`).join(' '), JSON.stringify(Object.fromEntries(header)));
  for (const [name, { app }] of cases) {
    const own = rows.flatMap(({ atMs, event }) => (event.kind === 'release' && event.workloadId === app.releaseId && event.what !== 'hook' ? [{ atMs, ...event }] : []));
    const start = own.find(({ what }) => what === 'started')?.atMs ?? 0;
    console.error(name, own.map(({ atMs, what, weight, text }) => `${((atMs - start) / 60000).toFixed(1)}:${what}${what === 'weight' ? weight : what === 'held' || what === 'alert' ? `(${text.slice(0, 60)})` : ''}`).join(' '));
  }
  console.error('cpu', process.cpuUsage().user / 1e6, process.cpuUsage().system / 1e6, 'wall', (performance.now() - t0) / 1000);
  console.error([...urls].sort((a, b) => b[1] - a[1]).slice(0, 60).map(([u, n]) => `${n} ${u}`).join('\n'));
  client?.close();
  await agent?.close('the test is over');
  await api?.close();
  await cluster?.close();
  rmSync(directory, { recursive: true, force: true });
});

const read = async (path: string) => (await api.send({ method: 'GET', path })).body;
const tryRead = async (path: string) => {
  try {
    return await read(path);
  } catch (error) {
    if (error instanceof ApiStatusError && error.status === 404) return null;
    throw error;
  }
};
function release({ app }: Case): ReleaseState {
  const state = agent.snapshot().releases.find(({ id }) => id === app.releaseId);
  if (!state) throw new Error(`${app.releaseId} is no release`);
  return state;
}
const weightOf = async ({ app }: Case) =>
  routedWeight(app.kind, await Promise.all(app.routes.map(({ type, name }) => tryRead(pathOf(type, name)))));

async function there({ app }: Case): Promise<unknown> {
  const lists = await Promise.all([DEPLOYMENTS, SERVICES, INGRESSES].map((type) => read(pathOf(type))));
  const names = lists.map((list) =>
    (list as { items: { metadata: { name: string } }[] }).items
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith(app.name))
      .toSorted(),
  );
  const routes = await Promise.all(app.routes.map(({ type, name }) => tryRead(pathOf(type, name))));
  return { names, routes: routes.map(lasting) };
}
function lasting(object: unknown): unknown {
  if (object === null) return null;
  const { status: _, metadata, ...rest } = object as { status: unknown; metadata: Record<string, unknown> };
  const { resourceVersion: _v, generation: _g, managedFields: _m, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

async function sample(one: Case): Promise<void> {
  const { app } = one;
  const isOn = () => release(one).phase === (app.kind === 'argo-rollouts' ? 'paused' : 'progressing');
  const before = await weightOf(one);
  if (!isOn() || before <= 0 || before >= 100) return;
  const counts = await client.count(app.host, 20);
  const headed = app.hasHeader ? await client.count(app.host, 2, { 'x-canary': 'true' }) : new Map<string, number>();
  if (!isOn() || (await weightOf(one)) !== before) return;
  const at = one.weights.get(before) ?? new Map<string, number>();
  one.weights.set(before, at);
  add(at, counts);
  add(one.header, headed);
  one.counted += 20;
}
function add(to: Map<string, number>, from: Map<string, number>) {
  for (const [key, n] of from) to.set(key, (to.get(key) ?? 0) + n);
}

async function run(one: Case): Promise<void> {
  const { app, version, isGood } = one;
  await until(() => expect(release(one)).toMatchObject({ phase: 'idle', problem: null }));
  await until(async () => expect(await client.count(app.host, 1)).toEqual(new Map([[STABLE, 1]])));
  const before = await there(one);
  expect(await client.count(app.host, 40)).toEqual(new Map([[STABLE, 40]]));
  const fromMs = cluster.clock.originMs;
  const startWall = performance.now();
  await agent.handle('releaseOperation', {
    releaseId: app.releaseId,
    operation: { kind: 'start', images: [{ container: 'app', image: `coxswain.dev/demo/${app.name}:${version}` }] },
    confirmed: true,
  }, 'test');
  void fromMs;
  await until(() => expect(['idle', 'starting', 'progressing']).toContain(release(one).phase));
  await until(() => expect(release(one).phase).not.toBe('idle'));
  await until(async () => {
    await sample(one);
    expect(['succeeded', 'failed', 'degraded']).toContain(release(one).phase);
  });
  one.minutes = ((performance.now() - startWall) / 1000) * RATE / 60;
  expect(release(one).phase === 'succeeded').toBe(isGood);
  await until(async () => expect(await there(one)).toEqual(before));
  const last = isGood ? version : STABLE;
  expect(await client.count(app.host, 40)).toEqual(new Map([[last, 40]]));
  void PODS;
}

describe('routers', () => {
  let runs: Map<string, Promise<void>>;
  beforeAll(() => {
    runs = new Map([...cases].filter(([name]) => name.includes(process.env.ONLY ?? '')).map(([name, one]) => [name, run(one)]));
    for (const one of runs.values()) one.catch(() => undefined);
  });
  it.each(CASES.filter(({ kind, scenario }) => `${kind}-${scenario}`.includes(process.env.ONLY ?? '')))('$kind $scenario', async ({ kind, scenario }) => {
    await runs.get(`${kind}-${scenario}`);
  });
});
