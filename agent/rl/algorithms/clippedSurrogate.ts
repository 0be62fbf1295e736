/**
 * The clipped surrogate objective of one action (Schulman et al. 2017, arXiv:1707.06347, equation 7), as a loss:
 *
 *     L = −min(r·A, clip(r, 1 − ε, 1 + ε)·A)
 *
 * @param ratio r = π(a|s) ÷ π_old(a|s) @param advantage A @param clipRange ε
 */
export function clippedSurrogate(ratio: number, advantage: number, clipRange: number): number {
  const clipped = Math.min(Math.max(ratio, 1 - clipRange), 1 + clipRange);
  return -Math.min(ratio * advantage, clipped * advantage);
}

/**
 * dL/d log π(a|s), for which dr/d log π = r. It is 0 where the clip holds: the ratio has already gone further than
 * 1 ± ε in the direction that the advantage asks for.
 */
export function clippedSurrogateGradient(ratio: number, advantage: number, clipRange: number): number {
  const isClipped = advantage > 0 ? ratio > 1 + clipRange : ratio < 1 - clipRange;
  return isClipped ? 0 : -ratio * advantage;
}
