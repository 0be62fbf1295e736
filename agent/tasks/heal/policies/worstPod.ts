import type { HealFacts, PodFacts } from '../facts';
import { CONDITION_NUMBERS, unreadySeconds } from '../rich/liveLooks';
import { restartScore, standOutScore } from '../rich/podScore';

/**
 * The pod that a restart is best spent on, by the score of the simulated env, so that a policy's action means live what
 * it meant in training: one that crashes, else one that is unready beyond its grace, else the serving pod that stands
 * out most. Pods that are warming up, drained or going are left alone.
 */
export function worstPod(facts: HealFacts, outlierFactor: number): PodFacts | undefined {
  const standOut = outlierScore(facts, outlierFactor);
  return highest(facts.pods, (pod) =>
    restartScore(
      CONDITION_NUMBERS[pod.condition.kind],
      pod.warming,
      pod.restarts,
      unreadySeconds(pod, facts.nowMs / 1000),
      standOut(pod),
    ),
  );
}

/** The serving pod that stands out most. */
export function worstServing(facts: HealFacts, outlierFactor: number): PodFacts | undefined {
  return highest(facts.pods.filter(isServing), outlierScore(facts, outlierFactor));
}

/** Whether it serves worse than its siblings, or not at all. */
export function isOutlier(pod: PodFacts, facts: HealFacts, outlierFactor: number): boolean {
  return !isServing(pod) || outlierScore(facts, outlierFactor)(pod) >= 1;
}

/** From 1 on it is an outlier; always above 0. */
function outlierScore({ pods }: HealFacts, outlierFactor: number): (pod: PodFacts) => number {
  const serving = pods.filter(isServing);
  const above = (read: (pod: PodFacts) => number | null) => {
    const median = medianOf(serving.map(read).filter((value) => value !== null));
    return (pod: PodFacts) => (read(pod) ?? Number.NaN) - median;
  };
  const errors = above(({ errorRate }) => errorRate);
  const memory = above(({ memoryUtilisation }) => memoryUtilisation);
  const cpu = above(({ cpuUtilisation }) => cpuUtilisation);
  return (pod) =>
    standOutScore(pod.latencyRatio ?? Number.NaN, errors(pod), memory(pod), cpu(pod), outlierFactor);
}

function isServing({ condition }: PodFacts): boolean {
  return condition.kind === 'serving';
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
