import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { clusterReader, openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { createCertificates, type ServerCertificates } from '../../agent/embedded/api/certificates';
import { freePort } from '../support/freePort';

let certificates: ServerCertificates;
let server: Server;
let folder: string;
/** What the server does with the next requests. */
let handle: (request: IncomingMessage, response: ServerResponse) => void;
const seen: IncomingMessage[] = [];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  certificates = await createCertificates(Date.now());
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-cluster-'));
  seen.length = 0;
  handle = (_, response) => json(response, 200, { ok: true });
  server = createServer(
    { cert: certificates.certPem, key: certificates.keyPem, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      seen.push(request);
      handle(request, response);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function url(): string {
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Opens the server by a kubeconfig with this user; the server is our own where `cluster` says nothing else. */
function open(user: Record<string, unknown>, cluster: Record<string, unknown> = {}) {
  const path = join(folder, 'kubeconfig');
  const authority = { 'certificate-authority-data': Buffer.from(certificates.caPem).toString('base64') };
  const kubeconfig = {
    'current-context': 'test',
    clusters: [{ name: 'c', cluster: { server: url(), ...authority, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(path, stringify(kubeconfig));
  const load = () => loadKubeconfig({ path });
  const api = openApiServer(load(), undefined, load);
  closing.push(() => api.close());
  return { api, reader: clusterReader(api) };
}

/** A credential plugin as an executable script that counts its runs. */
function plugin(body: string): { command: string; runs(): number } {
  const command = join(folder, 'get-token');
  const log = join(folder, 'runs');
  writeFileSync(command, `#!/bin/sh\necho run >> '${log}'\n${body}\n`);
  chmodSync(command, 0o755);
  return {
    command,
    runs: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').length : 0),
  };
}

const exec = (command: string) => ({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command } });

const credential = (status: string) =>
  `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{${status}}}'`;

describe('credentials', () => {
  it('a token is sent as a bearer', async () => {
    await open({ token: 'secret-1' }).reader.get('/version');
    expect(seen[0]?.headers.authorization).toBe('Bearer secret-1');
  });

  it('a token file is read', async () => {
    writeFileSync(join(folder, 'token'), 'from-file');
    await open({ tokenFile: 'token' }).reader.get('/version');
    expect(seen[0]?.headers.authorization).toBe('Bearer from-file');
  });

  it('user and password are sent as basic', async () => {
    await open({ username: 'ann', password: 'pw' }).reader.get('/version');
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ann:pw').toString('base64')}`);
  });

  it('a client certificate is shown to the server', async () => {
    let subject: unknown;
    handle = (request, response) => {
      subject = (request.socket as TLSSocket).getPeerCertificate().subject?.CN;
      json(response, 200, {});
    };
    writeFileSync(join(folder, 'client.crt'), certificates.certPem);
    const key = Buffer.from(certificates.keyPem).toString('base64');
    await open({ 'client-certificate': 'client.crt', 'client-key-data': key }).reader.get('/version');
    expect(subject).toBe('coxswain-apiserver');
  });

  it('a certificate file that is gone is an error that names it', async () => {
    expect(() => open({ 'client-certificate': 'gone.crt' })).toThrow(
      expect.objectContaining({ code: 'kubeconfig-invalid', message: expect.stringContaining('gone.crt') }),
    );
  });

  it('two contexts with the same user name do not share credentials', async () => {
    const first = open(exec(plugin(credential('"token":"first"')).command));
    await first.reader.get('/version');
    const second = open({ token: 'second' });
    await second.reader.get('/version');
    await first.reader.get('/version');
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
      'Bearer first',
    ]);
  });
});

describe('a credential plugin', () => {
  it('runs once for many requests and is told its protocol', async () => {
    const { command, runs } = plugin(
      `case "$KUBERNETES_EXEC_INFO" in *client.authentication.k8s.io/v1*) ${credential('"token":"t"')};; *) exit 3;; esac`,
    );
    const { reader } = open(exec(command));
    await Promise.all(['/a', '/b', '/c'].map((path) => reader.get(path)));
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer t'));
    expect(runs()).toBe(1);
  });

  it('runs again when its credential has expired', async () => {
    const { command, runs } = plugin(credential('"token":"t","expirationTimestamp":"2001-01-01T00:00:00Z"'));
    const { reader } = open(exec(command));
    await reader.get('/a');
    await reader.get('/b');
    expect(runs()).toBe(2);
  });

  it('runs again, once, when the server does not accept its token any more', async () => {
    const { command, runs } = plugin(
      `n=$(wc -l < '${join(folder, 'runs')}')\n${credential(`"token":"t'$((n))'"`)}`,
    );
    handle = ({ headers }, response) => {
      const fresh = headers.authorization === 'Bearer t2';
      json(response, fresh ? 200 : 401, fresh ? { fresh } : { kind: 'Status', message: 'Unauthorized' });
    };
    const { reader } = open(exec(command));
    expect(await reader.get('/version')).toEqual({ fresh: true });
    expect(runs()).toBe(2);

    handle = (_, response) => json(response, 401, { kind: 'Status', message: 'Unauthorized' });
    await expect(reader.get('/version')).rejects.toMatchObject({ code: 'credentials-expired' });
    expect(seen).toHaveLength(4);
  });

  it('that fails is named with what it said, without its secrets', async () => {
    const { command } = plugin('echo "login expired; token: abc.def" >&2; exit 7');
    await expect(open(exec(command)).reader.get('/version')).rejects.toMatchObject({
      code: 'credentials-expired',
      message: expect.stringMatching(
        /get-token of context test failed with exit code 7: login expired; token: …/,
      ),
    });
    expect(seen).toHaveLength(0);
  });

  it('that is not installed says so', async () => {
    await expect(open(exec('coxswain-no-such-plugin')).reader.get('/version')).rejects.toMatchObject({
      code: 'credentials-expired',
      message: expect.stringContaining('coxswain-no-such-plugin of context test was not found'),
    });
  });

  it('that prints something else is an error that does not repeat it', async () => {
    const { command } = plugin('echo my-secret-token');
    await expect(open(exec(command)).reader.get('/version')).rejects.toMatchObject({
      code: 'credentials-expired',
      message: expect.not.stringContaining('my-secret-token'),
    });
  });
});

describe('answers', () => {
  it('expired credentials are an error that says what to do', async () => {
    handle = (_, response) => json(response, 401, { kind: 'Status', message: 'Unauthorized' });
    await expect(open({ token: 'old' }).reader.get('/version')).rejects.toMatchObject({
      code: 'credentials-expired',
      remedy: expect.stringContaining('kubectl --context test'),
    });
    expect(seen).toHaveLength(2);
  });

  it('somebody who logs in again is heard of by the next request', async () => {
    handle = ({ headers }, response) =>
      json(response, headers.authorization === 'Bearer new' ? 200 : 401, { ok: true });
    const { reader } = open({ token: 'old' });
    await expect(reader.get('/version')).rejects.toMatchObject({ code: 'credentials-expired' });
    open({ token: 'new' });
    expect(await reader.get('/version')).toEqual({ ok: true });
  });

  it('credentials of another cluster under the same name are not sent', async () => {
    handle = (_, response) => json(response, 401, { kind: 'Status', message: 'Unauthorized' });
    const { reader } = open({ token: 'old' });
    open({ token: 'new' }, { server: 'https://127.0.0.1:1' });
    await expect(reader.get('/version')).rejects.toMatchObject({ code: 'credentials-expired' });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer old']);
  });

  it('a missing permission names verb and resource', async () => {
    handle = (_, response) => json(response, 403, { kind: 'Status', message: 'forbidden' });
    const { api } = open({ token: 't' });
    const path = '/apis/apps/v1/namespaces/shop/deployments/checkout/scale';
    await expect(api.send({ method: 'PATCH', path, body: [] })).rejects.toMatchObject({
      code: 'permission-denied',
      message: expect.stringContaining('patch deployments.apps/scale of "checkout" in namespace shop'),
    });
  });

  it('that only claim to be JSON arrive as text', async () => {
    handle = (_, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"half":');
    expect(await open({ token: 't' }).reader.get('/x')).toBe('{"half":');
  });

  it('a patch carries its content type', async () => {
    const { api } = open({ token: 't' });
    await api.send({ method: 'PATCH', path: '/x', body: [], contentType: 'application/json-patch+json' });
    expect(seen[0]?.headers['content-type']).toBe('application/json-patch+json');
  });

  it('that do not come are an error after the time-out', async () => {
    handle = () => {};
    const { api } = open({ token: 't' });
    await expect(api.send({ method: 'GET', path: '/slow', timeoutMs: 49.5 })).rejects.toMatchObject({
      code: 'api-unreachable',
      message: expect.stringContaining('did not answer GET /slow within 0.05 s'),
    });
  });

  it('end with the caller’s reason when the caller gives up', async () => {
    handle = () => {};
    const giveUp = new AbortController();
    const answer = open({ token: 't' }).reader.get('/slow', giveUp.signal);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    giveUp.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
  });
});

describe('a stream', () => {
  it('yields lines as they come and ends with its signal', async () => {
    let response: ServerResponse | undefined;
    handle = (_, opened) => {
      response = opened;
      opened.writeHead(200, { 'Content-Type': 'application/json' });
      opened.write('{"a":1}\n{"b"');
    };
    const stop = new AbortController();
    const onOpen = vi.fn();
    const lines = open({ token: 't' }).api.stream('/x?watch=1', stop.signal, onOpen)[Symbol.asyncIterator]();
    expect(await lines.next()).toEqual({ done: false, value: '{"a":1}' });
    expect(onOpen).toHaveBeenCalledOnce();
    response?.write(':2}\n');
    expect(await lines.next()).toEqual({ done: false, value: '{"b":2}' });
    const next = lines.next();
    stop.abort(new Error('stopped'));
    await expect(next).rejects.toThrow('stopped');
    await vi.waitFor(() => expect(response?.destroyed).toBe(true));
  });

  it('that is cut is an error', async () => {
    handle = (_, response) => {
      response.writeHead(200).write('{"a":1}\n', () => response.destroy());
    };
    const lines = open({ token: 't' }).api.stream('/x', new AbortController().signal)[Symbol.asyncIterator]();
    await lines.next();
    await expect(lines.next()).rejects.toMatchObject({ code: 'api-unreachable' });
  });

  it('with a line that never ends is given up', async () => {
    handle = (_, response) => {
      response.writeHead(200);
      const more = () => response.write('x'.repeat(1 << 20), () => response.destroyed || more());
      more();
    };
    const lines = open({ token: 't' }).api.stream('/x', new AbortController().signal)[Symbol.asyncIterator]();
    await expect(lines.next()).rejects.toMatchObject({
      code: 'api-unreachable',
      message: expect.stringContaining('characters'),
    });
  });

  it('that is refused is the same error as a request', async () => {
    handle = (_, response) => json(response, 410, { kind: 'Status', reason: 'Expired' });
    const lines = open({ token: 't' }).api.stream('/x', new AbortController().signal)[Symbol.asyncIterator]();
    await expect(lines.next()).rejects.toMatchObject({ status: 410, reason: 'Expired' });
  });

  it('ends when the connection is closed', async () => {
    handle = (_, response) => response.writeHead(200).write('{}\n');
    const { api } = open({ token: 't' });
    const lines = api.stream('/x', new AbortController().signal)[Symbol.asyncIterator]();
    await lines.next();
    const next = lines.next();
    await Promise.all([expect(next).rejects.toMatchObject({ code: 'not-connected' }), api.close()]);
    await vi.waitFor(async () => expect(await connectionCount()).toBe(0));
  });
});

describe('a server that can’t be reached', () => {
  const cases: [string, () => Promise<Record<string, unknown>>, RegExp][] = [
    [
      'where nothing listens',
      async () => ({ server: `https://127.0.0.1:${await freePort()}` }),
      /nothing listens there \(ECONNREFUSED\)/,
    ],
    [
      'whose name is not known',
      async () => ({ server: 'https://no-such-host.invalid' }),
      /its name (is not known|cannot be looked up)/,
    ],
    [
      'that nobody vouches for',
      async () => ({ 'certificate-authority-data': undefined }),
      /its certificate cannot be trusted/,
    ],
    [
      'that has another name',
      async () => ({ 'tls-server-name': 'other.test' }),
      /its certificate is for another name/,
    ],
  ];
  for (const [what, cluster, message] of cases) {
    it(`${what} is an error with address and cause`, async () => {
      const { reader } = open({ token: 't' }, await cluster());
      await expect(reader.get('/version')).rejects.toMatchObject({
        code: 'api-unreachable',
        message: expect.stringMatching(message),
      });
    });
  }

  it('is reached without checking where the kubeconfig says so', async () => {
    const { reader } = open(
      { token: 't' },
      { 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true },
    );
    expect(await reader.get('/version')).toEqual({ ok: true });
  });

  it('without TLS is refused before a token is sent', async () => {
    const { reader } = open({ token: 't' }, { server: 'http://127.0.0.1:1' });
    await expect(reader.get('/version')).rejects.toMatchObject({
      code: 'kubeconfig-invalid',
      message: expect.stringContaining('http://'),
    });
  });

  it('is reached through the proxy that the kubeconfig names', async () => {
    let tunnels = 0;
    const proxy = createHttpServer();
    proxy.on('connect', (request, socket) => {
      tunnels += 1;
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { reader, api } = open(
      { token: 't' },
      { 'proxy-url': `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` },
    );
    expect(await reader.get('/version')).toEqual({ ok: true });
    expect(tunnels).toBe(1);
    await api.close();
    await new Promise((resolve) => proxy.close(resolve));
  });
});

function connectionCount(): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}
