import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { RELEASE_NAMESPACE, releaseObjects } from '../../agent/embedded/demo/releaseApp';
import type { NewObject, ResourceType } from '../../agent/embedded/objectStore';
import {
  DEPLOYMENTS,
  DESTINATION_RULES,
  HTTP_ROUTES,
  INGRESSES,
  SERVICES,
  VIRTUAL_SERVICES,
} from '../../agent/embedded/store/resourceTypes';
import type { RouterKind } from '../../agent/protocol';
import { GatewayClient } from '../support/gatewayClient';

const NAME = 'storefront';
const CANARY = `${NAME}-canary`;
const HOSTS: Readonly<Record<RouterKind, string>> = {
  nginx: 'nginx.example',
  'gateway-api': 'gateway.example',
  istio: 'istio.example',
};
const ROUTERS = Object.keys(HOSTS) as RouterKind[];
const REQUESTS = 200;
/** So far the share of a fair draw of `REQUESTS` is off only once in millions of times. */
const FIVE_SIGMA = 5 * Math.sqrt(0.25 / REQUESTS);
const NGINX = 'nginx.ingress.kubernetes.io';

let folder: string;
let cluster: EmbeddedCluster;
let api: ReturnType<typeof openApiServer>;
let client: GatewayClient;

const pathOf = ({ group, version, plural }: ResourceType, name = '') =>
  `${group ? `/apis/${group}` : '/api'}/${version}/namespaces/${RELEASE_NAMESPACE}/${plural}${name && `/${name}`}`;

async function send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<void> {
  const contentType = 'application/merge-patch+json';
  await api.send({ method, path, ...(body && { body }), ...(method === 'PATCH' && { contentType }) });
}

async function apply(objects: readonly { type: ResourceType; object: NewObject }[]): Promise<void> {
  for (const { type, object } of objects) await send('POST', pathOf(type), object);
}

const ask: GatewayClient['ask'] = (...asked) => client.ask(...asked);

/** The share of real requests that the canary has answered. */
async function canaryShare(host: string, headers: Record<string, string> = {}): Promise<number> {
  const answers = await Promise.all(Array.from({ length: REQUESTS }, () => ask(host, '/version', headers)));
  const versions = answers.map(({ body }) => JSON.parse(body).version);
  expect(versions.filter((version) => version !== '1.0.0' && version !== '2.0.0')).toEqual([]);
  return versions.filter((version) => version === '2.0.0').length / REQUESTS;
}

function asCanary(object: NewObject): NewObject {
  const renamed = JSON.stringify(object)
    .replaceAll(`"app":"${NAME}"`, `"app":"${CANARY}"`)
    .replaceAll(`"name":"${NAME}"`, `"name":"${CANARY}"`)
    .replaceAll(`${NAME}:1.0.0`, `${NAME}:2.0.0`);
  return JSON.parse(renamed);
}

/** Sets what the canary gets of a host, in percent, by what the router's users write. */
const SPLITS: Readonly<Record<RouterKind, (weight: number) => Promise<void>>> = {
  nginx: (weight) =>
    send('PATCH', pathOf(INGRESSES, CANARY), {
      metadata: { annotations: { [`${NGINX}/canary-weight`]: String(weight) } },
    }),
  'gateway-api': (weight) => {
    const rules = [
      {
        backendRefs: [
          { name: NAME, port: 80, weight: 100 - weight },
          { name: CANARY, port: 80, weight },
        ],
      },
      {
        matches: [{ headers: [{ name: 'x-canary', value: 'always' }] }],
        backendRefs: [{ name: CANARY, port: 80 }],
      },
    ];
    return send('PATCH', pathOf(HTTP_ROUTES, NAME), { spec: { rules } });
  },
  istio: (weight) => {
    const http = [
      {
        match: [{ headers: { 'x-canary': { exact: 'always' } } }],
        route: [{ destination: { host: CANARY } }],
      },
      {
        route: [
          { destination: { host: NAME }, weight: 100 - weight },
          { destination: { host: CANARY, subset: 'canary' }, weight },
        ],
      },
    ];
    return send('PATCH', pathOf(VIRTUAL_SERVICES, NAME), { spec: { http } });
  },
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-routes-'));
  const kubeconfigPath = join(folder, 'kubeconfig');
  cluster = await startEmbeddedCluster({ kubeconfigPath, rate: 100, seed: 3, demo: false });
  client = new GatewayClient(cluster.gatewayUrl);
  api = openApiServer(loadKubeconfig({ path: kubeconfigPath }));
  const metadata = { name: RELEASE_NAMESPACE };
  await send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
  const app = releaseObjects('nginx', { host: HOSTS.nginx });
  await apply(app);
  const versioned = app.filter(({ type }) => type === DEPLOYMENTS || type === SERVICES);
  await apply(versioned.map(({ type, object }) => ({ type, object: asCanary(object) })));
  const [ingress] = app.filter(({ type }) => type === INGRESSES);
  if (!ingress) throw new Error('the demo has no Ingress');
  const canary = asCanary(ingress.object);
  canary.metadata.annotations = {
    [`${NGINX}/canary`]: 'true',
    [`${NGINX}/canary-weight`]: '0',
    [`${NGINX}/canary-by-header`]: 'x-canary',
  };
  await apply([{ type: INGRESSES, object: canary }]);
  for (const router of ['gateway-api', 'istio'] as const) {
    const objects = releaseObjects(router, { host: HOSTS[router] });
    await apply(
      objects.filter(({ type }) => type.group !== 'apps' && type.group !== 'policy' && type !== SERVICES),
    );
  }
  const labels = { app: CANARY };
  await apply([
    {
      type: DESTINATION_RULES,
      object: {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { name: CANARY },
        spec: { host: CANARY, subsets: [{ name: 'canary', labels }] },
      },
    },
  ]);
  await vi.waitFor(
    async () => {
      for (const host of Object.values(HOSTS)) expect((await ask(host)).status).toBe(200);
      expect((await ask(HOSTS.nginx, '/version', { 'x-canary': 'always' })).version).toBe('2.0.0');
    },
    { timeout: 20_000, interval: 50 },
  );
});

