import { beforeEach, describe, expect, it } from 'vitest';
import type { ClientMessage, ErrorInfo, ServerMessage } from '../agent/protocol';
import { AgentClient } from './agentClient';
import { SNAPSHOT } from './model/testData';
import type { Transport, TransportState } from './transport/transport';

class FakeTransport implements Transport {
  state: TransportState = { kind: 'connecting' };
  sent: ClientMessage[] = [];
  receive: (message: ServerMessage) => void = () => {};
  #stateListener: (state: TransportState) => void = () => {};

  send(message: ClientMessage): boolean {
    if (this.state.kind !== 'open') return false;
    this.sent.push(message);
    return true;
  }
  onMessage(listener: (message: ServerMessage) => void): void {
    this.receive = listener;
  }
  onState(listener: (state: TransportState) => void): void {
    this.#stateListener = listener;
  }
  retry(): void {}

  become(state: TransportState): void {
    this.state = state;
    this.#stateListener(state);
  }
}

const ERROR: ErrorInfo = {
  code: 'proposal-expired',
  message: 'It has expired.',
  remedy: 'Wait for the next.',
};
const LOST: TransportState = { kind: 'waiting', error: ERROR, retryAtMs: 0 };
const SUBSCRIBE = { kind: 'subscribe' };

let transport: FakeTransport;
let client: AgentClient;
let changes: number;
let failures: ErrorInfo[];
let timers: Map<number, () => void>;

beforeEach(() => {
  transport = new FakeTransport();
  changes = 0;
  failures = [];
  timers = new Map();
  let nextTimer = 1;
  client = new AgentClient(
    transport,
    {
      setTimeout: (callback) => {
        timers.set(nextTimer, callback);
        return nextTimer++;
      },
      clearTimeout: (timer) => void timers.delete(timer),
    },
    () => {
      changes += 1;
    },
    (error) => failures.push(error),
  );
  transport.become({ kind: 'open' });
});

const snapshot = (sequence: number): ServerMessage => ({
  kind: 'snapshot',
  snapshot: { ...SNAPSHOT, sequence },
});
const delta = (sequence: number, mode: 'observe' | 'approve'): ServerMessage => ({
  kind: 'delta',
  delta: { sequence, changes: [{ kind: 'mode', mode }] },
});

describe('the state', () => {
  it('is subscribed to when the road opens, and follows the deltas', () => {
    expect(transport.sent).toEqual([SUBSCRIBE]);
    expect(client.snapshot).toBeNull();
    transport.receive(snapshot(7));
    transport.receive(delta(8, 'approve'));
    expect(client.snapshot).toMatchObject({ sequence: 8, mode: 'approve' });
    expect(changes).toBeGreaterThanOrEqual(2);
  });

  it('is subscribed to anew, once, when deltas were missed', () => {
    transport.receive(snapshot(7));
    transport.receive(delta(9, 'approve'));
    transport.receive(delta(10, 'approve'));
    expect(transport.sent).toEqual([SUBSCRIBE, SUBSCRIBE]);
    expect(client.snapshot).toMatchObject({ sequence: 7, mode: 'observe' });
    transport.receive(snapshot(10));
    transport.receive(delta(11, 'approve'));
    expect(client.snapshot).toMatchObject({ sequence: 11, mode: 'approve' });
  });

  it('stays while the road is lost, and is asked for when it is back', () => {
    transport.receive(snapshot(7));
    transport.become(LOST);
    expect(client.snapshot?.sequence).toBe(7);
    transport.become({ kind: 'open' });
    expect(transport.sent).toEqual([SUBSCRIBE, SUBSCRIBE]);
    transport.receive(delta(8, 'approve'));
    expect(client.snapshot?.sequence).toBe(7);
  });
});

describe('a request', () => {
  it('is answered by the response with its id', async () => {
    const [first, second] = [
      client.request('setMode', { mode: 'approve' }),
      client.request('setMode', { mode: 'observe' }),
    ];
    expect(transport.sent.slice(1)).toEqual([
      { kind: 'request', id: 1, method: 'setMode', params: { mode: 'approve' } },
      { kind: 'request', id: 2, method: 'setMode', params: { mode: 'observe' } },
    ]);
    transport.receive({ kind: 'response', id: 2, result: { mode: 'observe' } });
    transport.receive({ kind: 'response', id: 1, result: { mode: 'approve' } });
    expect(await first).toEqual({ mode: 'approve' });
    expect(await second).toEqual({ mode: 'observe' });
    expect(timers.size).toBe(0);
  });

  it('fails with the agent’s own error', async () => {
    const answer = client.request('approve', { proposalId: 'p' });
    transport.receive({ kind: 'failure', id: 1, error: ERROR });
    await expect(answer).rejects.toMatchObject(ERROR);
    expect(failures).toEqual([]);
  });

  it('fails when there is no road, when it is lost meanwhile, and when no answer comes', async () => {
    const lost = client.request('pause', {});
    transport.become(LOST);
    const notSent = client.request('pause', {});
    transport.become({ kind: 'open' });
    const late = client.request('pause', {});
    for (const callback of [...timers.values()]) callback();
    for (const answer of [lost, notSent, late]) {
      await expect(answer).rejects.toMatchObject({ code: 'agent-not-running' });
    }
  });

  it('rejects an answer that is not of its method', async () => {
    const answer = client.request('setMode', { mode: 'approve' });
    transport.receive({ kind: 'response', id: 1, result: { mode: 'full speed' } });
    await expect(answer).rejects.toThrow();
  });
});

it('passes on failures that nobody asked for', () => {
  transport.receive({ kind: 'failure', id: null, error: ERROR });
  transport.receive({ kind: 'failure', id: 99, error: ERROR });
  expect(failures).toEqual([ERROR, ERROR]);
});
