import type { Config } from '../../config/schema';
import type { Policy, Task } from '../../loop/task';
import { workloadId } from '../../protocol';
import type { HealFacts } from './facts';
import { measureHeal } from './measure';
import { observeHeal } from './observation';
import { planHeal } from './plan';
import { createAlwaysRestart, createDoNothing, createRandom } from './policies/baselines';
import { createLearned, type LearnedHeal } from './policies/learned';
import { createRunbook } from './policies/runbook';
import { healReward } from './reward';
import { HEAL_9 } from './spec';
import type { HealWitness } from './witness';
import { WorkloadMemory } from './workloadMemory';

/**
 * The task that recovers failing workloads (seed 002).
 *
 * @param random gives numbers in [0, 1)
 * @param learned the learned policy that steers in place of the config's rule, or null
 * @param witness hears of all looks and decisions
 */
export function createHealTask(
  config: () => Config,
  random: () => number,
  learned: () => LearnedHeal | null = () => null,
  witness: HealWitness | null = null,
): Task<HealFacts> {
  const memories = new Map<string, WorkloadMemory>();
  const memoryOf = (id: string): WorkloadMemory => {
    const memory = memories.get(id) ?? new WorkloadMemory(config);
    memories.set(id, memory);
    return memory;
  };
  return {
    name: 'heal',
    spec: HEAL_9,
    createPolicy: (id) => {
      const promoted = learned();
      const policy = promoted ? createLearned(promoted, config) : createRule(config, random);
      return witness ? witnessed(policy, id, witness) : policy;
    },
    observe: (input) => {
      const id = workloadId(input.workload.ref);
      const observation = observeHeal(input, config(), memoryOf(id));
      if (observation.kind === 'ready') witness?.looked(id, observation, input.nowMs);
      return observation;
    },
    feedback: (id, feedback) => {
      memoryOf(id).feedback(feedback);
      witness?.feedback(id, feedback);
    },
    forget: (id) => {
      memories.delete(id);
      witness?.forget(id);
    },
    reward: (observation, action) => healReward(observation.facts, action),
    plan: (action, input) => planHeal(action, input.workload),
    measure: measureHeal,
  };
}

function witnessed(policy: Policy<HealFacts>, id: string, witness: HealWitness): Policy<HealFacts> {
  const { name, version } = policy;
  return {
    ...{ name, version },
    decide(observation, nowMs) {
      const decision = policy.decide(observation, nowMs);
      witness.decided(id, observation, decision, nowMs);
      return decision;
    },
    learn: (feedback) => policy.learn(feedback),
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
