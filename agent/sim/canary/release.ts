import type { Random } from '../random';
import type { Interval } from './interval';
import type { CanaryScenario } from './scenario';

export const INTERVAL_SECONDS = 30;
/** Share of requests above the usual p95. */
const SLOW_SHARE = 0.05;
const LOG_SLOW_SHARE = Math.log(SLOW_SHARE);
/** −ln of the share above each quantile. */
const DEPTH_50 = -Math.log(0.5);
const DEPTH_95 = -Math.log(0.05);
const DEPTH_99 = -Math.log(0.01);
/** The shared drift of errors forgets half of itself in about five minutes. */
const DRIFT_KEEP = 0.93;
const DRIFT_FRESH = Math.sqrt(1 - DRIFT_KEEP * DRIFT_KEEP);
/** Share of requests that fail in the interval in which a leaking container is killed, and while it comes back. */
const RESTART_ERRORS = 0.3;
/** Above this share of its memory a process spends ever more of its time on freeing some. */
const MEMORY_PRESSURE = 0.8;
const PRESSURE_COST = 3;
const MOST_ERRORS = 0.98;
const WARM_SECONDS = 600;
const MEMORY_NOISE = 0.01;

/**
 * Two versions of a service behind weighted traffic, 30 s at a time. Requests are Poisson, errors and slow requests
 * binomial (as Poisson numbers, cut to the requests) around shares that drift for both versions together and scatter
 * for each by itself. Latencies are a floor plus an exponential time, as in `SimPod`; quantiles are off by the
 * standard error of a sample of that size.
 */
export class Release {
  /** Of the interval before: what is wrong with the canary, as a share of its requests that fail or are slow by it. */
  harmShare = 0;
  readonly #scenario: Readonly<CanaryScenario>;
  #random: Random;
  #drift = 0;
  #leaked = 0;

  constructor(scenario: Readonly<CanaryScenario>, random: Random) {
    this.#scenario = scenario;
    this.#random = random;
  }

  reset(random: Random): void {
    this.#random = random;
    this.#drift = random.gaussian();
    this.#leaked = 0;
    this.harmShare = 0;
  }

  /** Serves one interval that begins at `seconds` with `weight` of the traffic on the canary. */
  serve(interval: Interval, seconds: number, weight: number): void {
    const scenario = this.#scenario;
    const random = this.#random;
    const phase = seconds / scenario.trafficPeriodSeconds + scenario.trafficPhase;
    const swing = 1 + scenario.trafficSwing * Math.sin(2 * Math.PI * phase);
    const offered = scenario.requestsPerSecond * swing * INTERVAL_SECONDS;
    this.#drift = DRIFT_KEEP * this.#drift + DRIFT_FRESH * random.gaussian();
    const usual = scenario.baseErrorShare * Math.exp(scenario.drift * this.#drift);

    const harm = this.#harmNow(seconds);
    const restarted = this.#leak();
    const pressure = Math.max(0, scenario.memoryBase + this.#leaked - MEMORY_PRESSURE);
    const harmFactor = 1 + (scenario.latencyFactor - 1) * harm + PRESSURE_COST * pressure;
    const factor = harmFactor * this.#goodFactor(seconds);
    const own = scenario.extraErrorShare * harm + (restarted ? RESTART_ERRORS : 0);
    const common = this.#commonNow();
    const slow = slowShare(harmFactor, scenario.latencyFloor);
    this.harmShare = own + (1 - own) * Math.max(0, slow - SLOW_SHARE);

    interval.restarts = restarted ? 1 : 0;
    interval.canaryMemory = this.#memory(seconds);
    interval.canaryCpu = unit(scenario.cpuBase * (1 + 0.5 * (factor - 1)) * (1 + 0.05 * random.gaussian()));
    this.#serveCanary(interval, offered * weight, usual * scenario.usualErrorRatio, own + common, factor);
    this.#serveStable(interval, offered * (1 - weight), usual, common);
  }

  #serveCanary(interval: Interval, offered: number, usual: number, extra: number, factor: number): void {
    const requests = this.#random.poisson(offered);
    interval.canaryRequests = requests;
    interval.canaryErrors = this.#errors(requests, usual, extra);
    interval.canarySlow = this.#count(requests, slowShare(factor, this.#scenario.latencyFloor));
    interval.canaryP50 = this.#quantile(requests, DEPTH_50, factor);
    interval.canaryP95 = this.#quantile(requests, DEPTH_95, factor);
    interval.canaryP99 = this.#quantile(requests, DEPTH_99, factor);
  }

  #serveStable(interval: Interval, offered: number, usual: number, extra: number): void {
    const requests = this.#random.poisson(offered);
    interval.stableRequests = requests;
    interval.stableErrors = this.#errors(requests, usual, extra);
    interval.stableSlow = this.#count(requests, SLOW_SHARE);
    interval.stableP50 = this.#quantile(requests, DEPTH_50, 1);
    interval.stableP95 = this.#quantile(requests, DEPTH_95, 1);
    interval.stableP99 = this.#quantile(requests, DEPTH_99, 1);
  }

