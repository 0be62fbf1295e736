import { describe, expect, it } from 'vitest';
import { PpoHyperparameters, VECTORISED_PPO } from './ppoHyperparameters';

const problemsOf = (settings: unknown) =>
  PpoHyperparameters.safeParse(settings).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('the hyper-parameters of PPO', () => {
  it('default to seed 001’s and Stable-Baselines3’s', () => {
    expect(PpoHyperparameters.parse({})).toEqual({
      learningRate: 3e-4,
      nSteps: 2048,
      batchSize: 64,
      nEpochs: 10,
      gamma: 0.99,
      gaeLambda: 0.95,
      clipRange: 0.2,
      entCoef: 0.01,
      vfCoef: 0.5,
      maxGradNorm: 0.5,
      normalizeAdvantage: true,
      targetKl: null,
      netArch: [256, 256],
      activation: 'tanh',
      sharedTrunk: false,
      normalizeObservations: false,
      normalizeReturns: false,
      adamEpsilon: 1e-5,
      nEnvs: 1,
    });
  });

  it('have a vectorised preset that is valid', () => {
    expect(PpoHyperparameters.parse(VECTORISED_PPO)).toMatchObject(VECTORISED_PPO);
  });

  it.each([
    [{ gamma: 1.1 }, 'gamma'],
    [{ learningRate: 0 }, 'learningRate'],
    [{ learningRate: { start: 1e-3, end: -1 } }, 'learningRate.end'],
    [{ clipRange: Number.NaN }, 'clipRange'],
    [{ nSteps: 1.5 }, 'nSteps'],
    [{ nSteps: 8, nEnvs: 4, batchSize: 64 }, 'batchSize'],
    [{ targetKl: 0 }, 'targetKl'],
    [{ activation: 'gelu' }, 'activation'],
    [{ n_steps: 64 }, ''],
  ])('refuse %j', (settings, path) => {
    expect(problemsOf(settings)).toEqual([path]);
  });
});
