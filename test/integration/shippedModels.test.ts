import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { HealResult } from '../../agent/evaluate/heal/healResult';
import { Agent } from '../../agent/server/agent';
import { modelsDirectory } from '../../agent/server/stateDirectory';
import { ModelStore } from '../../agent/training/modelStore';
import { readPolicyFile, writePolicyFile } from '../../agent/training/policyFile';
import { ShippedPolicies } from '../../agent/training/shippedPolicies';
import { AGENT_BUNDLE, type Running, runCli, startCli } from '../support/cli';
import { aHealPolicy } from '../support/healPolicy';

const POLICIES = join(dirname(AGENT_BUNDLE), 'policies');
const TINY = ['--seeds', '2', '--episodes', '2', '--workers', '0', '--json'];

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-shipped-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Serves until the work is done. */
async function served<T>(running: Running, state: string, work: (call: Call) => Promise<T>): Promise<T> {
  try {
    await vi.waitFor(() => expect(running.stdout).toContain('openapi.json'), { timeout: 30_000 });
    const url = /at (http:\/\/127\.0\.0\.1:\d+)/.exec(running.stdout)?.[1] ?? '';
    const authorization = `Bearer ${readFileSync(join(state, 'rest-token'), 'utf8').trim()}`;
    return await work(async (path, body) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    });
  } finally {
    await running.kill('SIGTERM');
  }
}
type Call = (path: string, body: unknown) => Promise<{ status: number; body: unknown }>;

