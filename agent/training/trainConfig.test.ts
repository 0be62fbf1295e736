import { describe, expect, it } from 'vitest';
import { CoxswainError } from '../protocol';
import { readTrainConfig } from './trainConfig';

/** The message of the error, which has to be `config-invalid`. */
function problemOf(text: string, overrides = {}): string {
  try {
    readTrainConfig({ path: 'train.yaml', text }, overrides);
  } catch (error) {
    if (error instanceof CoxswainError && error.code === 'config-invalid') return error.message;
    throw error;
  }
  return 'none';
}

describe('train.yaml', () => {
  it('needs no more than a task', () => {
    expect(readTrainConfig(null, { task: 'scale' })).toEqual({
      task: 'scale',
      algo: 'ppo',
      seed: 1,
      workers: 0,
      engine: 'wasm',
      env: {},
      hyperparameters: {},
      checkpointReplay: false,
      evaluation: { episodes: 100 },
      logs: { tensorboard: true, wandb: false },
    });
  });

  it('is overruled by the command line, where that says something', () => {
    const file = { path: 'train.yaml', text: 'task: scale\nsteps: 5000\nseed: 3\n' };
    const config = readTrainConfig(file, { seed: 9, steps: undefined });
    expect(config).toMatchObject({ task: 'scale', steps: 5000, seed: 9 });
  });

  it.each([
    ['an unknown key', 'task: scale\nstep: 5000\n', 'train.yaml:2:1: unknown key "step"'],
    ['an unknown task', 'task: sail\n', 'train.yaml:1:7: task: '],
    ['a number out of range', 'task: scale\nsteps: 5\n', 'train.yaml:2:8: steps: '],
    ['an impossible value', 'task: scale\nworkers: many\n', 'train.yaml:2:10: workers: '],
    ['an unknown key deep inside', 'task: scale\nlogs: {mlflow: true}\n', 'unknown key "logs.mlflow"'],
    ['broken YAML', 'task: [scale\n', 'train.yaml:'],
    [
      'an unknown hyper-parameter',
      'task: scale\nhyperparameters:\n  lerningRate: 1\n',
      'train.yaml:3:3: unknown key "hyperparameters.lerningRate"',
    ],
    [
      'an impossible hyper-parameter',
      'task: scale\nhyperparameters: {gamma: 2}\n',
      'train.yaml:2:26: hyperparameters.gamma: ',
    ],
    [
      'hyper-parameters that contradict each other',
      'task: scale\nhyperparameters: {nSteps: 2, nEnvs: 2, batchSize: 64}\n',
      'train.yaml:2:51: hyperparameters.batchSize: it is above the 4 steps',
    ],
    [
      'an unknown option of its env',
      'task: heal\nenv: {wind: 1}\n',
      'train.yaml:2:7: unknown key "env.wind"',
    ],
    [
      'options of its env that contradict each other',
      'task: scale\nenv:\n  minReplicas: 9\n  maxReplicas: 3\n',
      'train.yaml:3:16: env.minReplicas: expected less than maxReplicas',
    ],
  ])('with %s is refused, with line and column', (_, text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it('names every problem', () => {
    const problem = problemOf('task: sail\nalgo: a2c\n');
    expect(problem).toContain('task');
    expect(problem).toContain('algo');
  });

  it('without a task is refused, also where the command line gives none', () => {
    expect(problemOf('seed: 1\n')).toContain('task');
  });

  it('is looked at for the task and the algorithm that the command line gives', () => {
    const text = 'hyperparameters: {bufferSize: 1000}\nenv: {spec: heal/9}\n';
    expect(problemOf(text, { task: 'heal', algo: 'dqn' })).toBe('none');
    expect(problemOf(text, { task: 'scale', algo: 'dqn' })).toContain('train.yaml:2:13: env.spec');
    expect(problemOf(text, { task: 'heal' })).toContain('unknown key "hyperparameters.bufferSize"');
  });

  it('without a file is looked at all the same', () => {
    expect(() => readTrainConfig(null, { task: 'heal', env: { wind: 1 } })).toThrow('unknown key "env.wind"');
  });

  it('does not let the command line say what the file may not', () => {
    expect(problemOf('task: scale\n', { steps: 1 })).toContain('steps');
  });
});
