import type { Arm } from '../evaluate/arm';
import type { Algorithm, TaskName } from '../protocol';
import type { EnvSpec } from '../rl/algorithms/collector';
import type { EngineName } from '../rl/engine/network';
import { completeHyperparameters } from './learners';
import { TASK_PRESETS } from './taskPresets';
import type { TrainConfig } from './trainConfig';

/** A training with nothing left open: what the config says, over the preset of its task. */
export interface ResolvedTraining {
  task: TaskName;
  algorithm: Algorithm;
  env: EnvSpec;
  engine: EngineName;
  seed: number;
  totalSteps: number;
  /** In full, as the algorithm's schema gives them. */
  hyperparameters: Readonly<Record<string, unknown>>;
  /** Env steps. */
  evaluateEvery: number;
  checkpointEvery: number;
  checkpointReplay: boolean;
  /** Held-out episodes of the comparison in the end. */
  evaluationEpisodes: number;
  /** What the policy is compared with. */
  arms: readonly Arm[];
}

/** @throws CoxswainError `config-invalid` */
export function resolveTraining(config: TrainConfig): ResolvedTraining {
  const { task, algo: algorithm, engine, seed } = config;
  const preset = TASK_PRESETS[task];
  const learning = preset.algorithms[algorithm];
  const totalSteps = config.steps ?? learning.steps;
  const given = { ...learning.hyperparameters, ...envsOf(config), ...config.hyperparameters };
  return {
    task,
    algorithm,
    env: { name: task, options: { ...learning.env, ...config.env } },
    engine,
    seed,
    totalSteps,
    hyperparameters: completeHyperparameters(algorithm, given),
    evaluateEvery: config.evaluateEvery ?? Math.ceil(totalSteps / 20),
    checkpointEvery: config.checkpointEvery ?? Math.ceil(totalSteps / 10),
    checkpointReplay: config.checkpointReplay,
    evaluationEpisodes: config.evaluation.episodes,
    arms: preset.arms,
  };
}

function envsOf({ algo, envs }: TrainConfig): Readonly<Record<string, unknown>> {
  if (envs === undefined) return {};
  return algo === 'hybrid' ? { dqn: { nEnvs: envs } } : { nEnvs: envs };
}
