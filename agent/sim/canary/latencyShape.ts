import type { Random } from '../random';
import type { Interval } from './interval';
import type { CanaryScenario } from './scenario';

/** −ln of the share above each quantile. */
const DEPTH_50 = -Math.log(0.5);
const DEPTH_95 = -Math.log(0.05);
const DEPTH_99 = -Math.log(0.01);

type Shape = Readonly<Pick<CanaryScenario, 'slowShare' | 'latencyFloor'>>;

/**
 * Share of requests that are slower than `bar`, in units of T, which a share q of them usually is: with the floor s,
 * also in units of T, P(X > bar) = q^((bar − s) ÷ (1 − s)).
 */
export function exceedance({ slowShare, latencyFloor }: Shape, bar: number): number {
  const depth = (bar - latencyFloor) / (1 - latencyFloor);
  return depth <= 0 ? 1 : Math.exp(Math.log(slowShare) * depth);
}

/** The quantiles of both versions as histograms would tell them. */
export class LatencyShape {
  readonly #scenario: Readonly<CanaryScenario>;

  constructor(scenario: Readonly<CanaryScenario>) {
    this.#scenario = scenario;
  }

  write(interval: Interval, canaryFactor: number, stableFactor: number, random: Random): void {
    const { canaryMix, stableMix, routeLatency } = this.#scenario;
    const canary = canaryFactor * (1 + canaryMix * (routeLatency - 1));
    const stable = stableFactor * (1 + stableMix * (routeLatency - 1));
    interval.canaryP50 = this.#quantile(interval.canaryRequests, DEPTH_50, canary, random);
    interval.canaryP95 = this.#quantile(interval.canaryRequests, DEPTH_95, canary, random);
    interval.canaryP99 = this.#quantile(interval.canaryRequests, DEPTH_99, canary, random);
    interval.stableP50 = this.#quantile(interval.stableRequests, DEPTH_50, stable, random);
    interval.stableP95 = this.#quantile(interval.stableRequests, DEPTH_95, stable, random);
    interval.stableP99 = this.#quantile(interval.stableRequests, DEPTH_99, stable, random);
  }

  /** Relative to the usual one; its error falls with the square root of the requests beyond the quantile. */
  #quantile(requests: number, depth: number, factor: number, random: Random): number {
    if (requests === 0) return 0;
    const { latencyFloor, latencyNoise } = this.#scenario;
    const spread = (1 - latencyFloor) / Math.sqrt(Math.max(1, requests * Math.exp(-depth)) * depth * depth);
    return factor * Math.max(0.2, 1 + (latencyNoise + spread) * random.gaussian());
  }
}
