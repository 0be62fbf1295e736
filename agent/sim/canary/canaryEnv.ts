import { discreteAction } from '../../rl/env/action';
import type { BoxSpace, DiscreteSpace, EnvAction, StepResult } from '../../rl/env/env';
import { type RewardTermsEnv, weightedSum } from '../../rl/env/rewardTerms';
import type { IntervalCounts } from '../../tasks/canary/evidence/counts';
import { ReleaseEvidence } from '../../tasks/canary/evidence/releaseEvidence';
import { parseEnvOptions } from '../envOptions';
import { Random } from '../random';
import { CanaryOptions } from './canaryOptions';
import type { CanaryView } from './canaryView';
import { drawHarm, drawScenario } from './drawScenario';
import { INTERVAL_SECONDS, Interval } from './interval';
import { CANARY_FIELDS, CANARY_SPEC, writeObservation } from './observation';
import { Release } from './release';
import { ReleaseRecord } from './releaseRecord';
import { type ReleaseEnd, ReleaseTally } from './releaseTally';
import { CanaryScenario, type ScenarioName } from './scenario';

/** Indices of the action space. */
export const HOLD = 0;
export const UP = 1;
export const DOWN = 2;

/** One more than the longest lag of the metrics. */
const KEPT_INTERVALS = 3;
const REWARD_TERMS = [
  'exposure',
  'time',
  'changes',
  'verdict',
  'falsePromotion',
  'falseRollback',
  'undecided',
] as const;
const EXPOSURE = 0;
const TIME = 1;
const CHANGES = 2;
const VERDICT = 3;
const FALSE_PROMOTION = 4;
const FALSE_ROLLBACK = 5;
const UNDECIDED = 6;

/** @throws CoxswainError `config-invalid` */
export function createCanaryEnv(options: unknown = {}): CanaryEnv {
  return new CanaryEnv(parseEnvOptions('canary', CanaryOptions, options));
}

/**
 * A release (seed 000): a canary gets a share of the traffic, and every 30 s the policy holds it, raises it by a step,
 * or lowers it by one. With `verdict: tests` sequential tests promote it or roll it back, which ends the episode; a
 * raise goes as far as the evidence allows, and none goes below the weight of the start. With `verdict: policy` 0 %
 * rolls back and 100 % promotes. At the time limit the tests may promote with limited proof; otherwise the release is
 * handed to a person. That is an end of its own and no truncation: the time left is part of the observation, and
 * nothing comes after.
 *
 * Reward terms, oriented as rewards: −weight × share of the canary's requests that fail or are slow because of it · −1
 * for each decision before the verdict · −1 for each change of the weight · +1 for a right verdict · −1 for a wrong one,
 * by kind · −1 for none where there was traffic to judge by. Without traffic no verdict is the right one. The objective
 * is what remains without the right verdict: costs.
 */
export class CanaryEnv implements RewardTermsEnv, CanaryView {
  readonly spec = CANARY_SPEC;
  readonly observationSpace: BoxSpace = { kind: 'box', fields: CANARY_FIELDS };
  readonly actionSpace: DiscreteSpace;
  readonly observation = new Float32Array(CANARY_FIELDS.length);
  readonly rewardTerms = REWARD_TERMS;
  readonly terms = new Float32Array(REWARD_TERMS.length);
  objective = 0;

  /** The truth, for tests; a policy looks at what `CanaryView` has. */
  readonly scenario = new CanaryScenario();
  readonly intervalSeconds = INTERVAL_SECONDS;
  readonly record = new ReleaseRecord();
  readonly evidence: ReleaseEvidence;
  /** The newest interval that has been seen. Nothing at first where metrics are late. */
  interval = new Interval();
  weight = 0;
  mostWeight = 0;
  sinceStartSeconds = 0;
  atWeightSeconds = 0;
  bakeLeftSeconds = 0;
  readonly timeLimitSeconds: number;
  readonly leastWeight: number;
  readonly weightStep: number;

