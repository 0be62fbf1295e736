import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CoxswainError,
  ERROR_CODES,
  type ErrorCode,
  emptySnapshot,
  type Method,
  type Result,
} from '../protocol';
import type { RestMetrics } from './backend';
import { healthOf } from './health';
import { HTTP_STATUS } from './httpStatus';
import { openRestService, type RestOptions, type RestService } from './service';

const TOKEN = 'a-token-of-this-test-0123456789';
const PREDICTION: Result<'predict'> = {
  action: 2,
  label: 'scale-up',
  confidence: 0.85,
  alternatives: [{ action: 0, label: 'none', confidence: 0.1 }],
  policy: 'learned heal/3',
  observationSpec: 'heal/9',
  outOfDistribution: 0.4,
};

let service: RestService;
let asked: { method: Method; params: unknown; via: string }[];
let answer: (method: Method) => unknown;
let observed: { route: string; status: number }[];

beforeEach(() => {
  asked = [];
  observed = [];
  answer = () => PREDICTION;
});
afterEach(() => service.close());

async function open(changes: Partial<RestOptions> = {}): Promise<void> {
  const snapshot = emptySnapshot('0.0.0', 1);
  const metrics: RestMetrics = {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    text: async () => 'coxswain_build_info 1\n',
    requestAnswered: ({ route, status }) => observed.push({ route, status }),
    predicted: () => undefined,
  };
  service = await openRestService({
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    requestsPerMinute: 1000,
    version: '0.0.0',
    metrics,
    backend: {
      handle: async (method, params, via) => {
        asked.push({ method, params, via });
        return answer(method) as never;
      },
      snapshot: () => snapshot,
      health: () => healthOf(snapshot, 0, 1),
    },
    ...changes,
  });
}

