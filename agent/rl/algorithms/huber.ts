/**
 * Huber's loss with δ = 1 (Huber 1964), SB3's `smooth_l1_loss`: error²/2 up to an error of 1 and linear beyond it, so
 * that one surprising reward does not throw the network off.
 */
export function huber(error: number): number {
  const size = Math.abs(error);
  return size <= 1 ? (error * error) / 2 : size - 0.5;
}

/** dHuber/dError: the error, cut to ±1. */
export function huberGradient(error: number): number {
  return error < -1 ? -1 : error > 1 ? 1 : error;
}
