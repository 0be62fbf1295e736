import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HEAL_LABELS } from '../../agent/tasks/heal/policies/learned';
import { HEAL_9 } from '../../agent/tasks/heal/spec';
import { ModelStore } from '../../agent/training/modelStore';
import { writePolicyFile } from '../../agent/training/policyFile';
import { type Running, runCli, startCli } from '../support/cli';
import { aHealPolicy } from '../support/healPolicy';

/** A workload of four pods that is busy, as `heal/9` has it. */
const BUSY = [0.4, 0, 0, 0.95, 0.4, 0.5, 0, 0.1, 0.4];
const POLICY = aHealPolicy({ 'scale-up': { avg_cpu: 6, bias: -1 }, none: { bias: 1 } });

describe('coxswain serve', () => {
  let directory: string;
  let state: string;
  let running: Running;
  let url: string;
  let token: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-serve-'));
    state = join(directory, 'state');
    new ModelStore(join(state, 'models'), Date.now).add('heal', POLICY);
    running = startCli(['serve', '--model', 'heal/1', '--state-dir', state]);
    await vi.waitFor(() => expect(running.stdout).toContain('openapi.json'), { timeout: 30_000 });
    url = /at (http:\/\/127\.0\.0\.1:\d+)/.exec(running.stdout)?.[1] ?? '';
    token = readFileSync(join(state, 'rest-token'), 'utf8').trim();
  });
  afterAll(async () => {
    const { code } = await running.kill('SIGTERM');
    rmSync(directory, { recursive: true });
    expect(code).toBe(0);
  });

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text, json: () => JSON.parse(text) };
  }

  it('says what it serves, and prints no token', () => {
    expect(running.stdout).toContain('serving heal/1 (heal/9)');
    expect(running.stdout + running.stderr).not.toContain(token);
    expect(statSync(join(state, 'rest-token')).mode & 0o777).toBe(0o600);
  });

  it('answers with the action of the policy, and the others likeliest first', async () => {
    const { status, json } = await call('POST', '/predict', { state: BUSY });
    expect(status).toBe(200);
    const answer = json();
    expect(answer).toMatchObject({
      action: HEAL_LABELS.indexOf('scale-up'),
      label: 'scale-up',
      policy: 'learned heal/1',
      observationSpec: 'heal/9',
    });
    // By hand: logits none 1, scale-up 6 × 0.95 − 1 = 4.7, the other three 0.
    const sum = Math.E + Math.exp(4.7) + 3;
    expect(answer.confidence).toBeCloseTo(Math.exp(4.7) / sum, 5);
    expect(answer.alternatives[0]).toEqual({
      action: 0,
      label: 'none',
      confidence: expect.closeTo(Math.E / sum, 5),
    });
    expect(answer.alternatives).toHaveLength(4);
  });

  it.each([
    ['too few numbers', { state: BUSY.slice(1) }, 400, /8 numbers, and heal\/9 has 9/],
    ['too many numbers', { state: [...BUSY, 0] }, 400, /10 numbers/],
    ['a number out of range', { state: BUSY.with(3, 95) }, 400, /avg_cpu .* is 95, not within 0…1/],
    ['a negative number', { state: BUSY.with(0, -0.1) }, 400, /healthy_count/],
    ['no numbers', { state: BUSY.map(() => null) }, 400, /state\.0/],
    ['another task', { task: 'scale', state: BUSY }, 422, /one of heal, not of scale/],
  ])('refuses %s, and says which', async (_what, body, status, message) => {
    const answered = await call('POST', '/predict', body);
    expect(answered.status).toBe(status);
    expect(answered.json().error.message).toMatch(message);
  });

  it('keeps experience that fits, and no other', async () => {
    const transition = { state: BUSY, action: 2, reward: -1, nextState: BUSY };
    const transitions = [transition, { ...transition, terminated: true }];
    expect((await call('POST', '/update', { transitions })).json()).toEqual({ stored: 2, total: 2 });
    expect((await call('POST', '/update', { transitions })).json()).toEqual({ stored: 2, total: 4 });
    for (const wrong of [{ action: HEAL_LABELS.length }, { state: [1] }, { nextState: BUSY.with(2, 2) }]) {
      const refused = await call('POST', '/update', {
        transitions: [transition, { ...transition, ...wrong }],
      });
      expect(refused.status).toBe(400);
    }
    const lines = readFileSync(join(state, 'experience', 'heal.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(4);
    expect(JSON.parse(lines[1] ?? '')).toEqual({ ...transition, terminated: true });
    expect(statSync(join(state, 'experience', 'heal.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('is ready, counts what it answered, and steers nothing', async () => {
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await call('GET', '/health')).json()).toMatchObject({
      status: 'ok',
      policy: 'heal/1',
      connected: false,
    });
    const metrics = (await call('GET', '/metrics')).text;
    expect(metrics).toMatch(/^coxswain_predictions_total\{task="heal",action="scale-up"\} [1-9]/m);
    expect(metrics).toMatch(
      /^coxswain_rest_requests_total\{method="POST",route="\/predict",status="400"\} \d/m,
    );
    expect(metrics).toContain('process_resident_memory_bytes');
    const chaos = await call('POST', '/chaos/faults', {
      workloadId: 'shop/Deployment/checkout',
      kind: 'pod-kill',
    });
    expect(chaos).toMatchObject({ status: 503 });
    expect(chaos.json().error.code).toBe('not-connected');
    expect((await call('POST', '/emergency-stop')).status).toBe(503);
  });

  it.each<[string, (folder: string) => string[], number, RegExp]>([
    ['a version that is not stored', () => ['--model', 'heal/9'], 1, /not-found: There is no policy heal\/9/],
    [
      'a file that is not there',
      (folder) => ['--model', join(folder, 'none.onnx')],
      1,
      /There is no policy at/,
    ],
    [
      'a file that is cut short',
      (folder) => {
        const path = join(folder, 'cut.onnx');
        writePolicyFile(path, POLICY);
        truncateSync(path, 200);
        return ['--model', path];
      },
      13,
      /model-invalid/,
    ],
    [
      'an address beyond this machine without a token file',
      () => ['--model', 'heal/1', '--host', '0.0.0.0'],
      3,
      /config-invalid: .*0\.0\.0\.0[\s\S]*--token-file/,
    ],
    ['a port that is taken', () => ['--model', 'heal/1', '--port', new URL(url).port], 9, /port-in-use/],
  ])('ends with an error for %s', async (_what, args, code, says) => {
    const ended = await runCli(['serve', '--state-dir', state, ...args(directory)]);
    expect(ended.stderr).toMatch(says);
    expect(ended.code).toBe(code);
  });

  it('serves a policy from a file', async () => {
    const path = join(directory, 'policy.onnx');
    writePolicyFile(path, POLICY);
    const other = startCli(['serve', '--model', path, '--state-dir', state]);
    try {
      await vi.waitFor(() => expect(other.stdout).toContain(`serving ${path} (${HEAL_9.name})`), {
        timeout: 30_000,
      });
    } finally {
      await other.kill('SIGINT');
    }
  });
});
