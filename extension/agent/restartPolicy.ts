/** Waits before the first, second and third restart, milliseconds. */
export const RESTART_DELAYS_MS = [500, 2000, 8000] as const;

/** A death that long ago no longer counts: the agent has run well since. */
export const FORGET_AFTER_MS = 5 * 60_000;

export type RestartDecision = { kind: 'restart'; delayMs: number } | { kind: 'ask' };

/** What to do after the agent died at each of these times (wall clock, the last is now). */
export function afterDeath(deathsMs: readonly number[], nowMs: number): RestartDecision {
  const recent = deathsMs.filter((atMs) => nowMs - atMs < FORGET_AFTER_MS).length;
  const delayMs = RESTART_DELAYS_MS[Math.max(0, recent - 1)];
  return delayMs === undefined ? { kind: 'ask' } : { kind: 'restart', delayMs };
}
