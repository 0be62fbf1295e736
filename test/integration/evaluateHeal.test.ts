import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HealResult } from '../../agent/evaluate/heal/healResult';
import type { PolicyModel } from '../../agent/rl/policy/policyModel';
import { encodePolicy } from '../../agent/rl/policy/policyOnnx';
import { writePolicyFile } from '../../agent/training/policyFile';
import { type Running, runCli, startCli } from '../support/cli';
import { aHealPolicy } from '../support/healPolicy';
import { readHealResult } from '../support/healTables';

let folder: string;
const at = (name: string) => join(folder, name);
const evaluate = (...args: string[]) => runCli(['evaluate', ...args, '--state-dir', at('state')]);
const TINY = ['--seeds', '2', '--episodes', '4'];

/** Restarts a pod as soon as errors rise. */
const { provenance, ...POLICY } = aHealPolicy({ 'restart-pod': { avg_error_rate: 100, bias: -1 } });
const RESTARTER: PolicyModel = {
  ...POLICY,
  provenance: { ...provenance, env: { name: 'heal', options: { spec: 'heal/9' } } },
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-evaluate-'));
  writePolicyFile(at('restarter.onnx'), RESTARTER);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('coxswain evaluate heal', () => {
  it('plays all arms in processes of its own, prints the report and writes it in each format', async () => {
    const { code, stdout, stderr } = await evaluate(
      'heal',
      ...TINY,
      '--workers',
      '2',
      '--output',
      at('report'),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^report in .*heal\.html/m) });
    // Nobody looks at a terminal: a line whenever another 5 % are played.
    expect(stderr).toMatch(/^\d+ %: [\d,]+ of ([\d,]+) episodes\n[\s\S]*^100 %: \1 of \1 episodes$/m);
    expect(stdout).toMatch(/^# How well Coxswain heals\n/);
    expect(stdout).toContain('| do nothing | ');
    expect(readdirSync(at('report')).sort()).toEqual(['heal.csv', 'heal.html', 'heal.json', 'heal.md']);

    const read = (name: string) => readFileSync(join(at('report'), name), 'utf8');
    expect(read('heal.md').trimEnd()).toBe(stdout.trimEnd());
    const result = HealResult.parse(JSON.parse(read('heal.json')));
    expect(result).toMatchObject({ detection: 'events', seeds: 2, episodesPerSeed: 4 });
    const names = result.arms.map(({ name }) => name);
    expect(names.slice(0, 6)).toEqual([
      'do-nothing',
      'manual',
      'random',
      'always-restart',
      'runbook',
      'runbook-tuned',
    ]);
    expect(names.at(-1)).toBe('oracle');
    // A heading, and eight episodes of each training of each arm.
    const runs = result.arms.reduce((sum, arm) => sum + arm.runs, 0);
    expect(read('heal.csv').trimEnd().split('\r\n')).toHaveLength(1 + 8 * runs);
    expect(read('heal.html')).toMatch(/^<!DOCTYPE html>[\s\S]*<svg[\s\S]*<\/html>\n$/);
  });

  it('gives the same bytes whoever plays', async () => {
    const json = (...args: string[]) => evaluate('heal', ...TINY, '--format', 'json', ...args);
    const alone = await json('--workers', '0');
    expect(alone.code).toBe(0);
    expect((await json('--workers', '3')).stdout).toBe(alone.stdout);
  });

  it('reproduces the figures of README and docs with --quick (print them anew into that file where arms change)', async () => {
    const { stdout } = await evaluate('heal', '--quick', '--format', 'json');
    expect(JSON.parse(stdout)).toEqual(readHealResult('events'));
  }, 180_000);

  it('compares a policy file, with how sure it is, with the arms that are named', async () => {
    const { stdout } = await evaluate(
      'heal',
      ...TINY,
      ...[
        '--arms',
        `oracle,${at('restarter.onnx')}`,
        '--detection',
        'averages',
        '--reaction',
        '60',
        '--json',
      ],
    );
    const { arms, detection, manual } = HealResult.parse(JSON.parse(stdout));
    expect(arms.map(({ name }) => name)).toEqual(['do-nothing', 'runbook-tuned', 'restarter', 'oracle']);
    expect(arms[2]?.reliability?.count).toBeGreaterThan(0);
    expect({ detection, reaction: manual.reactionSeconds }).toEqual({ detection: 'averages', reaction: 60 });
  });

  it('compares one version with the rules where it is named, and takes it as an arm', async () => {
    const imported = await runCli([
      'model',
      'import',
      'heal',
      at('restarter.onnx'),
      '--state-dir',
      at('state'),
    ]);
    expect(imported.stderr).toBe('');
    const single = await evaluate('heal/1', '--episodes', '2', '--json');
    expect(JSON.parse(single.stdout)[0]).toMatchObject({
      name: 'heal/1',
      score: { mean: expect.any(Number) },
    });
    const whole = await evaluate('heal', ...TINY, '--arms', 'heal/1', '--json');
    const names = HealResult.parse(JSON.parse(whole.stdout)).arms.map(({ name }) => name);
    expect(names).toEqual(['do-nothing', 'runbook-tuned', 'heal/1']);
  });

  describe('that takes minutes', () => {
    /** Resolves while it plays. It writes to its folder only at its end. */
    async function startLong(output: string): Promise<Running> {
      const size = ['--seeds', '50', '--episodes', '2000', '--workers', '2'];
      const running = startCli(['evaluate', 'heal', ...size, '--output', at(output)]);
      await vi.waitFor(() => expect(readdirSync(folder)).toContain(output), { timeout: 20_000 });
      return running;
    }

    // It has finished when its stderr is closed, which its player processes have inherited.
    it('ends with Ctrl-C, keeps nothing, and leaves no process behind', async () => {
      const { code, stderr, stdout } = await (await startLong('cancelled')).kill('SIGINT');
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(stderr).toMatch(/^(\d+ %: .*\n)*cancelled \(SIGINT\): nothing was kept\n$/);
      expect(readdirSync(at('cancelled'))).toEqual([]);
    });

    it('leaves no process behind where it is killed', async () => {
      const { code, stderr } = await (await startLong('killed')).kill('SIGKILL');
      expect({ code, stderr }).toEqual({ code: null, stderr: expect.stringMatching(/^(\d+ %: .*\n)*$/) });
    });
  });

  describe('refuses', () => {
    const cases: [string, () => string[], number, RegExp][] = [
      [
        'an unknown arm',
        () => ['--arms', 'runbok'],
        2,
        /usage: There is no arm "runbok"[\s\S]*runbook-tuned/,
      ],
      [
        'a truncated policy',
        () => {
          writeFileSync(at('truncated.onnx'), encodePolicy(RESTARTER).subarray(0, 600));
          return ['--arms', at('truncated.onnx')];
        },
        13,
        /model-invalid: .*truncated\.onnx/,
      ],
      [
        'a policy of another observation',
        () => {
          writePolicyFile(at('other.onnx'), { ...RESTARTER, spec: 'heal/39' });
          return ['--arms', at('other.onnx')];
        },
        13,
        /model-incompatible: .*it observes heal\/39/,
      ],
      [
        'a policy of another task',
        () => {
          const env = { name: 'canary', options: {} };
          writePolicyFile(at('canary.onnx'), { ...POLICY, provenance: { ...provenance, env } });
          return ['--arms', at('canary.onnx')];
        },
        13,
        /model-incompatible: .*learned for canary, not for heal/,
      ],
      ['a folder without a policy', () => ['--arms', tmpdir()], 1, /not-found: There is no policy in/],
      [
        'a version that is not stored',
        () => ['--arms', 'heal/7'],
        1,
        /not-found: There is no policy heal\/7/,
      ],
      [
        'a folder that cannot be written',
        () => ['--output', join(at('restarter.onnx'), 'x')],
        2,
        /usage: .* cannot be written[\s\S]*--output/,
      ],
      ['a format that there is not', () => ['--format', 'pdf'], 2, /Allowed choices are md, csv, html, json/],
      ['no episodes', () => ['--episodes', '0'], 2, /whole number from 1/],
    ];
    it.each(cases)('%s', async (_, args, code, message) => {
      const finished = await evaluate('heal', ...args());
      expect(finished).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
    });

    it.each<[string, string[], RegExp]>([
      ['nothing at all', [], /It is not said what to evaluate/],
      ['what is no task', ['pods'], /"pods" cannot be evaluated/],
      [
        'what only healing has',
        ['canary', '--detection', 'events'],
        /comparison of healing takes --detection/,
      ],
      ['a task twice', ['heal', '--task', 'heal'], /together with --task or --model/],
      ['the comparison’s options for one policy', ['heal/1', '--quick'], /takes --quick/],
      ['to play for nobody', ['heal', '--serve'], /no parent process/],
    ])('%s', async (_, args, message) => {
      const finished = await evaluate(...args);
      expect(finished).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    });
  });
});
