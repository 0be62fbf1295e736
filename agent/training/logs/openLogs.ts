import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResolvedTraining } from '../resolveTraining';
import type { RunFolder } from '../runFolder';
import type { TrainConfig } from '../trainConfig';
import { openJsonLinesLog } from './jsonLinesLog';
import { combineLogs, type MetricsLog } from './metricsLog';
import { openTensorBoardLog } from './tensorBoardLog';
import { openWandbLog } from './wandbLog';

export interface LogOptions {
  /** Steps of the checkpoint that the training goes on from; null for a new one. */
  resumeAt: number | null;
  nowMs(): number;
  /** Told where a W&B run is, or why there is none. */
  note(text: string): void;
}

/** The logs of a training in its folder: metrics.jsonl always, the others on request. @throws CoxswainError `disk-full` */
export function openLogs(
  folder: Pick<RunFolder, 'path' | 'files'>,
  { logs: { tensorboard, wandb } }: Pick<TrainConfig, 'logs'>,
  training: Omit<ResolvedTraining, 'arms'>,
  options: LogOptions,
): MetricsLog {
  const { files } = folder;
  const logs = [openJsonLinesLog(files.metrics, options.resumeAt)];
  if (tensorboard) logs.push(openTensorBoardLog(files.tensorboard, options.nowMs));
  if (wandb) logs.push(openWandbRun(folder, training, options));
  return combineLogs(logs);
}

function openWandbRun(
  { path, files }: Pick<RunFolder, 'path' | 'files'>,
  { task, algorithm, env, engine, seed, totalSteps, hyperparameters }: Omit<ResolvedTraining, 'arms'>,
  { nowMs, note }: LogOptions,
): MetricsLog {
  return openWandbLog({
    directory: files.wandb,
    project: 'coxswain',
    name: basename(resolve(path)),
    config: { task, algorithm, env, engine, seed, totalSteps, hyperparameters },
    nowMs,
    env: process.env,
    // The folder of whoever trains first, then where Coxswain itself is.
    searchFolders: [process.cwd(), dirname(fileURLToPath(import.meta.url))],
    note,
  });
}
