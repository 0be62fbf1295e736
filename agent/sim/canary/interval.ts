import type { IntervalCounts } from '../../tasks/canary/evidence/counts';
import type { CanaryReading, VersionReading } from './canaryView';

export const INTERVAL_SECONDS = 30;
/** Routes that are told apart, at most. */
export const MOST_ROUTES = 2;

/** What is usual for the stable version; the simulator reckons relative to it. */
const USUAL_SECONDS = { p50: 0.08, p95: 0.2, p99: 0.28 };

export function noCounts(): IntervalCounts {
  return {
    canaryRequests: 0,
    canaryErrors: 0,
    canarySlow: 0,
    canaryVerySlow: 0,
    stableRequests: 0,
    stableErrors: 0,
    stableSlow: 0,
  };
}

/** What the metrics of one interval of 30 s say about both versions. Counts are those of all routes. */
export class Interval implements IntervalCounts, CanaryReading {
  canaryRequests = 0;
  canaryErrors = 0;
  /** Slower than 1.09 T and 1.30 T, for T that 5 to 10 % of the stable version's requests usually exceed. */
  canarySlow = 0;
  canaryVerySlow = 0;
  stableRequests = 0;
  stableErrors = 0;
  stableSlow = 0;
  /** Latencies ÷ the usual one of the stable version at that quantile; 0 without requests. */
  canaryP50 = 0;
  canaryP95 = 0;
  canaryP99 = 0;
  stableP50 = 0;
  stableP95 = 0;
  stableP99 = 0;
  cpu = 0;
  memory = 0;
  restarts = 0;
  /** Share of the traffic on the canary while it was served. */
  weight = 0;
  /** 0 where nothing has been served. */
  seconds = 0;

  /** The counts route by route; the first `routes` of them count. */
  readonly strata: readonly IntervalCounts[] = Array.from({ length: MOST_ROUTES }, noCounts);
  routes = 1;
  /** The canary against pods of the stable version that are as old as it is, where there are any. */
  readonly sameAge: IntervalCounts = noCounts();

  readonly canary: VersionReading = new CanarySide(this);
  readonly stable: VersionReading = new StableSide(this);
}

class CanarySide implements VersionReading {
  readonly #interval: Interval;

  constructor(interval: Interval) {
    this.#interval = interval;
  }

  get requests(): number {
    return this.#interval.canaryRequests;
  }

  get errors(): number {
    return this.#interval.canaryErrors;
  }

  get p50Seconds(): number {
    return this.#interval.canaryP50 * USUAL_SECONDS.p50;
  }

  get p95Seconds(): number {
    return this.#interval.canaryP95 * USUAL_SECONDS.p95;
  }

  get p99Seconds(): number {
    return this.#interval.canaryP99 * USUAL_SECONDS.p99;
  }
}

class StableSide implements VersionReading {
  readonly #interval: Interval;

  constructor(interval: Interval) {
    this.#interval = interval;
  }

  get requests(): number {
    return this.#interval.stableRequests;
  }

  get errors(): number {
    return this.#interval.stableErrors;
  }

  get p50Seconds(): number {
    return this.#interval.stableP50 * USUAL_SECONDS.p50;
  }

  get p95Seconds(): number {
    return this.#interval.stableP95 * USUAL_SECONDS.p95;
  }

  get p99Seconds(): number {
    return this.#interval.stableP99 * USUAL_SECONDS.p99;
  }
}
