import type { HealFacts, PodFacts } from '../facts';

const CRASHING_SCORE = 1000;
const UNREADY_SCORE = 500;
/** Differences to the median of the serving pods that weigh as much as a latency of `outlierFactor` times theirs. */
const ERROR_GAP = 0.1;
const MEMORY_GAP = 0.5;
const CPU_GAP = 0.5;

/**
 * The pod that a restart is best spent on, by the same order as in the simulated env (agent/sim/heal/score.ts), so
 * that a policy's action means live what it meant in training: one that crashes, else one that is unready beyond its
 * grace, else the serving pod that stands out most. Pods that are warming up, drained or going are left alone.
 */
export function worstPod(facts: HealFacts, outlierFactor: number): PodFacts | undefined {
  const standOut = outlierScore(facts, outlierFactor);
  return highest(facts.pods, (pod) => {
    switch (pod.condition.kind) {
      case 'crashing':
        return CRASHING_SCORE + pod.restarts;
      case 'unready':
      case 'pending':
        return pod.warming ? 0 : UNREADY_SCORE;
      case 'serving':
        return pod.warming ? 0 : standOut(pod);
      case 'terminating':
      case 'drained':
        return 0;
    }
  });
}

/** The serving pod that stands out most. */
export function worstServing(facts: HealFacts, outlierFactor: number): PodFacts | undefined {
  const serving = facts.pods.filter(({ condition }) => condition.kind === 'serving');
  return highest(serving, outlierScore(facts, outlierFactor));
}

/** Whether it serves worse than its siblings, or not at all. */
export function isOutlier(pod: PodFacts, facts: HealFacts, outlierFactor: number): boolean {
  return pod.condition.kind !== 'serving' || outlierScore(facts, outlierFactor)(pod) >= 1;
}

/** From 1 on it is an outlier; always above 0. */
function outlierScore({ pods }: HealFacts, outlierFactor: number): (pod: PodFacts) => number {
  const serving = pods.filter(({ condition }) => condition.kind === 'serving');
  const above = (read: (pod: PodFacts) => number | null, unit: number) => {
    const median = medianOf(serving.map(read).filter((value) => value !== null));
    return (pod: PodFacts) => ((read(pod) ?? median) - median) / unit;
  };
  const errors = above(({ errorRate }) => errorRate, ERROR_GAP);
  const memory = above(({ memoryUtilisation }) => memoryUtilisation, MEMORY_GAP);
  const cpu = above(({ cpuUtilisation }) => cpuUtilisation, CPU_GAP);
  return (pod) =>
    Math.max((pod.latencyRatio ?? 0) / outlierFactor, errors(pod), memory(pod), cpu(pod), Number.MIN_VALUE);
}

/** Of equals the first; undefined where none has more than 0. */
function highest(pods: readonly PodFacts[], score: (pod: PodFacts) => number): PodFacts | undefined {
  let found: { pod: PodFacts; score: number } | undefined;
  for (const pod of pods) {
    const its = score(pod);
    if (its > (found?.score ?? 0)) found = { pod, score: its };
  }
  return found?.pod;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
