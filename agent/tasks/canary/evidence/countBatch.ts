/** Of both versions together: with fewer requests, one hit would say little of how the versions compare. */
const ENOUGH_REQUESTS = 30;
/** Ten minutes of 30 s each: where there is no more traffic, it has to do. */
const MOST_INTERVALS = 20;

/**
 * Counts of one route, from as many intervals as it takes to compare the versions by. How long depends on the requests
 * alone, never on the hits, so that the tests keep their level.
 */
export class CountBatch {
  harmHits = 0;
  safetyHits = 0;
  canaryRequests = 0;
  stableHits = 0;
  stableRequests = 0;
  /** Some of it was served while the canary was cold. */
  isCold = false;
  #intervals = 0;

  clear(): void {
    this.harmHits = this.safetyHits = this.canaryRequests = this.stableHits = this.stableRequests = 0;
    this.isCold = false;
    this.#intervals = 0;
  }

  add(
    harmHits: number,
    safetyHits: number,
    canaryRequests: number,
    stableHits: number,
    stableRequests: number,
    isCold: boolean,
  ): void {
    this.harmHits += harmHits;
    this.safetyHits += safetyHits;
    this.canaryRequests += canaryRequests;
    this.stableHits += stableHits;
    this.stableRequests += stableRequests;
    this.isCold ||= isCold;
  }

  /** @returns whether it is to be judged, and cleared then */
  endInterval(): boolean {
    const requests = this.canaryRequests + this.stableRequests;
    if (requests === 0) return false;
    this.#intervals++;
    return requests >= ENOUGH_REQUESTS || this.#intervals >= MOST_INTERVALS;
  }
}
