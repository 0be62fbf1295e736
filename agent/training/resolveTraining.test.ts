import { describe, expect, it } from 'vitest';
import { Algorithm, TaskName } from '../protocol';
import { createLearner } from './learners';
import { resolveTraining } from './resolveTraining';
import { TASK_PRESETS } from './taskPresets';
import { TrainConfig } from './trainConfig';

const resolved = (config: object) => resolveTraining(TrainConfig.parse(config));

describe('a training with nothing left open', () => {
  const presets = TaskName.options.flatMap((task) => Algorithm.options.map((algo) => ({ task, algo })));
  it.each(presets)('begins where the config names no more than $task and $algo', async ({ task, algo }) => {
    const training = resolved({ task, algo });
    expect(training.totalSteps).toBe(TASK_PRESETS[task].algorithms[algo].steps);
    const resources = { workers: 0, workerFile: '' };
    const learner = await createLearner({ ...training, fineTune: null }, resources);
    expect(learner).toMatchObject({ algorithm: algo, steps: 0 });
    await learner.close();
  });

  it('validates twenty times and keeps ten checkpoints, unless it is told otherwise', () => {
    expect(resolved({ task: 'heal', steps: 10_001 })).toMatchObject({
      evaluateEvery: 501,
      checkpointEvery: 1001,
    });
    const told = { task: 'heal', steps: 10_000, evaluateEvery: 2000, checkpointEvery: 5000 };
    expect(resolved(told)).toMatchObject({ evaluateEvery: 2000, checkpointEvery: 5000 });
  });

  it('puts what the config says over the preset, and the preset over the defaults', () => {
    const { hyperparameters, env } = resolved({
      task: 'heal',
      envs: 3,
      hyperparameters: { nSteps: 99 },
      env: { steps: 20 },
    });
    expect(env).toEqual({ name: 'heal', options: { spec: 'heal/54', steps: 20 } });
    const preset = TASK_PRESETS.heal.algorithms.ppo.hyperparameters;
    expect(hyperparameters).toMatchObject({ nEnvs: 3, nSteps: 99, gamma: preset.gamma, clipRange: 0.2 });
  });

  it('has a minibatch that fits a few envs, unless its size is asked for', () => {
    expect(resolved({ task: 'scale', envs: 2 }).hyperparameters).toMatchObject({
      nSteps: 64,
      batchSize: 128,
    });
    const asked = { task: 'scale', envs: 2, hyperparameters: { batchSize: 512 } };
    expect(() => resolved(asked)).toThrow('above the 128 steps');
  });

  it('changes single settings of the hybrid’s DQN, PPO and weights', () => {
    const preset = resolved({ task: 'heal', algo: 'hybrid' }).hyperparameters as Record<string, object>;
    const weight = { initial: 0.3, min: 0.2, max: 0.4 };
    const { hyperparameters } = resolved({
      task: 'heal',
      algo: 'hybrid',
      envs: 2,
      hyperparameters: { dqn: { gamma: 0.5 }, ppo: { gamma: 0.6 }, rewardWeights: { actions: weight } },
    });
    expect(hyperparameters).toEqual({
      ...preset,
      dqn: { ...preset.dqn, nEnvs: 2, gamma: 0.5 },
      ppo: { ...preset.ppo, gamma: 0.6 },
      rewardWeights: { ...preset.rewardWeights, actions: weight },
    });
  });

  it('replaces a schedule as a whole', () => {
    const { hyperparameters } = resolved({
      task: 'scale',
      algo: 'dqn',
      hyperparameters: { learningRate: 1e-3 },
    });
    expect(hyperparameters.learningRate).toBe(1e-3);
  });
});
