import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CoxswainError, ModelVersion } from '../protocol';
import type { ImportOptions } from '../rl/policy/onnx/foreignPolicy';
import type { PolicyModel } from '../rl/policy/policyModel';
import { importOptions } from '../rl/policy/testing/foreignGraphs';
import { samplePolicy } from '../rl/policy/testing/samplePolicies';
import { ModelStore } from './modelStore';
import { readPolicyFile, writePolicyFile } from './policyFile';

let folder: string;
let store: ModelStore;
let nowMs: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-models-'));
  nowMs = 1000;
  store = new ModelStore(join(folder, 'models'), () => nowMs++);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const policy = samplePolicy('normalised');

function errorOf(action: () => unknown): CoxswainError {
  try {
    action();
  } catch (error) {
    if (error instanceof CoxswainError) return error;
    throw error;
  }
  throw new Error('nothing thrown');
}

const states = () => store.list('scale').map(({ version, state }) => `${version} ${state}`);
const pathOf = (version: number) => join(folder, `models/scale/${version}.onnx`);

/** The contract under which the sample was trained. */
const contract: ImportOptions = { ...importOptions(), ...policy };

describe('the model store', () => {
  it('is empty at first', () => {
    expect(store.list()).toEqual([]);
    expect(store.promotions('heal')).toEqual({ active: null, previous: null, history: [] });
  });

  it('numbers the policies of each task from one, and lists the newest first', () => {
    const evaluated: PolicyModel = {
      ...policy,
      provenance: {
        ...policy.provenance,
        evaluation: {
          episodes: 100,
          score: { mean: -3, low: -4, high: -2 },
          baselines: [{ name: 'hpa', mean: -5, low: -6, high: -4 }],
        },
      },
    };
    expect([store.add('scale', policy), store.add('scale', evaluated), store.add('heal', policy)]).toEqual([
      1, 2, 1,
    ]);
    const listed = store.list();
    expect(listed.map(({ task, version }) => `${task}/${version}`)).toEqual(['heal/1', 'scale/2', 'scale/1']);
    for (const version of listed) expect(ModelVersion.parse(version)).toEqual(version);
    expect(listed[1]).toEqual({
      task: 'scale',
      version: 2,
      algorithm: 'ppo',
      observationSpec: 'sample/5',
      createdAtMs: 1_700_000_000_000,
      codeVersion: '1.2.3',
      seed: 5,
      steps: 2048,
      parent: null,
      evaluation: {
        episodes: 100,
        mean: -3,
        low: -4,
        high: -2,
        baselines: [{ name: 'hpa', mean: -5, low: -6, high: -4 }],
      },
      state: 'stored',
      shippedAs: null,
      problem: null,
    });
    expect(store.load('scale', 2)).toEqual(evaluated);
  });

  it('rolls back to the rule at once, past versions that are damaged', () => {
    for (let version = 1; version <= 2; version++) store.promote('scale', store.add('scale', policy));
    rmSync(pathOf(1));
    expect(errorOf(() => store.rollback('scale')).code).toBe('not-found');
    expect(store.rollback('scale', { toRule: true })).toMatchObject({ active: null, previous: 2 });
    expect(errorOf(() => store.rollback('scale', { toRule: true })).code).toBe('not-found');
    expect(store.rollback('scale').active).toBe(2);
  });

  it('never numbers a policy like one that was promoted and is gone: it would steer unasked', () => {
    for (let version = 1; version <= 2; version++) store.add('scale', policy);
    store.promote('scale', 2);
    rmSync(pathOf(2));
    expect(store.add('scale', policy)).toBe(3);
    expect(states()).toEqual(['3 stored', '1 stored']);
  });

  it('promotes and rolls back, to the task’s own rule too, and remembers it all', () => {
    for (let version = 1; version <= 3; version++) store.add('scale', policy);
    store.promote('scale', 2);
    expect(states()).toEqual(['3 stored', '2 active', '1 stored']);
    store.promote('scale', 3);
    store.promote('scale', 3);
    expect(states()).toEqual(['3 active', '2 previous', '1 stored']);
    store.rollback('scale');
    expect(states()).toEqual(['3 previous', '2 active', '1 stored']);
    store.rollback('scale');
    expect(states()).toEqual(['3 active', '2 previous', '1 stored']);
    expect(store.promotions('scale').history).toEqual([
      { kind: 'promoted', version: 2, atMs: 1000 },
      { kind: 'promoted', version: 3, atMs: 1001 },
      { kind: 'rolled-back', version: 2, atMs: 1002 },
      { kind: 'rolled-back', version: 3, atMs: 1003 },
    ]);
    store.add('heal', policy);
    store.promote('heal', 1);
    expect(store.rollback('heal')).toMatchObject({ active: null, previous: 1 });
    expect(errorOf(() => store.rollback('canary')).code).toBe('not-found');
  });

  it('shows a damaged file with its problem, and does not let it steer', () => {
    for (let version = 1; version <= 2; version++) store.add('scale', policy);
    store.promote('scale', 1);
    store.promote('scale', 2);
    expect(states()).toEqual(['2 active', '1 previous']);
    writeFileSync(pathOf(1), readFileSync(pathOf(1)).subarray(0, 500));
    expect(states()).toEqual(['2 active', '1 damaged']);
    expect(store.list('scale')[1]?.problem).toContain(pathOf(1));
    expect(errorOf(() => store.load('scale', 1)).code).toBe('model-invalid');
    expect(errorOf(() => store.promote('scale', 1)).code).toBe('model-invalid');
    expect(errorOf(() => store.rollback('scale')).code).toBe('model-invalid');
    expect(store.promotions('scale')).toMatchObject({ active: 2, previous: 1 });
    // Its number is not given away.
    expect(store.add('scale', policy)).toBe(3);
  });

  it('lists versions where nobody knows which steers, and says so when asked', () => {
    store.add('scale', policy);
    writeFileSync(join(folder, 'models/scale/promotions.json'), '{"active": 1');
    expect(states()).toEqual(['1 stored']);
    const error = errorOf(() => store.promote('scale', 1));
    expect(error).toMatchObject({ code: 'model-invalid' });
    expect(error.message).toContain('promotions.json');
  });

  it('leaves other files alone', () => {
    store.add('scale', policy);
    for (const name of ['0.onnx', '01.onnx', 'x.onnx', '2.onnx.tmp', '-3.onnx']) {
      copyFileSync(pathOf(1), join(folder, 'models/scale', name));
    }
    expect(states()).toEqual(['1 stored']);
    expect(store.add('scale', policy)).toBe(2);
  });

  it('names what is stored when asked for something else', () => {
    store.add('scale', policy);
    const error = errorOf(() => store.load('scale', 4));
    expect(error.code).toBe('not-found');
    expect(error.message).toContain('scale/4');
    expect(error.message).toContain('stored are: 1');
  });
});

