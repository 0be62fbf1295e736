import { join } from 'node:path';
import type { ArmResult } from '../evaluate/evaluation';
import { CoxswainError, type TrainingEvent } from '../protocol';
import type { PolicyModel } from '../rl/policy/policyModel';
import { readCheckpoint, writeCheckpoint } from './checkpoint';
import { createLearner } from './learners';
import type { MetricsLog } from './logs/metricsLog';
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
  const config = begin.kind === 'new' ? begin.config : null;
  // Nothing is left behind by a config that is impossible.
  if (config) resolveTraining(config);
  const folder = config ? createRunFolder(begin.folder, config) : openRunFolder(begin.folder);
  try {
    return await trainIn(folder, config ?? storedConfig(folder), request);
  } finally {
    folder.release();
  }
}

async function trainIn(
  folder: RunFolder,
  config: TrainConfig,
  request: TrainingRequest,
): Promise<TrainingOutcome> {
  const { store, codeVersion, workerFile, nowMs, onEvent, note, signal } = request;
  const training = resolveTraining(config);
  const from = fineTuneFrom(config, store);
  const learner = await createLearner(
    { ...training, fineTune: from && { policy: from.policy, freeze: config.fineTune?.freeze ?? [] } },
    { workers: config.workers, workerFile },
  );
  const isResumed = request.begin.kind === 'resume';
  const checkpoint = isResumed ? readCheckpoint(folder.files.checkpoint) : null;
  const provenance = { codeVersion, parent: from?.name ?? null };
  const later: { log: TrainingStore['log'] } = { log: () => undefined };
  const files = filesOf(folder, (point) => later.log(point));
  const trainer = new Trainer({ training, learner, store: files, provenance, nowMs, onEvent, signal });
  let logs: MetricsLog | null = null;
  try {
    if (checkpoint) await trainer.restore(checkpoint);
    logs = openLogs(folder, config, training, { resumeAt: checkpoint ? learner.steps : null, nowMs, note });
    const opened = logs;
    later.log = (point) => opened.write(point);
    const { task, algorithm, totalSteps, seed } = training;
    onEvent({ kind: 'started', task, algorithm, totalSteps, seed, folder: folder.path });
    const result = await trainer.run();
    const version = result.policy ? store.add(task, result.policy) : null;
    return { training, version, ...result };
  } finally {
    await learner.close();
    await logs?.close();
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
