import type { Config } from '../../config/schema';
import type { Policy, Task } from '../../loop/task';
import type { HealFacts } from './facts';
import { measureHeal } from './measure';
import { observeHeal } from './observation';
import { planHeal } from './plan';
import { createAlwaysRestart, createDoNothing, createRandom } from './policies/baselines';
import { createLearned, type LearnedHeal } from './policies/learned';
import { createRunbook } from './policies/runbook';
import { healReward } from './reward';
import { HEAL_9 } from './spec';

/**
 * The task that recovers failing workloads (seed 002).
 *
 * @param random gives numbers in [0, 1)
 * @param learned the learned policy that steers in place of the config's rule, or null
 */
export function createHealTask(
  config: () => Config,
  random: () => number,
  learned: () => LearnedHeal | null = () => null,
): Task<HealFacts> {
  return {
    name: 'heal',
    spec: HEAL_9,
    createPolicy: () => {
      const promoted = learned();
      return promoted ? createLearned(promoted, config) : createRule(config, random);
    },
    observe: (input) => observeHeal(input, config()),
    reward: (observation, action) => healReward(observation.facts, action),
    plan: (action, input) => planHeal(action, input.workload),
    measure: measureHeal,
  };
}

function createRule(config: () => Config, random: () => number): Policy<HealFacts> {
  switch (config().heal.policy) {
    case 'runbook':
      return createRunbook(config);
    case 'always-restart':
      return createAlwaysRestart(() => config().heal.outlierFactor);
    case 'random':
      return createRandom(random);
    case 'do-nothing':
      return createDoNothing();
  }
}
