import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  GATE_KINDS,
  type Gate,
  type GateCall,
  type GateDecision,
  type GateOptions,
  openGate,
} from '../../agent/tasks/canary/hooks/gateServer';

const PAYLOAD = { name: 'web', namespace: 'shop', phase: 'Progressing', checksum: '85d557f47b' };

let gate: Gate;
let calls: GateCall[];
let decision: GateDecision | Error;

const options = (): GateOptions => ({
  host: '127.0.0.1',
  port: 0,
  decide: () => {
    if (decision instanceof Error) throw decision;
    return decision;
  },
  record: (call) => calls.push(call),
});

beforeEach(async () => {
  calls = [];
  decision = { open: true, reason: 'the evidence carries it' };
  gate = await openGate(options());
});
afterEach(() => gate.close());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${gate.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const said = await response.text();
  return { status: response.status, json: JSON.parse(said) as Record<string, unknown> };
}

/** What a server says to bytes that no HTTP client would send. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(gate.url).port), '127.0.0.1');
  socket.end(bytes);
  return text(socket);
}

describe('the gate for Flagger', () => {
  it.each(GATE_KINDS)('answers %s with 200 or 403, and why', async (kind) => {
    expect(await post(`/gate/${kind}`, PAYLOAD)).toEqual({
      status: 200,
      json: { open: true, reason: 'the evidence carries it' },
    });
    decision = { open: false, reason: 'no canary shop/web is known' };
    expect(await post(`/gate/${kind}`, { ...PAYLOAD, metadata: { a: 'b' } })).toEqual({
      status: 403,
      json: { open: false, reason: 'no canary shop/web is known' },
    });
    expect(calls).toEqual([
      { kind, release: PAYLOAD, metadata: {}, decision: { open: true, reason: 'the evidence carries it' } },
      { kind, release: PAYLOAD, metadata: { a: 'b' }, decision },
    ]);
  });

  it.each(['pre-rollout', 'rollout', 'post-rollout', 'event'])('keeps what %s tells', async (kind) => {
    const metadata = { eventMessage: 'Advance web.shop canary weight 5', eventType: 'Normal' };
    expect((await post(`/gate/${kind}`, { ...PAYLOAD, metadata })).status).toBe(200);
    expect(calls).toEqual([{ kind, release: PAYLOAD, metadata, decision: null }]);
  });

  it('is closed where nothing can be decided, and shows nothing of the reason', async () => {
    decision = new Error('password=hunter2 is in here');
    const { status, json } = await post('/gate/confirm-promotion', PAYLOAD);
    expect(status).toBe(403);
    expect(json).toEqual({ open: false, reason: expect.stringContaining('could not be decided') });
    expect(JSON.stringify(json)).not.toContain('hunter2');
  });

  it.each([
    ['no JSON', '{"name": ', 400],
    ['nothing', '', 400],
    ['a list', '[1, 2, 3]', 400],
    ['null', 'null', 400],
    ['no name', { namespace: 'shop' }, 400],
    ['an endless name', { ...PAYLOAD, name: 'x'.repeat(300) }, 400],
    ['numbers for texts', { ...PAYLOAD, metadata: { a: 1 } }, 400],
    ['a prototype', '{"__proto__": {"open": true}, "name": "web", "namespace": "shop"}', 400],
    ['too much', { ...PAYLOAD, metadata: { a: 'x'.repeat(100_000) } }, 413],
  ])('turns down %s, and asks nobody', async (_, body, status) => {
    const answer = await post('/gate/confirm-rollout', body);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ open: false, reason: expect.any(String) });
    expect(calls).toEqual([]);
  });

  it('turns down what is no webhook of Flagger', async () => {
    expect((await post('/gate/open-sesame', PAYLOAD)).status).toBe(404);
    expect((await fetch(`${gate.url}/gate/rollback`)).status).toBe(404);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('/gate/rollback', 'name=web', form)).status).toBe(415);
    expect(await raw('\x00\x01garbage\r\n\r\n')).toContain('400');
    expect(calls).toEqual([]);
  });

  it('is of no use to a page in a browser', async () => {
    const foreign = await post('/gate/confirm-rollout', PAYLOAD, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(
      await raw('POST /gate/confirm-rollout HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n'),
    ).toContain('403');
    expect(calls).toEqual([]);
  });

  it('answers many at a time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => post('/gate/rollback', { ...PAYLOAD, name: `web-${index}` })),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(calls.map(({ release }) => release.name)).size).toBe(200);
  });

  it('ends when it is told to, and says which port is taken', async () => {
    const { port } = new URL(gate.url);
    await expect(openGate({ ...options(), port: Number(port) })).rejects.toMatchObject({
      code: 'port-in-use',
      remedy: expect.stringContaining('canary.gate.port'),
    });
    const controller = new AbortController();
    const other = await openGate({ ...options(), signal: controller.signal });
    controller.abort();
    await other.close();
    await expect(fetch(`${other.url}/gate/rollback`)).rejects.toThrow();
    await expect(openGate({ ...options(), signal: controller.signal })).rejects.toThrow();
  });
});
