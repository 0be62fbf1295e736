import type { Policy } from '../../../loop/task';
import type { Action } from '../../../protocol';
import type { HealFacts } from '../facts';
import { decideNothing, decision } from './decision';
import { worstPod } from './worstPod';

/** Never acts: what Kubernetes and time do alone. The arm that every claim is measured against. */
export function createDoNothing(): Policy<HealFacts> {
  return baseline('do-nothing', () => decideNothing('this policy never acts'));
}

/** Restarts the worst pod whenever the workload is not healthy (seed 002's simple heuristic). */
export function createAlwaysRestart(outlierFactor: () => number): Policy<HealFacts> {
  return baseline('always-restart', (observation) => {
    const { health, reason } = observation.assessment;
    if (health === 'healthy' || health === 'warming') return decideNothing('the workload is healthy');
    const pod = worstPod(observation.facts, outlierFactor());
    if (!pod) return decideNothing('there is no pod to restart');
    return decision({
      action: { kind: 'restart-pod', pod: pod.name, podUid: pod.uid },
      reason: `always restart on failure: ${reason}`,
      confidence: 1,
      alternatives: [],
      contributions: [],
    });
  });
}

/** A uniformly random action, for comparison only. `random` gives numbers in [0, 1). */
export function createRandom(random: () => number): Policy<HealFacts> {
  return baseline('random', (observation) => {
    const { facts } = observation;
    const actions = possibleActions(facts);
    const action = actions[Math.floor(random() * actions.length)] ?? { kind: 'none' };
    return decision({
      action,
      reason: `drawn from ${actions.length} possible actions`,
      confidence: 1 / actions.length,
      alternatives: [],
      contributions: [],
    });
  });
}

function baseline(name: string, decide: Policy<HealFacts>['decide']): Policy<HealFacts> {
  return { name, version: '1', decide, learn: () => undefined };
}

function possibleActions(facts: HealFacts): Action[] {
  const { desiredReplicas: from } = facts;
  const actions: Action[] = [
    { kind: 'none' },
    { kind: 'scale', from, to: from + 1 },
    { kind: 'scale', from, to: from - 1 },
  ];
  const serving = facts.pods.filter((pod) => pod.condition.kind === 'serving');
  for (const pod of serving) {
    actions.push({ kind: 'restart-pod', pod: pod.name, podUid: pod.uid });
    actions.push({ kind: 'drain-pod', pod: pod.name, podUid: pod.uid });
  }
  return actions;
}