  /** Magnitudes of the terms. */
  readonly rewardWeights: Float32Array;
  readonly #options: CanaryOptions;
  readonly #nothing = this.interval;
  readonly #intervals = Array.from({ length: KEPT_INTERVALS }, () => new Interval());
  readonly #release: Release;
  readonly #tally = new ReleaseTally();
  readonly #result: StepResult = { reward: 0, terminated: false, truncated: false };
  readonly #startPercent: number;
  readonly #stepPercent: number;
  #random = new Random(0);
  /** Weights are whole percents, so that going up and down comes back to the same number. */
  #percent = 0;
  #steps = 0;
  #end: ReleaseEnd = 'none';
  #limited = false;

  constructor(options: CanaryOptions) {
    this.#options = options;
    this.#startPercent = Math.round(options.start * 100);
    this.#stepPercent = Math.round(options.step * 100);
    this.weightStep = this.#stepPercent / 100;
    this.leastWeight = this.#startPercent / 100;
    this.timeLimitSeconds = options.steps * INTERVAL_SECONDS;
    this.evidence = new ReleaseEvidence({
      variant: options.evidence,
      minRequests: options.minRequests,
      bakeSeconds: options.bakeSeconds,
      promoteFromWeight: options.promoteFrom,
    });
    this.rewardWeights = Float32Array.from(REWARD_TERMS, (term) => options.weights[term]);
    const percent = `${this.#stepPercent} %`;
    this.actionSpace = { kind: 'discrete', labels: ['hold', `up ${percent}`, `down ${percent}`] };
    this.#release = new Release(this.scenario, this.#random, options.compare === 'same-age');
  }

  /** The newest interval, as a policy sees it. */
  get reading(): Interval {
    return this.interval;
  }

