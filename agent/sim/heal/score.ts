import { CRASHING, DRAINED, OUTLIER_FACTOR, SERVING } from './conditions';
import type { HealView } from './view';

const CRASHING_SCORE = 1000;
const UNREADY_SCORE = 500;
/** Differences to the median of the serving pods that weigh as much as a latency of `OUTLIER_FACTOR` times theirs. */
const ERROR_GAP = 0.1;
const MEMORY_GAP = 0.5;
const CPU_GAP = 0.5;

/**
 * Which pod a restart falls on, the highest first, in the order of the runbook and of `always-restart`: those that
 * crash (most restarts first), those that are unready beyond their grace (longest first), then by how far a serving
 * pod stands out. 0 for pods that are warming up or drained: they are left alone.
 */
export function restartScore(view: HealView, pod: number): number {
  const condition = view.condition[pod] as number;
  if (condition === DRAINED) return 0;
  if (condition === CRASHING) return CRASHING_SCORE + (view.restarts[pod] as number);
  if (view.warming[pod] === 1) return 0;
  if (condition !== SERVING) return UNREADY_SCORE + Math.min(400, view.unreadySeconds[pod] as number);
  return outlierScore(view, pod);
}

/**
 * How far a serving pod stands out: the largest of its latency ÷ the median of its siblings ÷ 3 and its errors, memory
 * and CPU above the median in units of 10 %, 50 % and 50 %. Above 1 it is an outlier.
 */
export function outlierScore(view: HealView, pod: number): number {
  return Math.max(
    (view.latencyRatio[pod] as number) / OUTLIER_FACTOR,
    ((view.podErrorRate[pod] as number) - view.errors.median()) / ERROR_GAP,
    ((view.podMemory[pod] as number) - view.memories.median()) / MEMORY_GAP,
    ((view.podCpu[pod] as number) - view.cpus.median()) / CPU_GAP,
    Number.MIN_VALUE,
  );
}
