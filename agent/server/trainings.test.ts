import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { examplePoint } from '../../test/support/protocolExamples';
import {
  applyChange,
  emptySnapshot,
  isOver,
  type JournalEvent,
  type Params,
  type Training,
} from '../protocol';
import { Trainings } from './trainings';

const TRAINER = join(import.meta.dirname, '../../test/support/fakeTrainer.mjs');
const HEAL: Params<'startTraining'> = { task: 'heal', algorithm: 'ppo', steps: 4000 };
const ADA = 'ada';

/** What a fake child does after it has said that it has started; see `fakeTrainer.mjs`. */
type Step = object;

function progress(steps: number): Step {
  return {
    print: { kind: 'progress', point: examplePoint(steps), stepsPerSecond: 1000, etaSeconds: 2 },
  };
}

function finished(version: number | null, cancelled = false): Step {
  return { print: { kind: 'finished', version, cancelled, text: 'better than the runbook' } };
}

describe('a training', () => {
  let snapshot = emptySnapshot('1', 1);
  let changes: string[];
  let journal: JournalEvent[];
  let isTrusted: boolean;
  let trainings: Trainings;
  beforeEach(() => {
    snapshot = emptySnapshot('1', 1);
    changes = [];
    journal = [];
    isTrusted = true;
    trainings = new Trainings({
      program: [process.execPath, TRAINER],
      stateDirectory: '/state',
      isTrusted: () => isTrusted,
      publish: (change) => {
        changes.push(change.kind);
        snapshot = applyChange(snapshot, change);
      },
      record: (event) => journal.push(event),
    });
  });
  afterEach(async () => {
    await trainings.close();
    vi.unstubAllEnvs();
  });

  const script = (...steps: Step[]) => vi.stubEnv('FAKE_TRAINER', JSON.stringify(steps));
  const start = (params: Partial<Params<'startTraining'>> = {}) =>
    trainings.start({ ...HEAL, ...params }, ADA).id;
  const training = (id: string) => snapshot.trainings.find((candidate) => candidate.id === id);
  const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 10 });
  const untilIn = (id: string, kind: Training['state']['kind']) =>
    until(() => expect(training(id)?.state.kind).toBe(kind));

  it('shows what its process says, and ends with what it has learned', async () => {
    script(progress(1000), { print: { kind: 'evaluating', done: 1, total: 9 } }, finished(3));
    const id = start({ seed: 5, envs: 8 });
    expect(training(id)?.state).toEqual({ kind: 'starting' });
    await untilIn(id, 'finished');
    expect(training(id)).toMatchObject({
      task: 'heal',
      algorithm: 'ppo',
      totalSteps: 4000,
      seed: 7,
      folder: 'train --task heal --algo ppo --steps 4000 --json --envs 8 --seed 5 --state-dir /state',
      points: [examplePoint(1000)],
      stepsPerSecond: 1000,
      etaSeconds: null,
      state: { kind: 'finished', version: 3, text: 'better than the runbook' },
    });
    expect(journal).toEqual([
      { kind: 'training-started', trainingId: id, task: 'heal', algorithm: 'ppo', steps: 4000, by: ADA },
      {
        kind: 'training-finished',
        trainingId: id,
        task: 'heal',
        version: 3,
        text: 'better than the runbook',
      },
    ]);
  });

  it('tells of points that come fast as few, without losing what only one of them measures', async () => {
    const rare = { steps: 500, seconds: 1, metrics: { 'eval/mean_reward': 7 } };
    script(
      { print: { kind: 'progress', point: rare, stepsPerSecond: 1, etaSeconds: null } },
      ...Array.from({ length: 300 }, (_, index) => progress(1000 + index)),
      finished(1),
    );
    const id = start();
    await untilIn(id, 'finished');
    expect(changes.filter((kind) => kind === 'training-point').length).toBeLessThan(30);
    const points = training(id)?.points ?? [];
    expect(points.at(-1)?.steps).toBe(1299);
    expect(points.map(({ metrics }) => metrics['eval/mean_reward'])).toContain(7);
  });

  it.each<{ name: string; steps: Step[]; message: RegExp }>([
    {
      name: 'says what went wrong',
      steps: [
        {
          print: {
            kind: 'failed',
            error: { code: 'disk-full', message: 'no space for a checkpoint', remedy: 'free some' },
          },
        },
        { exit: 15 },
      ],
      message: /^no space for a checkpoint$/,
    },
    {
      name: 'dies without a word of the protocol',
      steps: [{ words: 'out of memory' }, { exit: 134 }],
      message: /^The training ended with exit code 134: out of memory\.$/,
    },
    { name: 'ends well without a result', steps: [], message: /exit code 0/ },
    {
      name: 'prints what is no JSON, and goes on',
      steps: [{ print: 'Loading…' }, { wait: true }],
      message: /does not understand: Loading…$/,
    },
    {
      name: 'prints an event of another version',
      steps: [{ print: { kind: 'progress', point: { steps: 'many' } } }, { wait: true }],
      message: /does not understand: \{"kind":"progress"/,
    },
  ])('fails when its process $name', async ({ steps, message }) => {
    script(...steps);
    const id = start();
    await untilIn(id, 'failed');
    const state = training(id)?.state;
    expect(state?.kind === 'failed' && state.error.message).toMatch(message);
    expect(journal.at(-1)).toMatchObject({ kind: 'training-finished', version: null });
  });

  it('fails when its process cannot be started', async () => {
    trainings = new Trainings({
      program: ['/nowhere/node'],
      stateDirectory: '/state',
      isTrusted: () => true,
      publish: (change) => {
        snapshot = applyChange(snapshot, change);
      },
      record: (event) => journal.push(event),
    });
    const id = start();
    await untilIn(id, 'failed');
    expect(training(id)?.state).toMatchObject({ error: { message: expect.stringContaining('ENOENT') } });
  });

  it('keeps its best checkpoint when it is cancelled, however often that is asked for', async () => {
    script(progress(1000), { onTerm: [finished(4, true)] }, { wait: true });
    const id = start();
    await until(() => expect(training(id)?.points).toHaveLength(1));
    expect(trainings.cancel(id).state).toEqual({ kind: 'cancelling' });
    trainings.cancel(id);
    await untilIn(id, 'cancelled');
    expect(training(id)?.state).toMatchObject({ version: 4 });
    expect(() => trainings.cancel(id)).toThrow(/No training .* is running/);
  });

  it('is cancelled without a version when it had nothing to keep', async () => {
    script({ wait: true });
    const id = start();
    await untilIn(id, 'training');
    trainings.cancel(id);
    await untilIn(id, 'cancelled');
    expect(training(id)?.state).toMatchObject({ version: null });
  });

  it('is killed at the end of the agent where it does not listen', async () => {
    script({ deaf: true }, { wait: true });
    const id = start();
    await untilIn(id, 'training');
    await trainings.close();
    expect(training(id)?.state.kind).toBe('cancelled');
  }, 15_000);

  it('runs once per task, and two run at most', async () => {
    script({ wait: true });
    start();
    expect(() => start()).toThrow(/A training for heal is running/);
    start({ task: 'scale' });
    expect(() => start({ task: 'canary' })).toThrow(/2 trainings are running/);
  });

  it('makes room for the next one when it is over', async () => {
    script(finished(1));
    const first = start();
    await untilIn(first, 'finished');
    const second = start();
    await until(() => expect(snapshot.trainings.filter(isOver)).toHaveLength(2));
    expect(snapshot.trainings.map(({ id }) => id)).toEqual([first, second]);
  });

  it('takes no settings from a file of an untrusted workspace', () => {
    script({ wait: true });
    isTrusted = false;
    expect(() => start({ configPath: '/home/user/train.yaml' })).toThrow(
      expect.objectContaining({ code: 'untrusted-workspace' }),
    );
    expect(start()).not.toBe('');
  });

  it('takes settings from a file only by its absolute path', async () => {
    expect(() => start({ configPath: 'train.yaml' })).toThrow(expect.objectContaining({ code: 'usage' }));
    script(finished(1));
    const id = start({ configPath: '/home/user/train.yaml', fineTune: 2 });
    await untilIn(id, 'finished');
    expect(training(id)?.folder).toContain('--config /home/user/train.yaml --fine-tune 2');
  });
});

describe('an evaluation', () => {
  const trainings = new Trainings({
    program: [process.execPath, TRAINER],
    stateDirectory: '/state',
    isTrusted: () => true,
    publish: () => undefined,
    record: () => undefined,
  });
  afterEach(() => vi.unstubAllEnvs());

  it('answers when it is done, and one runs at a time', async () => {
    vi.stubEnv('FAKE_TRAINER', '[]');
    const first = trainings.evaluate({ task: 'heal', version: 1 });
    await expect(trainings.evaluate({ task: 'heal', version: 2 })).rejects.toMatchObject({
      code: 'conflict',
    });
    await first;
  });

  it('tells why it failed', async () => {
    vi.stubEnv('FAKE_TRAINER', '[{"words": "error model-invalid: damaged"}, {"exit": 13}]');
    await expect(trainings.evaluate({ task: 'heal', version: 1 })).rejects.toMatchObject({
      code: 'training-failed',
      message: 'The evaluation of heal/1 ended with exit code 13: error model-invalid: damaged.',
    });
  });
});
