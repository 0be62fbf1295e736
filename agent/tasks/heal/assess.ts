import type { Config } from '../../config/schema';
import type { Assessment } from '../../loop/task';
import type { Health } from '../../protocol';
import type { HealFacts, PodFacts } from './facts';
import { outlierEvidence } from './policies/outlier';

/** From this multiple of the objective on, a violation is a failure and not a mere degradation. */
const FAILURE_FACTOR = 5;

/** How the workload and its pods are, and why: the worst thing that is true. */
export function assess(facts: HealFacts, config: Config): Assessment {
  const pods = new Map(facts.pods.map((pod) => [pod.name, podHealth(pod, config.heal.outlierFactor)]));
  const { health, reason } = assessWorkload(facts, config);
  return { health, reason, pods, suspicious: isSuspicious(health, facts, config) };
}

/** Half of what makes a pod an outlier is enough to look closer. */
const SUSPICIOUS = 0.5;

function isSuspicious(health: Health, facts: HealFacts, config: Config): boolean {
  if (health === 'degraded' || health === 'failing') return true;
  return facts.pods.some((pod) => outlierEvidence(pod, facts, config.heal) >= SUSPICIOUS);
}

function assessWorkload(facts: HealFacts, config: Config): { health: Health; reason: string } {
  const missing = facts.desiredReplicas - facts.readyReplicas;
  const violation = describeViolation(facts);
  const crash = describeCrash(facts) ?? describeLostNode(facts);
  if (facts.desiredReplicas > 0 && facts.readyReplicas === 0 && !facts.growing) {
    return { health: 'failing', reason: 'no pod is ready' };
  }
  if (violation !== null && violation.factor >= FAILURE_FACTOR) {
    return { health: 'failing', reason: violation.text };
  }
  if (crash !== null) return { health: 'degraded', reason: crash };
  if (violation !== null) return { health: 'degraded', reason: violation.text };
  if (missing > 0 && facts.growing) {
    return { health: 'warming', reason: `${missing} of ${facts.desiredReplicas} pods are starting` };
  }
  if (missing > 0) return { health: 'degraded', reason: describeLoss(missing, facts, config) };
  return { health: 'healthy', reason: '' };
}

/** The objective that is missed by the largest factor, in words; null while both are met. */
export function describeViolation(facts: HealFacts): { factor: number; text: string } | null {
  const { slo } = facts;
  const latencyFactor = facts.latencyP95Ms === null ? 0 : facts.latencyP95Ms / slo.latencyP95Ms;
  // An objective of no errors at all would make any error an infinite violation.
  const errorFactor = facts.errorRate === null ? 0 : facts.errorRate / Math.max(slo.errorRate, 1e-4);
  if (Math.max(latencyFactor, errorFactor) <= 1) return null;
  if (latencyFactor >= errorFactor) {
    const text = `p95 ${facts.latencyP95Ms?.toFixed(0)} ms, objective ${slo.latencyP95Ms} ms`;
    return { factor: latencyFactor, text };
  }
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return {
    factor: errorFactor,
    text: `${percent(facts.errorRate ?? 0)} of requests fail, objective ${percent(slo.errorRate)}`,
  };
}

/** Serves, but not as it should: unready, or far slower than its siblings. */
export function isDegraded(pod: PodFacts, outlierFactor: number): boolean {
  if (pod.condition.kind === 'unready') return true;
  return pod.condition.kind === 'serving' && pod.latencyRatio !== null && pod.latencyRatio >= outlierFactor;
}

function podHealth(pod: PodFacts, outlierFactor: number): Health {
  const { condition } = pod;
  if (condition.kind === 'crashing' || (condition.kind === 'unready' && condition.lostNode !== null)) {
    return 'failing';
  }
  if (condition.kind === 'serving') return isDegraded(pod, outlierFactor) ? 'degraded' : 'healthy';
  return pod.warming || condition.kind === 'terminating' ? 'warming' : 'degraded';
}

function describeCrash(facts: HealFacts): string | null {
  const crashing = facts.pods.filter((pod) => pod.condition.kind === 'crashing');
  const [first] = crashing;
  if (first?.condition.kind !== 'crashing') return null;
  const more = crashing.length > 1 ? ` and ${crashing.length - 1} more` : '';
  return `pod ${first.name}${more}: ${first.condition.reason}`;
}

function describeLostNode({ pods }: HealFacts): string | null {
  const lost = pods.filter(({ condition }) => condition.kind === 'unready' && condition.lostNode !== null);
  const [first] = lost;
  if (first?.condition.kind !== 'unready') return null;
  const more = lost.length > 1 ? ` and ${lost.length - 1} more are` : ' is';
  return `${first.condition.lostNode} is not ready: pod ${first.name}${more} lost`;
}

function describeLoss(missing: number, facts: HealFacts, config: Config): string {
  const starting = facts.pods.some((pod) => pod.warming && pod.condition.kind !== 'serving');
  const cause = starting
    ? `a replacement has up to ${config.heal.warmupGrace / 1000} s to start`
    : 'none is starting';
  const evicted = facts.workload.pods.find(({ status }) => status === 'Evicted');
  const how = evicted ? ` (${evicted.name} was evicted)` : '';
  return `${missing} of ${facts.desiredReplicas} pods lost${how}, ${cause}`;
}
