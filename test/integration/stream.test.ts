import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { CoxswainError, emptySnapshot, type ServerMessage } from '../../agent/protocol';
import { StateStore } from '../../agent/server/stateStore';
import { openStream, type Stream } from '../../agent/server/stream';

describe('the stream', () => {
  let directory: string;
  let state: StateStore;
  let stream: Stream;
  const open = (maxBufferedBytes?: number) =>
    openStream({
      port: 0,
      state,
      assets: { directory },
      handle: async (method) => {
        if (method === 'hang') return new Promise(() => undefined);
        if (method === 'fail') throw new CoxswainError('not-found', 'gone', 'look elsewhere');
        return { method };
      },
      ...(maxBufferedBytes === undefined ? {} : { maxBufferedBytes }),
    });

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-stream-'));
    writeFileSync(join(directory, 'index.html'), '<title>Coxswain</title>');
    state = new StateStore(emptySnapshot('1.2.3', 42));
    stream = await open();
  });
  afterEach(async () => {
    await stream.close();
    state.close();
    rmSync(directory, { recursive: true });
  });

  it('answers a subscription by the snapshot, then deltas in sequence', async () => {
    const client = await Client.open(stream);
    client.send({ kind: 'subscribe' });
    expect(await client.next()).toMatchObject({
      kind: 'snapshot',
      snapshot: { agentVersion: '1.2.3', sequence: 0 },
    });
    state.publish({ kind: 'mode', mode: 'approve' });
    expect(await client.next()).toEqual({
      kind: 'delta',
      delta: { sequence: 1, changes: [{ kind: 'mode', mode: 'approve' }] },
    });
    client.close();
  });

  it('answers requests, and failures with code and remedy', async () => {
    const client = await Client.open(stream);
    client.send({ kind: 'request', id: 7, method: 'pause', params: {} });
    expect(await client.next()).toEqual({ kind: 'response', id: 7, result: { method: 'pause' } });
    client.send({ kind: 'request', id: 8, method: 'fail', params: {} });
    expect(await client.next()).toMatchObject({
      kind: 'failure',
      id: 8,
      error: { code: 'not-found', remedy: 'look elsewhere' },
    });
    client.close();
  });

  for (const text of ['{', 'null', '{"kind":"dance"}', '{"kind":"request","id":"x"}']) {
    it(`answers the malformed message ${text} by an error, and goes on`, async () => {
      const client = await Client.open(stream);
      client.sendText(text);
      expect(await client.next()).toMatchObject({
        kind: 'failure',
        id: null,
        error: { code: 'message-malformed' },
      });
      client.send({ kind: 'request', id: 1, method: 'pause', params: {} });
      expect(await client.next()).toMatchObject({ kind: 'response', id: 1 });
      client.close();
    });
  }

  it('says goodbye to a wrong token, and shows it nothing', async () => {
    const client = await Client.open(stream, { token: 'wrong' });
    expect(await client.next()).toMatchObject({ kind: 'goodbye', error: { code: 'token-wrong' } });
    client.send({ kind: 'subscribe' });
    expect(await client.closed).toBe(4401);
    expect(client.received).toHaveLength(1);
  });

  it('takes the token as a subprotocol, as browsers send it', async () => {
    const { host } = new URL(stream.url);
    const socket = new WebSocket(stream.url, [`coxswain.${stream.token}`], { origin: `http://${host}` });
    const client = await Client.from(socket);
    client.send({ kind: 'subscribe' });
    expect(await client.next()).toMatchObject({ kind: 'snapshot' });
    client.close();
  });

  for (const headers of [{ origin: 'https://evil.example' }, { host: 'evil.example' }]) {
    it(`turns away ${JSON.stringify(headers)}, even with the token`, async () => {
      const socket = new WebSocket(stream.url, {
        headers: { Authorization: `Bearer ${stream.token}`, ...headers },
      });
      const status = await new Promise((resolve) => {
        socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.once('open', () => resolve('open'));
      });
      expect(status).toBe(403);
    });
  }

  it('drops a reader that is too slow, and tells it', async () => {
    await stream.close();
    stream = await open(1024 * 1024);
    const client = await Client.open(stream);
    client.send({ kind: 'subscribe' });
    await client.next();
    client.pause();
    const text = 'x'.repeat(200_000);
    // The kernel's own buffers have to be full before anything waits in the agent.
    for (let sent = 0; sent < 400; sent += 1) {
      state.publish({ kind: 'error', error: { code: 'internal', message: text, remedy: '', atMs: 0 } });
      expect(state.snapshot.errors.length).toBeGreaterThan(0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.resume();
    await client.closed;
    expect(client.received.at(-1)).toMatchObject({
      kind: 'goodbye',
      error: { message: expect.stringContaining('too slow') },
    });
    expect(client.received.length).toBeLessThan(400);
  });

  it('serves the dashboard, and nothing else of its folder', async () => {
    const base = stream.url.replace('ws:', 'http:').replace('/stream', '');
    const page = await fetch(`${base}/`);
    expect(await page.text()).toContain('Coxswain');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await fetch(`${base}/../package.json`)).status).toBe(404);
    expect((await fetch(`${base}/agent.json`)).status).toBe(404);
  });

  it('listens on loopback only', () => {
    expect(new URL(stream.url).hostname).toBe('127.0.0.1');
  });

  it('says which port is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const opening = openStream({ port, state, assets: { directory }, handle: async () => ({}) });
    await expect(opening).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(String(port)),
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  it('survives a page of another origin that breaks its connection off, and does not wait for it at the end', async () => {
    const { port } = new URL(stream.url);
    const upgrade =
      'GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\n' +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
    for (let count = 0; count < 20; count += 1) {
      const broken = connect(Number(port), '127.0.0.1');
      broken.on('error', () => undefined);
      await new Promise<void>((resolve) => broken.write(upgrade, () => resolve()));
      broken.resetAndDestroy();
    }
    // This one neither reads nor hangs up.
    const silent = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    silent.on('error', () => undefined);
    await new Promise<void>((resolve) => silent.write(upgrade, () => resolve()));
    const client = await Client.open(stream);
    client.close();
    await stream.close();
    silent.destroy();
  });

  it('takes the subprotocol where something on the way has added a header of its own', async () => {
    const socket = new WebSocket(stream.url, [`coxswain.${stream.token}`], {
      headers: { Authorization: 'Basic c29tZWJvZHk6ZWxzZQ==' },
    });
    const client = await Client.from(socket);
    client.send({ kind: 'subscribe' });
    expect(await client.next()).toMatchObject({ kind: 'snapshot' });
    client.close();
  });

  it('answers no more than so many requests of one reader at a time', async () => {
    const client = await Client.open(stream);
    for (let id = 0; id < 200; id += 1) client.send({ kind: 'request', id, method: 'hang', params: {} });
    expect(await client.next()).toMatchObject({
      kind: 'failure',
      error: { code: 'conflict', message: expect.stringContaining('32') },
    });
    client.close();
  });

  it('survives a client that speaks no HTTP', async () => {
    const { port } = new URL(stream.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('\x00\x01garbage\r\n\r\n');
    await vi.waitFor(
      () => expect(socket.closed || socket.readableEnded || socket.destroyed).toBe(true),
      5000,
    );
    const client = await Client.open(stream);
    client.close();
  });
});

/** A WebSocket whose messages are awaited one by one. */
class Client {
  readonly received: ServerMessage[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  #taken = 0;

  static open(stream: Stream, { token = stream.token } = {}): Promise<Client> {
    return Client.from(new WebSocket(stream.url, { headers: { Authorization: `Bearer ${token}` } }));
  }

  static async from(socket: WebSocket): Promise<Client> {
    const client = new Client(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.received.push(JSON.parse(String(data))));
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  async next(): Promise<ServerMessage | undefined> {
    await vi.waitFor(() => expect(this.received.length).toBeGreaterThan(this.#taken), 5000);
    this.#taken += 1;
    return this.received[this.#taken - 1];
  }

  send(message: unknown): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.close();
  }
}
