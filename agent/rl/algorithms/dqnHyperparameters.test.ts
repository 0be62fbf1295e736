import { describe, expect, it } from 'vitest';
import { DqnHyperparameters } from './dqnHyperparameters';

describe('the hyper-parameters of DQN', () => {
  it('are those of seed 001 where nothing is said', () => {
    expect(DqnHyperparameters.parse({})).toMatchObject({
      learningRate: 5e-4,
      bufferSize: 100_000,
      batchSize: 64,
      gamma: 0.99,
      tau: 1,
      targetUpdateInterval: 2000,
      explorationInitialEps: 1,
      explorationFinalEps: 0.07,
      doubleQ: true,
      netArch: [256, 256, 128],
      dropout: [0.2, 0.1, 0],
    });
  });

  it.each([
    [{ learning_rate: 1e-3 }, 'Unrecognized key'],
    [{ learningRate: 0 }, '>0'],
    [{ gamma: 1.5 }, '<=1'],
    [{ batchSize: 0 }, '>=1'],
    [{ batchSize: 2.5 }, 'int'],
    [{ gradientSteps: 0 }, 'nothing is learned'],
    [{ explorationInitialEps: 0.01 }, 'above explorationInitialEps'],
    [{ bufferSize: 4, nEnvs: 8 }, 'each of the 8 envs'],
    [{ netArch: [64] }, 'netArch only 1'],
    [{ netArch: [] }, '>=1'],
  ])('refuse %j', (input, problem) => {
    const parsed = DqnHyperparameters.safeParse(input);
    expect(parsed.error?.issues.map(({ message }) => message).join()).toContain(problem);
  });
});
