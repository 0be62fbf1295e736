import { type RewardInput, rewardFor, SCALE_REWARDS, type ScaleReward } from '../../../sim/scale/reward';
import type { ScaleView } from '../../../sim/scale/scaleView';
import { sloCost } from '../../../sim/scale/sloCost';
import type { Moment } from './moment';
import type { ScaleSpecName } from './policies/policy';

/** What a change of the number of pods was, for rewards. */
export interface StepChange {
  change: number;
  /** It turns back the last one within five minutes. */
  isReversal: boolean;
}

export interface StepReward {
  /** By the reward that goes with the policy's observation. */
  total: number;
  /** Its addends; they sum to `total`. */
  terms: Record<string, number>;
  /** The addends of both rewards, each with its reward's name in front. */
  all: Record<string, number>;
}

/** The rewards of a step by their formulas, from what was measured. */
export function stepReward(
  view: ScaleView,
  violationPrice: number,
  { change, isReversal }: StepChange,
  spec: ScaleSpecName,
): StepReward {
  const { metrics, estimates, pods } = view;
  const { latencyP95Seconds, errorShare, cpu, memory, violatedShare } = metrics;
  const input: RewardInput = {
    model: {
      service: {
        latencyP95Seconds,
        errorShare,
        utilisation: cpu,
        memory,
        violatedShare,
        load: estimates.load,
      },
      pods,
    },
    violationPrice,
    // The mean of the episode is known to the simulator only.
    meanLoad: estimates.mean15,
    ...{ change, isReversal },
  };
  const terms = termsOf(rewardFor({ spec }), input);
  const all = Object.entries(SCALE_REWARDS).flatMap(([name, reward]) =>
    Object.entries(termsOf(reward, input)).map(([term, value]) => [`${name}: ${term}`, value] as const),
  );
  const total = Object.values(terms).reduce((sum, value) => sum + value, 0);
  return { total, terms, all: Object.fromEntries(all) };
}

/** J(W) of a moment in pods, without what the action costs. */
export function momentCost({ pods, load, violatedShare, violationPrice }: Moment): number {
  const service = { latencyP95Seconds: 0, errorShare: 0, utilisation: 0, memory: 0, violatedShare, load };
  const model = { service, pods: { count: pods } };
  return sloCost({ model, violationPrice, meanLoad: load, change: 0, isReversal: false });
}

function termsOf(reward: ScaleReward, input: RewardInput): Record<string, number> {
  const values = new Float32Array(reward.terms.length);
  reward.evaluate(input, values);
  return Object.fromEntries(
    reward.terms.map((name, index) => [name, (values[index] ?? 0) * (reward.weights[index] ?? 0)]),
  );
}
