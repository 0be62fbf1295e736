import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { openWandbLog, type WandbOptions } from './wandbLog';
import { openWandbUpload } from './wandbUpload';

let folder: string;
let notes: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-wandb-'));
  notes = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function options(env: Record<string, string>, directory = join(folder, 'wandb')): WandbOptions {
  return {
    directory,
    project: 'coxswain',
    name: 'scale-ppo-1',
    config: { seed: 1, nested: { gamma: 0.99 } },
    nowMs: () => Date.UTC(2025, 0, 31, 23, 59, 58),
    env,
    searchFolders: [join(folder, 'absent'), folder],
    note: (text) => notes.push(text),
  };
}

const point = (steps: number) => ({ steps, seconds: steps / 1000, metrics: { 'train/loss': 1 / steps } });

/**
 * A module of the shape of @wandb/sdk 0.5.1: `init(options)` resolves with a run that has `log(data, step)`, `url()`
 * and `finish()`. What it is asked goes to a file, as its thread is another one.
 */
function installSdk(parts: { init?: string; log?: string; finish?: string } = {}): string {
  const path = join(folder, 'node_modules/@wandb/sdk');
  const calls = join(folder, 'calls.jsonl');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: '@wandb/sdk', main: 'index.cjs' }));
  writeFileSync(
    join(path, 'index.cjs'),
    `const { appendFileSync } = require('node:fs');
     const note = (...call) => appendFileSync(${JSON.stringify(calls)}, JSON.stringify(call) + '\\n');
     class Run {
       url() { return 'https://wandb.ai/me/coxswain/runs/1'; }
       log(data, step) { note('log', data, step); ${parts.log ?? ''} }
       async finish() { ${parts.finish ?? ''}; console.log('View run'); note('finish'); }
     }
     async function init(options) {
       note('init', options, process.env.WANDB_API_KEY);
       ${parts.init ?? ''};
       return new Run();
     }
     exports.default = { init };`,
  );
  return calls;
}

const callsIn = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a log of Weights & Biases', () => {
  it('with a key and the SDK goes to the server, point by point and in order', async () => {
    const calls = installSdk();
    const log = openWandbLog(options({ WANDB_API_KEY: 'k' }));
    log.write(point(1));
    log.write(point(2));
    await log.close();
    expect(callsIn(calls)).toEqual([
      [
        'init',
        expect.objectContaining({ project: 'coxswain', name: 'scale-ppo-1', settings: { silent: true } }),
        'k',
      ],
      ['log', { 'train/loss': 1 }, 1],
      ['log', { 'train/loss': 0.5 }, 2],
      ['finish'],
    ]);
    expect(notes).toEqual(['Weights & Biases: the run is at https://wandb.ai/me/coxswain/runs/1.']);
  });

  const without: [string, Record<string, string>, boolean, string][] = [
    ['without a key', {}, true, 'WANDB_API_KEY is not set'],
    ['without the SDK', { WANDB_API_KEY: 'k' }, false, '@wandb/sdk is not installed'],
  ];
  it.each(without)('%s is a local folder', async (_, env, isInstalled, why) => {
    if (isInstalled) installSdk();
    const log = openWandbLog(options(env));
    log.write(point(10));
    log.write({ ...point(20), metrics: { 'time/fps': 5 } });
    await log.close();
    expect(notes).toEqual([expect.stringContaining(why)]);
    const [run = ''] = readdirSync(join(folder, 'wandb'));
    expect(run).toMatch(/^offline-run-20250131_235958-[0-9a-f]{8}$/);
    const text = (name: string) => readFileSync(join(folder, 'wandb', run, 'files', name), 'utf8');
    expect(parse(text('config.yaml'))).toMatchObject({
      seed: { value: 1 },
      nested: { value: { gamma: 0.99 } },
    });
    expect(
      text('wandb-history.jsonl')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { _step: 10, 'train/loss': 0.1, _runtime: 0.01 },
      { _step: 20, 'time/fps': 5 },
    ]);
    expect(JSON.parse(text('wandb-summary.json'))).toMatchObject({
      _step: 20,
      'train/loss': 0.1,
      'time/fps': 5,
    });
  });

  const failures: [string, Parameters<typeof installSdk>[0], string][] = [
    ['is broken', { init: 'throw new Error("no such entity")' }, 'no such entity'],
    [
      'throws where nobody can catch it',
      { init: 'await new Promise(() => setTimeout(() => { throw new Error("401") }))' },
      '401',
    ],
    ['throws at a point', { log: 'throw new Error("too large")' }, 'too large'],
    ['fails at the end', { finish: 'throw new Error("offline")' }, 'offline'],
    ['ends its thread', { log: 'process.exit(3)' }, ''],
  ];
  it.each(failures)('does not disturb the training when it %s', async (_, parts, message) => {
    installSdk(parts);
    const log = openWandbLog(options({ WANDB_API_KEY: 'k' }));
    for (let step = 1; step < 5; step++) log.write(point(step));
    await log.close();
    log.write(point(6));
    if (message !== '') expect(notes.join()).toContain(message);
  });

  it('is not waited for when the server does not answer', async () => {
    installSdk({ finish: 'await new Promise(() => setInterval(() => {}, 1000))' });
    const sdk = join(folder, 'node_modules/@wandb/sdk/index.cjs');
    const log = openWandbUpload(sdk, options({}), 300);
    log.write(point(1));
    await log.close();
    expect(notes.at(-1)).toContain('did not take the last points');
  });

  it('does not disturb the training when its folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    const log = openWandbLog(options({}, join(folder, 'file/wandb')));
    log.write(point(1));
    await log.close();
    expect(notes).toEqual([expect.stringContaining('Nothing is logged there')]);
  });
});
