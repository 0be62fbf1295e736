import { CRASHING, DRAINED, GONE, SERVING } from './podCondition';

const CRASHING_SCORE = 1000;
const UNREADY_SCORE = 500;
const MOST_RESTARTS = 400;
const MOST_UNREADY_SECONDS = 400;

/** How many times the median of its siblings a latency has to be for a pod to stand out, as `heal.outlierFactor`. */
export const STAND_OUT_FACTOR = 3;
/** Differences to the median of the serving pods that weigh as much as a latency of that many times theirs. */
const ERROR_GAP = 0.1;
const MEMORY_GAP = 0.5;
const CPU_GAP = 0.5;

/**
 * Which pod a restart falls on, the highest first, in simulation and live: those that crash (most restarts first),
 * those that are unready beyond their grace (longest first), then by how far a serving pod stands out. 0 for pods that
 * are warming up, drained or going: they are left alone.
 *
 * @param condition a number of podCondition.ts
 * @param standsOut what `standOutScore` says of a serving pod
 */
export function restartScore(
  condition: number,
  isWarming: boolean,
  restarts: number,
  unreadySeconds: number,
  standsOut: number,
): number {
  if (condition === DRAINED || condition === GONE) return 0;
  if (condition === CRASHING) return CRASHING_SCORE + Math.min(MOST_RESTARTS, restarts);
  if (isWarming) return 0;
  return condition === SERVING ? standsOut : UNREADY_SCORE + Math.min(MOST_UNREADY_SECONDS, unreadySeconds);
}

/**
 * How far a serving pod stands out, which is also what decides on which one a drain falls: the largest of its latency ÷
 * the median of its siblings ÷ 3 and its errors, memory and CPU above the median of the serving pods in units of 10 %,
 * 50 % and 50 %. From 1 on it is an outlier. Always above 0; a number that is not known (NaN) does not count.
 */
export function standOutScore(
  latencyRatio: number,
  errorGap: number,
  memoryGap: number,
  cpuGap: number,
  outlierFactor = STAND_OUT_FACTOR,
): number {
  let score = Number.MIN_VALUE;
  // A comparison with NaN is false.
  if (latencyRatio / outlierFactor > score) score = latencyRatio / outlierFactor;
  if (errorGap / ERROR_GAP > score) score = errorGap / ERROR_GAP;
  if (memoryGap / MEMORY_GAP > score) score = memoryGap / MEMORY_GAP;
  if (cpuGap / CPU_GAP > score) score = cpuGap / CPU_GAP;
  return score;
}
