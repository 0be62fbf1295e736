import { describe, expect, it } from 'vitest';
import { constantArm } from '../evaluate/arm';
import type { TrainingEvent, TrainingPoint } from '../protocol';
import type { Iteration, LearnedPolicy, Learner } from '../rl/algorithms/learner';
import { createPpoLearner, ppoCollectorSpec } from '../rl/algorithms/ppo';
import { PpoHyperparameters } from '../rl/algorithms/ppoHyperparameters';
import { createCollector } from '../rl/algorithms/rollout';
import { createEngine } from '../rl/engine/engines';
import type { Env } from '../rl/env/env';
import { createCartPole } from '../rl/env/reference/cartPole';
import { NumericError } from '../rl/numericError';
import type { PolicyModel } from '../rl/policy/policyModel';
import type { SavedState } from '../rl/savedState';
import type { ResolvedTraining } from './resolveTraining';
import { Trainer, type TrainerOptions } from './trainer';

/** How well the policy keeps the pole up: about 9, 40 and 300 steps. */
type Skill = 'none' | 'some' | 'good';

const ITERATION_STEPS = 1000;
const ITERATION_MS = 500;

const TRAINING: ResolvedTraining = {
  task: 'heal',
  algorithm: 'dqn',
  env: { name: 'cartpole', options: {} },
  engine: 'js',
  seed: 4,
  totalSteps: 8000,
  hyperparameters: { learningRate: 1 },
  evaluateEvery: 2000,
  checkpointEvery: 3000,
  checkpointReplay: true,
  evaluationEpisodes: 3,
  arms: [constantArm('left', 'left')],
};

/** Pushes to where the pole falls, or always to the left. */
function cartPolePolicy(skill: Skill): LearnedPolicy {
  const { spec, observationSpace, actionSpace } = createCartPole();
  const output = { name: 'q.out', units: 2, activation: 'linear', dropout: 0, gain: 1 } as const;
  const parameters = new Float32Array(4 * 2 + 2);
  // Of the pole's angle, and of its velocity, to the right.
  if (skill !== 'none') parameters[2 * 2 + 1] = 1;
  if (skill === 'good') parameters[3 * 2 + 1] = 1;
  return {
    head: 'q-values',
    network: { inputs: 4, trunk: [], towers: [{ name: 'q', layers: [output] }] },
    parameters,
    logStandardDeviations: [],
    spec,
    observationSpace,
    actionSpace,
    normaliser: null,
  };
}

interface FakeLearnerOptions {
  iterationSteps?: number;
  skillAt?(steps: number): Skill;
  /** Called before each iteration. */
  before?(steps: number): void;
}

class FakeLearner implements Learner {
  readonly algorithm = 'dqn';
  readonly saves: { replay: boolean }[] = [];
  steps = 0;
  nowMs = 5_000_000;
  readonly #options: FakeLearnerOptions;

  constructor(options: FakeLearnerOptions = {}) {
    this.#options = options;
  }

  async iterate(): Promise<Iteration> {
    const { iterationSteps = ITERATION_STEPS, before } = this.#options;
    before?.(this.steps);
    this.steps += iterationSteps;
    this.nowMs += ITERATION_MS;
    const episode = { env: 0, return: this.steps / 1000, length: 7, terminated: true, info: {} };
    return { steps: this.steps, episodes: [episode], metrics: { 'train/loss': 1 / this.steps } };
  }

