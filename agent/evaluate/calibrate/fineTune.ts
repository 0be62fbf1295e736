import { podCapacity, type ScaleDomain } from '../../sim/scale/domain';
import { CONTROL_STEP_SECONDS, clamp } from '../../sim/scale/units';
import type { ModelStore } from '../../training/modelStore';
import { runTraining } from '../../training/runTraining';
import { TrainConfig } from '../../training/trainConfig';
import type { LearnedCandidate } from './learnedArms';
import { type Load, peakOf } from './load';
import { type Deployment, envOptions } from './player';

export interface FineTuneOptions {
  deployment: Deployment;
  store: ModelStore;
  /** Which policy to begin with: a version, or a file; null begins anew. */
  from: { path: string; hyperparameters: Readonly<Record<string, unknown>> } | null;
  /** A new folder for what the training writes. */
  folder: string;
  steps: number;
  codeVersion: string;
  /** The bundle that rollout workers run. */
  workerFile: string;
  nowMs(): number;
  signal: AbortSignal;
}

/** The latest two days of the tuned part: the policy file carries them as its provenance. */
const MOST_STEPS = 11_520;
/** Two hours, so that both a rise and its end are in an episode. */
const EPISODE_STEPS = 480;
/** Gentle, so that what was learned before is not lost. */
const LEARNING_RATE = { start: 3e-4, end: 3e-5 };

/**
 * Trains PPO on a workload's own fitted simulator under the load that tunes, for all prices at once, and keeps the
 * policy as a version: the warm-up of seed 001's hybrid mode.
 *
 * @returns null where it was cancelled
 * @throws CoxswainError as trainings do
 */
export async function fineTuneOn(
  part: Load,
  options: FineTuneOptions,
  onProgress: (share: number) => void,
): Promise<LearnedCandidate | null> {
  const { store, folder, steps, from, codeVersion, workerFile, nowMs, signal } = options;
  const config = TrainConfig.parse({
    task: 'scale',
    algo: 'ppo',
    steps,
    env: trainingEnv(part, options.deployment),
    evaluation: { episodes: 20 },
    ...(from === null
      ? {}
      : {
          fineTune: { from: from.path },
          hyperparameters: { ...from.hyperparameters, learningRate: LEARNING_RATE },
        }),
  });
  const { version, policy } = await runTraining({
    begin: { kind: 'new', config, folder },
    store,
    codeVersion,
    workerFile,
    nowMs,
    onEvent: (event) => {
      if (event.kind === 'progress') onProgress(Math.min(1, event.point.steps / steps));
    },
    note: () => undefined,
    signal,
  });
  signal.throwIfAborted();
  if (version === null || !policy) return null;
  const name = `scale/${version}`;
  return { name, title: `PPO fine-tuned on this load (${name})`, policy, promote: name };
}

/** The env `scale` as the training needs it: all that the options say can be stored and begun again. */
function trainingEnv(part: Load, deployment: Deployment): Record<string, unknown> {
  const recent = part.subarray(Math.max(0, part.length - MOST_STEPS));
  return {
    spec: 'scale/36',
    ...envOptions({ ...deployment, domain: trainingDomain(recent, deployment) }, true),
    episodeSteps: Math.min(EPISODE_STEPS, recent.length),
    trace: {
      values: Array.from(recent, (rate) => Number(rate.toPrecision(6))),
      intervalSeconds: CONTROL_STEP_SECONDS,
    },
  };
}

/** Far from the usual sizes the recorded one alone is trained on. */
const USUAL_SHARES = { least: 0.02, most: 1 } as const;

/**
 * The load of the days to come will have other peaks than the one that was recorded: its shape is trained on at the
 * usual range of sizes.
 */
function trainingDomain(recent: Load, { domain, maxReplicas }: Deployment): Partial<ScaleDomain> {
  const { peakLoadShare: _, ...others } = domain;
  const own = peakOf(recent) / (maxReplicas * podCapacity(domain));
  const isUsual = own >= USUAL_SHARES.least && own <= USUAL_SHARES.most;
  return isUsual ? others : { ...others, peakLoadShare: clamp(own, 0.001, 2) };
}
