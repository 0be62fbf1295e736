import type { RewardInput, ScaleReward } from './reward';
import { STEPS_PER_HOUR } from './units';

/** What an action costs, in pods for one control step. */
const ACTION_PRICE = 0.5;
/**
 * What it costs while learning: at its own price a policy acts four times as often as a tuned HPA, for a few per cent
 * of J. At this one it acts about as often (policies/scale-36-ppo.md).
 */
const LEARNED_ACTION_PRICE = 2;
/** No rule does with less: pods at this utilisation are the part of the cost that no action can avoid. */
const IDEAL_UTILISATION = 0.7;
/** Brings the rewards of good policies to about −1…0. */
const SCALE = 1.5;

/**
 * The cost of the step in pods, J(W): pods + W × violated load + 0.5 for an action. Evaluations report its mean.
 */
export function sloCost({ model, violationPrice, change }: RewardInput): number {
  const { service, pods } = model;
  const violatedLoad = service.violatedShare * service.load;
  return pods.count + violationPrice * violatedLoad + (change === 0 ? 0 : ACTION_PRICE);
}

/** J at another price, from the info of an episode that was played by a rule which does not look at the price. */
export function costAt(info: Readonly<Record<string, number>>, violationPrice: number): number {
  const { meanPods = 0, violatedShare = 0, meanLoad = 0, actionsPerHour = 0 } = info;
  const actionsPerStep = actionsPerHour / STEPS_PER_HOUR;
  return meanPods + violationPrice * violatedShare * meanLoad + ACTION_PRICE * actionsPerStep;
}

/**
 * The same cost as a reward that is easy to learn from, but that actions cost more: without the part that no action
 * changes (load ÷ 0.7), and so scaled that deployments and prices of any size weigh alike. The mean load of the
 * episode in the scale is known to the simulator only; it changes no comparison of two policies within an episode.
 */
export const sloCostReward: ScaleReward = {
  terms: ['pods', 'violations', 'actions', 'podsChanged'],
  weights: Float32Array.of(1, 1, LEARNED_ACTION_PRICE, 0.05),
  evaluate({ model: { service, pods }, violationPrice, meanLoad, change }, terms) {
    const scale = SCALE / (Math.sqrt(violationPrice) * (1 + meanLoad));
    terms[0] = -scale * (pods.count - service.load / IDEAL_UTILISATION);
    terms[1] = -scale * violationPrice * service.violatedShare * service.load;
    terms[2] = change === 0 ? 0 : -scale;
    terms[3] = -scale * Math.abs(change);
  },
};