  policy() {
    return cartPolePolicy(this.#options.skillAt?.(this.steps) ?? 'none');
  }

  async save(options: { replay: boolean }): Promise<SavedState> {
    this.saves.push(options);
    return { values: { steps: this.steps }, arrays: {} };
  }

  async restore({ values }: SavedState): Promise<void> {
    this.steps = (values as { steps: number }).steps;
  }

  async close(): Promise<void> {}
}

/** All that a training keeps and tells, in the order in which it does. */
class Kept {
  readonly points: TrainingPoint[] = [];
  readonly events: TrainingEvent[] = [];
  readonly checkpoints: { steps: number; state: SavedState }[] = [];
  readonly best: PolicyModel[] = [];
}

function trainer(
  learner: Learner & { nowMs?: number },
  kept: Kept,
  changes: Partial<ResolvedTraining> = {},
  signal: AbortSignal = new AbortController().signal,
): Trainer {
  const options: TrainerOptions = {
    training: { ...TRAINING, ...changes },
    learner,
    store: {
      // Copies, as files are.
      writeCheckpoint: (state) =>
        kept.checkpoints.push({ steps: learner.steps, state: structuredClone(state) }),
      writeBest: (policy) => kept.best.push(structuredClone(policy)),
      readBest: () => kept.best.at(-1) ?? null,
      log: (point) => kept.points.push(point),
    },
    provenance: { codeVersion: '1.2.3', parent: 'heal/7' },
    nowMs: () => learner.nowMs ?? 0,
    onEvent: (event) => kept.events.push(event),
    signal,
  };
  return new Trainer(options);
}

const stepsOf = (values: readonly { steps: number }[]) => values.map(({ steps }) => steps);
const bestSteps = ({ best }: Kept) => best.map(({ provenance }) => provenance.steps);

describe('a training', () => {
  it('validates, keeps checkpoints and tells points at the steps that it was asked for', async () => {
    const kept = new Kept();
    const learner = new FakeLearner();
    await trainer(learner, kept).run();
    expect(stepsOf(kept.checkpoints)).toEqual([3000, 6000, 8000]);
    expect(learner.saves).toEqual(Array.from({ length: 3 }, () => ({ replay: true })));
    expect(stepsOf(kept.points)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((iteration) => 1000 * iteration));
    const validated = kept.points.filter(({ metrics }) => 'eval/mean_reward' in metrics);
    expect(stepsOf(validated)).toEqual([2000, 4000, 6000, 8000]);
  });

  it('also where an iteration is longer than an interval, and the last goes beyond the end', async () => {
    const kept = new Kept();
    await trainer(new FakeLearner({ iterationSteps: 2600 }), kept, { totalSteps: 7000 }).run();
    expect(stepsOf(kept.points)).toEqual([2600, 5200, 7800]);
    expect(stepsOf(kept.checkpoints)).toEqual([5200, 7800]);
    expect(kept.points.every(({ metrics }) => 'eval/mean_reward' in metrics)).toBe(true);
  });

  it('tells speed and remaining time of the wall clock, and what the learner has measured', async () => {
    const kept = new Kept();
    await trainer(new FakeLearner(), kept).run();
    expect(kept.events[0]).toEqual({
      kind: 'progress',
      point: {
        steps: 1000,
        seconds: 0.5,
        metrics: {
          'rollout/ep_rew_mean': 1,
          'rollout/ep_len_mean': 7,
          'train/loss': 0.001,
          'time/fps': 2000,
        },
      },
      stepsPerSecond: 2000,
      etaSeconds: 3.5,
    });
    expect(kept.events.filter(({ kind }) => kind === 'progress')).toHaveLength(kept.points.length);
  });

  it('keeps the best policy on the validation episodes, not the last one', async () => {
    const kept = new Kept();
    const skillAt = (steps: number): Skill => (steps === 2000 ? 'some' : steps === 4000 ? 'good' : 'none');
    const { policy } = await trainer(new FakeLearner({ skillAt }), kept).run();
    expect(bestSteps(kept)).toEqual([2000, 4000]);
    expect(policy?.parameters).toEqual(cartPolePolicy('good').parameters);
    expect(policy?.provenance.steps).toBe(4000);
    const told = kept.points.flatMap(({ steps, metrics }) =>
      metrics['eval/best_steps'] === undefined ? [] : [[steps, metrics['eval/best_steps']]],
    );
    expect(told).toEqual([
      [2000, 2000],
      [4000, 4000],
    ]);
  });

  it('compares it with the baselines, and puts the result with its curve into its provenance', async () => {
    const kept = new Kept();
    const { policy, evaluation, cancelled } = await trainer(
      new FakeLearner({ skillAt: (steps) => (steps < 3000 ? 'good' : 'none') }),
      kept,
    ).run();
    expect(cancelled).toBe(false);
    expect(evaluation.map(({ name }) => name)).toEqual(['dqn', 'left']);
    const [ours, left] = evaluation.map(({ score }) => score.mean);
    expect(ours).toBeGreaterThan(5 * (left ?? 0));
    expect(policy?.provenance).toEqual({
      codeVersion: '1.2.3',
      parent: 'heal/7',
      algorithm: 'dqn',
      env: TRAINING.env,
      seed: 4,
      steps: 2000,
      hyperparameters: { learningRate: 1 },
      createdAtMs: 5_001_000,
      curve: [1, 2, 3, 4, 5, 6, 7, 8].map((value) => ({ steps: 1000 * value, return: value })),
      evaluation: expect.objectContaining({ episodes: 3, score: evaluation[0]?.score }),
    });
    expect(kept.events.at(-1)).toEqual({ kind: 'evaluating', done: 6, total: 6 });
  });

  it('thins its points and the curve in the policy, and keeps their ends', async () => {
    const kept = new Kept();
    const { policy } = await trainer(new FakeLearner({ iterationSteps: 1 }), kept, {
      totalSteps: 4000,
      evaluateEvery: 4000,
      checkpointEvery: 4000,
    }).run();
    expect(kept.points).toHaveLength(400);
    expect(kept.points.at(-1)?.steps).toBe(4000);
    const curve = policy?.provenance.curve ?? [];
    expect(curve).toHaveLength(200);
    expect(curve.at(-1)?.steps).toBe(4000);
  });

  it('tells of a long comparison a hundred times at most', async () => {
    const kept = new Kept();
    await trainer(new FakeLearner(), kept, { evaluationEpisodes: 150 }).run();
    const told = kept.events.filter(({ kind }) => kind === 'evaluating');
    expect(told).toHaveLength(100);
    expect(told.at(-1)).toEqual({ kind: 'evaluating', done: 300, total: 300 });
  });

  it('logs the outer objective per step of the validation episodes where the env has one', async () => {
    const kept = new Kept();
    const { spec, observationSpace, actionSpace } = await healContract();
    const learner = new FakeLearner();
    const output = { name: 'q.out', units: 5, activation: 'linear', dropout: 0, gain: 1 } as const;
    learner.policy = () => ({
      ...cartPolePolicy('none'),
      network: { inputs: 9, trunk: [], towers: [{ name: 'q', layers: [output] }] },
      parameters: new Float32Array(9 * 5 + 5),
      spec,
      observationSpace,
      actionSpace,
    });
    await trainer(learner, kept, { env: HEAL, arms: [] }).run();
    const { metrics } = kept.points[1] as TrainingPoint;
    // Who does nothing pays for violations alone: the objective is the reward there, 144 steps an episode.
    expect(metrics['eval/objective']).toBeLessThan(0);
    expect(metrics['eval/objective']).toBeCloseTo((metrics['eval/mean_reward'] ?? 0) / 144, 6);
    expect(kept.points[0]?.metrics).not.toHaveProperty('eval/objective');
  });
});

const HEAL = { name: 'heal', options: { spec: 'heal/9' } };

async function healContract(): Promise<Env> {
  const { createEnv } = await import('./environments');
  return createEnv(HEAL);
}

describe('a training that is cancelled', () => {
  /** After so many iterations. */
  async function cancelledAfter(iterations: number, skillAt: (steps: number) => Skill = () => 'none') {
    const aborter = new AbortController();
    const kept = new Kept();
    const before = (steps: number) => {
      if (steps === (iterations - 1) * ITERATION_STEPS) aborter.abort();
    };
    const learner = new FakeLearner({ before, skillAt });
    if (iterations === 0) aborter.abort();
    const result = await trainer(learner, kept, {}, aborter.signal).run();
    return { kept, learner, result };
  }

  it('before it has begun, has nothing to keep', async () => {
    const { kept, result } = await cancelledAfter(0);
    expect(result).toEqual({ policy: null, evaluation: [], cancelled: true });
    expect(kept).toEqual(new Kept());
  });

  it('before the first validation, keeps the policy as it is, without a score', async () => {
    const { kept, result } = await cancelledAfter(1);
    expect(result).toMatchObject({ cancelled: true, evaluation: [] });
    expect(result.policy?.provenance).toMatchObject({ steps: 1000, evaluation: null });
    expect(stepsOf(kept.points)).toEqual([1000]);
    expect(stepsOf(kept.checkpoints)).toEqual([1000]);
    expect(JSON.stringify(kept.checkpoints[0]?.state.values)).toContain('"bestScore":null');
  });

  it('keeps the best policy so far, a point and a checkpoint of where it is, and stops there', async () => {
    const { kept, learner, result } = await cancelledAfter(5);
    expect(learner.steps).toBe(5000);
    expect(result.policy?.provenance.steps).toBe(2000);
    expect(stepsOf(kept.checkpoints)).toEqual([3000, 5000]);
    expect(kept.points.at(-1)?.steps).toBe(5000);
    expect(kept.events.some(({ kind }) => kind === 'evaluating')).toBe(false);
  });

  it('hears of it in the middle of learning that leaves no time between', async () => {
    const aborter = new AbortController();
    const learner = new FakeLearner({
      before: (steps) => {
        if (steps === 0) setImmediate(() => aborter.abort());
      },
    });
    // Without a validation between, which would leave time.
    await trainer(learner, new Kept(), { evaluateEvery: TRAINING.totalSteps }, aborter.signal).run();
    expect(learner.steps).toBeLessThan(TRAINING.totalSteps);
  });

  it('during the comparison, is cancelled with its best policy', async () => {
    const aborter = new AbortController();
    const kept = new Kept();
    const learner = new FakeLearner();
    const run = trainer(learner, kept, { evaluationEpisodes: 50 }, aborter.signal);
    kept.events.push = (...events) => {
      if (events.some(({ kind }) => kind === 'evaluating')) aborter.abort();
      return Array.prototype.push.apply(kept.events, events);
    };
    const result = await run.run();
    expect(result).toMatchObject({ cancelled: true, evaluation: [] });
    expect(result.policy?.provenance.evaluation).toBeNull();
  });

  it('goes on from its checkpoint to what it would have been', async () => {
    const skillAt = (steps: number): Skill => (steps === 4000 ? 'good' : steps >= 6000 ? 'some' : 'none');
    const whole = new Kept();
    await trainer(new FakeLearner({ skillAt }), whole).run();

    const { kept } = await cancelledAfter(5);
    const learner = new FakeLearner({ skillAt });
    learner.nowMs += 60_000;
    const second = trainer(learner, kept);
    await second.restore((kept.checkpoints.at(-1) as { state: SavedState }).state);
    const { policy } = await second.run();
    expect(stepsOf(kept.points)).toEqual(stepsOf(whole.points));
    expect(policy?.provenance.curve).toEqual(stepCurve(8));
    // Of both processes together, without the time between them.
    expect(kept.points.at(-1)?.seconds).toBe(4);
  });

  it('knows how good its best policy was when it goes on', async () => {
    const skillAt = (steps: number): Skill => (steps === 2000 ? 'good' : 'some');
    const { kept } = await cancelledAfter(5, skillAt);
    const second = trainer(new FakeLearner({ skillAt }), kept);
    await second.restore((kept.checkpoints.at(-1) as { state: SavedState }).state);
    const { policy } = await second.run();
    expect(policy?.provenance.steps).toBe(2000);
  });

  it('does not let the policy that it kept without a score stand in the way of a validated one', async () => {
    const { kept } = await cancelledAfter(1);
    const second = trainer(new FakeLearner(), kept);
    await second.restore((kept.checkpoints.at(-1) as { state: SavedState }).state);
    await second.run();
    expect(bestSteps(kept)).toEqual([1000, 2000]);
  });
});

function stepCurve(points: number) {
  return Array.from({ length: points }, (_, index) => ({ steps: 1000 * (index + 1), return: index + 1 }));
}

describe('a training that fails', () => {
  it('names what was not a number, and says what to do; what it has kept stays', async () => {
    const kept = new Kept();
    const before = (steps: number) => {
      if (steps === 5000) throw new NumericError('env step 5001: the loss', Number.NaN);
    };
    await expect(trainer(new FakeLearner({ before }), kept).run()).rejects.toMatchObject({
      code: 'training-failed',
      message: 'Training stopped: env step 5001: the loss is NaN.',
      remedy: expect.stringMatching(/learningRate[\s\S]*checkpoint and the best policy are intact/),
    });
    expect(stepsOf(kept.checkpoints)).toEqual([3000]);
    expect(bestSteps(kept)).toEqual([2000]);
  });

  it('names the step at which an env threw', async () => {
    const before = (steps: number) => {
      if (steps === 2000) throw new Error('env 3, step 7 of its episode: the simulator is broken');
    };
    await expect(trainer(new FakeLearner({ before }), new Kept()).run()).rejects.toMatchObject({
      code: 'training-failed',
      message: 'Training stopped after 2000 steps: env 3, step 7 of its episode: the simulator is broken',
    });
  });

  it.each([
    ['an observation', { observation: true }, /observation "cart velocity"/],
    ['a reward', { observation: false }, /reward/],
  ])('where an env gives %s that is NaN names the env, what it was and the step', async (_, what, field) => {
    const kept = new Kept();
    const learner = learnerOn(() => new Breaking(3000, what.observation));
    const failed = trainer(learner, kept, {
      algorithm: 'ppo',
      evaluateEvery: 1000,
      checkpointEvery: 1000,
      totalSteps: 10_000,
    }).run();
    const error = await failed.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'training-failed' });
    const { message } = error as Error;
    expect(message).toMatch(field);
    expect(message).toMatch(/env \d+/);
    expect(message).toMatch(/step \d+/);
    expect(message).toMatch(/is NaN/);
    expect(stepsOf(kept.checkpoints).at(-1)).toBe(1000 * Math.floor(learner.steps / 1000));
    expect(kept.best.length).toBeGreaterThan(0);
    await learner.close();
  });

