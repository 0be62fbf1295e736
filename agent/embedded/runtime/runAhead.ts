import { setImmediate } from 'node:timers/promises';
import { LONGEST_BATCH_MS, TICK_MS } from './ticker';

/**
 * Lets cluster time pass as fast as this machine can reckon, so that there is a history before anybody looks: about a
 * thousand times as fast as real time for the demo apps. Whole ticks only, the last one at `untilMs`.
 *
 * @param fromMs,untilMs cluster time
 * @throws the signal's reason when it is aborted
 */
export async function runAhead(
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
  tick: (nowMs: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let atMs = untilMs - Math.floor((untilMs - fromMs) / TICK_MS) * TICK_MS;
  while (atMs < untilMs) {
    const startedAtMs = performance.now();
    while (atMs < untilMs && performance.now() - startedAtMs < LONGEST_BATCH_MS) {
      atMs += TICK_MS;
      tick(atMs);
    }
    await setImmediate();
    signal?.throwIfAborted();
  }
}
