import type { CanaryReading, VersionReading } from '../canaryView';

/** What a rule asks Prometheus for: metrics of both versions over the newest readings. */
export class MetricWindow {
  readonly #canary: VersionWindow;
  readonly #stable: VersionWindow;

  /** @param length readings that a query looks back */
  constructor(length: number) {
    this.#canary = new VersionWindow(length);
    this.#stable = new VersionWindow(length);
  }

  reset(): void {
    this.#canary.reset();
    this.#stable.reset();
  }

  add({ canary, stable }: CanaryReading): void {
    this.#canary.add(canary);
    this.#stable.add(stable);
  }

  /** Share of the canary's requests that failed; NaN without one, as Prometheus answers. */
  get errorShare(): number {
    return this.#canary.errorShare;
  }

  /** NaN without a request. */
  get canaryP99Seconds(): number {
    return this.#canary.p99Seconds;
  }

  /** The canary's over the stable version's in the same time; NaN without a request of either. */
  get p95Ratio(): number {
    return this.#canary.p95Seconds / this.#stable.p95Seconds;
  }
}

/** Quantiles are those of single readings, weighted by requests: near to that of all, and all that a reading keeps. */
class VersionWindow {
  readonly #requests: Float64Array;
  readonly #errors: Float64Array;
  readonly #p95Seconds: Float64Array;
  readonly #p99Seconds: Float64Array;
  #next = 0;

  constructor(length: number) {
    this.#requests = new Float64Array(length);
    this.#errors = new Float64Array(length);
    this.#p95Seconds = new Float64Array(length);
    this.#p99Seconds = new Float64Array(length);
  }

  reset(): void {
    this.#requests.fill(0);
    this.#next = 0;
    this.#errors.fill(0);
  }

  add({ requests, errors, p95Seconds, p99Seconds }: VersionReading): void {
    this.#requests[this.#next] = requests;
    this.#errors[this.#next] = errors;
    this.#p95Seconds[this.#next] = p95Seconds;
    this.#p99Seconds[this.#next] = p99Seconds;
    this.#next = (this.#next + 1) % this.#requests.length;
  }

  get errorShare(): number {
    return sum(this.#errors) / sum(this.#requests);
  }

  get p95Seconds(): number {
    return this.#mean(this.#p95Seconds);
  }

  get p99Seconds(): number {
    return this.#mean(this.#p99Seconds);
  }

  #mean(values: Float64Array): number {
    let weighted = 0;
    for (const [index, requests] of this.#requests.entries())
      weighted += requests * (values[index] as number);
    return weighted / sum(this.#requests);
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
