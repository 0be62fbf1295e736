import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdExclusively } from '../journal/exclusiveLock';
import { CoxswainError } from '../protocol';
import { writeAtomically } from './atomicFile';
import { fileErrorCode } from './diskErrors';

/** The folder of one training, held by this process until `release`. */
export interface RunFolder {
  readonly path: string;
  readonly files: RunFiles;
  /** What the training was begun with, as `createRunFolder` was given it. */
  readonly config: unknown;
  release(): void;
}

/** Absolute or relative as the folder's path was. */
export interface RunFiles {
  config: string;
  /** One JSON object per line, see logs/jsonLinesLog. */
  metrics: string;
  /** The last one; see checkpoint. */
  checkpoint: string;
  /** The best policy so far, as `coxswain model import` takes it. */
  bestPolicy: string;
  /** What became of it, where it has reached its end. */
  result: string;
  /** Folders of event files and of the local W&B run. */
  tensorboard: string;
  wandb: string;
}

/**
 * Makes the folder of a new training.
 *
 * @param config as JSON
 * @throws CoxswainError `training-locked` where another training runs in it, `usage` where one has run, `disk-full`
 */
export function createRunFolder(path: string, config: unknown): RunFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const lock = lockRun(path);
  try {
    const files = filesOf(path);
    if (existsSync(files.config)) throw usedError(path);
    const text = `${JSON.stringify(config, null, 2)}\n`;
    writeAtomically(files.config, [Buffer.from(text)]);
    return { path, files, config: JSON.parse(text), release: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Opens the folder of a training that is to go on.
 *
 * @throws CoxswainError `training-locked`, `not-found` where no training was begun in it, `config-invalid` where its
 *   config.json is damaged
 */
export function openRunFolder(path: string): RunFolder {
  const files = filesOf(path);
  if (!existsSync(files.config)) throw absentError(path);
  const lock = lockRun(path);
  try {
    return { path, files, config: readConfig(files.config), release: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function filesOf(path: string): RunFiles {
  return {
    config: join(path, 'config.json'),
    metrics: join(path, 'metrics.jsonl'),
    checkpoint: join(path, 'checkpoint.bin'),
    bestPolicy: join(path, 'best.onnx'),
    result: join(path, 'result.json'),
    tensorboard: join(path, 'tensorboard'),
    wandb: join(path, 'wandb'),
  };
}

function lockRun(path: string): { release(): void } {
  return holdExclusively(path, {
    pidFile: 'training.pid',
    timeoutMs: 0,
    lockedError: (pid) =>
      new CoxswainError(
        'training-locked',
        `Another training runs in ${path} (pid ${pid}).`,
        'Wait for it, end it, or choose another folder.',
      ),
  });
}

function readConfig(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (fileErrorCode(error) !== null) throw error;
    throw new CoxswainError(
      'config-invalid',
      `${path} is damaged: it is no JSON.`,
      'Restore it from a copy, or begin a new training in another folder.',
      { cause: error },
    );
  }
}

function usedError(path: string): CoxswainError {
  return new CoxswainError(
    'usage',
    `${path} holds a training already.`,
    'Choose another folder, or resume that training.',
  );
}

function absentError(path: string): CoxswainError {
  return new CoxswainError(
    'not-found',
    `No training was begun in ${path}: it has no config.json.`,
    'Name the folder of a training, as it printed it when it began.',
  );
}
