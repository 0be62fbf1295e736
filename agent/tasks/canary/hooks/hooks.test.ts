import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpEar } from '../../../../test/support/httpEar';
import { ConfigSchema } from '../../../config/schema';
import { callHook, type HookOrder } from './callHook';
import { type HookCall, type HookPorts, postHook } from './postHook';

let ear: HttpEar;
let waitedMs: number[];
let ports: HookPorts;
const NEVER = new AbortController().signal;

beforeEach(async () => {
  ear = await HttpEar.open();
  waitedMs = [];
  ports = {
    fetch,
    async sleep(ms) {
      waitedMs.push(ms);
    },
  };
});
afterEach(() => ear.close());

function order(hook: Record<string, unknown> = {}): HookOrder {
  const own = { name: 'smoke', url: `${ear.url}/hook?key=abcdefgh`, ...hook };
  const { canary } = ConfigSchema.parse({ canary: { hooks: { preRollout: [own] } } });
  const [first] = canary.hooks.preRollout;
  if (!first) throw new Error('the config has no hook');
  const release = { namespace: 'shop', kind: 'Deployment' as const, name: 'checkout' };
  return { hook: first, phase: 'pre-rollout', release, checksum: 'abc' };
}

const call = (changes: Partial<HookCall> = {}): HookCall => ({
  url: ear.url,
  payload: { name: 'web', namespace: 'shop', phase: 'Progressing', checksum: '1' },
  timeoutMs: 1000,
  retries: 0,
  ...changes,
});

describe('a hook of the config', () => {
  it('is told what Flagger would tell it', async () => {
    expect(await callHook(order({ metadata: { cmd: 'hey -z 1m' } }), ports, NEVER)).toBeNull();
    expect(ear.told).toEqual([
      {
        name: 'checkout',
        namespace: 'shop',
        phase: 'pre-rollout',
        checksum: 'abc',
        metadata: { cmd: 'hey -z 1m' },
      },
    ]);
    expect(ear.heard[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
  });

  it('says why it does not agree, without its address', async () => {
    ear.answer = (_, response) => response.writeHead(500).end('the tests\n have  failed, token=abc123456');
    expect(await callHook(order(), ports, NEVER)).toBe(
      'it answers HTTP 500: the tests have failed, token=[redacted]',
    );
    const gone = order();
    await ear.close();
    ear = await HttpEar.open();
    const why = await callHook(gone, ports, NEVER);
    expect(why).toContain('ECONNREFUSED');
    expect(why).not.toContain('abcdefgh');
  });

  it('has failed when it is late', async () => {
    ear.answer = () => undefined;
    expect(await callHook(order({ timeout: '1s' }), ports, NEVER)).toBe('no answer within 1 s');
  });

  it('ends at once when nobody waits any more', async () => {
    const controller = new AbortController();
    ear.answer = () => controller.abort(new Error('the release is gone'));
    await expect(callHook(order(), ports, controller.signal)).rejects.toThrow('the release is gone');
  });
});

describe('a call of a webhook', () => {
  it.each([
    [200, true],
    [202, true],
    [204, false],
    [302, false],
    [403, false],
  ])('with status %i is agreed to: %j', async (status, ok) => {
    ear.answer = (_, response) => response.writeHead(status).end();
    expect((await postHook(call({ retries: 3 }), ports, NEVER)).ok).toBe(ok);
    expect(ear.heard).toHaveLength(1);
  });

  it('is tried again after what may pass, each time later', async () => {
    const statuses = [500, 503, 429, 200];
    ear.answer = (_, response) => response.writeHead(statuses.shift() ?? 200).end();
    expect(await postHook(call({ retries: 3 }), ports, NEVER)).toEqual({ ok: true });
    expect(waitedMs).toEqual([1000, 2000, 4000]);
  });

  it('gives up after its retries, and tells of the last', async () => {
    ear.answer = (_, response) => response.writeHead(500).end('broken');
    expect(await postHook(call({ retries: 2 }), ports, NEVER)).toEqual({
      ok: false,
      attempts: 3,
      status: 500,
      body: 'broken',
      problem: '',
    });
  });

  it('reads no more of an answer than it needs', async () => {
    ear.answer = (_, response) => response.writeHead(403).end('x'.repeat(1_000_000));
    const answer = await postHook(call(), ports, NEVER);
    expect(answer.ok ? '' : answer.body).toHaveLength(64 * 1024);
  });
});
