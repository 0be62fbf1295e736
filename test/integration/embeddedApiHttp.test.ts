import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { writeKubeconfig } from '../../agent/embedded/api/kubeconfig';
import { createApiServer } from '../../agent/embedded/api/server';
import { PODS, SERVICES } from '../../agent/embedded/store/resourceTypes';
import { CoxswainError } from '../../agent/protocol';
import { DEPLOYMENT, startApi, type TestApi, THING_DEFINITION } from './embeddedApiFixture';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options: Parameters<typeof startApi>[0] = {}): Promise<TestApi> {
  const api = await startApi(options);
  stops.push(() => api.stop());
  return api;
}

const PODS_PATH = '/api/v1/namespaces/shop/pods';
const NamedList = z.array(z.object({ name: z.string() }));
const Preferred = z.object({ preferredVersion: z.object({ groupVersion: z.string() }) });
const DEPLOYMENTS_PATH = '/apis/apps/v1/namespaces/shop/deployments';

describe('who may ask', () => {
  it.each([
    ['no token', null],
    ['a wrong token', 'guess'],
    ['the token’s beginning', 'a-token-for-test'],
  ])('%s gets a 401 Status', async (_, token) => {
    const api = await start();
    for (const path of ['/api', PODS_PATH, '/apis', '/nowhere']) {
      const { status, json } = await api.request(path, { token });
      expect(status).toBe(401);
      expect(json).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'Unauthorized', code: 401 });
    }
    const created = await api.request(DEPLOYMENTS_PATH, { method: 'POST', body: DEPLOYMENT, token });
    expect(created.status).toBe(401);
  });

  it('health and version are open, as a cluster has them by default', async () => {
    const api = await start();
    for (const path of ['/healthz', '/readyz', '/livez']) {
      expect(await api.request(path, { token: null })).toMatchObject({ status: 200, text: 'ok' });
    }
    expect((await api.request('/version', { token: null })).json).toMatchObject({ major: '1' });
  });
});

