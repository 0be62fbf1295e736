import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { decodeOnnx } from '../../agent/rl/policy/onnx/decode';
import { encodeOnnx } from '../../agent/rl/policy/onnx/encode';
import { METADATA_KEYS } from '../../agent/rl/policy/onnx/metadata';
import type { OnnxModel } from '../../agent/rl/policy/onnx/onnxModel';
import { ModelStore } from '../../agent/training/modelStore';
import { runCli, startCli } from '../support/cli';
import { QUICK_PPO_ON_CANARY, QUICK_PPO_ON_HEAL, RunningTraining, writeConfig } from '../support/trainings';

let folder: string;
/** A policy of heal/9, as a file. */
let policyFile: string;

const at = (name: string) => join(folder, name);
const coxswain = (...args: string[]) => runCli([...args, '--state-dir', at('state')]);
const store = () => new ModelStore(at('state/models'), Date.now);

/** heal/1 observes heal/9 and heal/2 what healing does by default; canary/1 is learned for canary. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-models-'));
  for (const [name, config] of [
    ['first', { ...QUICK_PPO_ON_HEAL, env: { spec: 'heal/9', steps: 48 } }],
    ['second', { ...QUICK_PPO_ON_HEAL, seed: 2 }],
    ['canary', QUICK_PPO_ON_CANARY],
  ] as const) {
    const path = writeConfig(folder, name, { ...config, steps: 2000 });
    await coxswain('train', '--config', path, '--out', at(name));
  }
  policyFile = join(at('first'), 'best.onnx');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('coxswain model', () => {
  it('lists versions with what they scored, newest first', async () => {
    const { stdout, code } = await coxswain('model', 'list', 'heal');
    expect(code).toBe(0);
    const [stored = ''] = stdout.split('\n\n');
    const [headings, ...rows] = stored.trimEnd().split('\n');
    expect(headings).toMatch(
      /^VERSION +STATE +ALGORITHM +OBSERVES +STEPS +RETURN \[95 %\] +BEST BASELINE +CREATED$/,
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(
      /^heal\/2 +stored +ppo +heal\/54 +[\d,]+ +−?[\d.]+ \[.+….+\] +\S+ −?[\d.]+ +\d\d:\d\d:\d\d/,
    );
    const json = JSON.parse((await coxswain('model', 'list', '-o', 'json')).stdout);
    const names = json.map(({ name }: { name: string }) => name);
    expect(names.filter((name: string) => !name.includes('shipped'))).toEqual([
      'heal/2',
      'heal/1',
      'canary/1',
    ]);
  });

  it('shows where a version came from, for people and for programs', async () => {
    const { stdout } = await coxswain('model', 'show', 'heal', '2');
    expect(stdout).toMatch(/^learned by +ppo, [\d,]+ steps, seed 2/m);
    expect(stdout).toMatch(/^netArch +\[8\]/m);
    expect(stdout).toMatch(/^runbook-tuned/m);
    const json = JSON.parse((await coxswain('model', 'show', 'heal', '2', '-o', 'json')).stdout);
    expect(json).toMatchObject({ spec: 'heal/54', provenance: { seed: 2, evaluation: { episodes: 2 } } });
  });

  it('promotes and rolls back', async () => {
    expect((await coxswain('model', 'rollback', 'heal')).stderr).toContain('not-found: No policy of heal');
    expect((await coxswain('model', 'promote', 'heal', '1')).stdout).toBe(
      'heal/1 is promoted. It steers when the next agent starts.\n',
    );
    expect((await coxswain('model', 'promote', 'heal', '2')).stdout).toBe(
      'heal/2 is promoted, in place of heal/1. It steers when the next agent starts.\n',
    );
    expect((await coxswain('model', 'rollback', 'heal')).stdout).toBe('heal/1 steers again.\n');
    expect(store().promotions('heal')).toMatchObject({ active: 1, previous: 2 });
    const absent = await coxswain('model', 'promote', 'heal', '77');
    expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining('stored are: 1, 2') });
  });

  it('exports a version, and imports it for what it was learned for', async () => {
    expect((await coxswain('model', 'export', 'heal', '1', at('export.onnx'))).code).toBe(0);
    const { stdout } = await coxswain('model', 'import', 'heal', at('export.onnx'));
    const version = Number(/heal\/(\d+)/.exec(stdout)?.[1]);
    expect(store().load('heal', version)).toEqual(store().load('heal', 1));
    expect(await coxswain('model', 'import', 'scale', at('export.onnx'))).toMatchObject({
      code: 13,
      stderr: expect.stringMatching(/model-incompatible: .*learned for heal, not for scale/),
    });
    const other = await coxswain('model', 'import', 'heal', at('export.onnx'), '--env', '{"spec":"heal/54"}');
    expect(other).toMatchObject({ code: 13, stderr: expect.stringContaining('heal/54 is needed') });
  });

  it('lets a version play, and counts what it does', async () => {
    const { stdout } = await coxswain('model', 'debug', 'heal', '1', '--episodes', '2');
    expect(stdout).toMatch(/^EPISODE +RETURN +STEPS\n2147483648 +−?[\d.]+ +48\n2147483649/);
    const shares = [...stdout.matchAll(/ ([\d.]+) % /g)].map(([, share]) => Number(share));
    expect(shares).toHaveLength(5);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  });
});

describe('a policy file that cannot be used', () => {
  const bytesOf = (change: (model: OnnxModel) => OnnxModel) =>
    encodeOnnx(change(decodeOnnx(readFileSync(policyFile))));
  const cases: [string, () => Uint8Array, RegExp][] = [
    ['is truncated', () => readFileSync(policyFile).subarray(0, 3000), /model-invalid: .*beyond the end/],
    [
      'is corrupt',
      () => {
        const bytes = Buffer.from(readFileSync(policyFile));
        // Of the weights, which are in the middle.
        const middle = Math.floor(bytes.length / 4);
        bytes[middle] = (bytes[middle] ?? 0) ^ 1;
        return bytes;
      },
      /model-invalid: /,
    ],
    ['is no policy', () => Buffer.from('task: heal\n'), /model-invalid: /],
    [
      'is of a newer version',
      () =>
        bytesOf((model) => ({
          ...model,
          metadata: new Map([...model.metadata, [METADATA_KEYS.format, '2']]),
        })),
      /model-incompatible: .*reads up to 1/,
    ],
    [
      'is another program’s, with an operator that there is not here',
      () =>
        bytesOf((model) => ({
          ...model,
          producerName: 'elsewhere',
          metadata: new Map(),
          graph: {
            ...model.graph,
            nodes: model.graph.nodes.map((node) =>
              node.opType === 'Tanh' ? { ...node, opType: 'Erf' } : node,
            ),
          },
        })),
      /model-incompatible: .*Erf/,
    ],
    [
      'was learned for another observation',
      () => readFileSync(join(at('canary'), 'best.onnx')),
      /model-incompatible: /,
    ],
  ];
  it.each(cases)('because it %s is refused wherever one is named', async (_, bytes, says) => {
    const path = at('bad.onnx');
    writeFileSync(path, bytes());
    const before = store().list().length;
    for (const args of [
      ['model', 'import', 'heal', path, '--env', '{"spec":"heal/9"}'],
      ['evaluate', '--task', 'heal', '--model', path, '--episodes', '1'],
      ['explain', '--task', 'heal', '--model', path],
      ['train', '--task', 'heal', '--steps', '1000', '--fine-tune', path],
    ]) {
      const { code, stderr, stdout } = await coxswain(...args);
      expect({ code, stdout }).toEqual({ code: 13, stdout: '' });
      // A foreign file has to be imported before anything else is done with it.
      if (!stderr.includes('of another program')) expect(stderr).toMatch(says);
    }
    expect(store().list()).toHaveLength(before);
  });

  it('is told in the list, and does not hide the others', async () => {
    const path = at('state/models/canary/9.onnx');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, readFileSync(policyFile).subarray(0, 3000));
    const { stdout, code } = await coxswain('model', 'list', 'canary');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^canary\/9 +damaged\n/m);
    expect(stdout).toMatch(/^canary\/1 +stored/m);
    expect(stdout).toMatch(/^canary\/9: .*beyond the end/m);
    expect((await coxswain('model', 'promote', 'canary', '9')).code).toBe(13);
    rmSync(path);
  });
});

describe('coxswain evaluate', () => {
  it('compares a version with the baselines, and keeps the result where it is no smaller', async () => {
    const quick = await coxswain('evaluate', '--task', 'heal', '--model', '2', '--episodes', '1');
    expect(quick.stderr).toContain('heal/2 keeps its evaluation of 2 episodes');
    expect(store().load('heal', 2).provenance.evaluation?.episodes).toBe(2);
    const { stdout, code } = await coxswain('evaluate', '--task', 'heal', '--model', '2', '--episodes', '4');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^heal\/2 +−?[\d.]+ \[/m);
    expect(stdout).toMatch(/^runbook-tuned +−?[\d.]+ \[.*\d+ %$/m);
    // The number of the fault is the same whoever plays.
    expect(stdout).not.toMatch(/^fault /m);
    expect(stdout).toMatch(/better than|not told apart from|worse than/);
    expect(store().load('heal', 2).provenance.evaluation?.episodes).toBe(4);
  });

  it('gives the same numbers as JSON', async () => {
    const args = ['evaluate', '--task', 'heal', '--model', policyFile, '--episodes', '2', '--json'];
    const results = JSON.parse((await coxswain(...args)).stdout);
    expect(results[0]).toMatchObject({ name: policyFile, score: { mean: expect.any(Number) } });
    expect(results.map(({ name }: { name: string }) => name)).toContain('random');
  });

  it('says what to do where no version steers', async () => {
    expect(await coxswain('evaluate', '--task', 'canary')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/No version of canary steers[\s\S]*--model/),
    });
  });
});

describe('coxswain explain', () => {
  it('tells probabilities and what each input contributes, of a moment or of given numbers', async () => {
    const { stdout } = await coxswain('explain', '--task', 'heal', '--model', '1', '--step', '3');
    expect(stdout).toMatch(/^Step 3 of the episode of seed 2147483648/);
    const shares = [...stdout.matchAll(/ ([\d.]+) %$/gm)].map(([, share]) => Number(share));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
    expect(stdout).toMatch(/^avg_latency +[\d.]+ +[+−]/m);
    const numbers = ['--observation', '0.5,0,0,0.5,0.5,0.1,0,0,0.5'];
    const given = await coxswain('explain', '--task', 'heal', '--model', '1', ...numbers);
    expect(given.stdout).toMatch(/^heal\/1 \(heal\/9\) chooses /);
    const few = await coxswain('explain', '--task', 'heal', '--model', '1', '--observation', '1,2');
    expect(few).toMatchObject({ code: 2, stderr: expect.stringContaining('has 2 numbers, heal/9 has 9') });
  });
});

describe('coxswain env', () => {
  const env = (...args: string[]) => runCli(['env', ...args]);

  it('lists envs with their options, and checks one', async () => {
    expect((await env('list')).stdout).toMatch(/^heal +weights +Magnitudes/m);
    const { stdout, code } = await env('check', '--env', 'heal', '--episodes', '2');
    expect({ code, end: stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, end: 'no problems found' });
    expect(await env('check', '--env', 'pong')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('cartpole, acrobot, heal, scale, canary'),
    });
  });

  it('tells how the terms of a reward steer', async () => {
    const { stdout, code } = await env('rewards', '--env', 'heal', '--episodes', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^violations +1 +−[\d.]+ +\d+ % +−?0\.\d\d$/m);
    expect(stdout).toMatch(/^do-nothing +−[\d.]+ +−[\d.]+/m);
    const weights = await env('rewards', '--env', 'heal', '--episodes', '2', '--weights', '0,0,0,1,0,0');
    expect(weights.stdout).toMatch(/^replicas +1 +−[\d.]+ +100 %/m);
    const few = await env('rewards', '--env', 'heal', '--weights', '1,2');
    expect(few).toMatchObject({ code: 2, stderr: expect.stringContaining('violations, outage, actions') });
    expect(await env('rewards', '--env', 'cartpole')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no sum of terms'),
    });
  });
});

describe('coxswain tune', () => {
  const STEPS = '4000';
  const tune = (...args: string[]) => [
    'tune',
    '--task',
    'heal',
    '--steps',
    STEPS,
    ...args,
    '--state-dir',
    at('tuning'),
  ];

  it('goes on with a study after it was killed, several trials at a time', async () => {
    const search = tune('--trials', '3', '--parallel', '2', '--study', at('killed.db'));
    const first = startCli(search);
    await new Promise<void>((resolve) => {
      first.child.stdout?.on(
        'data',
        () => first.stdout.includes('trial ') && first.stdout.includes(': −') && resolve(),
      );
      void first.finished.then(() => resolve());
    });
    const { stdout: before } = await first.kill('SIGKILL');
    const told = [...before.matchAll(/^trial (\d+): /gm)].map(([, id]) => id);
    const { stdout, code } = await runCli(search);
    expect(code).toBe(0);
    const after = [...stdout.matchAll(/^trial (\d+): .*: −?[\d.]+$/gm)].map(([, id]) => id);
    expect([...told, ...after].sort()).toEqual(['1', '2', '3']);
    expect(stdout).toMatch(/^TRIAL +SCORE +learningRate +gamma +gaeLambda +entCoef$/m);
    const best = parse(readFileSync(at('killed-trials/best.yaml'), 'utf8'));
    expect(best).toMatchObject({ task: 'heal', algo: 'ppo', hyperparameters: { gamma: expect.any(Number) } });
    const nothingLeft = await runCli(search);
    expect(nothingLeft.stdout).toContain('3 of them have ended before');
    expect(nothingLeft.stdout).not.toMatch(/^trial /m);
  });

  it('keeps a trial that failed, says why, and goes on', async () => {
    // Where the first trial wants to have its folder.
    mkdirSync(at('failing-trials'), { recursive: true });
    writeFileSync(at('failing-trials/1'), '');
    const search = tune('--trials', '2', '--what', 'reward', '--study', at('failing.db'));
    const { stdout, code } = await runCli(search);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^trial 1: violations [\d.]+, .*: failed: .*EEXIST/m);
    expect(stdout).toMatch(/^trial 2: violations [\d.]+, .*: −[\d.]+$/m);
    expect(stdout).toContain('1 of 2 trials have failed');
    const best = parse(readFileSync(at('failing-trials/best.yaml'), 'utf8'));
    expect(best).toMatchObject({ env: { weights: { violations: expect.any(Number) } } });
  });

  it('fails where every trial has failed', async () => {
    mkdirSync(at('hopeless-trials'), { recursive: true });
    writeFileSync(at('hopeless-trials/1'), '');
    const { code, stderr } = await runCli(tune('--trials', '1', '--study', at('hopeless.db')));
    expect(stderr).toMatch(/training-failed: All 1 trials have failed; the last one: .*EEXIST/);
    expect(code).toBe(14);
  });

  it('is refused while another one searches, and ends its trainings when it is cancelled', async () => {
    const search = tune('--trials', '2', '--study', at('held.db'), '--steps', '10000000');
    const first = startCli(search);
    const training = await begunTraining(at('held-trials/1'));
    expect(await runCli(search)).toMatchObject({
      code: 11,
      stderr: expect.stringContaining(
        `training-locked: Another search goes on with the study ${at('held.db')}`,
      ),
    });
    const { code, stdout } = await first.kill('SIGINT');
    expect(code).toBe(0);
    expect(stdout).toContain('the same command goes on with the study');
    expect(() => process.kill(training, 0)).toThrow('ESRCH');
  });

  it('does not tune weights that are tuned already, or that there are not', async () => {
    const { code, stderr } = await runCli(tune('--algo', 'hybrid', '--what', 'reward'));
    expect(stderr).toContain('The hybrid tunes the weights of the reward itself');
    expect(code).toBe(2);
  });
});

/** The pid of the training of a trial, once it has its folder. */
function begunTraining(trial: string): Promise<number> {
  const look = () => {
    const [run = ''] = readdirSync(trial).filter((name) => name.startsWith('run-'));
    const pid = Number(readFileSync(join(trial, run, 'training.pid'), 'utf8'));
    expect(pid).toBeGreaterThan(0);
    return pid;
  };
  return vi.waitFor(look, { timeout: 30_000, interval: 20 });
}

describe('what is learned by a running training', () => {
  it('can be looked at while it goes on', async () => {
    const path = writeConfig(folder, 'running', {
      ...QUICK_PPO_ON_HEAL,
      steps: 4_000_000,
      evaluateEvery: 1000,
    });
    const running = new RunningTraining([
      '--config',
      path,
      '--out',
      at('running'),
      '--state-dir',
      at('state'),
    ]);
    await running.until('progress');
    const best = join(at('running'), 'best.onnx');
    const evaluated = await coxswain('evaluate', '--task', 'heal', '--model', best, '--episodes', '1');
    expect(evaluated.code).toBe(0);
    expect((await running.process.kill('SIGTERM')).code).toBe(0);
  });
});