interface Call {
  method?: string;
  token?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

/** node:http and not fetch, which would not let us send a Host of our own. */
function call(path: string, { method = 'GET', token = TOKEN, body, headers = {} }: Call = {}) {
  const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
  const { hostname, port } = new URL(service.url);
  return new Promise<{
    status: number;
    headers: NodeJS.Dict<string | string[]>;
    text: string;
    json: unknown;
  }>((resolve, reject) => {
    const sent = httpRequest(
      {
        hostname,
        port,
        path,
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const received = Buffer.concat(chunks).toString();
          const isJson = response.headers['content-type']?.includes('json') ?? false;
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: received,
            json: isJson ? JSON.parse(received) : null,
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(text);
  });
}

const failure = (code: ErrorCode) => ({
  error: { code, message: expect.any(String), remedy: expect.any(String) },
});

describe('a request of the REST service', () => {
  it.each<[string, string, unknown, Method, unknown, number, unknown]>([
    [
      'POST',
      '/predict',
      { state: [0.5, 0.3] },
      'predict',
      { task: 'heal', state: [0.5, 0.3] },
      200,
      PREDICTION,
    ],
    [
      'POST',
      '/update',
      { transitions: [{ state: [1], action: 0, reward: -1, nextState: [0] }] },
      'addExperience',
      {
        task: 'heal',
        transitions: [{ state: [1], action: 0, reward: -1, nextState: [0], terminated: false }],
      },
      200,
      { stored: 1, total: 7 },
    ],
    ['GET', '/chaos/experiments', undefined, 'experiments', {}, 200, { experiments: [] }],
    [
      'POST',
      '/emergency-stop',
      undefined,
      'emergencyStop',
      {},
      200,
      { control: { kind: 'running' }, faultsEnded: 2, failed: [] },
    ],
  ])('%s %s becomes one of the agent', async (method, path, body, asks, params, status, result) => {
    await open();
    answer = () => result;
    const answered = await call(path, { method, body });
    expect(answered).toMatchObject({ status, json: result });
    expect(asked).toEqual([{ method: asks, params, via: 'REST from 127.0.0.1' }]);
  });

  it('carries the id of a fault, whatever is in it', async () => {
    await open();
    answer = () => {
      throw new CoxswainError('not-found', 'There is no fault.', 'Look.');
    };
    const id = 'chaos-mesh.org/v1alpha1/StressChaos/shop/coxswain-1';
    const answered = await call(`/chaos/faults/${encodeURIComponent(id)}`, { method: 'DELETE' });
    expect(asked).toMatchObject([{ method: 'endFault', params: { faultId: id } }]);
    expect(answered).toMatchObject({ status: 404, json: failure('not-found') });
  });

  it('that begins a run says where it is, that REST began it, and takes no word for where it is from', async () => {
    await open();
    answer = () => {
      throw new CoxswainError('guard-denied', 'Chaos is off.', 'Turn it on.');
    };
    const sent = await call('/chaos/runs', { method: 'POST', body: { name: 'pod-kill' } });
    expect(sent).toMatchObject({ status: 403, json: failure('guard-denied') });
    expect(asked).toMatchObject([{ method: 'runExperiment', params: { name: 'pod-kill', trigger: 'rest' } }]);
    for (const body of [
      {},
      { name: 'a', yaml: 'b' },
      { name: 'a', trigger: 'person' },
      { name: 'a', path: '/etc/passwd' },
    ]) {
      expect((await call('/chaos/runs', { method: 'POST', body })).status).toBe(400);
    }
    expect(asked).toHaveLength(1);
  });

  it.each(ERROR_CODES)('that fails with %s says so, with the status of the table', async (code) => {
    await open();
    answer = () => {
      throw new CoxswainError(code, 'It went wrong.', 'Do this.');
    };
    const { status, json } = await call('/predict', { method: 'POST', body: { state: [1] } });
    expect(status).toBe(HTTP_STATUS[code]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(json).toEqual({ error: { code, message: 'It went wrong.', remedy: 'Do this.' } });
  });

  it.each<[string, string, Call, number, RegExp]>([
    ['no JSON', '/predict', { method: 'POST', body: '{"state":' }, 400, /POST \/predict does not fit/],
    ['a state of words', '/predict', { method: 'POST', body: { state: ['a'] } }, 400, /state\.0: /],
    ['a state of 1001', '/predict', { method: 'POST', body: { state: Array(1001).fill(0) } }, 400, /state/],
    ['an unknown key', '/predict', { method: 'POST', body: { state: [], staet: [] } }, 400, /staet/],
    ['no body', '/predict', { method: 'POST' }, 400, /does not fit/],
    [
      'a poisoned prototype',
      '/predict',
      { method: 'POST', body: '{"__proto__":{"state":[]}}' },
      400,
      /not valid JSON/,
    ],
    [
      'a form, which a page could send',
      '/predict',
      { method: 'POST', body: 'state=1', headers: { 'content-type': 'text/plain' } },
      415,
      /Media Type/,
    ],
    ['too long a body', '/predict', { method: 'POST', body: `"${'x'.repeat(70_000)}"` }, 413, /too large/],
    ['a decision that is no number', '/decisions/last/explanation', {}, 400, /seq/],
  ])('with %s is turned down before the agent sees it', async (_what, path, options, status, message) => {
    await open();
    const answered = await call(path, options);
    expect(answered).toMatchObject({
      status,
      json: { error: { code: 'message-malformed', message: expect.stringMatching(message) } },
    });
    expect(asked).toEqual([]);
  });

  it('of another path gets told so, in JSON too', async () => {
    await open();
    expect(await call('/predikt?x=1')).toMatchObject({
      status: 404,
      json: { error: { code: 'not-found', message: 'There is no GET /predikt.' } },
    });
    expect(await call('/%E0%A4')).toMatchObject({ status: 400, json: failure('message-malformed') });
  });

  it('is counted under its route, not its address', async () => {
    await open();
    answer = () => ({ run: null });
    await call('/chaos/runs/1');
    await call('/nowhere/at/all');
    expect(observed).toEqual([
      { route: '/chaos/runs/:id', status: 500 },
      { route: 'none', status: 404 },
    ]);
  });
});

describe('access to the REST service', () => {
  it.each([null, '', 'wrong', `${TOKEN}x`, TOKEN.slice(1)])(
    'is refused with the token %j, everywhere but for health',
    async (token) => {
      await open();
      for (const path of ['/metrics', '/chaos/runs', '/chaos/experiments']) {
        expect((await call(path, { token })).status, path).toBe(401);
      }
      expect((await call('/nowhere', { token })).status).toBe(404);
      const refused = await call('/predict', { method: 'POST', token, body: { state: [1] } });
      expect(refused).toMatchObject({ status: 401, json: failure('token-wrong') });
      expect(refused.headers['www-authenticate']).toBe('Bearer');
      expect(refused.text).not.toContain(TOKEN);
      expect(asked).toEqual([]);
    },
  );

  it('is not needed for health, which then tells no details', async () => {
    await open();
    const brief = { status: 'unavailable', ready: false };
    expect(await call('/health', { token: null })).toMatchObject({ status: 200, json: brief });
    expect(Object.keys((await call('/health', { token: null })).json as object)).toEqual(['status', 'ready']);
    expect(await call('/health')).toMatchObject({
      json: { ...brief, connected: false, reasons: ['no cluster is connected'] },
    });
    expect((await call('/health/live', { token: null })).status).toBe(200);
    expect(await call('/health/ready', { token: null })).toMatchObject({ status: 503, json: brief });
  });

  it.each([
    ['attacker.example', 403],
    ['127.0.0.1.attacker.example', 403],
    ['localhost:1@attacker.example', 403],
    ['10.0.0.5', 403],
    ['coxswain', 403],
    ['localhost:8000', 200],
    ['127.0.0.1', 200],
    ['[::1]:9', 200],
  ])('on loopback by the name %s gets %i', async (host, status) => {
    await open();
    expect((await call('/metrics', { headers: { host } })).status).toBe(status);
  });

  it('is refused to every page, and no page is let in by a header', async () => {
    await open();
    const answered = await call('/metrics', { headers: { origin: 'http://localhost:3000' } });
    expect(answered).toMatchObject({ status: 403, json: failure('origin-wrong') });
    const preflight = await call('/predict', {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(403);
    const names = Object.keys({ ...answered.headers, ...preflight.headers });
    expect(names.filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('carries headers that keep answers out of caches, frames and pages', async () => {
    await open();
    for (const path of ['/metrics', '/nowhere', '/health']) {
      expect((await call(path)).headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    }
  });

  it('to stop everything is limited for tokens that are tried out, and never for the right one', async () => {
    await open({ requestsPerMinute: 2 });
    answer = () => ({ control: { kind: 'running' }, faultsEnded: 0, failed: [] });
    const stop = (token: string) => call('/emergency-stop', { method: 'POST', token });
    const statuses: number[] = [];
    for (let guess = 0; guess < 4; guess += 1) statuses.push((await stop(`a-wrong-token-${guess}`)).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
    for (let time = 0; time < 4; time += 1) expect((await stop(TOKEN)).status).toBe(200);
  });

  it('ends at the rate limit, also for tokens that are tried out, but not for an emergency stop', async () => {
    await open({ requestsPerMinute: 3 });
    for (const token of [TOKEN, 'wrong', 'wrong']) await call('/metrics', { token });
    const limited = await call('/metrics');
    for (let i = 0; i < 3; i++) await call('/nowhere', { token: 'wrong' });
    expect((await call('/nowhere', { token: 'wrong' })).status).toBe(429);
    expect(limited).toMatchObject({ status: 429, json: failure('conflict') });
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    answer = () => ({ control: { kind: 'running' }, faultsEnded: 0, failed: [] });
    const stop = { method: 'POST', headers: { 'content-type': 'application/json' } };
    expect((await call('/emergency-stop', stop)).status).toBe(200);
  });

  it('is told when the port is taken', async () => {
    await open();
    const { port } = new URL(service.url);
    const first = service;
    try {
      await expect(open({ port: Number(port) })).rejects.toMatchObject({ code: 'port-in-use' });
    } finally {
      service = first;
    }
  });
});

describe('/openapi.json', () => {
  interface Operation {
    summary?: string;
    security?: unknown[];
    requestBody?: { content: Record<string, { schema: { properties: object } }> };
    responses: Record<string, unknown>;
  }

  it('describes every route as OpenAPI 3.1, without a token', async () => {
    await open();
    const { json, status } = await call('/openapi.json', { token: null });
    expect(status).toBe(200);
    const { openapi, paths } = json as { openapi: string; paths: Record<string, Record<string, Operation>> };
    expect(openapi).toBe('3.1.0');
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    );
    expect(operations.map(({ name }) => name).sort()).toEqual([
      'delete /chaos/faults/{id}',
      'delete /chaos/runs/{id}',
      'get /chaos/experiments',
      'get /chaos/faults',
      'get /chaos/runs',
      'get /chaos/runs/{id}',
      'get /decisions/{seq}/explanation',
      'get /health',
      'get /health/live',
      'get /health/ready',
      'get /metrics',
      'post /chaos/faults',
      'post /chaos/runs',
      'post /emergency-stop',
      'post /predict',
      'post /update',
    ]);
    for (const { name, operation } of operations) {
      expect(operation.summary, name).toBeTruthy();
      expect(Object.keys(operation.responses), name).toEqual(expect.arrayContaining(['4XX', '5XX']));
    }
    const body = paths['/predict']?.post?.requestBody?.content['application/json']?.schema.properties;
    expect(Object.keys(body ?? {})).toEqual(['task', 'state']);
    expect(unresolved(json)).toEqual([]);
  });
});

/** The references of a document that lead nowhere in it. */
function unresolved(document: unknown): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref);
  return references.filter((reference) => {
    let node: unknown = document;
    for (const key of reference.replace(/^#\//, '').split('/')) {
      node = (node as Record<string, unknown> | undefined)?.[key];
    }
    return node === undefined;
  });
}
