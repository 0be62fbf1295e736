import { discreteAction } from '../../rl/env/action';
import type { BoxSpace, DiscreteSpace, EnvAction, StepResult } from '../../rl/env/env';
import { type RewardTermsEnv, weightedSum } from '../../rl/env/rewardTerms';
import { Random } from '../random';
import { hpaRecommendation } from './baselines/hpa';
import { drawDomain, podCapacity } from './domain';
import { EpisodeTotals } from './episodeTotals';
import type { LoadFamily } from './loadFamilies';
import { OBSERVATION_SPECS, type ObservationSpec } from './observation';
import { Pace } from './pace';
import { type Outcome, rewardFor, type ScaleReward } from './reward';
import { ScaleModel, WARM_UP_STEPS } from './scaleModel';
import { parseScaleOptions, type ScaleOptions } from './scaleOptions';
import { sloCost } from './sloCost';
import { CONTROL_STEP_SECONDS } from './units';
import { drawViolationPrice } from './violationPrice';
import { type DrawLoad, type LoadTrace, toTrace, Workload } from './workload';

/** A change back within this time is a reversal. */
const REVERSAL_SECONDS = 300;
/** Kubernetes' own, which an HPA that was taken over keeps. */
const NET_TOLERANCE = 0.1;
const PACE_SEED = 0x9ace;

/** Scaling of one deployment under a load, on a simulated cluster. */
export interface ScaleEnv extends RewardTermsEnv {
  readonly actionSpace: DiscreteSpace;
  /** Change of the number of pods by action. */
  readonly podChanges: readonly number[];
  /** The terms' weights in `reward`. */
  readonly rewardWeights: Float32Array;
  /** What baselines look at. */
  readonly model: ScaleModel;
  /** W of this episode. */
  readonly violationPrice: number;
  /** A step to so many pods, within the bounds: what rules do, which are not bound to the action set. */
  scaleTo(pods: number): StepResult;
}

/**
 * @param options see `ScaleOptions`
 * @param draw the load in place of the options' families and trace: for loads that are no part of any training
 * @throws CoxswainError config-invalid
 */
export function createScaleEnv(options: unknown = {}, draw: DrawLoad | null = null): ScaleEnv {
  return new SimulatedScaleEnv(parseScaleOptions(options), draw);
}

class SimulatedScaleEnv implements ScaleEnv {
  readonly spec: string;
  readonly observationSpace: BoxSpace;
  readonly actionSpace: DiscreteSpace;
  readonly observation: Float32Array;
  readonly podChanges: readonly number[];
  readonly rewardTerms: readonly string[];
  readonly rewardWeights: Float32Array;
  readonly terms: Float32Array;
  readonly model: ScaleModel;

  readonly #options: ScaleOptions;
  readonly #observationSpec: ObservationSpec;
  readonly #reward: ScaleReward;
  readonly #families: readonly LoadFamily[];
  readonly #trace: LoadTrace | null;
  readonly #draw: DrawLoad | null;
  readonly #workload: Workload;
  readonly #guard: Pace;
  /** Null in an episode in which steps are free. */
  #pace: Pace | null = null;
  readonly #outcome: Outcome;
  readonly #totals = new EpisodeTotals();
  readonly #result: StepResult = { reward: 0, terminated: false, truncated: true };
  #step = 0;
  #objective = 0;
  /** Sign of the last change of the number of pods, and when it was. */
  #lastDirection = 0;
  #lastChangeSeconds = 0;

  constructor(options: ScaleOptions, draw: DrawLoad | null) {
    this.#options = options;
    const spec = OBSERVATION_SPECS[options.spec];
    const reward = rewardFor(options);
    this.spec = options.spec;
    this.observationSpace = { kind: 'box', fields: spec.fields };
    this.podChanges = spec.podChanges;
    this.actionSpace = { kind: 'discrete', labels: spec.podChanges.map(signed) };
    this.observation = new Float32Array(spec.fields.length);
    this.rewardTerms = reward.terms;
    this.rewardWeights = reward.weights.map(
      (weight, index) => options.weights[reward.terms[index] ?? ''] ?? weight,
    );
    this.terms = new Float32Array(reward.terms.length);
    this.model = new ScaleModel(options.minReplicas, options.maxReplicas);
    this.#observationSpec = spec;
    this.#reward = reward;
    this.#families = options.families;
    this.#trace = options.trace ? toTrace(options.trace.values, options.trace.intervalSeconds) : null;
    this.#draw = draw;
    this.#guard = new Pace(options.guard);
    this.#workload = new Workload(options.episodeSteps + WARM_UP_STEPS);
    this.#outcome = { model: this.model, violationPrice: 0, meanLoad: 0, change: 0, isReversal: false };
  }

