import type { Arm } from '../evaluate/arm';
import type { Algorithm, TaskName } from '../protocol';
import type { EnvSpec } from '../rl/algorithms/collector';
import type { EngineName } from '../rl/engine/network';
import { findEnv } from './environments';
import { completeHyperparameters, hyperparameterIssues } from './learners';
import { issueBelow, type SettingIssue } from './settingIssues';
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

/** What is wrong with the settings of algorithm and env, under the keys of the config. */
export function learningIssues(config: TrainConfig): SettingIssue[] {
  return [
    ...hyperparameterIssues(config.algo, givenHyperparameters(config)).map((issue) =>
      issueBelow('hyperparameters', issue),
    ),
    ...findEnv(config.task)
      .issues(envOf(config).options)
      .map((issue) => issueBelow('env', issue)),
  ];
}

/** @throws CoxswainError `config-invalid` */
export function resolveTraining(config: TrainConfig): ResolvedTraining {
  const { task, algo: algorithm, engine, seed } = config;
  const preset = TASK_PRESETS[task];
  const totalSteps = config.steps ?? preset.algorithms[algorithm].steps;
  return {
    task,
    algorithm,
    env: envOf(config),
    engine,
    seed,
    totalSteps,
    hyperparameters: completeHyperparameters(algorithm, givenHyperparameters(config)),
    evaluateEvery: config.evaluateEvery ?? Math.ceil(totalSteps / 20),
    checkpointEvery: config.checkpointEvery ?? Math.ceil(totalSteps / 10),
    checkpointReplay: config.checkpointReplay,
    evaluationEpisodes: config.evaluation.episodes,
    arms: preset.arms,
  };
}

function envOf({ task, algo, env }: TrainConfig): EnvSpec {
  return { name: task, options: { ...TASK_PRESETS[task].algorithms[algo].env, ...env } };
}

function givenHyperparameters(config: TrainConfig): Settings {
  const { task, algo, hyperparameters } = config;
  const preset = TASK_PRESETS[task].algorithms[algo].hyperparameters;
  const given = [envsOf(config), hyperparameters].reduce(over, preset);
  return 'batchSize' in hyperparameters ? given : withFittingBatch(given);
}

/** With few envs PPO's iteration may have fewer steps than the preset's minibatch; nobody has asked for that size. */
function withFittingBatch(given: Settings): Settings {
  const { batchSize, nSteps, nEnvs } = given;
  const isPpo = typeof batchSize === 'number' && typeof nSteps === 'number' && typeof nEnvs === 'number';
  return isPpo && nSteps * nEnvs >= 1 ? { ...given, batchSize: Math.min(batchSize, nSteps * nEnvs) } : given;
}

/** The hybrid has settings within settings: who gives one of its DQN's means that one alone. */
function over(preset: Settings, given: Settings): Settings {
  const merged = Object.entries(given).map(([key, value]) => {
    const before = preset[key];
    const isNested = NESTED.has(key) && isSettings(before) && isSettings(value);
    return [key, isNested ? { ...before, ...value } : value];
  });
  return { ...preset, ...Object.fromEntries(merged) };
}

type Settings = Readonly<Record<string, unknown>>;

const NESTED: ReadonlySet<string> = new Set(['dqn', 'ppo', 'rewardWeights']);

function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function envsOf({ algo, envs }: TrainConfig): Settings {
  if (envs === undefined) return {};
  return algo === 'hybrid' ? { dqn: { nEnvs: envs } } : { nEnvs: envs };
}
