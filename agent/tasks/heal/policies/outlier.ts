import type { Config } from '../../../config/schema';
import type { HealFacts, PodFacts } from '../facts';

type Rules = Pick<Config['heal'], 'outlierFactor'>;

/** Of fewer requests in the window one that is slow or fails looks like a fault. */
const LEAST_REQUESTS = 20;

/**
 * Why the latency and the errors of a pod tell nothing: it has served too few requests. Null where they do, or where
 * nobody knows how many there were.
 */
export function whyUnfounded(
  { requestsPerSecond }: PodFacts,
  { windowMs }: Pick<HealFacts, 'windowMs'>,
): string | null {
  if (requestsPerSecond === null || windowMs === null) return null;
  const requests = (requestsPerSecond * windowMs) / 1000;
  if (requests >= LEAST_REQUESTS) return null;
  return `it has served ${requests.toFixed(0)} requests in ${(windowMs / 1000).toFixed(0)} s, too few to tell`;
}

/** ≥ 1 while the pod is an outlier: it misses an objective, and by far more than its siblings. */
export function outlierEvidence(pod: PodFacts, facts: HealFacts, { outlierFactor }: Rules): number {
  if (pod.condition.kind !== 'serving' || facts.readyReplicas < 2) return 0;
  if (whyUnfounded(pod, facts) !== null) return 0;
  const slow =
    pod.latencyRatio !== null && (pod.latencyP95Ms ?? 0) > facts.slo.latencyP95Ms
      ? pod.latencyRatio / outlierFactor
      : 0;
  const errors = pod.errorRate ?? 0;
  const failing =
    errors > facts.slo.errorRate &&
    facts.errorRate !== null &&
    errors >= outlierFactor * othersErrorRate(pod, facts)
      ? errors / Math.max(facts.slo.errorRate, 1e-4)
      : 0;
  return Math.max(slow, failing);
}

/** From this share of failed requests on nobody needs to see it twice. */
const MANY_FAIL = 0.25;

/**
 * Whether one set of samples leaves no doubt: half of the pod's requests were too slow, or a quarter of them failed.
 * Where something is suspicious the samples are those of the latest scrape interval, so that the pod was bad for a good
 * part of it: no blip, which takes two looks at different samples to be told from something that lasts.
 */
export function isPlain(pod: PodFacts, facts: HealFacts, rules: Rules): boolean {
  if (outlierEvidence(pod, facts, rules) < 1) return false;
  return (pod.latencyP50Ms ?? 0) > facts.slo.latencyP95Ms || (pod.errorRate ?? 0) >= MANY_FAIL;
}

function othersErrorRate({ errorRate }: PodFacts, { podErrors: { count, sum } }: HealFacts): number {
  const others = errorRate === null ? count : count - 1;
  return others === 0 ? 0 : (sum - (errorRate ?? 0)) / others;
}
