import { beforeEach, describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../agent/protocol';
import { BrowserTransport, type BrowserWorld, type Socket, type SocketEvents } from './browserTransport';
import type { TransportState } from './transport';

interface FakeSocket extends Socket {
  url: string;
  protocols: string[];
  events: SocketEvents;
  sent: string[];
  readyState: number;
}

/** A browser in which a test opens and closes sockets by hand, and steps the time. */
class FakeWorld implements BrowserWorld {
  sockets: { url: string; protocols: string[]; events: SocketEvents; sent: string[]; readyState: number }[] =
    [];
  serverUp = false;
  now = 0;
  #timers = new Map<number, { atMs: number; callback: () => void }>();
  #nextTimer = 1;

  openSocket(url: string, protocols: string[], events: SocketEvents) {
    const sent: string[] = [];
    const send = (data: string) => void sent.push(data);
    const socket: FakeSocket = { url, protocols, events, sent, readyState: 0, send };
    this.sockets.push(socket);
    return socket;
  }

  isServerUp = async () => this.serverUp;
  nowMs = () => this.now;
  random = () => 1;

  setTimeout(callback: () => void, delayMs: number): number {
    this.#timers.set(this.#nextTimer, { atMs: this.now + delayMs, callback });
    return this.#nextTimer++;
  }

  clearTimeout(timer: number): void {
    this.#timers.delete(timer);
  }

  pass(ms: number): void {
    this.now += ms;
    for (const [id, { atMs, callback }] of [...this.#timers]) {
      if (atMs <= this.now && this.#timers.delete(id)) callback();
    }
  }

  get last() {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  open(): void {
    this.last.readyState = 1;
    this.last.events.opened();
  }

  say(message: unknown): void {
    this.last.events.received(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Closes the latest socket, and lets the question whether the server is up be answered. */
  async close(): Promise<void> {
    this.last.readyState = 3;
    this.last.events.closed();
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }
}

const RESPONSE = { kind: 'response', id: 1, result: {} };
const goodbye = (code: string) => ({ kind: 'goodbye', error: { code, message: 'bye', remedy: 'none' } });

let world: FakeWorld;
let states: TransportState[];
let messages: ServerMessage[];

function start(token: string | null = 'secret'): BrowserTransport {
  const transport = new BrowserTransport('ws://127.0.0.1:1/stream', token, world);
  transport.onState((state) => states.push(state));
  transport.onMessage((message) => messages.push(message));
  return transport;
}

beforeEach(() => {
  world = new FakeWorld();
  states = [];
  messages = [];
});

describe('the browser transport', () => {
  it('sends the token as subprotocol, never in the address', () => {
    const transport = start();
    expect(transport.state.kind).toBe('connecting');
    expect(world.last).toMatchObject({ url: 'ws://127.0.0.1:1/stream', protocols: ['coxswain.secret'] });
  });

  it('opens no socket without a token, or with one that no agent gave out', () => {
    for (const token of [null, 'a b', 'a"b', '']) {
      expect(start(token).state).toMatchObject({ kind: 'refused', error: { code: 'token-wrong' } });
    }
    expect(world.sockets).toEqual([]);
  });

  it('sends when open and says so when not', () => {
    const transport = start();
    expect(transport.send({ kind: 'subscribe' })).toBe(false);
    world.open();
    expect(transport.state.kind).toBe('open');
    expect(transport.send({ kind: 'subscribe' })).toBe(true);
    expect(world.last.sent).toEqual(['{"kind":"subscribe"}']);
  });

  it('reconnects with growing delays up to a limit', async () => {
    const transport = start();
    const delaysMs: number[] = [];
    for (let i = 0; i < 8; i++) {
      await world.close();
      if (transport.state.kind !== 'waiting') throw new Error(`not waiting but ${transport.state.kind}`);
      delaysMs.push((transport.state.retryAtMs ?? 0) - world.now);
      world.pass(20_000);
    }
    expect(delaysMs).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    expect(world.sockets).toHaveLength(9);
  });

  it('starts over with short delays once the agent has spoken, not at the handshake', async () => {
    start();
    for (let i = 0; i < 3; i++) {
      await world.close();
      world.pass(20_000);
    }
    world.open();
    await world.close();
    expect(states.at(-1)).toMatchObject({ kind: 'waiting', retryAtMs: world.now + 4000 });
    world.pass(4000);
    world.open();
    world.say(RESPONSE);
    await world.close();
    expect(states.at(-1)).toMatchObject({ kind: 'waiting', retryAtMs: world.now + 500 });
  });

  it('stops when the server is up and refuses it twice', async () => {
    const transport = start('stale');
    world.serverUp = true;
    await world.close();
    expect(transport.state.kind).toBe('waiting');
    world.pass(500);
    await world.close();
    expect(transport.state).toMatchObject({ kind: 'refused', error: { code: 'token-wrong' } });
    world.pass(100_000);
    expect(world.sockets).toHaveLength(2);
  });

  it('stops at a goodbye about the token or the origin, and shows its words', async () => {
    for (const code of ['token-wrong', 'origin-wrong']) {
      const transport = start();
      world.open();
      world.say(goodbye(code));
      await world.close();
      expect(transport.state).toMatchObject({ kind: 'refused', error: { code, message: 'bye' } });
    }
  });

  it('comes back after it was dropped for being slow, and says why it was', async () => {
    const transport = start();
    world.open();
    world.say(goodbye('conflict'));
    await world.close();
    expect(transport.state).toMatchObject({ kind: 'waiting', error: { message: 'bye' } });
    world.pass(500);
    world.open();
    expect(transport.state.kind).toBe('open');
  });

  it('tries at once when the user asks, and only once', async () => {
    const transport = start();
    await world.close();
    transport.retry();
    transport.retry();
    world.pass(20_000);
    expect(world.sockets).toHaveLength(2);
  });

  it('turns what it does not understand into a failure that says so', () => {
    start();
    world.open();
    for (const bad of ['no json', '{}', '{"kind":"delta"}']) world.say(bad);
    expect(messages).toHaveLength(3);
    for (const message of messages) {
      expect(message).toMatchObject({ kind: 'failure', id: null, error: { code: 'message-malformed' } });
    }
  });
});