describe('bad requests', () => {
  it.each([
    ['malformed JSON', 'POST', DEPLOYMENTS_PATH, '{"metadata":', 400, 'BadRequest'],
    ['an empty body', 'POST', DEPLOYMENTS_PATH, '', 400, 'BadRequest'],
    ['a list for an object', 'POST', DEPLOYMENTS_PATH, '[]', 400, 'BadRequest'],
    ['another kind', 'POST', DEPLOYMENTS_PATH, { ...DEPLOYMENT, kind: 'Pod' }, 400, 'BadRequest'],
    [
      'another namespace',
      'POST',
      DEPLOYMENTS_PATH,
      { metadata: { name: 'a', namespace: 'b' } },
      400,
      'BadRequest',
    ],
    [
      'a label that is no text',
      'POST',
      PODS_PATH,
      { metadata: { name: 'a', labels: { a: 1 } } },
      400,
      'BadRequest',
    ],
    ['no name', 'POST', DEPLOYMENTS_PATH, { ...DEPLOYMENT, metadata: {} }, 422, 'Invalid'],
    [
      'a name that is none',
      'POST',
      DEPLOYMENTS_PATH,
      { ...DEPLOYMENT, metadata: { name: 'A b' } },
      422,
      'Invalid',
    ],
    ['no spec', 'POST', DEPLOYMENTS_PATH, { metadata: { name: 'a' } }, 422, 'Invalid'],
    [
      'a namespace that is not there',
      'POST',
      '/api/v1/namespaces/no/pods',
      { metadata: { name: 'a' } },
      404,
      'NotFound',
    ],
    ['an unknown resource', 'GET', '/api/v1/namespaces/shop/nothings', undefined, 404, 'NotFound'],
    ['an unknown group', 'GET', '/apis/no.example.com/v1/things', undefined, 404, 'NotFound'],
    ['an unknown path', 'GET', '/nowhere', undefined, 404, 'NotFound'],
    ['an unknown subresource', 'GET', `${PODS_PATH}/a/nothing`, undefined, 404, 'NotFound'],
    ['an unknown object', 'GET', `${PODS_PATH}/a`, undefined, 404, 'NotFound'],
    ['a method that is not served', 'DELETE', PODS_PATH, undefined, 405, 'MethodNotAllowed'],
    ['a selector that is none', 'GET', `${PODS_PATH}?labelSelector=a%20in`, undefined, 400, 'BadRequest'],
    ['an unknown field', 'GET', `${PODS_PATH}?fieldSelector=spec.x%3D1`, undefined, 400, 'BadRequest'],
    ['a limit that is none', 'GET', `${PODS_PATH}?limit=many`, undefined, 400, 'BadRequest'],
    ['a made-up continue token', 'GET', `${PODS_PATH}?continue=abc`, undefined, 400, 'BadRequest'],
    [
      'a resourceVersion that is none',
      'GET',
      `${PODS_PATH}?watch=true&resourceVersion=x`,
      undefined,
      400,
      'BadRequest',
    ],
    ['a streaming list', 'GET', `${PODS_PATH}?watch=true&sendInitialEvents=true`, undefined, 422, 'Invalid'],
    ['a malformed path', 'GET', '/api/v1/namespaces/%zz/pods', undefined, 400, 'BadRequest'],
    ['an unknown dry run', 'POST', `${DEPLOYMENTS_PATH}?dryRun=Some`, DEPLOYMENT, 400, 'BadRequest'],
  ])('%s', async (_, method, path, body, status, reason) => {
    const api = await start();
    const answer = await api.request(path, { method, body });
    expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure', code: status, reason });
    expect(answer.status).toBe(status);
    expect(api.errors).toEqual([]);
  });

  it('a body in another encoding, or too large', async () => {
    const api = await start();
    const contentType = 'application/vnd.kubernetes.protobuf';
    expect((await api.request(PODS_PATH, { method: 'POST', body: 'k8s', contentType })).status).toBe(415);
    const body = { metadata: { name: 'a' }, data: { big: 'x'.repeat(3 * 1024 * 1024) } };
    const large = await api.request('/api/v1/namespaces/shop/configmaps', { method: 'POST', body });
    expect(large.json).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' });
  });

  it('a Deployment that does not select its own pods', async () => {
    const api = await start();
    const body = { ...DEPLOYMENT, spec: { ...DEPLOYMENT.spec, selector: { matchLabels: { app: 'other' } } } };
    const { json } = await api.request(DEPLOYMENTS_PATH, { method: 'POST', body });
    expect(json).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'spec.template.metadata.labels' }] },
    });
  });

  it('a field that a custom resource does not have, where validation is strict', async () => {
    const api = await start();
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await api.request(definitions, { method: 'POST', body: THING_DEFINITION });
    const post = (validation: string) =>
      api.request(`/apis/example.com/v1/namespaces/shop/things?fieldValidation=${validation}`, {
        method: 'POST',
        body: { metadata: { name: 't' }, spec: { size: 1, colour: 'red' } },
      });
    expect((await post('Strict')).json).toMatchObject({
      code: 400,
      message: 'strict decoding error: unknown field "spec.colour"',
    });
    const warned = await post('Warn');
    expect(warned).toMatchObject({
      status: 201,
      headers: { warning: '299 - "unknown field \\"spec.colour\\""' },
    });
  });

  it('a definition that cannot be served', async () => {
    const api = await start();
    const body = { ...THING_DEFINITION, metadata: { name: 'wrong.example.com' } };
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const { json } = await api.request(path, { method: 'POST', body });
    expect(json).toMatchObject({ code: 422, details: { causes: [{ field: 'metadata.name' }] } });
  });
});

