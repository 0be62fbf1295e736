import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownRewardWeights } from '../evaluate/rewardAnalysis';
import { type Algorithm, CoxswainError, errorText, type TaskName, TrainingEvent } from '../protocol';
import { HybridHyperparameters, type WeightRange } from '../rl/algorithms/hybridHyperparameters';
import { hasRewardTerms } from '../rl/env/rewardTerms';
import type { Parameter, Point, SearchSpace } from '../rl/tuning/searchSpace';
import { ChildJob, describeExit } from '../server/childJob';
import { createEnv } from './environments';
import { resolveTraining } from './resolveTraining';
import { TASK_PRESETS } from './taskPresets';
import { TrainConfig } from './trainConfig';

/** A training that is cancelled ends after its iteration and what it has to keep. */
const GRACE_MS = 20_000;

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

/** By how much a weight may be less or more than the env's own, where nothing else bounds it. */
const WEIGHT_FACTOR = 4;
const OTHER_BOUNDS = [0.05, 1] as const;

/** @throws CoxswainError `config-invalid` where the task's reward has no terms to weight */
export function tuningSpace({ target, ...trial }: TuningTrial): SearchSpace {
  if (target === 'hyperparameters') return HYPERPARAMETERS[trial.algorithm];
  if (trial.algorithm === 'hybrid') {
    throw new CoxswainError(
      'usage',
      'The hybrid tunes the weights of the reward itself, while it learns.',
      'Search them for ppo or dqn.',
    );
  }
  const env = createEnv(resolveTraining(baseConfig(trial)).env);
  if (!hasRewardTerms(env)) {
    throw new CoxswainError(
      'config-invalid',
      `The reward of ${env.spec} has no terms to weight.`,
      'Tune the hyper-parameters, or choose another task.',
    );
  }
  const own = ownRewardWeights(env);
  const bounds = hybridBounds(trial.task);
  return env.rewardTerms.map((name, index) => weightParameter(name, bounds[name], own?.[index] ?? 0));
}

function weightParameter(name: string, bounds: WeightRange | undefined, own: number): Parameter {
  if (bounds) return linear(name, bounds.min, bounds.max);
  return own > 0 ? log(name, own / WEIGHT_FACTOR, own * WEIGHT_FACTOR) : linear(name, ...OTHER_BOUNDS);
}

/** The hybrid tunes the same weights while it learns, within the same bounds. */
function hybridBounds(task: TaskName): Readonly<Record<string, WeightRange>> {
  return HybridHyperparameters.parse(TASK_PRESETS[task].algorithms.hybrid.hyperparameters).rewardWeights;
}

export interface TrialProcess {
  /** How `coxswain` is started: executable, then its arguments up to the command. */
  program: readonly string[];
  /** Of the trial; made here. */
  folder: string;
  /** Share of the steps that is done, 0…1. */
  onProgress(share: number): void;
  /** Ends the training, which keeps what it has. @throws its reason */
  signal: AbortSignal;
}

/**
 * Trains once with a point of the space, in a process of its own.
 *
 * @returns what is to be small: the negative return of the best validation; for weights of the reward, which change
 *   what a return means, the negative objective of the best validation
 * @throws Error that says why the training failed
 */
export async function runTrial(
  trial: TuningTrial,
  point: Point,
  { program, folder, onProgress, signal }: TrialProcess,
): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'train.yaml');
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(quickConfig(trial, point), null, 2));
  // A new folder for each attempt: the one before was killed, and may not have ended yet.
  const out = mkdtempSync(join(folder, 'run-'));
  const command = ['train', '--config', path, '--out', out, '--state-dir', folder, '--json'];
  const metric = trial.target === 'reward' ? 'eval/objective' : 'eval/mean_reward';
  let best = Number.NEGATIVE_INFINITY;
  let problem: string | null = null;
  const job = new ChildJob([...program, ...command], (line) => {
    const event = parseEvent(line);
    if (event?.kind === 'failed') problem = errorText(event.error);
    if (event?.kind !== 'progress') return;
    best = Math.max(best, event.point.metrics[metric] ?? best);
    onProgress(Math.min(1, event.point.steps / trial.steps));
  });
  const end = () => void job.end(GRACE_MS);
  signal.addEventListener('abort', end);
  const exit = await job.exited;
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  if (exit.code !== 0) throw new Error(problem ?? `its training ended with ${describeExit(exit)}`);
  return -best;
}

/** What `coxswain train` reads to learn with a point of the space, at the preset's length. */
export function configOf({ task, algorithm, target, seed }: TuningTrial, point: Point) {
  const base = { task, algo: algorithm, seed };
  if (target === 'reward') return { ...base, env: { weights: { ...point } } };
  return { ...base, hyperparameters: algorithm === 'hybrid' ? { dqn: { ...point } } : { ...point } };
}

/** Nobody reads logs of a trial, and its comparison with baselines. */
function quickConfig(trial: TuningTrial, point: Point) {
  const logs = { tensorboard: false, wandb: false };
  return { ...configOf(trial, point), steps: trial.steps, evaluation: { episodes: 1 }, logs };
}

function parseEvent(line: string): TrainingEvent | null {
  try {
    return TrainingEvent.parse(JSON.parse(line));
  } catch {
    // Something else that was printed, or the line in which it was killed.
    return null;
  }
}

function baseConfig({ task, algorithm, steps, seed }: Omit<TuningTrial, 'target'>): TrainConfig {
  return TrainConfig.parse({ task, algo: algorithm, steps, seed });
}
