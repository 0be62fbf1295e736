import { CountBatch } from './countBatch';
import { type CountsBefore, Dispersion } from './dispersion';
import { type HarmHypotheses, HarmTest } from './harmTest';
import { type SafetyHypotheses, SafetyTest } from './safetyTest';

/** One-sided 95 %. */
const QUANTILE = 1.645;
/** The stable version's rate before it had any requests to speak of: few are hit. */
const PRIOR_REQUESTS = 100;

/** What is tested of one kind of hits: failed requests, or slow ones. */
export interface RequestHypotheses {
  harm: HarmHypotheses;
  safety: SafetyHypotheses;
  /** The least ratio of rates that is harm, by the stable version's rate. */
  unsafeRatio(stableShare: number): number;
}

/** All counts of one route since the start. */
interface Stratum {
  readonly batch: CountBatch;
  /** The batch is judged with the interval that ends. */
  isDue: boolean;
  readonly canaryBefore: CountsBefore;
  readonly stableBefore: CountsBefore;
  canaryRequests: number;
  stableHits: number;
  stableRequests: number;
}

/** Both tests of one kind of hits, with the counts behind them. */
export class RequestTest {
  canaryHits = 0;
  canaryRequests = 0;
  stableHits = 0;
  stableRequests = 0;
  harmLog10: number;
  safetyLog10 = 0;
  readonly #unsafeRatio: RequestHypotheses['unsafeRatio'];
  readonly #harm: HarmTest;
  readonly #safety: SafetyTest;
  readonly #dispersion = new Dispersion();
  readonly #strata: Stratum[] = [];
  #eta = this.#dispersion.eta;
  #unsafe: number;

  constructor({ harm, safety, unsafeRatio }: RequestHypotheses, restartWeight: number) {
    this.#unsafeRatio = unsafeRatio;
    this.#harm = new HarmTest(harm, restartWeight);
    this.#safety = new SafetyTest(safety);
    this.#unsafe = unsafeRatio(0);
    this.harmLog10 = this.#harm.log10;
  }

  reset(): void {
    this.canaryHits = this.canaryRequests = this.stableHits = this.stableRequests = 0;
    this.#harm.reset();
    this.#dispersion.reset();
    this.resetSafety();
    for (const stratum of this.#strata) clear(stratum);
    this.#eta = this.#dispersion.eta;
    this.#unsafe = this.#unsafeRatio(0);
    this.harmLog10 = this.#harm.log10;
  }

  /** What was shown to be safe was shown under less load. */
  resetSafety(): void {
    this.#safety.reset();
    this.safetyLog10 = 0;
  }

  get dispersion(): number {
    return this.#dispersion.value;
  }

  /** See `EvidenceSide.mostHarm`: the rate of the stable version is that of the canary's own mix of routes. */
  get mostHarm(): number | null {
    if (this.canaryRequests === 0) return null;
    const hits = this.canaryHits * this.#eta;
    const requests = this.canaryRequests * this.#eta;
    const spread = QUANTILE * Math.sqrt(hits + (QUANTILE * QUANTILE) / 4);
    const most = (hits + (QUANTILE * QUANTILE) / 2 + spread) / requests;
    return Math.min(1, Math.max(0, most - this.#stableShare()));
  }

  /**
   * Adds one route's counts of the interval that `endInterval` will end.
   *
   * @param safetyHits of the canary, where safety is judged by another bar than harm
   * @param isCold nothing is shown of safety then, and only great harm counts
   */
  add(
    stratum: number,
    harmHits: number,
    safetyHits: number,
    canaryRequests: number,
    stableHits: number,
    stableRequests: number,
    isCold: boolean,
  ): void {
    const route = this.#stratum(stratum);
    route.batch.add(harmHits, safetyHits, canaryRequests, stableHits, stableRequests, isCold);
    route.canaryRequests += canaryRequests;
    route.stableHits += stableHits;
    route.stableRequests += stableRequests;
    this.canaryHits += harmHits;
    this.canaryRequests += canaryRequests;
    this.stableHits += stableHits;
    this.stableRequests += stableRequests;
  }

  endInterval(): void {
    // What is judged tempers its own judgement: the first cluster of errors must not pass for many errors.
    let judged = false;
    for (let index = 0; index < this.#strata.length; index++) {
      const stratum = this.#strata[index] as Stratum;
      stratum.isDue = stratum.batch.endInterval();
      if (!stratum.isDue) continue;
      this.#scatter(stratum);
      judged = true;
    }
    if (!judged) return;
    this.#eta = Math.min(this.#eta, this.#dispersion.eta);
    for (let index = 0; index < this.#strata.length; index++) {
      const stratum = this.#strata[index] as Stratum;
      if (stratum.isDue) this.#judge(stratum.batch);
    }
    this.#conclude();
  }

  #scatter({ batch, stableBefore, canaryBefore }: Stratum): void {
    this.#dispersion.add(stableBefore, batch.stableHits, batch.stableRequests);
    this.#dispersion.add(canaryBefore, batch.harmHits, batch.canaryRequests);
  }

  #judge(batch: CountBatch): void {
    const { harmHits, safetyHits, canaryRequests, stableHits, stableRequests, isCold } = batch;
    const eta = this.#eta;
    this.#harm.add(harmHits, canaryRequests, stableHits, stableRequests, eta, isCold);
    if (!isCold) this.#safety.add(safetyHits, canaryRequests, stableHits, stableRequests, eta, this.#unsafe);
    batch.clear();
  }

  #conclude(): void {
    this.#harm.endInterval();
    this.#safety.endInterval();
    this.#dispersion.endInterval();
    this.#eta = this.#dispersion.eta;
    // From the past alone, as what a bet is made by must be known before it is settled.
    this.#unsafe = this.#unsafeRatio(this.stableHits / (this.stableRequests + PRIOR_REQUESTS));
    this.harmLog10 = this.#harm.log10;
    this.safetyLog10 = this.#safety.log10;
  }

  #stratum(index: number): Stratum {
    while (this.#strata.length <= index) {
      this.#strata.push({
        batch: new CountBatch(),
        isDue: false,
        canaryBefore: { hits: 0, requests: 0 },
        stableBefore: { hits: 0, requests: 0 },
        canaryRequests: 0,
        stableHits: 0,
        stableRequests: 0,
      });
    }
    return this.#strata[index] as Stratum;
  }

  #stableShare(): number {
    let expected = 0;
    for (let index = 0; index < this.#strata.length; index++) {
      const { canaryRequests, stableHits, stableRequests } = this.#strata[index] as Stratum;
      if (stableRequests > 0) expected += (canaryRequests * stableHits) / stableRequests;
    }
    return expected / this.canaryRequests;
  }
}

function clear(stratum: Stratum): void {
  stratum.batch.clear();
  stratum.canaryBefore.hits = stratum.canaryBefore.requests = 0;
  stratum.stableBefore.hits = stratum.stableBefore.requests = 0;
  stratum.canaryRequests = stratum.stableHits = stratum.stableRequests = 0;
}