describe('exporting and importing', () => {
  it('brings a policy from one store to another', () => {
    store.add('scale', policy);
    const path = join(folder, 'out/mine.onnx');
    store.export('scale', 1, path);
    const other = new ModelStore(join(folder, 'other'), () => 0);
    expect(other.import('scale', path, contract)).toBe(1);
    expect(other.load('scale', 1)).toEqual(policy);
  });

  it('takes a policy of Stable-Baselines3', () => {
    const fixture = join(import.meta.dirname, '../../test/fixtures/onnx/sb3-ppo-documented.onnx');
    const actionSpace = { kind: 'discrete', labels: ['left', 'right'] } as const;
    store.import('scale', fixture, { ...importOptions(4), actionSpace });
    expect(store.list('scale')).toMatchObject([
      { algorithm: 'imported', observationSpec: 'test/4', createdAtMs: 5 },
    ]);
  });

  it('exports never through a link that lies in the way', () => {
    store.add('scale', policy);
    const [victim, path] = [join(folder, 'victim'), join(folder, 'mine.onnx')];
    writeFileSync(victim, 'precious');
    symlinkSync(victim, `${path}.tmp`);
    store.export('scale', 1, path);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(readPolicyFile(path)).toEqual(policy);
  });

  it.each(['/dev/zero', tmpdir()])('does not read what is no file, and may never end: %s', (path) => {
    if (!existsSync(path)) return;
    const error = errorOf(() => store.import('scale', path, contract));
    expect(error).toMatchObject({ code: 'model-invalid', message: expect.stringContaining('no file') });
  });

  const field = (name: string) => ({ name, unit: '', min: 0, max: 1 });
  const differences: [string, Partial<ImportOptions>, string][] = [
    ['of another observation', { spec: 'scale/12' }, 'it observes sample/5, scale/12 is needed'],
    [
      'of another length',
      { observationSpace: { kind: 'box', fields: [field('x0')] } },
      'it observes 5 numbers, sample/5 has 1',
    ],
    [
      'of other numbers',
      { observationSpace: { kind: 'box', fields: ['x0', 'x1', 'cpu', 'x3', 'x4'].map(field) } },
      'number 3 of its observation is x2, not cpu',
    ],
    [
      'with other actions',
      { actionSpace: { kind: 'discrete', labels: ['down', 'up', 'hold'] } },
      'its actions are down, hold, up, needed are down, up, hold',
    ],
    [
      'for choices where numbers are needed',
      { actionSpace: { kind: 'box', fields: [field('weight')] } },
      'needed are the numbers weight',
    ],
  ];
  it.each(differences)('refuses a policy %s, and adds nothing', (_, change, message) => {
    const path = join(folder, 'mine.onnx');
    writePolicyFile(path, policy);
    const error = errorOf(() => store.import('scale', path, { ...contract, ...change }));
    expect(error.code).toBe('model-incompatible');
    expect(error.message).toContain(path);
    expect(error.message).toContain(message);
    expect(store.list()).toEqual([]);
  });

  it('says which file is not there, or is no file', () => {
    expect(errorOf(() => readPolicyFile(join(folder, 'absent.onnx')))).toMatchObject({ code: 'not-found' });
    expect(errorOf(() => readPolicyFile(folder))).toMatchObject({ code: 'model-invalid' });
  });
});
