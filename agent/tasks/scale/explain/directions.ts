/** A scaler is judged by its direction: how far it goes is for pace and bounds too. */
export const DIRECTIONS = { up: 'scale up', hold: 'keep the pods', down: 'scale down' } as const;
export type Direction = keyof typeof DIRECTIONS;
export const DIRECTION_NAMES = Object.keys(DIRECTIONS) as readonly Direction[];

/** How likely a policy makes each direction; they sum to 1. @param podChanges by action, as `probabilities` */
export function directionShares(
  podChanges: readonly number[],
  probabilities: readonly number[],
): Record<Direction, number> {
  const shares = { up: 0, hold: 0, down: 0 };
  for (const [index, change] of podChanges.entries()) {
    shares[directionOf(change)] += probabilities[index] ?? 0;
  }
  return shares;
}

export function directionOf(change: number): Direction {
  if (change === 0) return 'hold';
  return change > 0 ? 'up' : 'down';
}
