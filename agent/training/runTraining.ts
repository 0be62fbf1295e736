import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { ArmResult } from '../evaluate/evaluation';
import { CoxswainError, type TrainingEvent } from '../protocol';
import type { Learner } from '../rl/algorithms/learner';
import type { PolicyModel } from '../rl/policy/policyModel';
import type { SavedState } from '../rl/savedState';
import { writeAtomically } from './atomicFile';
import { readCheckpoint, writeCheckpoint } from './checkpoint';
import { fileErrorCode } from './diskErrors';
import { createLearner } from './learners';
import { openLogs } from './logs/openLogs';
import type { ModelStore } from './modelStore';
import { readPolicyFile, writePolicyFile } from './policyFile';
import { type ResolvedTraining, resolveTraining } from './resolveTraining';
import { createRunFolder, openRunFolder, type RunFolder } from './runFolder';
import { TrainConfig } from './trainConfig';
import { Trainer, type TrainingStore } from './trainer';

export interface TrainingRequest {
  /** Begins a training in a new folder, or goes on with the one in an old folder. */
  begin: { kind: 'new'; config: TrainConfig; folder: string } | { kind: 'resume'; folder: string };
  store: ModelStore;
  codeVersion: string;
  /** The bundle that rollout workers run. */
  workerFile: string;
  nowMs(): number;
  onEvent(event: TrainingEvent): void;
  /** What a person should know beside the training's events. */
  note(text: string): void;
  signal: AbortSignal;
}

export interface TrainingOutcome {
  training: ResolvedTraining;
  /** The run folder's path. */
  folder: string;
  /** In the store; null where it was cancelled before there was anything to keep. */
  version: number | null;
  policy: PolicyModel | null;
  evaluation: readonly ArmResult[];
  cancelled: boolean;
}

/**
 * Trains a policy, keeps all of it in a run folder, and puts the best policy into the store.
 *
 * @throws CoxswainError; the folder's last checkpoint and best policy are then intact
 */
export async function runTraining(request: TrainingRequest): Promise<TrainingOutcome> {
  const { begin } = request;
  return begin.kind === 'new' ? beginIn(begin.folder, begin.config, request) : goOnIn(begin.folder, request);
}

async function beginIn(
  path: string,
  config: TrainConfig,
  request: TrainingRequest,
): Promise<TrainingOutcome> {
  const prepared = await prepare(config, request);
  try {
    // The folder only now: nothing is left behind by a config that is impossible.
    const folder = makeRunFolder(path, config);
    try {
      return await trainIn(folder, prepared, null, request);
    } finally {
      folder.release();
    }
  } finally {
    await prepared.learner.close();
  }
}

async function goOnIn(path: string, request: TrainingRequest): Promise<TrainingOutcome> {
  const folder = openRunFolder(path);
  try {
    refuseFinished(folder);
    const prepared = await prepare(storedConfig(folder), request);
    try {
      return await trainIn(folder, prepared, lastCheckpoint(folder), request);
    } finally {
      await prepared.learner.close();
    }
  } finally {
    folder.release();
  }
}

interface PreparedTraining {
  config: TrainConfig;
  training: ResolvedTraining;
  learner: Learner;
  parent: string | null;
}

async function prepare(
  config: TrainConfig,
  { store, workerFile }: TrainingRequest,
): Promise<PreparedTraining> {
  const training = resolveTraining(config);
  const from = fineTuneFrom(config, store);
  const fineTune = from && { policy: from.policy, freeze: config.fineTune?.freeze ?? [] };
  const learner = await createLearner({ ...training, fineTune }, { workers: config.workers, workerFile });
  return { config, training, learner, parent: from?.name ?? null };
}

