import type { Reward } from '../../loop/task';
import type { Action } from '../../protocol';
import type { HealFacts } from './facts';

/** Weights after the settings that learned well: violated share first, actions and spare replicas cheap. */
const WEIGHTS = { action: 0.05, replica: 0.015 } as const;

/**
 * Reward of one look, ≤ 0: latency and errors beyond the objective (each 0…1), missing pods (share), what the
 * action costs, and each replica above the number that the workload had before anybody scaled it.
 */
export function healReward(facts: HealFacts, action: Action): Reward {
  const { slo } = facts;
  const overshoot = (value: number | null, objective: number) =>
    value === null ? 0 : Math.min(1, Math.max(0, value / objective - 1));
  const missing = facts.desiredReplicas - facts.readyReplicas;
  const terms = {
    latency: -overshoot(facts.latencyP95Ms, slo.latencyP95Ms),
    errors: -overshoot(facts.errorRate, Math.max(slo.errorRate, 1e-4)),
    availability: facts.desiredReplicas === 0 ? 0 : -Math.max(0, missing) / facts.desiredReplicas,
    action: action.kind === 'none' ? 0 : -WEIGHTS.action,
    replicas: -WEIGHTS.replica * Math.max(0, facts.desiredReplicas - facts.baseReplicas),
  };
  return { total: Object.values(terms).reduce((sum, term) => sum + term, 0), terms };
}