  #errors(requests: number, usual: number, extra: number): number {
    const scatter = Math.exp(this.#scenario.dispersion * this.#random.gaussian());
    return this.#count(requests, Math.min(MOST_ERRORS, usual * scatter + extra));
  }

  #count(requests: number, share: number): number {
    return requests === 0 ? 0 : Math.min(requests, this.#random.poisson(requests * share));
  }

  /** Relative to the usual one; its error falls with the square root of the requests beyond the quantile. */
  #quantile(requests: number, depth: number, factor: number): number {
    if (requests === 0) return 0;
    const { latencyFloor, latencyNoise } = this.#scenario;
    const spread = (1 - latencyFloor) / Math.sqrt(Math.max(1, requests * Math.exp(-depth)) * depth * depth);
    return factor * Math.max(0.2, 1 + (latencyNoise + spread) * this.#random.gaussian());
  }

  /** By what factor latencies of a good canary differ: a little for ever, more while it is cold. */
  #goodFactor(seconds: number): number {
    const { usualLatencyRatio, coldFactor, coldSeconds } = this.#scenario;
    const cold = Math.max(0, 1 - seconds / coldSeconds);
    return usualLatencyRatio * (1 + (coldFactor - 1) * cold);
  }

  /** Memory grows while caches fill, and scatters. */
  #memory(seconds: number): number {
    const { memoryBase, warmMemory } = this.#scenario;
    const warm = warmMemory * (1 - Math.exp(-seconds / WARM_SECONDS));
    return unit(memoryBase + this.#leaked + warm + MEMORY_NOISE * this.#random.gaussian());
  }

  /** 0…1 of the whole harm. */
  #harmNow(seconds: number): number {
    const { onsetSeconds, rampSeconds, spikeShare } = this.#scenario;
    if (seconds < onsetSeconds) return 0;
    if (spikeShare < 1) return this.#random.uniform() < spikeShare ? 1 : 0;
    return rampSeconds === 0 ? 1 : Math.min(1, (seconds - onsetSeconds) / rampSeconds);
  }

  #commonNow(): number {
    const { commonSpikeShare, commonErrorShare } = this.#scenario;
    return commonSpikeShare > 0 && this.#random.uniform() < commonSpikeShare ? commonErrorShare : 0;
  }

  /** @returns whether the canary's container was killed for its memory */
  #leak(): boolean {
    const { leakPerSecond, memoryBase } = this.#scenario;
    this.#leaked += leakPerSecond * INTERVAL_SECONDS;
    if (memoryBase + this.#leaked < 1) return false;
    this.#leaked = 0;
    return true;
  }
}

/**
 * Share of requests above the usual p95 where latencies are `factor` times the usual ones: with the floor s and the
 * p95 as unit, P(X > 1/factor) = 0.05^((1/factor − s) ÷ (1 − s)).
 */
export function slowShare(factor: number, floor: number): number {
  const depth = (1 / factor - floor) / (1 - floor);
  return depth <= 0 ? 1 : Math.exp(LOG_SLOW_SHARE * depth);
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
