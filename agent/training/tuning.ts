import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Algorithm, CoxswainError, errorText, type TaskName, TrainingEvent } from '../protocol';
import { hasRewardTerms } from '../rl/env/rewardTerms';
import type { Parameter, Point, SearchSpace } from '../rl/tuning/searchSpace';
import { createEnv } from './environments';
import { resolveTraining } from './resolveTraining';
import { TrainConfig } from './trainConfig';

/** What is searched: the algorithm's hyper-parameters, or the weights of the env's reward. */
export type TuningTarget = 'hyperparameters' | 'reward';

export interface TuningTrial {
  task: TaskName;
  algorithm: Algorithm;
  target: TuningTarget;
  steps: number;
  seed: number;
}

const log = (name: string, low: number, high: number): Parameter => ({
  name,
  low,
  high,
  scale: 'log',
  integer: false,
});
const linear = (name: string, low: number, high: number): Parameter => ({
  name,
  low,
  high,
  scale: 'linear',
  integer: false,
});

const HYPERPARAMETERS: Readonly<Record<Algorithm, SearchSpace>> = {
  ppo: [
    log('learningRate', 1e-4, 3e-3),
    linear('gamma', 0.9, 0.995),
    linear('gaeLambda', 0.8, 1),
    log('entCoef', 1e-4, 0.05),
  ],
  dqn: [
    log('learningRate', 5e-5, 3e-3),
    linear('gamma', 0.9, 0.995),
    linear('explorationFraction', 0.05, 0.6),
  ],
  hybrid: [log('learningRate', 5e-5, 3e-3), linear('gamma', 0.9, 0.995)],
};

/** Seed 001's bounds where it gives some. */
const REWARD_BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  latency: [0.1, 0.8],
  resource: [0.1, 0.6],
  thrashing: [0.05, 0.5],
  stability: [0.05, 0.3],
};
const OTHER_BOUNDS = [0.05, 1] as const;

/** @throws CoxswainError `config-invalid` where the task's reward has no terms to weight */
export function tuningSpace({ target, ...trial }: TuningTrial): SearchSpace {
  if (target === 'hyperparameters') return HYPERPARAMETERS[trial.algorithm];
  const env = createEnv(resolveTraining(baseConfig(trial)).env);
  if (!hasRewardTerms(env)) {
    throw new CoxswainError(
      'config-invalid',
      `The reward of ${env.spec} has no terms to weight.`,
      'Tune the hyper-parameters, or choose another task.',
    );
  }
  return env.rewardTerms.map((name) => linear(name, ...(REWARD_BOUNDS[name] ?? OTHER_BOUNDS)));
}

/**
 * Trains once with a point of the space, in a process of its own.
 *
 * @param program how `coxswain` is started: executable, then its arguments up to the command
 * @param folder of the trial, made by it
 * @returns what is to be small: the negative return of the best validation; for weights of the reward, which change
 *   what a return means, the negative objective of the best validation
 * @throws CoxswainError what the training failed with
 */
export async function runTrial(
  trial: TuningTrial,
  point: Point,
  { program, folder, signal }: { program: readonly string[]; folder: string; signal: AbortSignal },
): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'train.yaml');
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(configOf(trial, point), null, 2));
  const [executable = '', ...args] = program;
  const run = ['train', '--config', path, '--out', join(folder, 'run'), '--state-dir', folder, '--json'];
  const child = spawn(executable, [...args, ...run], { stdio: ['ignore', 'pipe', 'inherit'], signal });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  exited.catch(() => undefined);
  const metric = trial.target === 'reward' ? 'eval/objective' : 'eval/mean_reward';
  let best = Number.NEGATIVE_INFINITY;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = TrainingEvent.parse(JSON.parse(line));
    if (event.kind === 'progress') best = Math.max(best, event.point.metrics[metric] ?? best);
    if (event.kind === 'failed') throw new Error(errorText(event.error));
  }
  const code = await exited;
  if (code !== 0) throw new Error(`the training ended with exit code ${code}`);
  return -best;
}

function configOf(trial: TuningTrial, point: Point): TrainConfig {
  const config = baseConfig(trial);
  // Nobody reads the comparison with baselines of a trial.
  const quick = { ...config, evaluation: { episodes: 1 }, logs: { tensorboard: false, wandb: false } };
  if (trial.target === 'reward') return { ...quick, env: { weights: { ...point } } };
  return { ...quick, hyperparameters: trial.algorithm === 'hybrid' ? { dqn: { ...point } } : { ...point } };
}

function baseConfig({ task, algorithm, steps, seed }: Omit<TuningTrial, 'target'>): TrainConfig {
  return TrainConfig.parse({ task, algo: algorithm, steps, seed });
}
