import type { IntervalCounts } from './counts';
import { RequestTest } from './requestTest';

export interface EvidenceOptions {
  /**
   * `strict`: a chance of 1 % at most to find harm where there is none, over a release of 240 intervals, whatever the
   * data, as far as the tempering holds. `fast`: sooner, at bars that are calibrated by simulation (docs/canary.md).
   */
  variant: 'fast' | 'strict';
  /** Of the canary, before any verdict. */
  minRequests: number;
  /** No promotion before, since the start of the release. */
  bakeSeconds: number;
  /**
   * Weight, 0…1, at which the canary has to be for a promotion: some versions break under load alone. 0 where absent, as
   * it must be where another controller's steps end below.
   */
  promoteFromWeight?: number;
}

/** E-values of harm from which it counts as certain, and w of the mixture that begins anew. */
const VARIANTS = {
  strict: { harm: 100, restartWeight: 1 / 240 },
  fast: { harm: 20, restartWeight: 0.02 },
} as const;
const SAFE_EVIDENCE = 20;
/** From here on a release is not raised, nor promoted. */
const DOUBTFUL_LOG10 = Math.log(3) * Math.LOG10E;
/** The canary's processes are cold: connections open, caches fill, code is compiled. */
const COLD_SECONDS = 180;
const LATENCY_IGNORED_SECONDS = 450;
/** Additional share of all requests that a raise may put at risk. */
const MOST_RISK = 0.03;
/** So much a canary may have before anything is known of it. */
const FIRST_WEIGHT = 0.1;
const WEIGHT_WITHOUT_REQUESTS = 0.2;
const REQUESTS_FOR_MORE = 20;
/** Safety is shown anew at half of the traffic. */
const HALF = 0.5;
const LIMITED_REQUESTS = 100;
const LIMITED_HARM = 0.05;
const LIMITED_ERRORS_LOG10 = -0.7;
const LIMITED_LATENCY_LOG10 = Math.log(3) * Math.LOG10E;

/** See research notes in docs/canary.md: harm is 1.5 times the stable errors and 0.3 % by themselves. */
const ERRORS = {
  harm: {
    ratio: 1.5,
    ratios: [2.5, 4, 8, 20, 60],
    share: 0.003,
    shares: [0.006, 0.012, 0.03, 0.1, 0.3],
  },
  safety: { ratios: [1], share: 0.005, shares: [0.0005, 0.002] },
  /** Two points more, but not less than 1.35 times and not more than 3 times as many. */
  unsafeRatio: (stableShare: number) => Math.min(3, Math.max(1.35, 1 + 0.02 / Math.max(1e-6, stableShare))),
};

/** The bars are in the counts: harm above 1.09 T, safety above 1.30 T, of the canary, against T of the stable version. */
const LATENCY = {
  harm: { ratio: 1.1, ratios: [1.4, 1.7, 2.5, 5, 10] },
  safety: { ratios: [0.25, 0.5, 0.75] },
  unsafeRatio: () => 1,
};

/**
 * What speaks for and against a canary, interval by interval: sequential tests of its failed and slow requests against
 * the stable version's, that may be looked at after every interval without losing their level. Errors that scatter more
 * than chance are tempered: L^η, η = 1 ÷ dispersion. Where requests are counted route by route (strata), each is
 * compared with itself and the logarithms add up, so that another mix of routes is no evidence.
 *
 * The tests own promotion and rollback; what sets the pace between asks `mostWeight`. Nothing is allocated per interval
 * once all strata are known.
 */
export class ReleaseEvidence {
  verdict: 'undecided' | 'harm' | 'safe' = 'undecided';
  /**
   * What is counted are copies of requests, whose answers nobody hears: they show harm, and never carry a promotion. What
   * is counted with the first real requests begins anew, by `reset`.
   */
  isOfCopies = false;
  readonly errors: RequestTest;
  readonly latency: RequestTest;
  readonly bars: Readonly<{ harmLog10: number; safetyLog10: number }>;
  /** Routes that were counted. */
  strata: number;
  readonly #options: EvidenceOptions;
  readonly #strataAtFirst: number;
  #sinceStartSeconds = 0;
  #weight = 0;

  constructor(options: EvidenceOptions, strata = 1) {
    const { harm, restartWeight } = VARIANTS[options.variant];
    this.#options = options;
    this.#strataAtFirst = this.strata = strata;
    this.errors = new RequestTest(ERRORS, restartWeight);
    this.latency = new RequestTest(LATENCY, restartWeight);
    this.bars = {
      harmLog10: Math.log(harm) * Math.LOG10E,
      safetyLog10: Math.log(SAFE_EVIDENCE) * Math.LOG10E,
    };
  }

  reset(): void {
    this.verdict = 'undecided';
    this.errors.reset();
    this.latency.reset();
    this.strata = this.#strataAtFirst;
    this.#sinceStartSeconds = this.#weight = 0;
  }

  get minRequests(): number {
    return this.#options.minRequests;
  }

  /** Of the canary, since the start. */
  get requests(): number {
    return this.errors.canaryRequests;
  }