  it('is refused the state of something else', async () => {
    const restored = trainer(new FakeLearner(), new Kept()).restore({ values: { other: 1 }, arrays: {} });
    await expect(restored).rejects.toMatchObject({ code: 'checkpoint-invalid' });
  });
});

/** CartPole until it has done so many steps, in all episodes. */
class Breaking implements Env {
  readonly #env = createCartPole();
  readonly #inObservation: boolean;
  #left: number;

  constructor(steps: number, inObservation: boolean) {
    this.#left = steps;
    this.#inObservation = inObservation;
  }

  get spec() {
    return this.#env.spec;
  }

  get observationSpace() {
    return this.#env.observationSpace;
  }

  get actionSpace() {
    return this.#env.actionSpace;
  }

  get observation() {
    return this.#env.observation;
  }

  reset(seed: number): void {
    this.#env.reset(seed);
  }

  step(action: number): ReturnType<Env['step']> {
    const result = this.#env.step(action);
    if (--this.#left > 0) return result;
    if (this.#inObservation) this.#env.observation[1] = Number.NaN;
    else return { ...result, reward: Number.NaN };
    return result;
  }

  info() {
    return this.#env.info();
  }
}

function learnerOn(makeEnv: () => Env): Learner {
  const hyperparameters = PpoHyperparameters.parse({ nEnvs: 2, nSteps: 250, nEpochs: 1, netArch: [4] });
  const env = makeEnv();
  const collectorSpec = ppoCollectorSpec(TRAINING.env, env, { engine: 'js', seed: 1, hyperparameters });
  return createPpoLearner({
    collector: createCollector(collectorSpec, makeEnv),
    env,
    engine: createEngine('js'),
    hyperparameters,
    totalSteps: 10_000,
    seed: 1,
  });
}
