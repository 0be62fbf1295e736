import type { ScaleModel } from './scaleModel';
import { seedReward } from './seedReward';
import type { Service } from './service';
import { sloCostReward } from './sloCost';

/** What has just happened, for rewards: the truth, not what late metrics say of it. */
export interface Outcome extends RewardInput {
  model: ScaleModel;
}

/** What rewards look at: in simulation the truth, live what was measured. */
export interface RewardInput {
  model: {
    readonly service: Readonly<
      Pick<Service, 'latencyP95Seconds' | 'errorShare' | 'utilisation' | 'memory' | 'violatedShare' | 'load'>
    >;
    readonly pods: { readonly count: number };
  };
  violationPrice: number;
  /** Mean load of the episode, in pods at full utilisation. */
  meanLoad: number;
  /** By how many the number of pods was changed. */
  change: number;
  /** Whether the change turns back the last one within five minutes. */
  isReversal: boolean;
}

/** A reward as a weighted sum of terms, each the better the greater. */
export interface ScaleReward {
  readonly terms: readonly string[];
  readonly weights: Float32Array;
  evaluate(outcome: RewardInput, terms: Float32Array): void;
}

export const SCALE_REWARDS = { 'slo-cost': sloCostReward, seed: seedReward } satisfies Record<
  string,
  ScaleReward
>;

/** The one that is asked for, else the one that goes with the observation: the seed's with the seed's. */
export function rewardFor({
  reward,
  spec,
}: {
  reward?: ScaleRewardName | undefined;
  spec: string;
}): ScaleReward {
  return SCALE_REWARDS[reward ?? (spec === 'scale/12' ? 'seed' : 'slo-cost')];
}

type ScaleRewardName = keyof typeof SCALE_REWARDS;
export const SCALE_REWARD_NAMES = Object.keys(SCALE_REWARDS) as [ScaleRewardName, ...ScaleRewardName[]];