describe('a watch', () => {
  it('starts with what is there, or after a version, and sends each change as a line', async () => {
    const api = await start();
    const first = api.createPod('a');
    const fromNow = await api.watch(`${PODS_PATH}?watch=true`);
    const fromZero = await api.watch(`/api/v1/pods?watch=1&resourceVersion=0`);
    const fromFirst = await api.watch(
      `${PODS_PATH}?watch=true&resourceVersion=${first.metadata.resourceVersion}`,
    );
    api.createPod('b');
    api.store.delete(PODS, 'shop', 'a');
    const later = [
      ['ADDED', 'b'],
      ['DELETED', 'a'],
    ];
    const named = (watch: typeof fromNow) =>
      watch.events.map(({ type, object }) => [type, object.metadata.name]);
    await vi.waitFor(() => {
      expect(named(fromNow)).toEqual([['ADDED', 'a'], ...later]);
      expect(named(fromZero)).toEqual([['ADDED', 'a'], ...later]);
      expect(named(fromFirst)).toEqual(later);
    });
    const replayed = await api.watch(
      `${PODS_PATH}?watch=true&resourceVersion=${first.metadata.resourceVersion}`,
    );
    await vi.waitFor(() => expect(named(replayed)).toEqual(later));
  });

  it('with a selector sees objects come and go as they begin and cease to match', async () => {
    const api = await start();
    const watch = await api.watch(`${PODS_PATH}?watch=true&labelSelector=app%3Dweb`);
    api.createPod('a', { app: 'db' });
    for (const app of ['web', 'web2']) {
      api.store.update(PODS, 'shop', 'a', (draft) => {
        draft.metadata.labels = { app };
      });
    }
    await vi.waitFor(() => expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'DELETED']));
    const [added, deleted] = watch.events;
    expect(deleted?.object.metadata.labels).toEqual({ app: 'web' });
    expect(Number(deleted?.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(added?.object.metadata.resourceVersion),
    );
  });

  it('sends a bookmark every minute of cluster time and when its time is up, if asked', async () => {
    const api = await start();
    const query = '?watch=true&allowWatchBookmarks=true&timeoutSeconds=90';
    const watch = await api.watch(`${PODS_PATH}${query}`);
    const silent = await api.watch(`${PODS_PATH}?watch=true&timeoutSeconds=90`);
    await api.clock.advance(60_000);
    await vi.waitFor(() => expect(watch.events).toHaveLength(1));
    expect(watch.events[0]).toEqual({
      type: 'BOOKMARK',
      object: { kind: 'Pod', apiVersion: 'v1', metadata: { resourceVersion: String(api.store.revision()) } },
    });
    const advanced = api.clock.advance(30_000);
    // While the streams are ending nothing more may be written to them.
    api.createPod('late');
    await advanced;
    await vi.waitFor(() => expect([watch.ended(), silent.ended()]).toEqual([true, true]));
    expect(watch.events.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK']);
    expect(silent.events.map(({ type }) => type)).not.toContain('BOOKMARK');
  });

  it('from a version that is forgotten says 410 and ends, and so does such a list', async () => {
    const api = await start({ logSize: 5 });
    const { resourceVersion } = api.createPod('a').metadata;
    for (let index = 0; index < 20; index += 1) api.createPod(`p${index}`);
    const watch = await api.watch(`${PODS_PATH}?watch=true&resourceVersion=${resourceVersion}`);
    await vi.waitFor(() => expect(watch.ended()).toBe(true));
    expect(watch.events).toEqual([
      { type: 'ERROR', object: expect.objectContaining({ kind: 'Status', code: 410, reason: 'Expired' }) },
    ]);
    const exact = `${PODS_PATH}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
    expect((await api.request(exact)).json).toMatchObject({ code: 410, reason: 'Expired' });
  });

  it('that is not read is closed, and stops costing memory', async () => {
    const api = await start();
    const response = await api.open('/api/v1/namespaces/shop/configmaps?watch=true');
    const closed = vi.fn();
    response.on('error', () => {});
    response.on('close', closed);
    response.pause();
    const data = { big: 'x'.repeat(1024 * 1024) };
    const metadata = { name: 'big', namespace: 'shop' };
    const configMaps = { group: '', version: 'v1', plural: 'configmaps' };
    api.store.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
    for (let count = 0; count < 100; count += 1) {
      api.store.update(configMaps, 'shop', 'big', (draft) => {
        draft.data = { ...data, count: String(count) };
      });
    }
    response.resume();
    await vi.waitFor(() => expect(closed).toHaveBeenCalled(), 10_000);
    expect(response.complete).toBe(false);
  });

  it('ends with the server, which closes although clients are connected', async () => {
    const api = await startApi();
    const watch = await api.watch(`${PODS_PATH}?watch=true`);
    await api.stop();
    await vi.waitFor(() => expect(watch.ended()).toBe(true));
  });
});

describe('discovery', () => {
  it('names every group, version, resource and subresource', async () => {
    const api = await start();
    const namesAt = async (path: string, field: 'groups' | 'resources') =>
      NamedList.parse((await api.request(path)).json?.[field]).map(({ name }) => name);
    const groups = await namesAt('/apis', 'groups');
    const expected = ['apps', 'policy', 'autoscaling', 'apiextensions.k8s.io', 'authorization.k8s.io'];
    expect(groups).toEqual(expect.arrayContaining(expected));
    for (const group of groups) {
      const { groupVersion } = Preferred.parse((await api.request(`/apis/${group}`)).json).preferredVersion;
      const { json } = await api.request(`/apis/${groupVersion}`);
      expect(json).toMatchObject({ kind: 'APIResourceList', groupVersion });
    }
    const core = ['pods', 'pods/eviction', 'pods/log', 'services/proxy', 'nodes'];
    expect(await namesAt('/api/v1', 'resources')).toEqual(expect.arrayContaining(core));
  });
});

describe('the service proxy', () => {
  it('hands the request to what is behind the Service, and says 503 where nothing is', async () => {
    const proxy = vi.fn(({ port }: { port: string | undefined }) =>
      port === '80' ? { status: 202, contentType: 'text/plain', body: 'hello' } : undefined,
    );
    const api = await start({ proxy });
    const path = (target: string) => `/api/v1/namespaces/shop/services/${target}/proxy/api/v1/query?query=up`;
    expect((await api.request(path('prometheus:80'))).status).toBe(404);
    api.store.create(SERVICES, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'prometheus', namespace: 'shop' },
    });
    expect(await api.request(path('http:prometheus:80'))).toMatchObject({ status: 202, text: 'hello' });
    expect(proxy).toHaveBeenLastCalledWith(
      expect.objectContaining({
        namespace: 'shop',
        service: 'prometheus',
        path: '/api/v1/query',
        method: 'GET',
      }),
    );
    expect((await api.request(path('prometheus:81'))).json).toMatchObject({
      code: 503,
      reason: 'ServiceUnavailable',
    });
  });
});

it('a port that is taken is named in an error that says what to do', async () => {
  const api = await start();
  const port = Number(new URL(api.server.url).port);
  const { store, clock, certificates } = api;
  const second = createApiServer({ store, clock, certificates, host: '127.0.0.1', port, token: 'x' });
  const error = await second.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CoxswainError);
  expect(error).toMatchObject({ code: 'port-in-use', message: expect.stringContaining(String(port)) });
});

describe('the kubeconfig', () => {
  it('is only for its owner, whole at any time, and carries the cluster’s clock and the namespaces of its apps', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'coxswain-kubeconfig-'));
    stops.push(() => rm(directory, { recursive: true }));
    const path = join(directory, 'nested', 'config');
    const clock = { originMs: 1000, wallOriginMs: 2000, rate: 60 };
    for (const token of ['first', 'second']) {
      await writeKubeconfig(path, {
        name: 'fast',
        url: 'https://x',
        caPem: 'PEM',
        token,
        clock,
        namespaces: ['shop', 'web'],
      });
    }
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory, 'nested'))).toEqual(['config']);
    expect(parse(await readFile(path, 'utf8'))).toMatchObject({
      'current-context': 'fast',
      clusters: [
        {
          name: 'fast',
          cluster: {
            server: 'https://x',
            'certificate-authority-data': Buffer.from('PEM').toString('base64'),
            extensions: [{ name: 'coxswain.dev/clock', extension: clock }],
          },
        },
      ],
      users: [{ name: 'fast', user: { token: 'second' } }],
      contexts: [
        {
          name: 'fast',
          context: {
            namespace: 'shop',
            extensions: [{ name: 'coxswain.dev/namespaces', extension: { namespaces: ['shop', 'web'] } }],
          },
        },
      ],
    });
  });
});