describe('policies that come with Coxswain', () => {
  const coxswain = (...args: string[]) => runCli([...args, '--state-dir', at('state')]);

  it('stand below the stored ones by their names, with what their cards say', async () => {
    const store = new ModelStore(modelsDirectory(at('state')), Date.now);
    store.add('heal', aHealPolicy({}));
    const { stdout, stderr, code } = await coxswain('model', 'list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [stored, shipped = '', ...others] = stdout.trimEnd().split('\n\n');
    expect(stored).toMatch(/^VERSION .*\nheal\/1 +stored .*$/);
    expect(others).toEqual([]);
    const [headings, ...rows] = shipped.split('\n');
    expect(headings).toMatch(/^SHIPPED WITH COXSWAIN +STATE .* MODEL CARD$/);
    expect(rows).toContainEqual(
      expect.stringMatching(
        /^heal\/shipped-54-ppo +(shipped|active) +ppo +heal\/54 .* recovery, .*: [\d.]+, runbook-tuned [\d.]+$/,
      ),
    );
    const json = JSON.parse((await coxswain('model', 'list', 'heal', '-o', 'json')).stdout);
    expect(json[0]).toMatchObject({ name: 'heal/1', version: 1, state: 'stored' });
    expect(json.map(({ name }: { name: string }) => name)).toContain('heal/shipped-54-ppo');
  });

  it('are shown, exported and played like stored ones, by name or by number', async () => {
    const [{ version = 0 } = {}] = new ShippedPolicies(POLICIES).list('heal');
    const named = await coxswain('model', 'show', 'heal', 'shipped-9-ppo', '-o', 'json');
    expect(JSON.parse(named.stdout)).toMatchObject({ spec: 'heal/9', provenance: { algorithm: 'ppo' } });
    expect((await coxswain('model', 'show', 'heal', String(version))).stdout).toMatch(/^learned by +/m);
    const exported = await coxswain('model', 'export', 'heal', 'shipped-9-ppo', at('export.onnx'));
    expect(exported.stdout).toBe(`heal/shipped-9-ppo is in ${at('export.onnx')}\n`);
    expect(readPolicyFile(at('export.onnx'))).toEqual(readPolicyFile(join(POLICIES, 'heal-9-ppo.onnx')));
    const debugged = await coxswain('model', 'debug', 'heal', 'shipped-9-ppo', '--episodes', '1');
    expect(debugged.stdout).toMatch(/^EPISODE/);
    const explained = await coxswain('explain', '--task', 'heal', '--model', 'shipped-9-ppo');
    expect(explained.stdout).toMatch(/heal\/shipped-9-ppo \(heal\/9\) chooses /);
    expect(explained.stdout).toMatch(/^avg_cpu +[\d.]+ +[+−]/m);
  });

  it('are evaluated by name, and keep the evaluation that they came with', async () => {
    const single = await coxswain('evaluate', 'heal/shipped-9-ppo', '--episodes', '1', '--json');
    expect(single).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(single.stdout)[0]).toMatchObject({ name: 'heal/shipped-9-ppo' });
    const whole = await coxswain('evaluate', 'heal', ...TINY, '--arms', 'heal/shipped-9-ppo');
    const names = HealResult.parse(JSON.parse(whole.stdout)).arms.map(({ name }) => name);
    expect(names).toContain('heal/shipped-9-ppo');
    const unknown = await coxswain('model', 'show', 'heal', 'shipped-none');
    expect(unknown).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not-found: There is no policy heal\/shipped-none.*shipped-54-ppo/),
    });
    expect(await coxswain('model', 'show', 'heal', 'best')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('such as 3 or shipped-54-ppo'),
    });
  });

  it('are copied into the store when they are promoted', async () => {
    const promoted = await coxswain('model', 'promote', 'heal', 'shipped-54-ppo');
    expect(promoted.stdout).toMatch(
      /^heal\/2, a copy of heal\/shipped-54-ppo, is promoted.* It steers when the next agent starts\.\n$/,
    );
    const { stdout } = await coxswain('model', 'list', 'heal');
    expect(stdout).toMatch(/^heal\/2 +active +ppo +heal\/54 /m);
    expect(stdout).not.toMatch(/^heal\/shipped-54-ppo/m);
    const back = await coxswain('model', 'rollback', 'heal', '--to-rule');
    expect(back.stdout).toBe('The rule of heal steers again.\n');
  });

  it('are served where nobody names a policy and none steers, the best of them', async () => {
    const running = startCli(['serve', '--state-dir', at('serving')]);
    const answer = await served(running, at('serving'), (call) =>
      call('/predict', { state: Array(9).fill(0) }),
    );
    expect(running.stdout).toMatch(/^serving heal\/shipped-54-\w+ \(heal\/54\) at /);
    expect(running.stdout).toMatch(
      /^No version of heal steers; of those for heal\/54 that come with Coxswain /m,
    );
    // What it observes is said to whoever sends something else.
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('heal/54 has 54') } },
    });
  });

  it('are not served where another is promoted', async () => {
    const store = new ModelStore(modelsDirectory(at('promoted')), Date.now);
    store.promote('heal', store.add('heal', aHealPolicy({ none: { bias: 1 } })));
    const running = startCli(['serve', '--state-dir', at('promoted')]);
    const answer = await served(running, at('promoted'), (call) =>
      call('/predict', { state: [0.4, 0, 0, 0.5, 0.4, 0.1, 0, 0, 0.4] }),
    );
    expect(running.stdout).toMatch(/^serving heal\/1 \(heal\/9\)/);
    expect(answer).toMatchObject({ status: 200, body: { label: 'none', policy: 'learned heal/1' } });
  });
});

