import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configOf, runTrial, type TuningTrial, tuningSpace } from './tuning';

const TRIAL: TuningTrial = {
  task: 'heal',
  algorithm: 'ppo',
  target: 'hyperparameters',
  steps: 5000,
  seed: 3,
};

describe('what is searched', () => {
  it('are the hyper-parameters of an algorithm', () => {
    expect(tuningSpace(TRIAL).map(({ name }) => name)).toEqual([
      'learningRate',
      'gamma',
      'gaeLambda',
      'entCoef',
    ]);
  });

  it.each(['heal', 'scale', 'canary'] as const)(
    'are the weights of the reward of %s, around its own',
    (task) => {
      const space = tuningSpace({ ...TRIAL, task, target: 'reward' });
      expect(space.length).toBeGreaterThan(3);
      for (const { low, high } of space) {
        expect(low).toBeGreaterThan(0);
        expect(high).toBeGreaterThan(low);
      }
    },
  );

  it('are the weights within the bounds of the hybrid', () => {
    const [violations] = tuningSpace({ ...TRIAL, target: 'reward' });
    expect(violations).toMatchObject({ name: 'violations', low: 0.5, high: 2 });
  });

  it('are no weights that the hybrid tunes itself', () => {
    expect(() => tuningSpace({ ...TRIAL, algorithm: 'hybrid', target: 'reward' })).toThrow('while it learns');
  });
});

describe('a point of the space as a config', () => {
  const base = { task: 'heal', seed: 3 };
  it.each([
    [{}, { ...base, algo: 'ppo', hyperparameters: { gamma: 0.9 } }],
    [{ algorithm: 'hybrid' }, { ...base, algo: 'hybrid', hyperparameters: { dqn: { gamma: 0.9 } } }],
    [{ target: 'reward' }, { ...base, algo: 'ppo', env: { weights: { gamma: 0.9 } } }],
  ] as [Partial<TuningTrial>, object][])('for %j', (changes, config) => {
    expect(configOf({ ...TRIAL, ...changes }, { gamma: 0.9 })).toEqual(config);
  });
});

describe('a trial', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'coxswain-trial-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs a trial in whose place a script prints what it is given. */
  function run(script: string, changes: Partial<TuningTrial> = {}, signal = new AbortController().signal) {
    const path = join(folder, 'train.cjs');
    writeFileSync(path, `const tell = (event) => console.log(JSON.stringify(event));\n${script}`);
    const shares: number[] = [];
    const value = runTrial(
      { ...TRIAL, ...changes },
      { gamma: 0.9 },
      {
        program: [process.execPath, path],
        folder: join(folder, '1'),
        onProgress: (share) => shares.push(share),
        signal,
      },
    );
    return { value, shares };
  }

  const progress = (steps: number, metrics: object) =>
    `tell({ kind: 'progress', point: { steps: ${steps}, seconds: 1, metrics: ${JSON.stringify(metrics)} },
       stepsPerSecond: 1, etaSeconds: null });\n`;
  const SCRIPT = [
    progress(1000, { 'eval/mean_reward': -9, 'eval/objective': -0.4 }),
    progress(2500, {}),
    'console.log("something else");\n',
    progress(5200, { 'eval/mean_reward': -3, 'eval/objective': -0.6 }),
  ].join('');

  it('is worth its best validation, and tells how far it is', async () => {
    const { value, shares } = run(SCRIPT);
    expect(await value).toBe(3);
    expect(shares).toEqual([0.2, 0.5, 1]);
  });

  it('of reward weights is worth its best objective: returns cannot be compared', async () => {
    expect(await run(SCRIPT, { target: 'reward' }).value).toBe(0.4);
  });

  it('leaves its config, and has a new run folder each time', async () => {
    await run(SCRIPT).value;
    await run(SCRIPT).value;
    const names = readdirSync(join(folder, '1'));
    expect(names.filter((name) => name.startsWith('run-'))).toHaveLength(2);
    expect(JSON.parse(readFileSync(join(folder, '1/train.yaml'), 'utf8'))).toMatchObject({
      steps: 5000,
      hyperparameters: { gamma: 0.9 },
      logs: { tensorboard: false },
    });
  });

  it('that fails says why', async () => {
    const error = { code: 'training-failed', message: 'The loss is NaN.', remedy: 'Lower it.' };
    const failed = `tell({ kind: 'failed', error: ${JSON.stringify(error)} }); process.exitCode = 14;`;
    await expect(run(SCRIPT + failed).value).rejects.toThrow(/The loss is NaN/);
    const crashed = 'console.error("out of memory"); process.exitCode = 134;';
    await expect(run(crashed).value).rejects.toThrow('its training ended with exit code 134: out of memory');
  });

  it('ends when it is stopped, with the reason', async () => {
    const aborter = new AbortController();
    const waits = 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000);\n';
    const { value, shares } = run(waits + progress(1000, {}), {}, aborter.signal);
    while (shares.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    aborter.abort(new Error('SIGINT'));
    await expect(value).rejects.toThrow('SIGINT');
  });
});
