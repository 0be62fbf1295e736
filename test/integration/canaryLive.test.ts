import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ClosableApiServer, openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import type { ConfigSource } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { RELEASE_HOST } from '../../agent/embedded/demo/releaseApp';
import type { JournalRow, ReleaseOperation, ReleaseState, ReleaseSteering } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import { AGENT_BUNDLE } from '../support/cli';
import { GatewayClient } from '../support/gatewayClient';

const STOREFRONT = 'release/Deployment/storefront';
const ROUTE = '/apis/gateway.networking.k8s.io/v1/namespaces/release/httproutes/storefront';
/** A decision takes a sixth of a second of wall time. */
const RATE = 60;
const WAIT_MS = 60_000;
/** At a time, of clients. */
const REQUESTS = 60;

interface Named {
  metadata: { name: string };
}

/** The embedded cluster's own traffic, and an agent over it in mode auto as it is started for a user. */
describe('releasing a live workload', () => {
  let directory: string;
  let cluster: EmbeddedCluster;
  let api: ClosableApiServer;
  let agent: Agent;
  let before: unknown;
  let client: GatewayClient;
  const rows: JournalRow[] = [];
  let config: Config = {
    ...DEFAULT_CONFIG,
    namespaces: ['release'],
    mode: 'auto',
    canary: { ...DEFAULT_CONFIG.canary, steering: 'own', interval: 10_000, bake: 0, weights: [10, 30, 60] },
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-canary-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    cluster = await startEmbeddedCluster({
      kubeconfigPath,
      rate: RATE,
      seed: 7,
      demo: false,
      releaseDemo: true,
    });
    client = new GatewayClient(cluster.gatewayUrl);
    api = openApiServer(loadKubeconfig({ path: kubeconfigPath }));
    agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: join(directory, 'state'),
      openConfig: (): ConfigSource => ({ path: null, current: () => config, close: () => undefined }),
      trusted: true,
      assetsDirectory: dirname(AGENT_BUNDLE),
      log: () => undefined,
    });
    agent.onRow((row) => rows.push(row));
    await agent.handle('connect', { kubeconfig: kubeconfigPath }, 'test');
    await until(async () => {
      expect(release().stable?.readyPods).toBe(4);
      expect(release()).toMatchObject({ phase: 'idle', problem: null });
    });
    before = await route();
  });
  afterAll(async () => {
    client?.close();
    await agent?.close('the test is over');
    await api?.close();
    await cluster?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: WAIT_MS, interval: 50 });
  const read = async (path: string) => (await api.send({ method: 'GET', path })).body;
  const release = (): ReleaseState => {
    const state = agent.snapshot().releases.find(({ id }) => id === STOREFRONT);
    if (!state) throw new Error('it is no release');
    return state;
  };
  const told = () => rows.flatMap(({ event }) => (event.kind === 'release' ? [event.what] : []));

  /** What a route is, but for its status and its version. */
  async function route(): Promise<unknown> {
    const { metadata, spec } = (await read(ROUTE)) as { metadata: { annotations?: unknown }; spec: unknown };
    return { annotations: metadata.annotations, spec };
  }

  async function names(path: string): Promise<string[]> {
    const { items } = (await read(path)) as { items: Named[] };
    return items.map(({ metadata }) => metadata.name).toSorted();
  }

  const operate = (operation: ReleaseOperation) =>
    agent.handle('releaseOperation', { releaseId: STOREFRONT, operation, confirmed: true }, 'test');
  const start = (image: string) => operate({ kind: 'start', images: [{ container: 'app', image }] });

  async function expectNothingLeft(): Promise<void> {
    expect(await route()).toEqual(before);
    expect(await names('/apis/apps/v1/namespaces/release/deployments')).toEqual(['storefront']);
    expect(await names('/api/v1/namespaces/release/services')).toEqual(['storefront']);
    const deployment = (await read('/apis/apps/v1/namespaces/release/deployments/storefront')) as {
      metadata: { annotations: Record<string, string> };
    };
    expect(deployment.metadata.annotations).not.toHaveProperty('coxswain.dev/release');
  }

  it('rolls a buggy version back, and leaves the route as it was', async () => {
    rows.length = 0;
    await start('coxswain.dev/demo/storefront:2.0.0-buggy');
    await until(() => expect(release()).toMatchObject({ phase: 'failed', canary: null }));
    expect(told()).toEqual(expect.arrayContaining(['started', 'weight', 'verdict', 'rolled-back', 'ended']));
    const verdict = rows.find(({ event }) => event.kind === 'release' && event.what === 'verdict');
    expect(verdict?.event).toMatchObject({ text: expect.stringContaining('Harm is certain') });
    await expectNothingLeft();
    expect(release().stable?.images).not.toContain('coxswain.dev/demo/storefront:2.0.0-buggy');
  });

  it('finds a buggy version by copies of requests, of which no client gets an answer', async () => {
    rows.length = 0;
    const { canary } = config;
    config = { ...config, canary: { ...canary, mirrorPercent: 50 } };
    const steer = (steering: ReleaseSteering) =>
      agent.handle('setReleaseSteering', { releaseId: STOREFRONT, steering }, 'test');
    // Until the clients have asked, nothing is done about it.
    await steer('shadow');
    await start('coxswain.dev/demo/storefront:2.0.0-buggy');
    await until(() => expect(release().evidence).toMatchObject({ verdict: 'harm' }));
    expect(release()).toMatchObject({ weight: 0, status: expect.stringContaining('copies of 50 %') });
    const answers = await client.count(RELEASE_HOST, REQUESTS);
    expect([...answers.keys()]).toEqual(['1.0.0']);
    expect(release()).toMatchObject({ weight: 0, status: expect.stringContaining('copies of 50 %') });
    await steer('own');
    await until(() => expect(release()).toMatchObject({ phase: 'failed', canary: null }));
    const verdict = rows.find(({ event }) => event.kind === 'release' && event.what === 'verdict');
    expect(verdict?.event).toMatchObject({ weight: 0, text: expect.stringContaining('Harm is certain') });
    expect(told()).toContain('rolled-back');
    expect(told()).not.toContain('weight');
    await expectNothingLeft();
    config = { ...config, canary };
  });

  /** Percent of the route's last rule, by Service: that of a Deployment bears its name. */
  async function split(): Promise<Record<string, number>> {
    const { spec } = (await read(ROUTE)) as {
      spec: { rules: { backendRefs: { name: string; weight?: number }[] }[] };
    };
    const backends = spec.rules.at(-1)?.backendRefs ?? [];
    return Object.fromEntries(backends.map(({ name, weight = 1 }) => [name, weight]));
  }

  /** Real requests of clients are answered by each Deployment's pods as the route says. */
  async function expectServedAsSplit(): Promise<void> {
    const before = await split();
    const answers = await Promise.all(Array.from({ length: REQUESTS }, () => client.ask(RELEASE_HOST)));
    expect(await split()).toEqual(before);
    const from = (name: string) => new RegExp(`/${name}-[^-]+-[^-]+$`);
    for (const [name, weight] of Object.entries(before)) {
      const share = weight / 100;
      const count = answers.filter(({ pod = '' }) => from(name).test(pod)).length;
      // So far a fair draw is off only once in millions of times.
      const most = 5 * Math.sqrt(REQUESTS * share * (1 - share));
      expect(Math.abs(count - REQUESTS * share), name).toBeLessThanOrEqual(most);
    }
  }

  it('promotes a healthy version by its evidence against a baseline, and leaves the route as it was', async () => {
    rows.length = 0;
    config = { ...config, canary: { ...config.canary, baseline: true } };
    await start('coxswain.dev/demo/storefront:2.0.0-healthy');
    await until(() => expect(release().weight).toBeGreaterThan(0));
    // So that the route stays as it is for a while; a raise may be on its way.
    await until(async () => {
      await operate({ kind: 'pause' });
    });
    const { count } = await agent.handle(
      'checkSplit',
      { releaseId: STOREFRONT, requests: 40, path: '/version', canaryHeader: true },
      'test',
    );
    expect(count).toMatchObject({ requests: 40, canary: 40 });
    await until(expectServedAsSplit);
    const { weight, stable } = release();
    const baseline = Math.min(weight ?? 0, 100 - (weight ?? 0));
    expect(await split()).toEqual({
      storefront: 100 - (weight ?? 0) - baseline,
      'storefront-canary': weight,
      'storefront-baseline': baseline,
    });
    expect(release()).toMatchObject({
      baseline: { images: stable?.images, weight: baseline },
      evidence: { comparedWith: 'baseline' },
    });
    await operate({ kind: 'resume' });
    await until(() => expect(release()).toMatchObject({ phase: 'succeeded', canary: null, baseline: null }));
    expect(told()).toEqual(expect.arrayContaining(['started', 'weight', 'verdict', 'promoted']));
    const verdict = rows.find(({ event }) => event.kind === 'release' && event.what === 'verdict');
    expect(verdict?.event).toMatchObject({ text: expect.stringContaining("the same-age baseline's") });
    expect(release().stable?.images).toEqual(['coxswain.dev/demo/storefront:2.0.0-healthy']);
    await expectNothingLeft();
  });
});
