import { Random } from '../random';
import { emptyDomain, podCapacity, type ScaleDomain } from './domain';
import { Estimates } from './estimates';
import { Metrics } from './metrics';
import { PodPool } from './podPool';
import { Service } from './service';
import { CONTROL_STEP_SECONDS, clamp } from './units';

/** Control steps before the episode, which fill the metrics. */
export const WARM_UP_STEPS = 8;

/** A deployment under load, in control steps: what an env acts on, and what baselines look at. Allocates nothing. */
export class ScaleModel {
  readonly domain: ScaleDomain = emptyDomain();
  readonly pods = new PodPool();
  readonly service = new Service(this.domain);
  /** What a controller may know: metrics, and what follows from them. The service itself is the truth behind them. */
  readonly metrics = new Metrics(this.domain);
  readonly estimates = new Estimates(this.domain);
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Since the beginning, warm-up included. */
  seconds = 0;

  #rates: Float32Array = new Float32Array(0);
  #weather = new Random(0);
  #startups = new Random(0);

  /** Requests per second, by second from `seconds` = 0: nobody but bounds may know what is to come. */
  get rates(): Float32Array {
    return this.#rates;
  }

  constructor(minReplicas: number, maxReplicas: number) {
    this.minReplicas = minReplicas;
    this.maxReplicas = maxReplicas;
  }

  /**
   * Begins anew with the domain that was drawn, and as many pods as the first second needs.
   *
   * @param rates requests per second, by second, warm-up included
   * @param random from which two generators are seeded. Start-ups have one of their own, so that arrivals, drift and
   *   noise are the same for all policies and these can be compared in pairs.
   */
  begin(rates: Float32Array, random: Random): void {
    const { domain } = this;
    this.#rates = rates;
    this.#weather = new Random(random.below(2 ** 32));
    this.#startups = new Random(random.below(2 ** 32));
    const load = (rates[0] as number) / podCapacity(domain);
    this.pods.reset(this.bounded(Math.ceil(load / domain.startUtilisation)), domain.startupSeconds);
    this.service.reset(domain);
    this.metrics.reset(domain);
    this.estimates.reset(domain, load);
    this.seconds = 0;
    for (let step = 0; step < WARM_UP_STEPS; step++) this.advance();
  }

  /** Wants so many pods, within the bounds. @returns by how many their number changed */
  scaleTo(wanted: number): number {
    const before = this.pods.count;
    const count = this.bounded(wanted);
    if (count !== before) this.pods.scaleTo(count, this.seconds, this.#startups);
    return count - before;
  }

  /** Lets one control step pass. */
  advance(): void {
    this.service.advance(this.#rates, this.seconds, this.pods, this.#weather);
    this.seconds += CONTROL_STEP_SECONDS;
    this.pods.advanceTo(this.seconds);
    this.metrics.scrape(this.service, this.#weather);
    this.estimates.update(this.metrics, this.pods.startupEstimateSeconds);
  }

  /** A whole number of pods within the bounds. */
  bounded(pods: number): number {
    return clamp(Math.round(pods), this.minReplicas, this.maxReplicas);
  }
}