  /** How many times more the stable version's errors scatter than by chance. */
  get dispersion(): number {
    return this.errors.dispersion;
  }

  /**
   * Adds one route's counts of the interval that `endInterval` will end. Counts need not be whole, as rates over a
   * window are not; more hits than requests, as extrapolation can give, count as all of them.
   *
   * @param stratum index of the route, from 0
   * @throws RangeError where a count is negative or no number; nothing of it has been added then
   */
  add(counts: Readonly<IntervalCounts>, stratum = 0): void {
    checkCounts(counts);
    if (!(Number.isInteger(stratum) && stratum >= 0)) throw new RangeError(`no stratum: ${stratum}`);
    this.strata = Math.max(this.strata, stratum + 1);
    const { canaryRequests, stableRequests } = counts;
    const errors = Math.min(counts.canaryErrors, canaryRequests);
    const stableErrors = Math.min(counts.stableErrors, stableRequests);
    const isCold = this.#sinceStartSeconds < COLD_SECONDS;
    this.errors.add(stratum, errors, errors, canaryRequests, stableErrors, stableRequests, isCold);
    if (this.#sinceStartSeconds < LATENCY_IGNORED_SECONDS) return;
    const slow = Math.min(counts.canarySlow, canaryRequests);
    const verySlow = Math.min(counts.canaryVerySlow, canaryRequests);
    const stableSlow = Math.min(counts.stableSlow, stableRequests);
    this.latency.add(stratum, slow, verySlow, canaryRequests, stableSlow, stableRequests, false);
  }

  /**
   * @param sinceStartSeconds of the release, now
   * @param weight 0…1: what the interval that ends was served with
   */
  endInterval(sinceStartSeconds: number, weight: number): void {
    this.#sinceStartSeconds = sinceStartSeconds;
    this.errors.endInterval();
    this.latency.endInterval();
    if (weight >= HALF && this.#weight < HALF) {
      this.errors.resetSafety();
      this.latency.resetSafety();
    }
    this.#weight = weight;
    this.verdict = this.#judge();
  }

  /**
   * At the time limit of a release with little traffic: whether what there is carries a promotion with limited proof:
   * 100 requests, harm of more than 5 points excluded, nothing against the latency. There is none for a canary that was
   * spared the weight that a promotion asks for, though the evidence allowed it.
   */
  limitedProof(): boolean {
    const { errors, latency } = this;
    if (this.isOfCopies || this.requests < Math.max(LIMITED_REQUESTS, this.#options.minRequests))
      return false;
    const { promoteFromWeight = 0 } = this.#options;
    if (this.#weight < promoteFromWeight && this.mostWeight(this.#weight) >= promoteFromWeight) return false;
    const { mostHarm } = errors;
    if (mostHarm === null || mostHarm > LIMITED_HARM || this.#mostHarmLog10() >= DOUBTFUL_LOG10) return false;
    return errors.safetyLog10 >= LIMITED_ERRORS_LOG10 && latency.safetyLog10 >= LIMITED_LATENCY_LOG10;
  }

  /**
   * The most weight, 0…1, that the evidence allows now. While harm is in doubt it is the present one.
   *
   * @param weight the present one, 0…1
   */
  mostWeight(weight: number): number {
    if (this.#mostHarmLog10() >= DOUBTFUL_LOG10) return weight;
    const harm = Math.max(this.errors.mostHarm ?? 1, this.latency.mostHarm ?? 0);
    const most = harm <= MOST_RISK ? 1 : MOST_RISK / harm;
    const bounded = this.requests < REQUESTS_FOR_MORE ? Math.min(WEIGHT_WITHOUT_REQUESTS, most) : most;
    return Math.max(FIRST_WEIGHT, bounded);
  }

  #judge(): 'undecided' | 'harm' | 'safe' {
    const { errors, latency, bars } = this;
    if (this.requests < this.#options.minRequests) return 'undecided';
    const harm = this.#mostHarmLog10();
    if (harm >= bars.harmLog10) return 'harm';
    if (this.isOfCopies) return 'undecided';
    const { bakeSeconds, promoteFromWeight = 0 } = this.#options;
    if (this.#sinceStartSeconds < bakeSeconds || this.#weight < promoteFromWeight) return 'undecided';
    if (harm >= 0) return 'undecided';
    return Math.min(errors.safetyLog10, latency.safetyLog10) >= bars.safetyLog10 ? 'safe' : 'undecided';
  }

  #mostHarmLog10(): number {
    return Math.max(this.errors.harmLog10, this.latency.harmLog10);
  }
}

function checkCounts(counts: Readonly<IntervalCounts>): void {
  check(counts.canaryRequests);
  check(counts.canaryErrors);
  check(counts.canarySlow);
  check(counts.canaryVerySlow);
  check(counts.stableRequests);
  check(counts.stableErrors);
  check(counts.stableSlow);
}

function check(count: number): void {
  if (!(count >= 0 && count < Number.POSITIVE_INFINITY)) throw new RangeError(`not a count: ${count}`);
}
