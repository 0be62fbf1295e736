import { discreteAction } from '../../rl/env/action';
import type { BoxSpace, DiscreteSpace, EnvAction, StepResult } from '../../rl/env/env';
import { type RewardTermsEnv, weightedSum } from '../../rl/env/rewardTerms';
import { parseEnvOptions } from '../envOptions';
import { Random } from '../random';
import { CanaryOptions } from './canaryOptions';
import { Interval } from './interval';
import { CANARY_FIELDS, writeObservation } from './observation';
import { INTERVAL_SECONDS, Release } from './release';
import { ReleaseRecord } from './releaseRecord';
import { CanaryScenario, drawScenario, SCENARIO_NAMES } from './scenario';

/** Indices of the action space. */
export const HOLD = 0;
export const UP = 1;
export const DOWN = 2;

/** One more than the longest lag of the metrics. */
const KEPT_INTERVALS = 3;
/** Rounding of weights that are sums of steps. */
const TINY = 1e-9;
const REWARD_TERMS = [
  'progress',
  'time',
  'exposure',
  'verdict',
  'falsePromotion',
  'falseRollback',
  'undecided',
] as const;
const PROGRESS = 0;
const TIME = 1;
const EXPOSURE = 2;
const VERDICT = 3;
const FALSE_PROMOTION = 4;
const FALSE_ROLLBACK = 5;
const UNDECIDED = 6;

type Verdict = 'none' | 'promoted' | 'rolled-back' | 'undecided';

/** @throws CoxswainError `config-invalid` */
export function createCanaryEnv(options: unknown = {}): CanaryEnv {
  return new CanaryEnv(parseEnvOptions('canary', CanaryOptions, options));
}

/**
 * A release (seed 000): a canary gets a share of the traffic, and every 30 s the policy holds it, raises it by a step,
 * or lowers it by one. At 0 % the canary is rolled back, at 100 % promoted; both end the episode, and so does the
 * time limit, at which the release is handed to a person. That is an end of its own and no truncation: the time left
 * is part of the observation, and nothing comes after.
 *
 * Reward terms, oriented as rewards: traffic gained (it telescopes: going to and fro gains nothing) · −1 for each
 * decision · −weight × share of the canary's requests that fail or are slow because of it · +1 for a right verdict ·
 * −1 for a wrong one, by kind · −1 for none where there was traffic to judge by. Without traffic no verdict is the
 * right one. The objective is what remains without progress and the right verdict: costs.
 */
export class CanaryEnv implements RewardTermsEnv {
  readonly spec = `canary/${CANARY_FIELDS.length}`;
  readonly observationSpace: BoxSpace = { kind: 'box', fields: CANARY_FIELDS };
  readonly actionSpace: DiscreteSpace;
  readonly observation = new Float32Array(CANARY_FIELDS.length);
  readonly rewardTerms = REWARD_TERMS;
  readonly terms = new Float32Array(REWARD_TERMS.length);
  objective = 0;

  /** The truth, for tests; a policy looks at `interval`, `record`, `weight` and `stepsAtWeight` alone. */
  readonly scenario = new CanaryScenario();
  readonly record = new ReleaseRecord();
  /** The newest interval that has been seen. Nothing at first where metrics are late. */
  interval = new Interval();
  weight = 0;
  /** Intervals that were served at this weight. */
  stepsAtWeight = 1;

  /** By how much up and down change the weight. */
  readonly weightStep: number;
  /** Magnitudes of the terms. */
  readonly rewardWeights: Float32Array;
  readonly #options: CanaryOptions;
  readonly #nothing = this.interval;
  readonly #intervals = Array.from({ length: KEPT_INTERVALS }, () => new Interval());
  readonly #release: Release;
  readonly #result: StepResult = { reward: 0, terminated: false, truncated: false };
  readonly #random = new Random(0);
  /** In steps, so that going up and down comes back to the same number. */
  #weightSteps = 1;
  #steps = 0;
  #exposureSeconds = 0;
  #verdict: Verdict = 'none';

  constructor(options: CanaryOptions) {
    this.#options = options;
    this.weightStep = options.step;
    this.rewardWeights = Float32Array.from(REWARD_TERMS, (term) => options.weights[term]);
    const percent = `${Math.round(options.step * 100)} %`;
    this.actionSpace = { kind: 'discrete', labels: ['hold', `up ${percent}`, `down ${percent}`] };
    this.#release = new Release(this.scenario, this.#random);
  }

