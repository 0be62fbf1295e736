import type { Config } from '../../../config/schema';
import type { ReadyObservation } from '../../../loop/task';
import { describeViolation } from '../assess';
import type { HealFacts, PodFacts } from '../facts';
import type { confirmer } from './confirmer';

type HealConfig = Config['heal'];

/** For how long what the rules go by has been true, ms; null where it is not. */
export interface Symptoms {
  outliers: readonly Outlier[];
  /** All pods are busy and an objective is missed. */
  saturatedMs: number | null;
  healthyMs: number | null;
  /** Healthy, with more replicas than people wanted, and one fewer would do. */
  idleMs: number | null;
}

export interface Outlier {
  pod: PodFacts;
  /** ≥ 1 while it is one; the larger, the worse. */
  evidence: number;
  lastedMs: number | null;
}

/** A hysteresis of a fifth: what was confirmed stays a symptom until it is clearly gone. */
const RELEASE = 0.8;

/** Takes in one look. Each symptom is followed in each look, whatever is decided in it. */
export function followSymptoms(
  { facts, assessment }: ReadyObservation<HealFacts>,
  rules: HealConfig,
  confirmed: ReturnType<typeof confirmer>,
  nowMs: number,
): Symptoms {
  confirmed.look(nowMs, 2 * rules.interval);
  confirmed.keep(new Set(facts.pods.map(outlierKey)));
  const healthy = assessment.health === 'healthy';
  const spare = facts.desiredReplicas > facts.baseReplicas;
  const calm = healthy && spare && cpuWithOneFewer(facts) < rules.saturation * RELEASE;
  return {
    outliers: facts.pods.map((pod) => {
      const evidence = outlierEvidence(pod, facts, rules);
      return { pod, evidence, lastedMs: confirmed.observe(outlierKey(pod), evidence, RELEASE, nowMs) };
    }),
    saturatedMs: confirmed.observe('saturation', saturationEvidence(facts, rules), RELEASE, nowMs),
    healthyMs: confirmed.observe('healthy', healthy ? 1 : 0, 1, nowMs),
    idleMs: confirmed.observe('idle', calm ? 1 : 0, 1, nowMs),
  };
}

/** The CPU share when the load of the pod that goes falls on those that stay; 1 where it is not known. */
export function cpuWithOneFewer({ cpuUtilisation, desiredReplicas }: HealFacts): number {
  if (cpuUtilisation === null) return 1;
  return (cpuUtilisation * desiredReplicas) / Math.max(1, desiredReplicas - 1);
}

function outlierKey(pod: PodFacts): string {
  return `outlier/${pod.uid}`;
}

/** ≥ 1 while the pod is an outlier: it misses an objective, and by far more than its siblings. */
function outlierEvidence(pod: PodFacts, facts: HealFacts, rules: HealConfig): number {
  if (pod.condition.kind !== 'serving' || facts.readyReplicas < 2) return 0;
  const slow =
    pod.latencyRatio !== null && (pod.latencyP95Ms ?? 0) > facts.slo.latencyP95Ms
      ? pod.latencyRatio / rules.outlierFactor
      : 0;
  const errors = pod.errorRate ?? 0;
  const failing =
    errors > facts.slo.errorRate &&
    facts.errorRate !== null &&
    errors >= rules.outlierFactor * othersErrorRate(pod, facts)
      ? errors / Math.max(facts.slo.errorRate, 1e-4)
      : 0;
  return Math.max(slow, failing);
}

function othersErrorRate(pod: PodFacts, facts: HealFacts): number {
  const others = facts.pods.filter((other) => other.uid !== pod.uid && other.errorRate !== null);
  if (others.length === 0) return 0;
  return others.reduce((sum, other) => sum + (other.errorRate ?? 0), 0) / others.length;
}

function saturationEvidence(facts: HealFacts, rules: HealConfig): number {
  if (describeViolation(facts) === null || facts.cpuUtilisation === null) return 0;
  return facts.cpuUtilisation / rules.saturation;
}
