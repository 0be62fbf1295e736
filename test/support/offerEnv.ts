import { discreteAction } from '../../agent/rl/env/action';
import type { BoxSpace, DiscreteSpace, EnvAction, StepResult } from '../../agent/rl/env/env';
import { type RewardTermsEnv, weightedSum } from '../../agent/rl/env/rewardTerms';

/** By offer: what it gains, what it costs, and what it is worth by the outer objective. */
const OFFERS = [
  { gain: 0, cost: 0, worth: 0 },
  { gain: 0.6, cost: -0.2, worth: 0.3 },
  { gain: 1, cost: -1, worth: 1 },
] as const;

export const OFFER_WEIGHTS = {
  gain: { initial: 0.4, min: 0.1, max: 0.8 },
  cost: { initial: 0.3, min: 0.1, max: 0.6 },
} as const;

/**
 * One of three offers is taken, ten times. Under the initial weights the reward prefers the second one (0.18 to 0.1),
 * the objective the third: it pays only where the weight of the gain is over twice that of the cost.
 */
export class OfferEnv implements RewardTermsEnv {
  readonly spec = 'offers/1';
  readonly observationSpace: BoxSpace = {
    kind: 'box',
    fields: [{ name: 'nothing', unit: 'none', min: 0, max: 1 }],
  };
  readonly actionSpace: DiscreteSpace = { kind: 'discrete', labels: ['none', 'small', 'large'] };
  readonly observation = new Float32Array(1);
  readonly rewardTerms = ['gain', 'cost'];
  readonly terms = new Float32Array(2);
  objective = 0;
  #steps = 0;
  readonly #result: StepResult = { reward: 0, terminated: false, truncated: false };

  reset(): void {
    this.#steps = 0;
    this.terms.fill(0);
    this.objective = 0;
  }

  step(action: EnvAction): StepResult {
    const offer = OFFERS[discreteAction(this.actionSpace, action)] ?? OFFERS[0];
    this.terms.set([offer.gain, offer.cost]);
    this.objective = offer.worth;
    this.#result.reward = weightedSum(Float32Array.of(0.4, 0.3), this.terms, 0);
    this.#result.truncated = ++this.#steps === 10;
    return this.#result;
  }

  info(): Readonly<Record<string, number>> {
    return {};
  }
}
