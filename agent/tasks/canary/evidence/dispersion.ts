/** What is believed before anything was counted, and how many expected hits that belief is worth. */
const PRIOR_DISPERSION = 1.3;
const PRIOR_HITS = 3;
/** Of one pair of intervals: an incident begins and ends seldom, however steep it is. */
const MOST_OF_A_PAIR = 25;
/** Beyond so many expected hits a pair says no more: otherwise an incident would tell how usual errors scatter. */
const MOST_HITS_OF_A_PAIR = 5;
/** Half of what was seen an hour and a half ago is forgotten. */
const KEEP = 1 - 1 / 240;

/** The interval before, of one version on one route. */
export interface CountsBefore {
  hits: number;
  requests: number;
}

/**
 * How many times more counts scatter than Poisson ones: Pearson's dispersion, from the differences of neighbouring
 * intervals (von Neumann, "Distribution of the ratio of the mean square successive difference to the variance", 1941),
 * so that neither slow changes nor a version that is worse count as scatter. Errors that come in clusters of five
 * scatter five times as much. It is a ratio of sums over both versions, which few hits do not upset, and drawn to a
 * prior above 1 while there are few.
 */
export class Dispersion {
  #squares = 0;
  #expected = 0;

  reset(): void {
    this.#squares = this.#expected = 0;
  }

  get value(): number {
    return (this.#squares + PRIOR_DISPERSION * PRIOR_HITS) / (this.#expected + PRIOR_HITS);
  }

  /** What evidence is tempered by: 1 at most. Grünwald calls it the learning rate of generalised Bayes. */
  get eta(): number {
    return 1 / Math.max(1, this.value);
  }

  /** @param before is set to these counts */
  add(before: CountsBefore, hits: number, requests: number): void {
    if (requests === 0) return;
    if (before.requests > 0) this.#addPair(before, hits, requests);
    before.hits = hits;
    before.requests = requests;
  }

  /** Old pairs fade, so that the end of an incident is forgotten. */
  endInterval(): void {
    this.#squares *= KEEP;
    this.#expected *= KEEP;
  }

  #addPair(before: Readonly<CountsBefore>, hits: number, requests: number): void {
    const both = requests + before.requests;
    const share = (hits + before.hits) / both;
    if (share <= 0 || share >= 1) return;
    const difference = hits / requests - before.hits / before.requests;
    const variance = share * (1 - share) * (both / (requests * before.requests));
    const ratio = Math.min(MOST_OF_A_PAIR, (difference * difference) / variance);
    const expected = Math.min(MOST_HITS_OF_A_PAIR, share * (1 - share) * (both / 2));
    this.#squares += expected * ratio;
    this.#expected += expected;
  }
}
