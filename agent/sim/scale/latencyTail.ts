import type { ScaleDomain } from './domain';
import { tabledExp, tabledLn } from './tables';

/** (ca² + cs²) ÷ 2 with Poisson arrivals (ca² = 1) and service times of coefficient of variation √2. */
const VARIABILITY = 1.5;
/** Above it waiting is told by the backlog; the stationary formula has no value at 1. */
const MOST_UTILISATION = 0.99;
/** The work itself takes at most this multiple of its mean for nearly all requests. */
const LONG_SERVICE = 2;
const LN_5_PERCENT = Math.log(0.05);

/**
 * How long requests wait at c servers. In a steady state Sakasegawa's approximation (Annals of the Institute of
 * Statistical Mathematics 29, 1977) for the mean wait, read as an exponential tail behind the share that waits at all:
 *
 *     P(wait > t) = ρ^(√(2(c+1)) − 1) · exp(−(1 − ρ) · c/(v·s) · t)
 *
 * with utilisation ρ, service time s and variability v. Behind a backlog everybody waits until it is served.
 */
export class LatencyTail {
  /** Requests per second that all pods together can serve. */
  capacity = 0;
  #waitExponent = 0;
  /** c/(v·s). */
  #drainRate = 0;
  #slackSeconds = 0;
  #serviceSeconds = 0;

  /** @param readyPods ≥ 1, fractions for a mean. @param podRate requests per second that one pod can serve now */
  set(domain: ScaleDomain, readyPods: number, podRate: number): void {
    const pooledPods = 1 + domain.balancing * (readyPods - 1);
    this.capacity = readyPods * podRate;
    this.#waitExponent = Math.sqrt(2 * (pooledPods * domain.concurrency + 1)) - 1;
    this.#drainRate = (pooledPods * podRate) / VARIABILITY;
    this.#serviceSeconds = LONG_SERVICE * domain.serviceSeconds;
    this.#slackSeconds = domain.latencyObjectiveSeconds - this.#serviceSeconds;
  }

  /** The share of requests that take longer than the objective. @param offered requests per second */
  lateShare(offered: number, backlog: number): number {
    const slackSeconds = this.#slackSeconds - backlog / this.capacity;
    if (slackSeconds <= 0) return 1;
    const utilisation = Math.min(MOST_UTILISATION, offered / this.capacity);
    const exponent =
      this.#waitExponent * tabledLn(utilisation) - this.#drainRate * (1 - utilisation) * slackSeconds;
    return tabledExp(exponent);
  }

  /** 95th percentile of the time that requests take. */
  p95Seconds(offered: number, backlog: number): number {
    const utilisation = Math.min(MOST_UTILISATION, offered / this.capacity);
    const excess = this.#waitExponent * tabledLn(utilisation) - LN_5_PERCENT;
    const randomWait = Math.max(0, excess / (this.#drainRate * (1 - utilisation)));
    return this.#serviceSeconds + backlog / this.capacity + randomWait;
  }
}
