import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { policyArm } from '../evaluate/arm';
import { type ArmResult, evaluateArms, heldOutSeeds, summaryOf } from '../evaluate/evaluation';
import { CoxswainError, type TrainingEvent } from '../protocol';
import type { Learner } from '../rl/algorithms/learner';
import { invalidState, joinStates, requirePart, splitState } from '../rl/algorithms/nestedState';
import { createEngine } from '../rl/engine/engines';
import { NumericError } from '../rl/numericError';
import { createActor } from '../rl/policy/actor';
import type { PolicyModel } from '../rl/policy/policyModel';
import type { SavedState } from '../rl/savedState';
import { createEnv } from './environments';
import { EpisodeMetrics, snakeCase } from './episodeMetrics';
import type { ResolvedTraining } from './resolveTraining';

/** Points of the learning curve: enough for a chart, few enough for a log. */
const CURVE_POINTS = 400;
/** Of the curve that a policy carries with it. */
const PROVENANCE_POINTS = 200;
/** Episodes of each look at how good the policy is by now. */
const VALIDATION_EPISODES = 20;
/** They are held out too, and are not those of the final comparison. */
const VALIDATION_SKIP = 1_000_000;
/** Times that the comparison at the end tells how far it is. */
const EVALUATION_TELLINGS = 100;

/** Where a training keeps what has to outlive it. */
export interface TrainingStore {
  writeCheckpoint(state: SavedState): void;
  writeBest(policy: PolicyModel): void;
  /** Null where none has been written. */
  readBest(): PolicyModel | null;
  log(point: { steps: number; seconds: number; metrics: Readonly<Record<string, number>> }): void;
}

export interface TrainerOptions {
  training: ResolvedTraining;
  learner: Learner;
  store: TrainingStore;
  /** Provenance of a policy of this training, but for what only the trainer knows. */
  provenance: Pick<PolicyModel['provenance'], 'codeVersion' | 'parent'>;
  /** Wall time. */
  nowMs(): number;
  onEvent(event: TrainingEvent): void;
  /** Ends the training after the current iteration; the best policy so far is kept. */
  signal: AbortSignal;
}

export interface TrainerResult {
  /** Null where it was cancelled before there was anything to keep. */
  policy: PolicyModel | null;
  /** Ours first; empty where it was cancelled. */
  evaluation: readonly ArmResult[];
  cancelled: boolean;
}

