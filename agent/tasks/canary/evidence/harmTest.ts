import { ratioLogLikelihood, shareLogLikelihood } from './likelihood';

/** Of one interval: exp(30) decides at once, and stays far from the end of the numbers. */
const MOST_LOG = 30;
const MOST_EVIDENCE = 1e12;
const LEAST_EVIDENCE = 1e-3;
/** Of a canary whose processes are cold: 3 % of failed requests are no harm yet, nor is three times the stable rate. */
const COLD_RATIO = 2;
const COLD_SHARES = 10;
const MOST_SHARE = 0.95;

/** What is no harm yet, and the harms that are looked for. Ratios are the canary's rate ÷ the stable one's. */
export interface HarmHypotheses {
  ratio: number;
  ratios: readonly number[];
  /** Share of the canary's requests that is no harm, whatever the stable version's; absent where only ratios count. */
  share?: number;
  shares?: readonly number[];
}

/**
 * Evidence of harm, as e-values (Vovk and Wang, "E-values: Calibration, combination and applications", Annals of
 * Statistics 2021): under the null, E ≥ 20 has a chance of 1/20 at most. As harm may begin at any time, each is a
 * mixture that begins anew with every interval, R ← (R + w)·L, after Shiryaev and Roberts. There is harm where the
 * canary's rate is too many times the stable one *and* too high by itself: E is the smaller of the two.
 */
export class HarmTest {
  readonly #hypotheses: HarmHypotheses;
  readonly #restartWeight: number;
  readonly #ratioLogs: Float64Array;
  readonly #shareLogs: Float64Array;
  readonly #ratioEvidence: Float64Array;
  readonly #shareEvidence: Float64Array;

  /** @param restartWeight w: 1 ÷ the intervals of a release keeps the level of the test over all of them */
  constructor(hypotheses: HarmHypotheses, restartWeight: number) {
    this.#hypotheses = hypotheses;
    this.#restartWeight = restartWeight;
    const shares = hypotheses.shares?.length ?? 0;
    this.#ratioLogs = new Float64Array(hypotheses.ratios.length);
    this.#ratioEvidence = new Float64Array(hypotheses.ratios.length);
    this.#shareLogs = new Float64Array(shares);
    this.#shareEvidence = new Float64Array(shares);
  }

  reset(): void {
    this.#ratioLogs.fill(0);
    this.#shareLogs.fill(0);
    this.#ratioEvidence.fill(0);
    this.#shareEvidence.fill(0);
  }

  /** log10 of E, −3 at least. */
  get log10(): number {
    const ratio = sum(this.#ratioEvidence);
    const evidence = this.#hypotheses.share === undefined ? ratio : Math.min(ratio, sum(this.#shareEvidence));
    return Math.log(Math.max(LEAST_EVIDENCE, evidence)) * Math.LOG10E;
  }

  /**
   * Adds one route's counts of the interval that `endInterval` will end; logarithms of likelihoods add up.
   *
   * @param isCold all rates are raised then, null and harms
   */
  add(
    canaryHits: number,
    canaryRequests: number,
    stableHits: number,
    stableRequests: number,
    eta: number,
    isCold: boolean,
  ): void {
    const { ratio, ratios, share = 0, shares } = this.#hypotheses;
    const raised = isCold ? COLD_RATIO : 1;
    for (let index = 0; index < ratios.length; index++) {
      const other = (ratios[index] as number) * raised;
      (this.#ratioLogs[index] as number) +=
        eta *
        ratioLogLikelihood(other, ratio * raised, canaryHits, canaryRequests, stableHits, stableRequests);
    }
    if (shares === undefined) return;
    for (let index = 0; index < shares.length; index++) {
      const other = isCold ? raisedShare(shares[index] as number) : (shares[index] as number);
      const none = isCold ? raisedShare(share) : share;
      (this.#shareLogs[index] as number) += eta * shareLogLikelihood(other, none, canaryHits, canaryRequests);
    }
  }

  endInterval(): void {
    restart(this.#ratioEvidence, this.#ratioLogs, this.#restartWeight);
    restart(this.#shareEvidence, this.#shareLogs, this.#restartWeight);
  }
}

function raisedShare(share: number): number {
  return Math.min(MOST_SHARE, share * COLD_SHARES);
}

function restart(evidence: Float64Array, logs: Float64Array, weight: number): void {
  const begun = weight / evidence.length;
  for (let index = 0; index < evidence.length; index++) {
    const log = logs[index] as number;
    const likelihood = Math.exp(Math.max(-MOST_LOG, Math.min(MOST_LOG, log)));
    evidence[index] = Math.min(MOST_EVIDENCE, ((evidence[index] as number) + begun) * likelihood);
    logs[index] = 0;
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index] as number;
  return total;
}