/** @param checkpoint null: from the beginning, also where a training was killed before it had one */
async function trainIn(
  folder: RunFolder,
  { config, training, learner, parent }: PreparedTraining,
  checkpoint: SavedState | null,
  request: TrainingRequest,
): Promise<TrainingOutcome> {
  const { begin, store, codeVersion, nowMs, onEvent, note, signal } = request;
  const later: { log: TrainingStore['log'] } = { log: () => undefined };
  const files = filesOf(folder, (point) => later.log(point));
  const provenance = { codeVersion, parent };
  const trainer = new Trainer({ training, learner, store: files, provenance, nowMs, onEvent, signal });
  if (checkpoint) await trainer.restore(checkpoint);
  const resumeAt = begin.kind === 'resume' ? learner.steps : null;
  const logs = openLogs(folder, config, training, { resumeAt, nowMs, note });
  try {
    later.log = (point) => logs.write(point);
    const { task, algorithm, totalSteps, seed } = training;
    onEvent({ kind: 'started', task, algorithm, totalSteps, seed, folder: folder.path });
    const result = await trainer.run();
    const version = result.policy ? store.add(task, result.policy) : null;
    if (version !== null && !result.cancelled) noteFinished(folder, { task, version });
    return { training, folder: folder.path, version, ...result };
  } finally {
    await logs.close();
  }
}

function filesOf({ files }: RunFolder, log: TrainingStore['log']): TrainingStore {
  let best: PolicyModel | null | undefined;
  return {
    log,
    writeCheckpoint: (state) => writeCheckpoint(files.checkpoint, state),
    writeBest: (policy) => {
      writePolicyFile(files.bestPolicy, policy);
      best = policy;
    },
    readBest: () => {
      best ??= readOrNull(files.bestPolicy);
      return best;
    },
  };
}

/** @throws CoxswainError as `createRunFolder` does, and `usage` where there can be no such folder */
function makeRunFolder(path: string, config: TrainConfig): RunFolder {
  try {
    return createRunFolder(path, config);
  } catch (error) {
    if (error instanceof CoxswainError || fileErrorCode(error) === null) throw error;
    throw new CoxswainError(
      'usage',
      `There can be no run folder at ${path}: ${(error as Error).message}`,
      'Choose another folder with --out, or another state directory.',
      { cause: error },
    );
  }
}

function lastCheckpoint({ files }: RunFolder): SavedState | null {
  return existsSync(files.checkpoint) ? readCheckpoint(files.checkpoint) : null;
}

/** A training that has reached its end has nothing to go on with. */
function refuseFinished({ path, files }: RunFolder): void {
  if (!existsSync(files.result)) return;
  const { task, version } = FinishedTraining.parse(JSON.parse(readFileSync(files.result, 'utf8')));
  throw new CoxswainError(
    'usage',
    `The training in ${path} is finished; its policy is ${task}/${version}.`,
    `Begin another one, from that policy with --fine-tune ${version}.`,
  );
}

function noteFinished({ files }: RunFolder, finished: FinishedTraining): void {
  writeAtomically(files.result, [Buffer.from(`${JSON.stringify(finished)}\n`)]);
}

const FinishedTraining = z.object({ task: z.string(), version: z.number().int() });
type FinishedTraining = z.infer<typeof FinishedTraining>;

function readOrNull(path: string): PolicyModel | null {
  try {
    return readPolicyFile(path);
  } catch (error) {
    if (error instanceof CoxswainError && error.code === 'not-found') return null;
    throw error;
  }
}

/** The policy to begin with, and what its descendants call it. */
function fineTuneFrom(config: TrainConfig, store: ModelStore): { policy: PolicyModel; name: string } | null {
  if (!config.fineTune) return null;
  const { from } = config.fineTune;
  if (!/^\d+$/.test(from)) return { policy: readPolicyFile(from), name: from };
  return { policy: store.load(config.task, Number(from)), name: `${config.task}/${from}` };
}

function storedConfig({ config, path }: RunFolder): TrainConfig {
  const parsed = TrainConfig.safeParse(config);
  if (parsed.success) return parsed.data;
  throw new CoxswainError(
    'config-invalid',
    `${join(path, 'config.json')} is not the config of a training of this version.`,
    'Begin a new training in another folder.',
  );
}
