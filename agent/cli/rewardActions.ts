import type { Arm } from '../evaluate/arm';
import { randomArm } from '../evaluate/arm';
import { heldOutSeeds } from '../evaluate/evaluation';
import {
  analyseReward,
  ownRewardWeights,
  type RewardAnalysis,
  type TermAnalysis,
  WEIGHT_FACTORS,
} from '../evaluate/rewardAnalysis';
import { CoxswainError, TaskName } from '../protocol';
import type { EnvSpec } from '../rl/algorithms/collector';
import { hasRewardTerms, type RewardTermsEnv } from '../rl/env/rewardTerms';
import { createEnv } from '../training/environments';
import { TASK_PRESETS } from '../training/taskPresets';
import { orNothing } from './cancelled';
import type { EnvOptions } from './envActions';
import { formatFixed, formatNumber, formatPercent } from './numbers';
import { formatTable, print } from './output';
import { printProgress } from './progress';

export interface RewardOptions extends Omit<EnvOptions, 'seed'> {
  episodes: number;
  weights?: readonly number[];
}

/** Seed 001's analyze_rewards. */
export async function analyseRewards({
  env: name,
  options,
  episodes,
  weights,
}: RewardOptions): Promise<void> {
  const spec: EnvSpec = { name, options };
  const env = createTermsEnv(spec);
  const used = weights ?? ownRewardWeights(env) ?? env.rewardTerms.map(() => 1);
  expectWeights(used, env);
  await orNothing(async (signal) => {
    const analysis = await analyseReward({
      createEnv: () => createTermsEnv(spec),
      weights: used,
      arms: armsOf(name),
      seeds: heldOutSeeds(episodes),
      onProgress: (done, total) => printProgress(done === total ? '' : `${done} of ${total} episodes`),
      signal,
    });
    print(describeRewards(analysis, env.spec, episodes));
  });
}

function armsOf(name: string): readonly Arm[] {
  const task = TaskName.safeParse(name);
  return task.success ? TASK_PRESETS[task.data].arms : [randomArm()];
}

/** @throws CoxswainError `config-invalid` */
function createTermsEnv(spec: EnvSpec): RewardTermsEnv {
  const env = createEnv(spec);
  if (hasRewardTerms(env)) return env;
  throw new CoxswainError(
    'config-invalid',
    `The reward of ${env.spec} is no sum of terms.`,
    `Choose one of ${TaskName.options.join(', ')}.`,
  );
}

/** @throws CoxswainError `usage` */
function expectWeights(weights: readonly number[], { spec, rewardTerms }: RewardTermsEnv): void {
  if (weights.length === rewardTerms.length && weights.every((weight) => weight >= 0)) return;
  throw new CoxswainError(
    'usage',
    `--weights has ${weights.join(', ')}; the reward of ${spec} has ${rewardTerms.length} terms, with weights from 0.`,
    `Give, with commas between: ${rewardTerms.join(', ')}.`,
  );
}

export function describeRewards(
  { terms, arms, agreement }: RewardAnalysis,
  spec: string,
  episodes: number,
): string {
  const termRows = terms.map(({ name, weight, mean, share, correlation }) => [
    name,
    formatNumber(weight),
    formatNumber(mean),
    formatPercent(share),
    formatFixed(correlation, 2),
  ]);
  const armRows = arms.map(({ name, reward, objective, terms: means }) => [
    name,
    formatNumber(reward),
    formatNumber(objective),
    ...means.map((mean) => formatNumber(mean)),
  ]);
  return [
    `The reward of ${spec}, per step, in ${episodes} held-out episodes of each:`,
    formatTable(['TERM', 'WEIGHT', 'MEAN', 'SHARE OF REWARD', 'CORRELATION WITH OBJECTIVE'], termRows),
    formatTable(['NAME', 'REWARD', 'OBJECTIVE', ...terms.map(({ name }) => name)], armRows),
    formatTable(
      ['PREFERRED WITH', ...WEIGHT_FACTORS.map((factor) => `× ${factor}`)],
      terms.map(({ name, preferred }) => [name, ...preferred.map(({ arm }) => arm)]),
    ),
    `Reward and objective order the ${arms.length} alike with Kendall's τ = ${formatFixed(agreement, 2)} (1: always, −1: never).${unsteady(terms)}`,
  ].join('\n\n');
}

/** Names the weights whose halving or doubling changes which arm the reward prefers. */
function unsteady(terms: readonly TermAnalysis[]): string {
  const near = terms.filter(({ preferred }) => {
    const among = preferred.filter(({ factor }) => factor >= 0.5 && factor <= 2);
    return new Set(among.map(({ arm }) => arm)).size > 1;
  });
  if (near.length === 0) return ' Halving or doubling a weight does not change what it prefers.';
  return ` What it prefers changes with half or twice the weight of ${near.map(({ name }) => name).join(', ')}.`;
}