  get violationPrice(): number {
    return this.#outcome.violationPrice;
  }

  get objective(): number {
    return this.#objective;
  }

  reset(seed: number): void {
    const random = new Random(seed);
    const outcome = this.#outcome;
    const drawnPrice = drawViolationPrice(random);
    outcome.violationPrice = this.#options.violationPrice ?? drawnPrice;
    drawDomain(this.model.domain, random, this.#options.domain);
    outcome.meanLoad = this.#drawWorkload(random);
    this.model.begin(this.#workload.rates, random);
    this.#totals.reset();
    this.#guard.reset();
    this.#pace = this.#isPaced(seed) ? this.#guard : null;
    this.#step = this.#objective = this.#lastDirection = 0;
    this.#result.truncated = false;
    this.terms.fill(0);
    this.#observe();
  }

  step(action: EnvAction): StepResult {
    const index = discreteAction(this.actionSpace, action);
    return this.scaleTo(this.model.pods.count + (this.podChanges[index] as number));
  }

  scaleTo(pods: number): StepResult {
    if (this.#result.truncated) throw new RangeError('the episode is over: reset the env');
    const { model } = this;
    const outcome = this.#outcome;
    outcome.change = model.scaleTo(this.#pace ? this.#paced(pods, this.#pace) : pods);
    outcome.isReversal = this.#turnsBack(outcome.change);
    model.advance();
    this.#totals.add(outcome);
    this.#objective = -sloCost(outcome);
    this.#reward.evaluate(outcome, this.terms);
    this.#result.reward = weightedSum(this.rewardWeights, this.terms, 0);
    this.#result.truncated = ++this.#step >= this.#options.episodeSteps;
    this.#observe();
    return this.#result;
  }

  info(): Readonly<Record<string, number>> {
    return { ...this.#totals.info(), violationPrice: this.violationPrice };
  }

  /** By a number of its own, so that the same seed has the same load under any pace. */
  #isPaced(seed: number): boolean {
    const { pace } = this.#options;
    return pace === 'guard' || (pace === 'either' && new Random(seed ^ PACE_SEED).uniform() < 0.5);
  }

  /** What the guard lets through of a wish, and at least what the HPA that was taken over wants as a net. */
  #paced(wanted: number, pace: Pace): number {
    const { model } = this;
    const { count } = model.pods;
    const { netUtilisation } = this.#options.guard;
    const allowed = pace.clamp(model.bounded(wanted), count, model.seconds);
    pace.note(allowed - count, model.seconds);
    if (netUtilisation === null) return allowed;
    const net = hpaRecommendation(model, netUtilisation, NET_TOLERANCE);
    return net > count ? Math.max(allowed, Math.min(net, Math.max(2 * count, count + 4))) : allowed;
  }

  /** @returns its mean, in pods at full utilisation */
  #drawWorkload(random: Random): number {
    const { domain } = this.model;
    const podRate = podCapacity(domain);
    const peakRate = domain.peakLoadShare * this.#options.maxReplicas * podRate;
    const family = this.#families[random.below(this.#families.length)] as LoadFamily;
    if (this.#draw) this.#workload.draw(this.#draw, peakRate, random);
    else if (this.#trace) this.#workload.drawTrace(this.#trace, peakRate, random);
    else this.#workload.drawFamily(family, peakRate, random);
    return this.#workload.meanRate(WARM_UP_STEPS * CONTROL_STEP_SECONDS) / podRate;
  }

  #turnsBack(change: number): boolean {
    if (change === 0) return false;
    const direction = Math.sign(change);
    const { seconds } = this.model;
    const isSoon = seconds - this.#lastChangeSeconds <= REVERSAL_SECONDS;
    const isReversal = isSoon && direction === -this.#lastDirection;
    this.#lastDirection = direction;
    this.#lastChangeSeconds = seconds;
    return isReversal;
  }

  #observe(): void {
    this.#observationSpec.write(this.model, this.violationPrice, this.observation);
  }
}

/** As the labels of the action space write it: `+2`, `0`, `−1`. */
export function signed(change: number): string {
  return change > 0 ? `+${change}` : String(change).replace('-', '−');
}
