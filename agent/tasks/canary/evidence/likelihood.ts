/**
 * Logarithm of the likelihood ratio of "the canary's rate is `ratio` times the stable one" to "it is `reference` times
 * the stable one", given how many of both versions were hit in all. With θ(ρ) = n·ρ/(n·ρ + m), for n canary and m
 * stable requests, each hit is the canary's with the chance θ(ρ): what drives both rates up or down cancels (Przyborowski
 * and Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31, 1940).
 *
 * @param ratio > 0, as `reference`
 * @returns 0 where one of the versions had no requests
 */
export function ratioLogLikelihood(
  ratio: number,
  reference: number,
  canaryHits: number,
  canaryRequests: number,
  stableHits: number,
  stableRequests: number,
): number {
  if (canaryRequests === 0 || stableRequests === 0) return 0;
  // θ1/θ0 = (ρ1/ρ0)·k and (1 − θ1)/(1 − θ0) = k, with k = (n·ρ0 + m)/(n·ρ1 + m).
  const common = Math.log(
    (canaryRequests * reference + stableRequests) / (canaryRequests * ratio + stableRequests),
  );
  return canaryHits * Math.log(ratio / reference) + (canaryHits + stableHits) * common;
}

/**
 * The same for "this share of the canary's requests is hit" against another share, of binomial counts.
 *
 * @param share in 0…1, both ends excluded, as `reference`
 */
export function shareLogLikelihood(share: number, reference: number, hits: number, requests: number): number {
  return hits * Math.log(share / reference) + (requests - hits) * Math.log((1 - share) / (1 - reference));
}
