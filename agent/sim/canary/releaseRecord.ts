import { Dispersion, Evidence } from './evidence';
import type { Interval } from './interval';

/** Weight of the newest interval in smoothed shares: five minutes. */
const SMOOTH = 0.1;
const RECENT = 20;
/** Six minutes. */
const WARM_UP_INTERVALS = 12;

/** What a controller knows from the metrics so far. */
export class ReleaseRecord {
  readonly errors = new Evidence();
  readonly latency = new Evidence();
  readonly dispersion = new Dispersion();
  /** Smoothed shares, and smoothed ratio of the canary's p95 to the stable one's. */
  canaryErrorShare = 0;
  stableErrorShare = 0;
  p95Ratio = 1;
  /** Requests of the canary since the weight is what it is, and since the beginning. */
  requestsAtWeight = 0;
  requests = 0;
  recentRestarts = 0;
  memoryTrend = 0;
  readonly #restarts = new Uint8Array(RECENT);
  #intervals = 0;
  #memory = 0;

  reset(): void {
    this.errors.reset();
    this.latency.reset();
    this.dispersion.reset();
    this.canaryErrorShare = this.stableErrorShare = this.requests = this.requestsAtWeight = 0;
    this.p95Ratio = 1;
    this.recentRestarts = this.#intervals = this.#memory = this.memoryTrend = 0;
    this.#restarts.fill(0);
  }

  /** What was shown to be safe was shown at another weight; harm remains harm. */
  weightChanged(): void {
    this.requestsAtWeight = 0;
  }

  add(interval: Interval): void {
    const { canaryRequests, stableRequests, canaryErrors, stableErrors } = interval;
    this.dispersion.add(stableErrors, stableRequests);
    const { eta } = this.dispersion;
    this.errors.add(canaryErrors, canaryRequests, stableErrors, stableRequests, eta);
    // A new version is slow while its caches fill: that is no evidence.
    if (this.#intervals >= WARM_UP_INTERVALS)
      this.latency.add(interval.canarySlow, canaryRequests, interval.stableSlow, stableRequests, 1);
    this.requests += canaryRequests;
    this.requestsAtWeight += canaryRequests;
    if (canaryRequests > 0)
      this.canaryErrorShare += SMOOTH * (canaryErrors / canaryRequests - this.canaryErrorShare);
    if (stableRequests > 0)
      this.stableErrorShare += SMOOTH * (stableErrors / stableRequests - this.stableErrorShare);
    if (interval.canaryP95 > 0 && interval.stableP95 > 0) {
      this.p95Ratio += SMOOTH * (interval.canaryP95 / interval.stableP95 - this.p95Ratio);
    }
    this.#addContainer(interval);
    this.#intervals++;
  }

  #addContainer({ restarts, canaryMemory }: Interval): void {
    const place = this.#intervals % RECENT;
    this.recentRestarts += restarts - (this.#restarts[place] as number);
    this.#restarts[place] = restarts;
    const change = this.#intervals === 0 || restarts > 0 ? 0 : canaryMemory - this.#memory;
    this.memoryTrend += SMOOTH * (change - this.memoryTrend);
    this.#memory = canaryMemory;
  }
}