  reset(seed: number): void {
    const random = new Random(seed);
    drawScenario(this.scenario, this.#options, random);
    this.#release.reset(random);
    this.record.reset();
    this.interval = this.#nothing;
    this.#weightSteps = 1;
    this.weight = this.#options.step;
    this.#steps = this.#exposureSeconds = 0;
    this.stepsAtWeight = 1;
    this.#verdict = 'none';
    this.#result.terminated = this.#result.truncated = false;
    this.terms.fill(0);
    this.objective = 0;
    this.#serve();
    this.#observe();
  }

  step(action: EnvAction): StepResult {
    this.terms.fill(0);
    this.#shift(discreteAction(this.actionSpace, action));
    this.#steps++;
    this.stepsAtWeight++;
    if (this.#verdict === 'none') {
      this.#serve();
      if (this.#steps >= this.#options.steps) this.#verdict = 'undecided';
    }
    this.#observe();
    this.#judge();
    this.#reward();
    return this.#result;
  }

  /** `minutesToVerdict` is left out while there is none. */
  info(): Readonly<Record<string, number>> {
    const { bad, provable, name } = this.scenario;
    const promoted = this.#verdict === 'promoted';
    const rolledBack = this.#verdict === 'rolled-back';
    const info: Record<string, number> = {
      scenario: SCENARIO_NAMES.indexOf(name),
      bad: bad ? 1 : 0,
      promoted: promoted ? 1 : 0,
      rolledBack: rolledBack ? 1 : 0,
      undecided: this.#verdict === 'undecided' ? 1 : 0,
      falsePromotion: promoted && (bad || !provable) ? 1 : 0,
      falseRollback: rolledBack && !bad ? 1 : 0,
      exposureHarmSeconds: this.#exposureSeconds,
    };
    if (promoted || rolledBack) info.minutesToVerdict = (this.#steps * INTERVAL_SECONDS) / 60;
    return info;
  }

  #shift(action: number): void {
    if (action === HOLD) return;
    this.#weightSteps += action === UP ? 1 : -1;
    const weight = Math.min(1, Math.max(0, this.#weightSteps * this.#options.step));
    this.terms[PROGRESS] = weight - this.weight;
    this.weight = weight;
    this.stepsAtWeight = 0;
    this.record.weightChanged();
    if (weight >= 1 - TINY) this.#verdict = 'promoted';
    else if (weight <= TINY) this.#verdict = 'rolled-back';
  }

  /** Serves the next interval. What is seen of it comes with the metrics' lag. */
  #serve(): void {
    const served = this.#intervals[this.#steps % KEPT_INTERVALS] as Interval;
    this.#release.serve(served, this.#steps * INTERVAL_SECONDS, this.weight);
    const exposure = this.weight * this.#release.harmShare * (this.scenario.provable ? 1 : 0);
    this.terms[EXPOSURE] = -exposure;
    this.#exposureSeconds += exposure * INTERVAL_SECONDS;
    const seen = this.#steps - this.scenario.lag;
    if (seen < 0) return;
    this.interval = this.#intervals[seen % KEPT_INTERVALS] as Interval;
    this.record.add(this.interval);
  }

  #observe(): void {
    const elapsed = this.#steps / this.#options.steps;
    writeObservation(this.observation, this.interval, this.record, this.weight, elapsed, this.stepsAtWeight);
  }

  #judge(): void {
    this.terms[TIME] = -1;
    if (this.#verdict === 'none') return;
    const { bad, provable } = this.scenario;
    this.#result.terminated = true;
    if (this.#verdict === 'promoted') this.#settle(!bad && provable, FALSE_PROMOTION);
    else if (this.#verdict === 'rolled-back') this.#settle(bad, FALSE_ROLLBACK);
    else this.#settle(!provable, UNDECIDED);
  }

  #settle(right: boolean, wrongTerm: number): void {
    this.terms[right ? VERDICT : wrongTerm] = right ? 1 : -1;
  }

  #reward(): void {
    const { terms, rewardWeights } = this;
    const reward = weightedSum(rewardWeights, terms, 0);
    const shaping =
      (rewardWeights[PROGRESS] as number) * (terms[PROGRESS] as number) +
      (rewardWeights[VERDICT] as number) * (terms[VERDICT] as number);
    this.#result.reward = reward;
    this.objective = reward - shaping;
  }
}
