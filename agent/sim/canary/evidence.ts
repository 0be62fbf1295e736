/** Ratio of the canary's rate to the stable one that is still no harm, and those that are. */
const NO_HARM = 1.5;
const HARMS = [2.5, 8, 30] as const;
/** Of the restarting mixture: so much begins anew with each interval. "Fast" in the note, not valid at a level α. */
const RESTART_WEIGHT = 0.02 / HARMS.length;
/** Ratio that counts as harm when safety is shown. */
const UNSAFE = 2;
/** Logarithms stay within this, so that evidence can turn. */
const MOST_LOG = 12;

/**
 * Sequential evidence from two counters: that of the canary's requests more fail (or are slow) than of the stable
 * ones, and that they do not. Per interval, with c of n canary and d of m stable requests, conditional on c + d:
 *
 *     θ(ρ) = n·ρ/(n·ρ + m),   log L(ρ1 : ρ0) = η · [c·ln(θ(ρ1)/θ(ρ0)) + d·ln((1 − θ(ρ1))/(1 − θ(ρ0)))]
 *
 * Conditioning cancels what hits both versions; η ≤ 1 tempers counts that scatter more than Poisson ones do. Harm is a
 * restarting mixture (Shiryaev-Roberts) over three ratios, R ← (R + w)·L; safety is the product of L(1 : 2) since the
 * last `restartSafety`. The full tests of the release task come with their calibration; these are inputs of a policy.
 */
export class Evidence {
  readonly #harms = new Float64Array(HARMS.length);
  #safety = 0;

  reset(): void {
    this.#harms.fill(0);
    this.#safety = 0;
  }

  restartSafety(): void {
    this.#safety = 0;
  }

  /** ≥ 0; log10 of 1 + the mixture. 1.3 is odds of about 20. */
  get harm(): number {
    let sum = 0;
    for (let index = 0; index < this.#harms.length; index++) sum += this.#harms[index] as number;
    return Math.log10(1 + sum);
  }

  /** log10 of the likelihood ratio of "the same rate" to "twice the rate". */
  get safety(): number {
    return this.#safety * Math.LOG10E;
  }

  add(canaryHits: number, canaryCount: number, stableHits: number, stableCount: number, eta: number): void {
    if (canaryCount === 0 || stableCount === 0 || canaryHits + stableHits === 0) return;
    const log = (ratio: number, reference: number) =>
      eta * logLikelihoodRatio(ratio, reference, canaryHits, canaryCount, stableHits, stableCount);
    for (let index = 0; index < HARMS.length; index++) {
      const likelihood = Math.exp(
        Math.max(-MOST_LOG, Math.min(MOST_LOG, log(HARMS[index] as number, NO_HARM))),
      );
      this.#harms[index] = Math.min(1e6, ((this.#harms[index] as number) + RESTART_WEIGHT) * likelihood);
    }
    this.#safety = Math.max(-MOST_LOG, Math.min(MOST_LOG, this.#safety + log(1, UNSAFE)));
  }
}

/** log L(ratio : reference) of one interval, untempered. */
export function logLikelihoodRatio(
  ratio: number,
  reference: number,
  canaryHits: number,
  canaryCount: number,
  stableHits: number,
  stableCount: number,
): number {
  // θ1/θ0 = (ρ1/ρ0)·k and (1 − θ1)/(1 − θ0) = k, with k = (n·ρ0 + m)/(n·ρ1 + m).
  const common = Math.log((canaryCount * reference + stableCount) / (canaryCount * ratio + stableCount));
  return canaryHits * (Math.log(ratio / reference) + common) + stableHits * common;
}

/** Pearson's dispersion of the stable version's errors, as a running mean; 1 for Poisson counts. */
export class Dispersion {
  #usual = 0;
  #intervals = 0;
  #phi = 1;

  reset(): void {
    this.#usual = 0;
    this.#intervals = 0;
    this.#phi = 1;
  }

  /** What to temper evidence with. */
  get eta(): number {
    return 1 / Math.max(1, this.#phi);
  }

  get phi(): number {
    return this.#phi;
  }

  add(errors: number, count: number): void {
    if (count === 0) return;
    const share = errors / count;
    this.#intervals++;
    const take = Math.max(1 / 20, 1 / this.#intervals);
    const expected = Math.max(0.5, this.#usual * count);
    if (this.#intervals > 1) {
      const squared = (errors - this.#usual * count) ** 2 / expected;
      this.#phi += take * (Math.min(50, squared) - this.#phi);
    }
    this.#usual += take * (share - this.#usual);
  }
}
