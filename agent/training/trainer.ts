import * as z from 'zod';
import { policyArm } from '../evaluate/arm';
import { type ArmResult, evaluateArms, heldOutSeeds, summaryOf } from '../evaluate/evaluation';
import { CoxswainError, type TrainingEvent } from '../protocol';
import type { Iteration, LearnedPolicy, Learner } from '../rl/algorithms/learner';
import { invalidState, joinStates, requirePart, splitState } from '../rl/algorithms/nestedState';
import { createEngine } from '../rl/engine/engines';
import { NumericError } from '../rl/numericError';
import { createActor } from '../rl/policy/actor';
import type { EvaluationSummary, PolicyModel } from '../rl/policy/policyModel';
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
    this.#startedSteps = learner.steps;
    while (learner.steps < training.totalSteps && !signal.aborted) {
      const before = learner.steps;
      const iteration = await this.#iterate();
      this.#episodes.add(iteration.episodes);
      Object.assign(this.#metrics, iteration.metrics);
      const passes = (interval: number) =>
        Math.floor(before / interval) < Math.floor(learner.steps / interval);
      const isOver = learner.steps >= training.totalSteps || signal.aborted;
      if (isOver || passes(training.evaluateEvery)) await this.#validate();
      if (isOver || passes(Math.ceil(training.totalSteps / CURVE_POINTS))) this.#tell();
      if (isOver || passes(training.checkpointEvery)) await this.#checkpoint();
    }
    return this.#finish();
  }

  async #iterate(): Promise<Iteration> {
    try {
      return await this.#options.learner.iterate();
    } catch (error) {
      if (!(error instanceof NumericError)) throw error;
      throw new CoxswainError(
        'training-failed',
        `Training stopped: ${error.message}.`,
        'Lower learningRate or maxGradNorm, or look at the env where an observation is named. Checkpoint and best policy are intact.',
        { cause: error },
      );
    }
  }

  /** Keeps the policy where it is the best so far on the validation episodes. */
  async #validate(): Promise<void> {
    const { learner, training, store } = this.#options;
    const policy = this.#policyModel(learner.policy(), null);
    const [result] = await this.#play(policy, this.#seeds, []);
    const returns = (result?.episodes ?? []).map((episode) => episode.return);
    const score = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    this.#metrics['eval/mean_reward'] = score;
    for (const [name, value] of Object.entries(result?.info ?? {}))
      this.#metrics[`eval/${snakeCase(name)}`] = value;
    if (this.#bestScore !== null && score <= this.#bestScore) return;
    this.#bestScore = score;
    store.writeBest(policy);
    this.#metrics['eval/best_steps'] = Math.min(learner.steps, training.totalSteps);
  }

  #tell(): void {
    const { learner, training, store, onEvent, nowMs } = this.#options;
    const seconds = this.#secondsBefore + (nowMs() - this.#startedMs) / 1000;
    const stepsPerSecond =
      (learner.steps - this.#startedSteps) / Math.max(1e-3, seconds - this.#secondsBefore);
    const episodes = this.#episodes.take();
    const metrics = { ...episodes, ...this.#metrics, 'time/fps': stepsPerSecond };
    this.#metrics = {};
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
  }

  /** The best policy, compared with the baselines unless it was cancelled. */
  async #finish(): Promise<TrainerResult> {
    const { store, training, signal, onEvent } = this.#options;
    const best = store.readBest();
    if (signal.aborted || !best) return { policy: best, evaluation: [], cancelled: signal.aborted };
    const seeds = heldOutSeeds(training.evaluationEpisodes);
    try {
      const evaluation = await this.#play(best, seeds, training.arms, (done, total) =>
        onEvent({ kind: 'evaluating', done, total }),
      );
      return { policy: this.#policyModel(best, summaryOf(evaluation)), evaluation, cancelled: false };
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

  #policyModel(policy: LearnedPolicy, evaluation: EvaluationSummary | null): PolicyModel {
    const { training, learner, provenance, nowMs } = this.#options;
    return {
      ...policy,
      provenance: {
        ...provenance,
        algorithm: training.algorithm,
        env: training.env,
        seed: training.seed,
        steps: learner.steps,
        hyperparameters: training.hyperparameters,
        createdAtMs: nowMs(),
        curve: thinned(this.#curve, PROVENANCE_POINTS),
        evaluation,
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

/** At most `most` of the values, evenly, the last one among them. */
function thinned<T>(values: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(values.length / most));
  return values.filter((_, index) => (values.length - 1 - index) % step === 0);
}
