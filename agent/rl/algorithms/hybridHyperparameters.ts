import * as z from 'zod';
import { DqnHyperparameters } from './dqnHyperparameters';
import { PpoHyperparameters } from './ppoHyperparameters';

/**
 * PPO's own defaults are for thousands of steps. The outer problem has one step for a whole segment of training, a few
 * hundred in all, and each has to count: a high learning rate, held back by a target for the divergence. Without a
 * discount the choice of a segment would get no credit for what DQN makes of it only in the next.
 */
const OUTER_PPO = {
  learningRate: 1e-2,
  nSteps: 16,
  batchSize: 16,
  nEpochs: 10,
  gamma: 0.8,
  entCoef: 0.001,
  targetKl: 0.02,
  netArch: [32],
} satisfies z.input<typeof PpoHyperparameters>;

const WeightRange = z
  .strictObject({
    initial: z.number().min(0).describe('What the weight begins with.'),
    min: z.number().min(0).describe('Its lower bound.'),
    max: z.number().positive().describe('Its upper bound.'),
  })
  .refine(({ initial, min, max }) => min < max && min <= initial && initial <= max, {
    message: 'expected min ≤ initial ≤ max, and min < max',
  });

/** The weight of a reward term, and the bounds within which it is tuned. */
export type WeightRange = z.output<typeof WeightRange>;

/** Seed 001's weights and bounds; it gives none for thrashing. */
const SEED_WEIGHTS: Readonly<Record<string, WeightRange>> = {
  latency: { initial: 0.4, min: 0.1, max: 0.8 },
  resource: { initial: 0.3, min: 0.1, max: 0.6 },
  thrashing: { initial: 0.2, min: 0.05, max: 0.5 },
  stability: { initial: 0.1, min: 0.05, max: 0.3 },
};

/** Settings of the hybrid: of its DQN, of the PPO that tunes the reward weights, and what they share. */
export const HybridHyperparameters = z
  .strictObject({
    dqn: DqnHyperparameters.prefault({}).describe('The DQN that decides.'),
    ppo: z
      .preprocess(
        (given) => (typeof given === 'object' ? { ...OUTER_PPO, ...given } : given),
        PpoHyperparameters,
      )
      .prefault({})
      .describe('The PPO that tunes the weights; its steps are segments, and it always has one env.'),
    segmentSteps: z
      .number()
      .int()
      .min(1)
      .max(1e7)
      .default(1000)
      .describe('Env steps that the DQN trains for under one choice of weights.'),
    rewardWeights: z
      .record(z.string(), WeightRange)
      .default({ ...SEED_WEIGHTS })
      .describe('By reward term: initial weight and bounds. Each term of the env needs one.'),
  })
  .superRefine(({ ppo }, context) => {
    if (ppo.nEnvs === 1) return;
    context.addIssue({ code: 'custom', path: ['ppo', 'nEnvs'], message: 'it is always 1 in the hybrid' });
  });
export type HybridHyperparameters = z.output<typeof HybridHyperparameters>;
