import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ClusterReader } from '../../agent/cluster/api';
import { ConfigSchema } from '../../agent/config/schema';
import { createPrometheusApi, mergeParams, type PrometheusApi } from '../../agent/embedded/prometheus/api';
import { createSeriesStore } from '../../agent/embedded/prometheus/seriesStore';
import { directTransport } from '../../agent/metrics/directTransport';
import { MetricsFeed } from '../../agent/metrics/metricsFeed';
import { createPrometheusClient } from '../../agent/metrics/prometheusClient';
import { aPod, aWorkload } from '../support/builders';
import { CALM, MEBIBYTE, scrapePod } from '../support/scrapedShop';

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(close));
});

async function serve(handler: Handler, port = 0): Promise<{ url: string; port: number; server: Server }> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, server };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function serveApi(api: PrometheusApi): Handler {
  return async (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://x');
    const params = mergeParams(search, await text(request));
    const answer = api({ method: request.method ?? '', path: pathname, params });
    response.writeHead(answer.status, { 'content-type': answer.contentType }).end(answer.body);
  };
}

function answering(status: number, contentType: string, body: string): Handler {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': contentType }).end(body);
  };
}

function clientOf(url: string, limits = {}) {
  return createPrometheusClient(directTransport(url, limits));
}

describe('the Prometheus client over HTTP', () => {
  it('asks by a posted form, below the path of its URL, with the URL’s credentials and without showing them', async () => {
    const seen: string[] = [];
    const { url } = await serve(async (request, response) => {
      const { method, headers } = request;
      seen.push(
        `${method} ${request.url} ${headers['content-type']} ${headers.authorization} ${await text(request)}`,
      );
      const body = { status: 'success', data: { resultType: 'scalar', result: [1, '2'] } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const client = clientOf(`${url.replace('://', '://user:p%40ss@')}/prom/`);
    expect(await client.query('1 + 1')).toEqual([{ labels: {}, value: 2, atMs: 1000 }]);
    const basic = Buffer.from('user:p@ss').toString('base64');
    expect(seen).toEqual([
      `POST /prom/api/v1/query application/x-www-form-urlencoded;charset=UTF-8 Basic ${basic} query=1+%2B+1`,
    ]);
    expect(client.address).toBe(`${url}/prom`);
  });

  it.each([
    [
      'a login page',
      answering(200, 'text/html', '<html>Please log in</html>'),
      'prometheus-malformed',
      /text\/html in place of JSON, beginning "<html>/,
    ],
    [
      'JSON that is cut',
      answering(200, 'application/json', '{"status":"succ'),
      'prometheus-malformed',
      /in place of JSON/,
    ],
    [
      'JSON of something else',
      answering(200, 'application/json', '{"version":"1"}'),
      'prometheus-malformed',
      /\/api\/v1\/query .*status/,
    ],
    ['an empty answer', answering(200, 'application/json', ''), 'prometheus-malformed', /beginning ""/],
    ['an error 500', answering(500, 'text/plain', 'boom'), 'prometheus-unreachable', /HTTP 500/],
    [
      'an error of a gateway',
      answering(502, 'text/html', '<html>Bad Gateway</html>'),
      'prometheus-unreachable',
      /HTTP 502/,
    ],
    [
      'a connection that is cut',
      (request: IncomingMessage) => void request.socket.destroy(),
      'prometheus-unreachable',
      /Cannot reach Prometheus at http:\/\/127/,
    ],
  ] satisfies [string, Handler, string, RegExp][])('reports %s', async (_name, handler, code, message) => {
    const { url } = await serve(handler);
    await expect(clientOf(url).query('up')).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      remedy: expect.stringContaining('metrics.prometheusUrl'),
    });
  });

  it('gives up an answer that never ends as soon as it is too long', async () => {
    const ended = vi.fn();
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
      };
      response.on('drain', more).on('close', ended);
      more();
    });
    await expect(clientOf(url, { maxAnswerBytes: 1_000_000 }).query('up')).rejects.toMatchObject({
      code: 'prometheus-malformed',
      message: expect.stringContaining('more than 1000000 bytes'),
    });
    await vi.waitFor(() => expect(ended).toHaveBeenCalled());
  });

  it.each([
    ['before the headers', () => undefined],
    [
      'in the body',
      (_request: IncomingMessage, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{');
      },
    ],
  ] satisfies [string, Handler][])('gives up a server that falls silent %s', async (_name, handler) => {
    const { url } = await serve(handler);
    await expect(clientOf(url, { timeoutMs: 50 }).query('up')).rejects.toMatchObject({
      code: 'prometheus-unreachable',
      message: expect.stringContaining('no answer within 0.05 s'),
    });
  });

  it('stops at once when it is told to, with the reason that it was told', async () => {
    const stop = new AbortController();
    const reason = new Error('the agent stops');
    const { url } = await serve(() => stop.abort(reason));
    await expect(clientOf(url).query('up', stop.signal)).rejects.toBe(reason);
  });

  it('reports that nobody listens', async () => {
    const { url, server } = await serve(() => undefined);
    await close(server);
    await expect(clientOf(url).query('up')).rejects.toMatchObject({
      code: 'prometheus-unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('collecting from the embedded Prometheus over HTTP', () => {
  const NO_READER: ClusterReader = {
    get: () => Promise.reject(new Error('not asked')),
    getText: () => Promise.reject(new Error('not asked')),
  };
  const T0_MS = 1_700_000_000_000;
  const nowMs = T0_MS + 120_000;
  const workload = aWorkload([aPod('checkout-a'), aPod('checkout-b')], {
    cpuLimitCores: 1,
    memoryLimitBytes: 512 * MEBIBYTE,
  });

  it('reads, survives an outage without an exception, and reads again', async () => {
    const store = createSeriesStore({ retentionMs: 3_600_000 });
    for (const pod of ['checkout-a', 'checkout-b'])
      scrapePod(store, pod, CALM, { fromMs: T0_MS, untilMs: nowMs });
    const handler = serveApi(createPrometheusApi(store, { nowMs: () => nowMs }));
    const { url, port, server } = await serve(handler);
    const config = ConfigSchema.parse({ metrics: { prometheusUrl: url } });
    const collector = await MetricsFeed.open({
      reader: NO_READER,
      capabilities: [],
      config: () => config,
    });
    expect(collector.source).toEqual({ kind: 'prometheus', address: url });

    const before = await collector.collect(workload, nowMs);
    expect(before).toMatchObject({
      cpuUtilisation: { kind: 'fresh', value: expect.closeTo(0.5, 6), atMs: nowMs },
      errorRate: { kind: 'fresh', value: 0 },
      latencyP95Seconds: { kind: 'fresh', value: expect.closeTo(0.0975, 6) },
      warnings: [],
    });

    await close(server);
    const during = await collector.collect(workload, nowMs);
    expect(during.atMs).toBeNull();
    expect(during.errorRate).toMatchObject({ kind: 'missing', why: expect.stringContaining('Cannot reach') });
    expect(collector.trouble).toMatchObject({ code: 'prometheus-unreachable' });

    await serve(handler, port);
    expect(await collector.collect(workload, nowMs)).toEqual(before);
    expect(collector.trouble).toBeNull();
  });

  it('keeps a configured URL that does not answer yet, and says so', async () => {
    const { url, server } = await serve(() => undefined);
    await close(server);
    const config = ConfigSchema.parse({ metrics: { prometheusUrl: url } });
    const connection = await MetricsFeed.open({ reader: NO_READER, capabilities: [], config: () => config });
    expect(connection.source).toEqual({ kind: 'prometheus', address: url });
    expect(connection.trouble).toMatchObject({ code: 'prometheus-unreachable' });
  });
});
