import type { Config } from '../../../config/schema';
import type { ReadyObservation } from '../../../loop/task';
import { describeViolation } from '../assess';
import type { HealFacts, PodFacts } from '../facts';
import type { confirmer, Lasting } from './confirmer';
import { isPlain, outlierEvidence } from './outlier';

type HealConfig = Config['heal'];

/** For how long what the rules go by has been true, ms; null where it is not. */
export interface Symptoms {
  outliers: readonly Outlier[];
  /** All pods are busy and an objective is missed. */
  saturated: Lasting | null;
  healthyMs: number | null;
  /** Healthy, with more replicas than people wanted, and one fewer would do. */
  idleMs: number | null;
}

export interface Outlier {
  pod: PodFacts;
  /** ≥ 1 while it is one; the larger, the worse. */
  evidence: number;
  /** Seen in one set of samples it is certain. */
  plain: boolean;
  lasting: Lasting | null;
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
  const apartMs = (facts.scrapeIntervalMs ?? 2000) / 2;
  const samples = { atMs: facts.sampledAtMs, apartMs };
  const healthy = assessment.health === 'healthy';
  const spare = facts.desiredReplicas > facts.baseReplicas;
  const calm = healthy && spare && cpuWithOneFewer(facts) < rules.saturation * RELEASE;
  return {
    outliers: facts.pods.map((pod) => {
      const evidence = outlierEvidence(pod, facts, rules);
      // Of the pod itself: while its scrapes fail, those of its siblings go on, and it is still the same that is seen.
      const own = { atMs: pod.sampledAtMs, apartMs };
      const lasting = confirmed.observe(outlierKey(pod), evidence, RELEASE, nowMs, own);
      return { pod, evidence, plain: isPlain(pod, facts, rules), lasting };
    }),
    saturated: confirmed.observe('saturation', saturationEvidence(facts, rules), RELEASE, nowMs, samples),
    healthyMs: confirmed.observe('healthy', healthy ? 1 : 0, 1, nowMs)?.ms ?? null,
    idleMs: confirmed.observe('idle', calm ? 1 : 0, 1, nowMs)?.ms ?? null,
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

function saturationEvidence(facts: HealFacts, rules: HealConfig): number {
  if (describeViolation(facts) === null || facts.cpuUtilisation === null) return 0;
  return facts.cpuUtilisation / rules.saturation;
}
