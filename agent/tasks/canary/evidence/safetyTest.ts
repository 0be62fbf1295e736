import { ratioLogLikelihood, shareLogLikelihood } from './likelihood';

/** Evidence that has grown beyond what is asked for must be able to turn soon; below, it must be able to recover. */
const MOST_LOG = Math.log(40);
const LEAST_LOG = -Math.log(10_000);

/** What a harmless canary's rates would be. Ratios are the canary's rate ÷ the stable one's. */
export interface SafetyHypotheses {
  ratios: readonly number[];
  /** Share of the canary's requests that would be too high, and those that it is weighed against. */
  share?: number;
  shares?: readonly number[];
}

/**
 * Evidence of safety: e-values against "the canary's rate is too many times the stable one *and* too high by itself".
 * Each is a mean over harmless rates of their likelihood ratios to the least harmful of the null (safe tests: Grünwald,
 * de Heide and Koolen, JRSS B 2024); either suffices, so E is the mean of both.
 */
export class SafetyTest {
  readonly #hypotheses: SafetyHypotheses;
  readonly #ratioLogs: Float64Array;
  readonly #shareLogs: Float64Array;

  constructor(hypotheses: SafetyHypotheses) {
    this.#hypotheses = hypotheses;
    this.#ratioLogs = new Float64Array(hypotheses.ratios.length);
    this.#shareLogs = new Float64Array(hypotheses.shares?.length ?? 0);
  }

  reset(): void {
    this.#ratioLogs.fill(0);
    this.#shareLogs.fill(0);
  }

  /** log10 of E. */
  get log10(): number {
    const ratio = meanOfExp(this.#ratioLogs);
    const evidence = this.#shareLogs.length === 0 ? ratio : (ratio + meanOfExp(this.#shareLogs)) / 2;
    return Math.log(evidence) * Math.LOG10E;
  }

  /** @param unsafeRatio the least ratio of rates that would be harm */
  add(
    canaryHits: number,
    canaryRequests: number,
    stableHits: number,
    stableRequests: number,
    eta: number,
    unsafeRatio: number,
  ): void {
    const { ratios, share = 0, shares } = this.#hypotheses;
    for (let index = 0; index < ratios.length; index++) {
      (this.#ratioLogs[index] as number) +=
        eta *
        ratioLogLikelihood(
          ratios[index] as number,
          unsafeRatio,
          canaryHits,
          canaryRequests,
          stableHits,
          stableRequests,
        );
    }
    if (shares === undefined) return;
    for (let index = 0; index < shares.length; index++) {
      (this.#shareLogs[index] as number) +=
        eta * shareLogLikelihood(shares[index] as number, share, canaryHits, canaryRequests);
    }
  }

  endInterval(): void {
    bound(this.#ratioLogs);
    bound(this.#shareLogs);
  }
}

function bound(logs: Float64Array): void {
  for (let index = 0; index < logs.length; index++)
    logs[index] = Math.max(LEAST_LOG, Math.min(MOST_LOG, logs[index] as number));
}

function meanOfExp(logs: Float64Array): number {
  let total = 0;
  for (let index = 0; index < logs.length; index++) total += Math.exp(logs[index] as number);
  return total / logs.length;
}
