import * as z from 'zod';
import { scheduleOf } from './schedules';

const whole = (value: number, min: number, max: number) => z.number().int().min(min).max(max).default(value);
const positive = z.number().positive();
const share = z.number().min(0).max(1);

/**
 * Settings of PPO under Stable-Baselines3's names (https://stable-baselines3.readthedocs.io/en/master/modules/ppo.html)
 * in camelCase; the defaults are seed 001's where it has one. What is a schedule is a number, or `{ start, end }` to
 * move linearly over the training.
 */
export const PpoHyperparameters = z
  .strictObject({
    learningRate: scheduleOf(positive).default(3e-4).describe('Of Adam; a schedule.'),
    nSteps: whole(2048, 1, 1e6).describe('Steps of each env in an iteration.'),
    batchSize: whole(64, 1, 65_536).describe(
      'Steps in a minibatch; what remains of an epoch is a smaller one.',
    ),
    nEpochs: whole(10, 1, 1000).describe('Times that an iteration learns from each of its steps.'),
    gamma: share.default(0.99).describe('Discount of the next step’s value.'),
    gaeLambda: share
      .default(0.95)
      .describe('λ of generalised advantage estimation: 0 trusts the values, 1 the rewards.'),
    clipRange: scheduleOf(positive)
      .default(0.2)
      .describe('How far a ratio of probabilities may go from 1 and still pay; a schedule.'),
    entCoef: scheduleOf(z.number().min(0))
      .default(0.01)
      .describe('Weight of the entropy in the loss; a schedule.'),
    vfCoef: z
      .number()
      .min(0)
      .default(0.5)
      .describe('Weight of the value function’s squared error in the loss.'),
    maxGradNorm: positive
      .default(0.5)
      .describe('Norm that gradients are cut to; standard deviations have a norm of their own.'),
    normalizeAdvantage: z
      .boolean()
      .default(true)
      .describe('Shift and scale advantages within each minibatch.'),
    targetKl: positive
      .nullable()
      .default(null)
      .describe(
        'An iteration stops learning where the policy has moved further than 1.5 × this; null: never.',
      ),
    netArch: z
      .array(z.number().int().min(1).max(4096))
      .max(16)
      .default([256, 256])
      .describe('Units of the hidden layers.'),
    activation: z.enum(['relu', 'tanh']).default('tanh').describe('Of the hidden layers.'),
    sharedTrunk: z
      .boolean()
      .default(false)
      .describe('Whether policy and value function share their hidden layers or have their own.'),
    normalizeObservations: z
      .boolean()
      .default(false)
      .describe('Shift and scale observations by their running mean and variance.'),
    normalizeReturns: z
      .boolean()
      .default(false)
      .describe('Divide rewards by the running standard deviation of the discounted return.'),
    adamEpsilon: positive.default(1e-5).describe('ε of Adam.'),
    nEnvs: whole(1, 1, 4096).describe('Envs that step together.'),
  })
  .superRefine(({ batchSize, nSteps, nEnvs }, context) => {
    if (batchSize <= nSteps * nEnvs) return;
    const message = `it is above the ${nSteps * nEnvs} steps of an iteration (nSteps × nEnvs)`;
    context.addIssue({ code: 'custom', path: ['batchSize'], message });
  });
export type PpoHyperparameters = z.output<typeof PpoHyperparameters>;

/**
 * Our own defaults for envs that are cheap to step: many envs with short rollouts, large minibatches, small separate
 * networks. Good within 2 million steps where Stable-Baselines3's defaults need several times as long.
 */
export const VECTORISED_PPO = {
  learningRate: { start: 1e-3, end: 5e-5 },
  nSteps: 64,
  batchSize: 512,
  nEpochs: 4,
  gamma: 0.98,
  entCoef: { start: 0.01, end: 0.001 },
  netArch: [64, 64],
  normalizeReturns: true,
  nEnvs: 64,
} satisfies z.input<typeof PpoHyperparameters>;
