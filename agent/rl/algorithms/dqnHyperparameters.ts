import * as z from 'zod';
import { scheduleOf } from './schedules';

const whole = (value: number, min: number, max: number) => z.number().int().min(min).max(max).default(value);
const positive = (value: number) => z.number().positive().default(value);
const share = (value: number) => z.number().min(0).max(1).default(value);

/**
 * Settings of DQN under Stable-Baselines3's names (https://stable-baselines3.readthedocs.io/en/master/modules/dqn.html)
 * in camelCase; the defaults are seed 001's where it has one. Its ε decay of 0.995 an episode is here SB3's linear
 * schedule, which does not depend on how long episodes are.
 */
export const DqnHyperparameters = z
  .strictObject({
    learningRate: scheduleOf(z.number().positive())
      .default(5e-4)
      .describe('Of Adam; a number, or start and end between which it moves linearly.'),
    bufferSize: whole(100_000, 1, 1e8).describe('Transitions that the replay buffer keeps.'),
    learningStarts: whole(1000, 0, 1e9).describe(
      'Env steps with random actions before the first gradient step.',
    ),
    batchSize: whole(64, 1, 4096).describe('Transitions in a gradient step.'),
    gamma: share(0.99).describe('Discount of the next step’s value.'),
    tau: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe('Share of the online network in the target network at an update; 1 copies.'),
    targetUpdateInterval: whole(2000, 1, 1e9).describe(
      'Env steps between two updates of the target network.',
    ),
    trainFreq: whole(4, 1, 1e6).describe('Steps of all envs between two rounds of gradient steps.'),
    gradientSteps: whole(1, -1, 1e6).describe(
      'Gradient steps in a round; −1: as many as env steps since the last.',
    ),
    explorationInitialEps: share(1).describe('Share of random actions at the beginning.'),
    explorationFinalEps: share(0.07).describe('Share of random actions in the end.'),
    explorationFraction: share(0.1).describe('Share of the training over which it falls, linearly.'),
    doubleQ: z
      .boolean()
      .default(true)
      .describe('The online network selects the next action, the target network evaluates it.'),
    nStep: whole(1, 1, 100).describe('Rewards in a target before the network’s own estimate.'),
    prioritized: z.boolean().default(false).describe('Replay what surprised more often.'),
    prioritizedAlpha: share(0.6).describe('How much priorities count: 0 not at all, 1 in proportion.'),
    prioritizedBeta0: share(0.4).describe(
      'Share of the bias that is corrected at first; in the end all of it.',
    ),
    maxGradNorm: positive(10).describe('Norm that gradients are cut to.'),
    adamEpsilon: positive(1e-8).describe('ε of Adam.'),
    netArch: z
      .array(z.number().int().min(1).max(4096))
      .min(1)
      .default([256, 256, 128])
      .describe('Units of the hidden layers.'),
    activation: z.enum(['relu', 'tanh']).default('relu').describe('Of the hidden layers.'),
    dropout: z
      .array(z.number().min(0).lt(1))
      .default([0.2, 0.1, 0])
      .describe('Share of outputs that training drops, by hidden layer; what is absent is 0.'),
    rewardScale: positive(1).describe(
      'Factor of all rewards; Huber’s loss is linear where targets miss by over 1.',
    ),
    normalizeObservations: z
      .boolean()
      .default(false)
      .describe('Shift and scale observations by their running mean and variance.'),
    nEnvs: whole(1, 1, 4096).describe('Envs that step together.'),
  })
  .superRefine((settings, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (settings.explorationFinalEps > settings.explorationInitialEps)
      problem('explorationFinalEps', `it is above explorationInitialEps (${settings.explorationInitialEps})`);
    if (settings.bufferSize < settings.nEnvs)
      problem('bufferSize', `it is below one transition for each of the ${settings.nEnvs} envs`);
    if (settings.dropout.length > settings.netArch.length)
      problem('dropout', `it has ${settings.dropout.length} layers, netArch only ${settings.netArch.length}`);
    if (settings.gradientSteps === 0) problem('gradientSteps', 'with 0 nothing is learned');
  });
export type DqnHyperparameters = z.output<typeof DqnHyperparameters>;
