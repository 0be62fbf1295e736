import type { Arm } from '../evaluate/arm';
import { CANARY_ARMS, HEAL_ARMS, SCALE_ARMS } from '../evaluate/taskArms';
import type { Algorithm, TaskName } from '../protocol';
import { VECTORISED_PPO } from '../rl/algorithms/ppoHyperparameters';
import { HEAL_RICH } from '../tasks/heal/rich/richSpec';

/** What a task is learned with unless the config says otherwise. */
export interface TaskPreset {
  /** What a learned policy has to be compared with, the strongest first. */
  arms: readonly Arm[];
  algorithms: Readonly<Record<Algorithm, LearningPreset>>;
}

export interface LearningPreset {
  /** Env steps. */
  steps: number;
  /** Options of the env. */
  env: Readonly<Record<string, unknown>>;
  /** Over the algorithm's own defaults. */
  hyperparameters: Readonly<Record<string, unknown>>;
}

/** DQN for envs that are cheap to step: many envs, small networks, more gradient steps for each of theirs. */
const VECTORISED_DQN = {
  netArch: [64, 64],
  dropout: [],
  learningRate: { start: 5e-4, end: 2.5e-5 },
  learningStarts: 10_000,
  batchSize: 128,
  gamma: 0.96,
  nStep: 3,
  nEnvs: 32,
  trainFreq: 1,
  gradientSteps: 4,
  targetUpdateInterval: 4000,
  explorationFraction: 0.3,
  explorationFinalEps: 0.03,
};

/** The hybrid's DQN decides with the same settings; segments are long enough for several thousand env steps. */
const VECTORISED_HYBRID = { dqn: VECTORISED_DQN, segmentSteps: 5000 };

/** Q-values of scaling have rare disasters among them: larger batches, and rewards at which Huber's loss is square. */
const SCALE_DQN = {
  ...VECTORISED_DQN,
  netArch: [128, 64],
  nStep: 4,
  rewardScale: 0.15,
  bufferSize: 500_000,
  batchSize: 256,
  gradientSteps: 2,
  learningRate: { start: 1e-3, end: 2e-5 },
  explorationFinalEps: 0.02,
};

/**
 * 2.5 hours: the shapes of the load last longer, and a policy learns to wait. Steps are free though they are paced
 * live: under the guard a wish that is held back costs nothing, so that a policy learns to insist (docs/scaling.md).
 */
const SCALE_EPISODES = { episodeSteps: 600 };

/** For returns that are longer, as what an action does shows late. */
const HEAL_DQN = {
  ...VECTORISED_DQN,
  netArch: [128, 64],
  gamma: 0.96,
  nStep: 4,
  rewardScale: 0.3,
  bufferSize: 500_000,
  batchSize: 512,
  gradientSteps: 2,
  learningRate: { start: 1e-3, end: 2e-5 },
  explorationFinalEps: 0.02,
};

/** Episodes of two hours that end well or badly in their last step. */
const CANARY_DQN = {
  ...VECTORISED_DQN,
  netArch: [128, 64],
  gamma: 0.99,
  nStep: 5,
  rewardScale: 0.5,
  bufferSize: 500_000,
  batchSize: 256,
  gradientSteps: 2,
  learningRate: { start: 1e-3, end: 2e-5 },
};

/** Q-values of actions that make little difference are near to each other: what nobody needs has to cost DQN more. */
const DQN_WEIGHTS = { actions: 0.1, unneeded: 0.5, harmful: 1 };

export const TASK_PRESETS: Readonly<Record<TaskName, TaskPreset>> = {
  scale: {
    arms: SCALE_ARMS,
    algorithms: {
      ppo: {
        steps: 2_000_000,
        env: { spec: 'scale/36', ...SCALE_EPISODES },
        hyperparameters: VECTORISED_PPO,
      },
      dqn: {
        steps: 1_000_000,
        env: { spec: 'scale/36', ...SCALE_EPISODES },
        hyperparameters: SCALE_DQN,
      },
      hybrid: {
        steps: 500_000,
        env: { spec: 'scale/12', ...SCALE_EPISODES },
        hyperparameters: VECTORISED_HYBRID,
      },
    },
  },
  // A decision every 5 s, so that the same time is discounted in more steps than in the other tasks.
  heal: {
    arms: HEAL_ARMS,
    algorithms: {
      ppo: {
        steps: 5_000_000,
        env: { spec: HEAL_RICH.name },
        hyperparameters: { ...VECTORISED_PPO, gamma: 0.983 },
      },
      dqn: {
        steps: 2_000_000,
        env: { spec: HEAL_RICH.name, weights: DQN_WEIGHTS },
        hyperparameters: HEAL_DQN,
      },
      hybrid: {
        steps: 500_000,
        env: { spec: HEAL_RICH.name },
        hyperparameters: {
          dqn: HEAL_DQN,
          segmentSteps: 5000,
          rewardWeights: {
            violations: { initial: 1, min: 0.5, max: 2 },
            outage: { initial: 0.3, min: 0.1, max: 1 },
            actions: { initial: 0.03, min: 0.01, max: 0.2 },
            replicas: { initial: 0.015, min: 0.005, max: 0.05 },
            harmful: { initial: 0.5, min: 0.1, max: 1 },
            unneeded: { initial: 0.2, min: 0.05, max: 0.5 },
          },
        },
      },
    },
  },
  // The tests promote after a bake time: what a weight costs shows a hundred decisions later.
  canary: {
    arms: CANARY_ARMS,
    algorithms: {
      ppo: { steps: 4_000_000, env: {}, hyperparameters: { ...VECTORISED_PPO, gamma: 0.997 } },
      dqn: { steps: 2_000_000, env: {}, hyperparameters: CANARY_DQN },
      hybrid: {
        steps: 500_000,
        env: {},
        hyperparameters: {
          dqn: CANARY_DQN,
          segmentSteps: 5000,
          rewardWeights: {
            exposure: { initial: 2, min: 0.5, max: 5 },
            time: { initial: 0.012, min: 0.002, max: 0.04 },
            changes: { initial: 0.01, min: 0.002, max: 0.05 },
            verdict: { initial: 0.1, min: 0.01, max: 1 },
            falsePromotion: { initial: 8, min: 2, max: 20 },
            falseRollback: { initial: 8, min: 2, max: 20 },
            undecided: { initial: 5, min: 1, max: 10 },
          },
        },
      },
    },
  },
};
