import type { Config } from '../../config/schema';
import type { Policy, Task } from '../../loop/task';
import type { HealFacts } from './facts';
import { measureHeal } from './measure';
import { HEAL_9, observeHeal } from './observation';
import { planHeal } from './plan';
import { createAlwaysRestart, createDoNothing, createRandom } from './policies/baselines';
import { createRunbook } from './policies/runbook';
import { healReward } from './reward';

/** The task that recovers failing workloads (seed 002). `random` gives numbers in [0, 1). */
export function createHealTask(config: () => Config, random: () => number): Task<HealFacts> {
  return {
    name: 'heal',
    spec: HEAL_9,
    createPolicy: () => createPolicy(config, random),
    observe: (input) => observeHeal(input, config()),
    reward: (observation, action) => healReward(observation.facts, action),
    plan: (action, input) => planHeal(action, input.workload),
    measure: measureHeal,
  };
}

function createPolicy(config: () => Config, random: () => number): Policy<HealFacts> {
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