  reset(seed: number): void {
    this.#random = new Random(seed);
    drawScenario(this.scenario, this.#options, this.#random);
    this.#release.reset(this.#random);
    this.record.reset();
    this.evidence.reset();
    this.#tally.reset();
    this.interval = this.#nothing;
    this.#percent = this.#startPercent;
    this.weight = this.#percent / 100;
    this.#steps = this.sinceStartSeconds = this.atWeightSeconds = 0;
    this.#end = 'none';
    this.#limited = false;
    this.#result.terminated = this.#result.truncated = false;
    this.terms.fill(0);
    this.objective = 0;
    this.#serve();
    this.#look();
  }

  step(action: EnvAction): StepResult {
    const change = discreteAction(this.actionSpace, action);
    const by = change === HOLD ? 0 : change === UP ? this.#stepPercent : -this.#stepPercent;
    return this.#go(this.#percent + by);
  }

  /**
   * A step of a rule that has weights of its own.
   *
   * @param weight 0…1; where the tests own the verdict, 1 is to wait for it
   */
  routeTo(weight: number): StepResult {
    return this.#go(Math.round(weight * 100));
  }

  /** From now on the release is another one: what is wrong with the canary is drawn anew. */
  become(name: ScenarioName): void {
    const { requestsPerSecond } = this.scenario;
    drawHarm(this.scenario, name, this.sinceStartSeconds, this.#random);
    // A release keeps its traffic, but for the scenarios that are about it.
    if (name !== 'no-traffic' && name !== 'low-traffic')
      this.scenario.requestsPerSecond = requestsPerSecond || this.#options.requestsPerSecond[0];
    this.scenario.provable = this.scenario.requestsPerSecond > 0;
    this.#tally.scenarioChanged();
  }

  /** `minutesToVerdict` is left out while there is none, `minutesOfWholeHarm` where there never was. */
  info(): Readonly<Record<string, number>> {
    return this.#tally.info(this.scenario, this.#end, this.#limited, this.#steps);
  }

  #go(percent: number): StepResult {
    this.terms.fill(0);
    this.#shift(percent);
    this.#steps++;
    this.sinceStartSeconds = this.#steps * INTERVAL_SECONDS;
    this.atWeightSeconds += INTERVAL_SECONDS;
    if (this.#end === 'none') {
      this.#serve();
      this.#judge();
    }
    this.#look();
    this.#reward();
    return this.#result;
  }

  #shift(wanted: number): void {
    const percent = this.#options.verdict === 'tests' ? this.#allowed(wanted) : wanted;
    if (percent === this.#percent) return;
    this.#percent = Math.min(100, Math.max(0, percent));
    this.weight = this.#percent / 100;
    this.atWeightSeconds = 0;
    this.record.weightChanged();
    this.#tally.changes++;
    this.terms[CHANGES] = -1;
    if (this.#percent === 100) this.#end = 'promoted';
    else if (this.#percent === 0) this.#end = 'rolled-back';
  }

  /** What the tests let through. They need some traffic on both versions, and promote and roll back themselves. */
  #allowed(wanted: number): number {
    if (wanted >= 100 && this.#percent + this.#stepPercent < 100) return this.#percent;
    if (wanted <= this.#percent) return Math.max(this.#startPercent, wanted);
    const most = Math.min(100 - this.#startPercent, Math.floor(this.mostWeight * 100));
    return Math.max(this.#percent, Math.min(wanted, most));
  }

  /** Serves the next interval. What is seen of it comes with the metrics' lag. */
  #serve(): void {
    const served = this.#intervals[this.#steps % KEPT_INTERVALS] as Interval;
    this.#release.serve(served, this.#steps * INTERVAL_SECONDS, this.weight);
    this.terms[EXPOSURE] = -this.#tally.add(served, this.#release, this.scenario);
    const seen = this.#steps - this.scenario.lag;
    if (seen < 0) return;
    this.interval = this.#intervals[seen % KEPT_INTERVALS] as Interval;
    this.record.add(this.interval);
    this.#gather(this.interval);
  }

  #gather(interval: Interval): void {
    const { compare } = this.#options;
    if (compare === 'routes')
      for (let route = 0; route < interval.routes; route++)
        this.evidence.add(interval.strata[route] as IntervalCounts, route);
    else this.evidence.add(compare === 'pooled' ? interval : interval.sameAge);
    this.evidence.endInterval(this.sinceStartSeconds, interval.weight);
  }

  #judge(): void {
    if (this.#options.verdict === 'tests') {
      const { verdict } = this.evidence;
      if (verdict !== 'undecided') this.#end = verdict === 'safe' ? 'promoted' : 'rolled-back';
    }
    if (this.#end !== 'none' || this.#steps < this.#options.steps) return;
    this.#limited = this.#options.verdict === 'tests' && this.evidence.limitedProof();
    this.#end = this.#limited ? 'promoted' : 'undecided';
  }

  #look(): void {
    this.mostWeight = this.evidence.mostWeight(this.weight);
    this.bakeLeftSeconds = Math.max(0, this.#options.bakeSeconds - this.sinceStartSeconds);
    writeObservation(this, this.observation);
  }

  #reward(): void {
    const { terms, rewardWeights } = this;
    terms[TIME] = -1;
    if (this.#end !== 'none') this.#settle();
    this.#result.reward = weightedSum(rewardWeights, terms, 0);
    this.objective = this.#result.reward - (rewardWeights[VERDICT] as number) * (terms[VERDICT] as number);
  }

  #settle(): void {
    const { bad, provable } = this.scenario;
    this.#result.terminated = true;
    if (this.#end === 'promoted') this.#count(!bad && provable, FALSE_PROMOTION);
    else if (this.#end === 'rolled-back') this.#count(bad, FALSE_ROLLBACK);
    else this.#count(!provable, UNDECIDED);
  }

  #count(isRight: boolean, wrongTerm: number): void {
    this.terms[isRight ? VERDICT : wrongTerm] = isRight ? 1 : -1;
  }
}
