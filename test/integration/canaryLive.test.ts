import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ClosableApiServer, openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import type { ConfigSource } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import type { JournalRow, ReleaseState } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import { AGENT_BUNDLE } from '../support/cli';

const STOREFRONT = 'release/Deployment/storefront';
const ROUTE = '/apis/gateway.networking.k8s.io/v1/namespaces/release/httproutes/storefront';
/** A decision takes a sixth of a second of wall time. */
const RATE = 60;
const WAIT_MS = 60_000;

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
  const rows: JournalRow[] = [];
  const config: Config = {
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

  const start = (image: string) =>
    agent.handle(
      'releaseOperation',
      {
        releaseId: STOREFRONT,
        operation: { kind: 'start', images: [{ container: 'app', image }] },
        confirmed: true,
      },
      'test',
    );

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

  it('promotes a healthy version by its evidence, and leaves the route as it was', async () => {
    rows.length = 0;
    await start('coxswain.dev/demo/storefront:2.0.0-healthy');
    await until(() => expect(release().weight).toBeGreaterThan(0));
    const { count } = await agent.handle(
      'checkSplit',
      { releaseId: STOREFRONT, requests: 40, path: '/version', canaryHeader: true },
      'test',
    );
    expect(count).toMatchObject({ requests: 40, canary: 40 });
    await until(() => expect(release()).toMatchObject({ phase: 'succeeded', canary: null }));
    expect(told()).toEqual(expect.arrayContaining(['started', 'weight', 'verdict', 'promoted']));
    expect(release().stable?.images).toEqual(['coxswain.dev/demo/storefront:2.0.0-healthy']);
    await expectNothingLeft();
  });
});
