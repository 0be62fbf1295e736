import type { Outcome, ReadyObservation } from '../../loop/task';
import type { HealFacts } from './facts';

/** How much better or worse a number has to be before it counts. */
const IMPROVED = 0.8;
const REGRESSED = 1.5;

/** What an action did: the workload before it against the workload after its time to settle. */
export function measureHeal(
  before: ReadyObservation<HealFacts>,
  after: ReadyObservation<HealFacts>,
): Outcome {
  const text = `${describe(before.facts)} → ${describe(after.facts)}`;
  if (after.assessment.health === 'healthy') return { kind: 'recovered', text };
  const latency = change(before.facts.latencyP95Ms, after.facts.latencyP95Ms, after.facts.slo.latencyP95Ms);
  const errors = change(before.facts.errorRate, after.facts.errorRate, after.facts.slo.errorRate);
  const readyBefore = before.facts.readyReplicas / Math.max(1, before.facts.desiredReplicas);
  const readyAfter = after.facts.readyReplicas / Math.max(1, after.facts.desiredReplicas);
  if (latency === 'worse' || errors === 'worse') return { kind: 'regressed', text };
  if (latency === 'better' || errors === 'better' || readyAfter > readyBefore)
    return { kind: 'improved', text };
  return { kind: 'ineffective', text };
}

/** Compared on the objective's scale, so that noise far below it is neither better nor worse. */
function change(before: number | null, after: number | null, objective: number): 'better' | 'worse' | 'same' {
  if (before === null || after === null) return 'same';
  if (after > objective && after > before * REGRESSED) return 'worse';
  if (before > objective && after < before * IMPROVED) return 'better';
  return 'same';
}

function describe(facts: HealFacts): string {
  const latency = facts.latencyP95Ms === null ? 'p95 unknown' : `p95 ${facts.latencyP95Ms.toFixed(0)} ms`;
  const errors = facts.errorRate === null ? '' : `, errors ${(facts.errorRate * 100).toFixed(1)} %`;
  return `${latency}${errors}, ${facts.readyReplicas}/${facts.desiredReplicas} ready`;
}