describe('what comes with Coxswain and cannot be used', () => {
  let bundle: string;
  const installed = (name: string) => join(dirname(bundle), 'policies', name);
  const coxswain = (...args: string[]) => runCli([...args, '--state-dir', at('damaged-state')], {}, bundle);
  const LEFT_OUT = [
    [/heal\/shipped-54-dqn/, /beyond the end/],
    [/heal\/shipped-39-ppo/, /heal\/39/],
    [/heal\/shipped-9-text/, /shipped-9-text|heal-9-text/],
  ] as const;

  /** A copy of the program with its own policies: a truncated one, one of another observation, one that is none. */
  beforeAll(() => {
    mkdirSync(at('program'));
    bundle = at('program/agent.cjs');
    copyFileSync(AGENT_BUNDLE, bundle);
    for (const name of ['commands.cjs', 'rest.cjs'])
      copyFileSync(join(dirname(AGENT_BUNDLE), name), at(`program/${name}`));
    cpSync(POLICIES, at('program/policies'), { recursive: true });
    truncateSync(installed('heal-54-dqn.onnx'), 3000);
    writePolicyFile(installed('heal-39-ppo.onnx'), aHealPolicy({}, { spec: 'heal/39' }));
    writeFileSync(installed('heal-9-text.onnx'), 'no policy\n');
  });

  it('is told in the list, and does not hide the others', async () => {
    const { stdout, code } = await coxswain('model', 'list', 'heal');
    expect(code).toBe(0);
    for (const [name, problem] of LEFT_OUT) {
      expect(stdout).toMatch(new RegExp(`^${name.source} +damaged$`, 'm'));
      expect(stdout).toMatch(new RegExp(`^${name.source}: .*${problem.source}`, 'm'));
    }
    expect(stdout).toMatch(/^heal\/shipped-54-ppo +(shipped|active) /m);
  });

  it('is left out of an evaluation of all, which says so', async () => {
    const { stdout, stderr, code } = await coxswain('evaluate', 'heal', ...TINY);
    expect(code).toBe(0);
    for (const [name, problem] of LEFT_OUT) {
      expect(stderr).toMatch(new RegExp(`^${name.source} is left out: .*${problem.source}`, 'm'));
    }
    const names = HealResult.parse(JSON.parse(stdout)).arms.map(({ name }) => name);
    expect(names).toContain('heal-54-ppo');
    expect(names).not.toContain('heal-54-dqn');
  });

  it('is refused where it is named', async () => {
    for (const [version, code] of [
      ['shipped-54-dqn', 13],
      ['shipped-39-ppo', 13],
    ] as const) {
      expect(await coxswain('model', 'promote', 'heal', version)).toMatchObject({ code, stdout: '' });
      expect(await coxswain('serve', '--model', `heal/${version}`)).toMatchObject({ code, stdout: '' });
    }
    expect(existsSync(join(modelsDirectory(at('damaged-state')), 'heal', '1.onnx'))).toBe(false);
  });

  it('does not keep the best of the others from being served, also where nobody can tell what steers', async () => {
    writeFileSync(installed('default.json'), '{"heal": {"steers": "heal-54-none", "reason": "it is gone"}}');
    const state = at('damaged-state');
    const running = startCli(['serve', '--state-dir', state], {}, bundle);
    await served(running, state, async () => undefined);
    expect(running.stdout).toMatch(/^serving heal\/shipped-54-ppo \(heal\/54\)/);
    expect(running.stderr).toMatch(/default\.json does not say what steers.*heal-54-none/);
    const { stdout } = await coxswain('model', 'list', 'heal');
    expect(stdout).toMatch(/^heal: .*default\.json does not say what steers/m);
  });

  it('is shown by an agent, which steers by its rule', async () => {
    const rows: string[] = [];
    const agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: at('damaged-agent'),
      openConfig: () => fixedConfig(DEFAULT_CONFIG),
      trusted: true,
      assetsDirectory: dirname(bundle),
      log: (text) => rows.push(text),
    });
    try {
      await vi.waitFor(
        () => {
          const { models } = agent.snapshot();
          expect(models.filter(({ state }) => state === 'damaged').length).toBeGreaterThan(0);
          expect(models.filter(({ state }) => state === 'shipped').length).toBeGreaterThan(0);
          expect(models.map(({ state }) => state)).not.toContain('active');
        },
        { timeout: 30_000, interval: 50 },
      );
    } finally {
      await agent.close('the test is over');
    }
  });

  it('leaves nothing to serve where all of it is damaged', async () => {
    rmSync(installed(''), { recursive: true });
    mkdirSync(installed(''));
    writeFileSync(installed('heal-9-text.onnx'), 'no policy\n');
    expect(await coxswain('serve')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/heal\/shipped-9-text is left out[\s\S]*not-found: .*[\s\S]*--model/),
    });
  });
});