afterAll(async () => {
  client?.close();
  await api?.close();
  await cluster?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(ROUTERS)('real requests over %s', (router) => {
  const host = HOSTS[router];

  it('are split by the weights, changed while it runs', async () => {
    for (const weight of [0, 20, 50, 100]) {
      await SPLITS[router](weight);
      expect(Math.abs((await canaryShare(host)) - weight / 100)).toBeLessThan(
        weight % 100 === 0 ? 1e-9 : FIVE_SIGMA,
      );
    }
  });

  it('go to the canary by its header, whatever the weight', async () => {
    await SPLITS[router](10);
    expect(await canaryShare(host, { 'x-canary': 'always' })).toBe(1);
  });
});

it('requests are copied to a mirror, whose answers nobody gets', async () => {
  const arrived = async () => {
    const query = `sum(http_requests_total{pod=~"${CANARY}-.*"})`;
    const path = `/api/v1/namespaces/monitoring/services/prometheus-server:9090/proxy/api/v1/query?query=${encodeURIComponent(query)}`;
    const Answer = z.object({
      data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
    });
    const { body } = await api.send({ method: 'GET', path });
    return Number(Answer.parse(body).data.result[0]?.value[1]);
  };
  await SPLITS.nginx(0);
  await SPLITS.istio(0);
  const rules = [
    {
      backendRefs: [{ name: NAME, port: 80 }],
      filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: CANARY, port: 80 } } }],
    },
  ];
  // Without the load of the hosts, so that only these requests count.
  for (const [type, name] of [
    [HTTP_ROUTES, NAME],
    [INGRESSES, NAME],
    [VIRTUAL_SERVICES, NAME],
  ] as const) {
    await send('PATCH', pathOf(type, name), { metadata: { annotations: null } });
  }
  await send('PATCH', pathOf(HTTP_ROUTES, NAME), { spec: { rules } });
  await vi.waitFor(async () => expect(await arrived()).toBeGreaterThan(0), { timeout: 10_000 });
  let before = -1;
  await vi.waitFor(
    async () => {
      const last = before;
      before = await arrived();
      expect(before).toBe(last);
    },
    { timeout: 10_000, interval: 150 },
  );
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(HOSTS['gateway-api'], '/')));
  expect(new Set(answers.map(({ version }) => version))).toEqual(new Set(['1.0.0']));
  await vi.waitFor(async () => expect((await arrived()) - before).toBe(50), { timeout: 10_000 });
});

it('two routes for one host: one serves, the other when that is gone, and then nobody', async () => {
  const spec = { hostnames: [HOSTS.nginx], rules: [{ backendRefs: [{ name: CANARY, port: 80 }] }] };
  await send('PATCH', pathOf(HTTP_ROUTES, NAME), { spec });
  expect((await ask(HOSTS.nginx)).version).toBe('2.0.0');
  await send('DELETE', pathOf(HTTP_ROUTES, NAME));
  expect((await ask(HOSTS.nginx)).version).toBe('1.0.0');
  await send('DELETE', pathOf(INGRESSES, NAME));
  expect(await ask(HOSTS.nginx)).toMatchObject({ status: 404, version: undefined });
});
