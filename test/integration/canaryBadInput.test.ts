import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { type ClosableApiServer, openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import type { ConfigSource } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import type { ResourceType } from '../../agent/embedded/objectStore';
import { ANALYSIS_TEMPLATES, ROLLOUTS } from '../../agent/embedded/runtime/argo/definitions';
import {
  DEPLOYMENTS,
  HTTP_ROUTES,
  SERVICES,
  VIRTUAL_SERVICES,
} from '../../agent/embedded/store/resourceTypes';
import type { ReleaseOperation, ReleaseState } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import { AGENT_BUNDLE } from '../support/cli';
import { objectPath } from '../support/followedRelease';
import { GatewayClient } from '../support/gatewayClient';
import { type RoutedApp, routedApp } from '../support/routedApps';

const NAMESPACE = 'release';
const RATE = 60;
const WAIT = { timeout: 20_000, interval: 50 };
const STABLE = '1.0.0';
const NEXT = '2.0.0-healthy';
const imageOf = (version: string) => `coxswain.dev/demo/storefront:${version}`;

const Named = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
const Route = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    rules: z.array(
      z.looseObject({
        backendRefs: z.array(z.looseObject({ name: z.string(), weight: z.number().optional() })),
      }),
    ),
  }),
});

/** One agent in mode auto over the embedded cluster; each app has something else that is wrong. */
describe('a release of which something is wrong', () => {
  let directory: string;
  let cluster: EmbeddedCluster;
  let api: ClosableApiServer;
  let agent: Agent;
  let client: GatewayClient;
  const app = (kind: RoutedApp['kind'], name: string) =>
    routedApp({ kind, namespace: NAMESPACE, name, weights: [10, 50], requestsPerSecond: 30, gateUrl: '' });
  const CLAIMED = app('gateway-api', 'claimed');
  const UNSERVED = app('gateway-api', 'unserved');
  const MOVED = app('gateway-api', 'moved');
  const CUT = app('gateway-api', 'cut');
  const UNPULLABLE = app('gateway-api', 'unpullable');
  const MISARGUED = app('argo-rollouts', 'misargued');
  const APPS = [CLAIMED, UNSERVED, MOVED, CUT, UNPULLABLE, MISARGUED];
  // Long enough a bake that a release stays at its first weight.
  const config: Config = {
    ...DEFAULT_CONFIG,
    namespaces: [NAMESPACE],
    mode: 'auto',
    // Nothing happens in the cluster for longer than its clock takes to a minute.
    guard: { ...DEFAULT_CONFIG.guard, staleAfter: 600_000 },
    canary: {
      ...DEFAULT_CONFIG.canary,
      steering: 'own',
      interval: 10_000,
      bake: 86_400_000,
      weights: [10, 50],
    },
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-bad-canary-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    cluster = await startEmbeddedCluster({ kubeconfigPath, rate: RATE, seed: 3, demo: false });
    api = openApiServer(loadKubeconfig({ path: kubeconfigPath }));
    client = new GatewayClient(cluster.gatewayUrl);
    const metadata = { name: NAMESPACE };
    await api.send({ method: 'POST', path: '/api/v1/namespaces', body: { metadata } });
    for (const { type, object } of APPS.flatMap(({ objects }) => objects)) await create(type, object);
    await create(ANALYSIS_TEMPLATES, needy());
    agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: join(directory, 'state'),
      openConfig: (): ConfigSource => ({ path: null, current: () => config, close: () => undefined }),
      trusted: true,
      assetsDirectory: dirname(AGENT_BUNDLE),
      log: () => undefined,
    });
    await agent.handle('connect', { kubeconfig: kubeconfigPath }, 'test');
    await until(() => {
      for (const { releaseId } of APPS) expect(release({ releaseId }).stable?.readyPods).toBe(2);
    });
  });
  afterAll(async () => {
    client?.close();
    await agent?.close('the test is over');
    await api?.close();
    await cluster?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const until = (check: () => void | Promise<void>) => vi.waitFor(check, WAIT);
  const path = (type: ResourceType, name = '') => objectPath(type, NAMESPACE, name);
  const create = (type: ResourceType, body: unknown) => api.send({ method: 'POST', path: path(type), body });
  const remove = (type: ResourceType, name: string) => api.send({ method: 'DELETE', path: path(type, name) });
  const read = async (type: ResourceType, name = '') =>
    (await api.send({ method: 'GET', path: path(type, name) })).body;
  const merge = (type: ResourceType, name: string, body: unknown) =>
    api.send({ method: 'PATCH', path: path(type, name), contentType: 'application/merge-patch+json', body });
  const routeOf = async ({ name }: RoutedApp) => Route.parse(await read(HTTP_ROUTES, name));

  const namesOf = async (type: ResourceType) =>
    Named.parse(await read(type)).items.map(({ metadata }) => metadata.name);

  function release({ releaseId }: Pick<RoutedApp, 'releaseId'>): ReleaseState {
    const state = agent.snapshot().releases.find(({ id }) => id === releaseId);
    if (!state) throw new Error(`${releaseId} is no release`);
    return state;
  }

  const order = ({ releaseId }: RoutedApp, operation: ReleaseOperation) =>
    agent.handle('releaseOperation', { releaseId, operation, confirmed: true }, 'test');
  const start = (of: RoutedApp, version = NEXT) =>
    order(of, { kind: 'start', images: [{ container: 'app', image: imageOf(version) }] });

  async function released(of: RoutedApp): Promise<void> {
    await start(of);
    await until(() => expect(release(of)).toMatchObject({ phase: 'progressing', weight: 10 }));
  }

  async function expectOnStable({ name, host }: RoutedApp): Promise<void> {
    for (const type of [DEPLOYMENTS, SERVICES]) expect(await namesOf(type)).not.toContain(`${name}-canary`);
    expect(await client.count(host, 20)).toEqual(new Map([[STABLE, 20]]));
  }

  it.concurrent('does not begin while another router claims its host', async () => {
    const virtualService = {
      ...{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
      metadata: { name: 'rival' },
      spec: { hosts: [CLAIMED.host], http: [{ route: [{ destination: { host: CLAIMED.name } }] }] },
    };
    await create(VIRTUAL_SERVICES, virtualService);
    const claim = /claimed by HTTPRoute claimed and by VirtualService release\/rival/;
    await until(() =>
      expect(release(CLAIMED)).toMatchObject({ phase: 'invalid', problem: expect.stringMatching(claim) }),
    );
    await expect(start(CLAIMED)).rejects.toThrow(claim);
    await expectOnStable(CLAIMED);
    await remove(VIRTUAL_SERVICES, 'rival');
    await until(() => expect(release(CLAIMED)).toMatchObject({ phase: 'idle', problem: null }));
  });

  it.concurrent('does not begin without the stable Service', async () => {
    await remove(SERVICES, UNSERVED.name);
    const missing = /no Service unserved/;
    await until(() => expect(release(UNSERVED).problem).toMatch(missing));
    await expect(start(UNSERVED)).rejects.toThrow(missing);
    expect(release(UNSERVED)).toMatchObject({ phase: 'invalid', canary: null });
  });

  it.concurrent('stays as it is when somebody else changes its weight, until a person gives the traffic back', async () => {
    const before = await routeOf(MOVED);
    await released(MOVED);
    const { spec } = await routeOf(MOVED);
    const rules = spec.rules.map((rule) => ({ ...rule, backendRefs: rule.backendRefs.map(toForty) }));
    await merge(HTTP_ROUTES, MOVED.name, { spec: { rules } });
    const told = 'somebody else has changed the weight: 10 % was set, and the route says 40 %';
    await until(() =>
      expect(release(MOVED)).toMatchObject({
        phase: 'paused',
        weight: 40,
        problem: expect.stringContaining(told),
      }),
    );
    const requests = release(MOVED).evidence?.requests ?? 0;
    await until(() => expect(release(MOVED).evidence?.requests).toBeGreaterThan(requests));
    expect((await routeOf(MOVED)).spec.rules).toEqual(rules);
    await order(MOVED, { kind: 'rollback' });
    await until(() => expect(release(MOVED).phase).toBe('failed'));
    expect(await routeOf(MOVED)).toEqual(before);
    await expectOnStable(MOVED);
  });

  it.concurrent('makes the canary’s Service again when it is gone', async () => {
    await released(CUT);
    await remove(SERVICES, `${CUT.name}-canary`);
    await until(async () => expect(await namesOf(SERVICES)).toContain(`${CUT.name}-canary`));
    await until(() =>
      expect(release(CUT)).toMatchObject({ phase: 'progressing', weight: 10, problem: null }),
    );
    await order(CUT, { kind: 'abort' });
    await until(() => expect(release(CUT).phase).toBe('failed'));
    await expectOnStable(CUT);
  });

  it.concurrent('is rolled back without any traffic when its image never starts', async () => {
    await start(UNPULLABLE, 'coxswain-missing');
    await until(() => expect(release(UNPULLABLE).phase).toBe('failed'));
    expect(release(UNPULLABLE).status).toMatch(
      // The one after the other, as the kubelet tries and waits.
      /was rolled back: pod .* of the canary does not start: (ErrImagePull|ImagePullBackOff)$/,
    );
    await expectOnStable(UNPULLABLE);
  });

  it.concurrent('of Argo Rollouts says which argument its analysis lacks, with all traffic on stable', async () => {
    const { name, releaseId } = MISARGUED;
    const steps = [{ setWeight: 10 }, { analysis: { templates: [{ templateName: 'needy' }] } }];
    await merge(ROLLOUTS, name, { spec: { strategy: { canary: { steps } } } });
    await start(MISARGUED);
    await until(() => expect(release({ releaseId })).toMatchObject({ phase: 'degraded' }));
    expect(release({ releaseId }).status).toContain('service-name');
    expect(await client.count(MISARGUED.host, 20)).toEqual(new Map([[STABLE, 20]]));
  });
});

function toForty<Ref extends { name: string; weight?: number | undefined }>(ref: Ref): Ref {
  return { ...ref, weight: ref.name.endsWith('-canary') ? 40 : 60 };
}

/** An analysis with an argument that no Rollout gives it. */
function needy() {
  const provider = {
    prometheus: { address: 'http://prometheus', query: 'up{service="{{args.service-name}}"}' },
  };
  return {
    ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 'needy' } },
    spec: { args: [{ name: 'service-name' }], metrics: [{ name: 'up', successCondition: 'true', provider }] },
  };
}