/** Carries a learner from where it is to the end: curve, checkpoints, the best policy, the comparison. */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #episodes = new EpisodeMetrics();
  readonly #seeds: readonly number[];
  #curve: { steps: number; return: number }[] = [];
  /** Of the best policy so far, which is in the store. */
  #bestScore: number | null = null;
  /** Of earlier processes. */
  #secondsBefore = 0;
  #startedMs = 0;
  #startedSteps = 0;
  /** Of the last point of the curve, and of the last checkpoint. */
  #toldSteps = 0;
  #savedSteps = 0;
  #metrics: Record<string, number> = {};

  constructor(options: TrainerOptions) {
    this.#options = options;
    this.#seeds = heldOutSeeds(VALIDATION_EPISODES, VALIDATION_SKIP);
  }

  /** Goes on from a checkpoint. @throws CoxswainError `checkpoint-invalid` */
  async restore(state: SavedState): Promise<void> {
    const { values, parts } = splitState(state);
    const saved = Saved.safeParse(values);
    if (!saved.success) throw invalidState('it is not the state of a training');
    await this.#options.learner.restore(requirePart(parts, 'learner'));
    this.#curve = saved.data.curve;
    this.#bestScore = saved.data.bestScore;
    this.#secondsBefore = saved.data.seconds;
  }

  /** @throws CoxswainError `training-failed`, `disk-full`; what was kept so far stays */
  async run(): Promise<TrainerResult> {
    const { learner, training, signal, nowMs } = this.#options;
    this.#startedMs = nowMs();
    this.#startedSteps = this.#toldSteps = this.#savedSteps = learner.steps;
    while (learner.steps < training.totalSteps && !signal.aborted) {
      const before = learner.steps;
      const iteration = await this.#orFailed(() => learner.iterate());
      this.#episodes.add(iteration.episodes);
      Object.assign(this.#metrics, iteration.metrics);
      // Learning leaves no time for anything else by itself, and a signal has to be heard.
      await setImmediate();
      const passes = (interval: number) =>
        Math.floor(before / interval) < Math.floor(learner.steps / interval);
      const isDone = learner.steps >= training.totalSteps;
      if (isDone || passes(training.evaluateEvery)) await this.#orFailed(() => this.#validate());
      if (isDone || passes(Math.ceil(training.totalSteps / CURVE_POINTS))) this.#tell();
      if (isDone || passes(training.checkpointEvery)) await this.#checkpoint();
    }
    if (signal.aborted) await this.#keepAll();
    return this.#finish();
  }

  async #orFailed<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CoxswainError) throw error;
      throw failedError(error, this.#options.learner.steps);
    }
  }

  /** Keeps the policy where it is the best so far on the validation episodes. */
  async #validate(): Promise<void> {
    const { learner, store } = this.#options;
    const policy = this.#policyModel();
    const results = await this.#play(policy, this.#seeds, []);
    const metrics = results.map(validationMetrics)[0] ?? {};
    Object.assign(this.#metrics, metrics);
    const score = metrics['eval/mean_reward'] ?? Number.NaN;
    if (!Number.isFinite(score)) {
      throw new NumericError(`step ${learner.steps}: the mean return of the validation episodes`, score);
    }
    if (this.#bestScore !== null && score <= this.#bestScore) return;
    this.#bestScore = score;
    store.writeBest(policy);
    this.#metrics['eval/best_steps'] = learner.steps;
  }

  /**
   * Of a training that was cancelled, also what would have been kept later. Where there is no best policy yet, the one
   * that there is is better than none; it has no score, so that a training that goes on from here finds the same best
   * policy as one that was not cancelled.
   */
  async #keepAll(): Promise<void> {
    const { learner, store } = this.#options;
    if (this.#bestScore === null && learner.steps > 0) store.writeBest(this.#policyModel());
    if (this.#toldSteps < learner.steps) this.#tell();
    if (this.#savedSteps < learner.steps) await this.#checkpoint();
  }

  #tell(): void {
    const { learner, training, store, onEvent, nowMs } = this.#options;
    const seconds = this.#secondsBefore + (nowMs() - this.#startedMs) / 1000;
    const stepsPerSecond =
      (learner.steps - this.#startedSteps) / Math.max(1e-3, seconds - this.#secondsBefore);
    const episodes = this.#episodes.take();
    const metrics = { ...episodes, ...this.#metrics, 'time/fps': stepsPerSecond };
    this.#metrics = {};
    this.#toldSteps = learner.steps;
    const meanReturn = episodes['rollout/ep_rew_mean'];
    if (meanReturn !== undefined) this.#curve.push({ steps: learner.steps, return: meanReturn });
    const point = { steps: learner.steps, seconds, metrics };
    store.log(point);
    const left = Math.max(0, training.totalSteps - learner.steps);
    onEvent({
      kind: 'progress',
      point,
      stepsPerSecond,
      etaSeconds: stepsPerSecond > 0 ? left / stepsPerSecond : null,
    });
  }

  async #checkpoint(): Promise<void> {
    const { learner, training, store, nowMs } = this.#options;
    const learnerState = await learner.save({ replay: training.checkpointReplay });
    const values: Saved = {
      curve: this.#curve,
      bestScore: this.#bestScore,
      seconds: this.#secondsBefore + (nowMs() - this.#startedMs) / 1000,
    };
    store.writeCheckpoint(joinStates(values, { learner: learnerState }));
    this.#savedSteps = learner.steps;
  }

  /** The best policy, compared with the baselines unless it was cancelled. */
  async #finish(): Promise<TrainerResult> {
    const { store, training, signal, onEvent } = this.#options;
    const best = store.readBest();
    if (signal.aborted || !best) return { policy: best, evaluation: [], cancelled: signal.aborted };
    const seeds = heldOutSeeds(training.evaluationEpisodes);
    try {
      const evaluation = await this.#play(best, seeds, training.arms, (done, total) => {
        const tellings = (count: number) => Math.floor((EVALUATION_TELLINGS * count) / total);
        if (tellings(done) > tellings(done - 1)) onEvent({ kind: 'evaluating', done, total });
      });
      // The whole curve, also where the best policy is not the last one.
      const curve = thinned(this.#curve, PROVENANCE_POINTS);
      const provenance = { ...best.provenance, curve, evaluation: summaryOf(evaluation) };
      return { policy: { ...best, provenance }, evaluation, cancelled: false };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { policy: best, evaluation: [], cancelled: true };
    }
  }

  async #play(
    policy: PolicyModel,
    seeds: readonly number[],
    baselines: ResolvedTraining['arms'],
    onProgress?: (done: number, total: number) => void,
  ): Promise<ArmResult[]> {
    const actor = createActor(policy, createEngine('wasm'));
    try {
      return await evaluateArms({
        createEnv: () => createEnv(this.#options.training.env),
        arms: [policyArm(this.#options.training.algorithm, actor), ...baselines],
        seeds,
        ...(onProgress ? { onProgress, signal: this.#options.signal } : {}),
      });
    } finally {
      actor.dispose();
    }
  }

  /** The policy as it is now. */
  #policyModel(): PolicyModel {
    const { training, learner, provenance, nowMs } = this.#options;
    return {
      ...learner.policy(),
      provenance: {
        ...provenance,
        algorithm: training.algorithm,
        env: training.env,
        seed: training.seed,
        steps: learner.steps,
        hyperparameters: training.hyperparameters,
        createdAtMs: nowMs(),
        curve: thinned(this.#curve, PROVENANCE_POINTS),
        evaluation: null,
      },
    };
  }
}

const Saved = z.object({
  curve: z.array(z.object({ steps: z.number(), return: z.number() })),
  bestScore: z.number().nullable(),
  seconds: z.number(),
});
type Saved = z.infer<typeof Saved>;

/** @param error what an env, the learner or a worker has thrown */
function failedError(error: unknown, steps: number): CoxswainError {
  const what = error instanceof Error ? error.message : String(error);
  const isNumeric = error instanceof NumericError;
  return new CoxswainError(
    'training-failed',
    isNumeric ? `Training stopped: ${what}.` : `Training stopped after ${steps} steps: ${what}`,
    isNumeric
      ? 'Lower learningRate or maxGradNorm, or look at the env where an observation or a reward is named. The last checkpoint and the best policy are intact.'
      : 'Look at the env where one is named; `coxswain env check` may tell more. The last checkpoint and the best policy are intact.',
    { cause: error },
  );
}

/** By the names of logs/metricNames. */
function validationMetrics({ episodes, info }: ArmResult): Record<string, number> {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const metrics: Record<string, number> = {};
  for (const [name, value] of Object.entries(info)) metrics[`eval/${snakeCase(name)}`] = value;
  metrics['eval/mean_reward'] = sum(episodes.map((episode) => episode.return)) / episodes.length;
  const objectives = episodes.flatMap(({ objective }) => objective ?? []);
  if (objectives.length > 0) {
    metrics['eval/objective'] = sum(objectives) / sum(episodes.map(({ length }) => length));
  }
  return metrics;
}

/** At most `most` of the values, evenly, the last one among them. */
function thinned<T>(values: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(values.length / most));
  return values.filter((_, index) => (values.length - 1 - index) % step === 0);
}
