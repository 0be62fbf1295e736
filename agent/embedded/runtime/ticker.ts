import { type ClockMapping, clusterClock } from '../../clock';

/** Cluster time of one tick. */
export const TICK_MS = 250;
/** At high rates several ticks run at once, this often. */
const SHORTEST_WALL_MS = 25;
/** A tick batch gives way to the API server after this time. */
export const LONGEST_BATCH_MS = 20;
/** So far behind, the machine has slept or is far too slow: the time in between is skipped, not caught up with. */
const SKIP_AFTER_WALL_MS = 5000;

/** Lets `tick` follow the wall clock by `mapping` until the returned function is called. */
export function startTicking(
  mapping: ClockMapping,
  tick: (nowMs: number) => void,
  onSkip: (skippedMs: number) => void,
): () => void {
  const clock = clusterClock(mapping);
  let atMs = clock.nowMs();
  const timer = setInterval(
    () => {
      const targetMs = clock.nowMs();
      const behindMs = targetMs - atMs;
      if (behindMs > SKIP_AFTER_WALL_MS * mapping.rate) {
        atMs = targetMs - TICK_MS;
        onSkip(behindMs);
      }
      const startedAt = performance.now();
      while (atMs + TICK_MS <= targetMs && performance.now() - startedAt < LONGEST_BATCH_MS) {
        atMs += TICK_MS;
        tick(atMs);
      }
    },
    Math.max(SHORTEST_WALL_MS, TICK_MS / mapping.rate),
  );
  return () => clearInterval(timer);
}
