import type { IntervalCounts } from '../../tasks/canary/evidence/counts';
import type { Random } from '../random';
import { INTERVAL_SECONDS, type Interval } from './interval';
import { exceedance, LatencyShape } from './latencyShape';
import type { CanaryScenario } from './scenario';

/** The shared drifts forget half of themselves in about five minutes. */
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
/** What T the counts of slow requests go by: above it, above what speaks for harm, above what speaks against safety. */
const HARM_BAR = 1.09;
const SAFETY_BAR = 1.3;

/**
 * Two versions of a service behind weighted traffic, 30 s at a time. Requests are Poisson, errors and slow requests
 * binomial (as Poisson numbers, cut to the requests) around shares that drift for both versions together and scatter
 * for each by itself. Latencies are a floor plus an exponential time, as in `SimPod`; quantiles are off by the
 * standard error of a sample of that size.
 */
export class Release {
  /** Of the interval before: what is wrong with the canary, as a share of its requests that fail or are slow by it. */
  harmShare = 0;
  /** 0…1 of the whole harm, in the interval before. */
  harmLevel = 0;
  readonly #scenario: Readonly<CanaryScenario>;
  readonly #countsSameAge: boolean;
  readonly #latency: LatencyShape;
  #random: Random;
  #drift = 0;
  #latencyDrift = 0;
  #leaked = 0;

  /** @param countsSameAge also serves a baseline: fresh pods of the stable version with as much traffic as the canary */
  constructor(scenario: Readonly<CanaryScenario>, random: Random, countsSameAge: boolean) {
    this.#scenario = scenario;
    this.#random = random;
    this.#countsSameAge = countsSameAge;
    this.#latency = new LatencyShape(scenario);
  }

  reset(random: Random): void {
    this.#random = random;
    this.#drift = random.gaussian();
    this.#latencyDrift = random.gaussian();
    this.#leaked = this.harmShare = this.harmLevel = 0;
  }

  /** Serves one interval that begins at `seconds` with `weight` of the traffic on the canary. */
  serve(interval: Interval, seconds: number, weight: number): void {
    const scenario = this.#scenario;
    const random = this.#random;
    interval.seconds = INTERVAL_SECONDS;
    interval.weight = weight;
    const offered = this.#offered(seconds);
    this.#drift = DRIFT_KEEP * this.#drift + DRIFT_FRESH * random.gaussian();
    this.#latencyDrift = DRIFT_KEEP * this.#latencyDrift + DRIFT_FRESH * random.gaussian();
    const usual = scenario.baseErrorShare * Math.exp(scenario.drift * this.#drift);
    const hit = this.#isHit(seconds);
    const common = this.#commonSpike() + (hit ? scenario.incidentErrorShare : 0);
    const busy = Math.exp(scenario.latencyDrift * this.#latencyDrift) * (hit ? scenario.incidentFactor : 1);

    const harm = this.#harmNow(seconds, weight);
    this.harmLevel = harm;
    const restarted = this.#leak();
    const pressure = Math.max(0, scenario.memoryBase + this.#leaked - MEMORY_PRESSURE);
    const harmFactor = 1 + (scenario.latencyFactor - 1) * harm + PRESSURE_COST * pressure;
    const cold = Math.max(0, 1 - seconds / scenario.coldSeconds);
    const good = 1 + (scenario.coldFactor - 1) * cold;
    const factor = harmFactor * good * scenario.usualLatencyRatio;
    const own = scenario.extraErrorShare * harm + (restarted ? RESTART_ERRORS : 0);
    const slowed = Math.max(0, exceedance(scenario, 1 / harmFactor) - scenario.slowShare);
    this.harmShare = Math.min(1, own) + (1 - Math.min(1, own)) * slowed;

    interval.restarts = restarted ? 1 : 0;
    interval.memory = this.#memory(seconds);
    interval.cpu = unit(scenario.cpuBase * (1 + 0.5 * (factor - 1)) * (1 + 0.05 * random.gaussian()));
    const extra = common + this.#coldErrors(seconds);
    this.#serveRoutes(interval, offered, usual, extra, own, common, factor * busy, busy);
    this.#latency.write(interval, factor * busy, busy, random);
    if (this.#countsSameAge) this.#serveSameAge(interval, offered * weight, usual, extra, good * busy);
  }

  #offered(seconds: number): number {
    const { requestsPerSecond, trafficPeriodSeconds, trafficPhase, trafficSwing } = this.#scenario;
    const phase = seconds / trafficPeriodSeconds + trafficPhase;
    return requestsPerSecond * (1 + trafficSwing * Math.sin(2 * Math.PI * phase)) * INTERVAL_SECONDS;
  }

  #serveRoutes(
    interval: Interval,
    offered: number,
    usual: number,
    canaryExtra: number,
    harm: number,
    stableExtra: number,
    canaryFactor: number,
    stableFactor: number,
  ): void {
    const { routes, stableMix, canaryMix, routeLatency, routeErrors, harmsRoute, usualErrorRatio } =
      this.#scenario;
    interval.routes = routes;
    for (let route = 0; route < routes; route++) {
      const counts = interval.strata[route] as IntervalCounts;
      const isSecond = route === 1;
      const latency = isSecond ? routeLatency : 1;
      const errors = usual * (isSecond ? routeErrors : 1);
      const canary = offered * interval.weight * (isSecond ? canaryMix : 1 - canaryMix);
      const stable = offered * (1 - interval.weight) * (isSecond ? stableMix : 1 - stableMix);
      const own = harmsRoute ? (isSecond ? harm / canaryMix : 0) : harm;
      this.#serveCanary(counts, canary, errors * usualErrorRatio, canaryExtra + own, canaryFactor * latency);
      this.#serveStable(counts, stable, errors, stableExtra, stableFactor * latency);
    }
    sumRoutes(interval);
  }

  #serveCanary(counts: IntervalCounts, offered: number, usual: number, extra: number, factor: number): void {
    const requests = this.#random.poisson(offered);
    const scattered = factor * this.#scatter();
    const verySlow = exceedance(this.#scenario, SAFETY_BAR / scattered);
    const slow = exceedance(this.#scenario, HARM_BAR / scattered);
    counts.canaryRequests = requests;
    counts.canaryErrors = this.#errors(requests, usual, extra);
    counts.canaryVerySlow = this.#count(requests, verySlow);
    const between = this.#count(requests, slow - verySlow);
    counts.canarySlow = Math.min(requests, counts.canaryVerySlow + between);
  }

  #serveStable(counts: IntervalCounts, offered: number, usual: number, extra: number, factor: number): void {
    const requests = this.#random.poisson(offered);
    counts.stableRequests = requests;
    counts.stableErrors = this.#errors(requests, usual, extra);
    counts.stableSlow = this.#count(requests, exceedance(this.#scenario, 1 / (factor * this.#scatter())));
  }

  /** Pods of the stable version that are as cold, and get the same mix of requests, as the canary. */
  #serveSameAge(interval: Interval, offered: number, usual: number, extra: number, factor: number): void {
    const { routes, canaryMix, routeLatency, routeErrors } = this.#scenario;
    const { sameAge } = interval;
    sameAge.canaryRequests = interval.canaryRequests;
    sameAge.canaryErrors = interval.canaryErrors;
    sameAge.canarySlow = interval.canarySlow;
    sameAge.canaryVerySlow = interval.canaryVerySlow;
    this.#serveStable(sameAge, offered * (1 - canaryMix), usual, extra, factor);
    if (routes === 1) return;
    const { stableRequests, stableErrors, stableSlow } = sameAge;
    this.#serveStable(sameAge, offered * canaryMix, usual * routeErrors, extra, factor * routeLatency);
    sameAge.stableRequests += stableRequests;
    sameAge.stableErrors += stableErrors;
    sameAge.stableSlow += stableSlow;
  }

  #scatter(): number {
    return Math.exp(this.#scenario.latencyScatter * this.#random.gaussian());
  }

  #errors(requests: number, usual: number, extra: number): number {
    if (requests === 0) return 0;
    const { dispersion, clusterSize } = this.#scenario;
    const share = Math.min(MOST_ERRORS, usual * Math.exp(dispersion * this.#random.gaussian()));
    const usualErrors = clusterSize * this.#random.poisson((requests * share) / clusterSize);
    return Math.min(requests, usualErrors + this.#count(requests, Math.min(MOST_ERRORS, extra)));
  }

  #count(requests: number, share: number): number {
    return requests === 0 ? 0 : Math.min(requests, this.#random.poisson(requests * share));
  }

  #coldErrors(seconds: number): number {
    const { coldErrorShare, coldErrorSeconds } = this.#scenario;
    return coldErrorShare * Math.max(0, 1 - seconds / coldErrorSeconds);
  }

  /** Memory grows while caches fill, and scatters. */
  #memory(seconds: number): number {
    const { memoryBase, warmMemory } = this.#scenario;
    const warm = warmMemory * (1 - Math.exp(-seconds / WARM_SECONDS));
    return unit(memoryBase + this.#leaked + warm + MEMORY_NOISE * this.#random.gaussian());
  }

  /** 0…1 of the whole harm. */
  #harmNow(seconds: number, weight: number): number {
    const { onsetSeconds, rampSeconds, spikeShare, harmlessWeight } = this.#scenario;
    if (seconds < onsetSeconds || weight <= harmlessWeight) return 0;
    if (spikeShare < 1) return this.#random.uniform() < spikeShare ? 1 : 0;
    return rampSeconds === 0 ? 1 : Math.min(1, (seconds - onsetSeconds) / rampSeconds);
  }

  #commonSpike(): number {
    const { commonSpikeShare, commonErrorShare } = this.#scenario;
    return commonSpikeShare > 0 && this.#random.uniform() < commonSpikeShare ? commonErrorShare : 0;
  }

  #isHit(seconds: number): boolean {
    const { incidentFromSeconds, incidentSeconds } = this.#scenario;
    return seconds >= incidentFromSeconds && seconds < incidentFromSeconds + incidentSeconds;
  }

  /** @returns whether the canary's container was killed for its memory */
  #leak(): boolean {
    const { leakPerSecond, memoryBase } = this.#scenario;
    this.#leaked = leakPerSecond === 0 ? 0 : this.#leaked + leakPerSecond * INTERVAL_SECONDS;
    if (memoryBase + this.#leaked < 1) return false;
    this.#leaked = 0;
    return true;
  }
}

function sumRoutes(interval: Interval): void {
  const first = interval.strata[0] as IntervalCounts;
  interval.canaryRequests = first.canaryRequests;
  interval.canaryErrors = first.canaryErrors;
  interval.canarySlow = first.canarySlow;
  interval.canaryVerySlow = first.canaryVerySlow;
  interval.stableRequests = first.stableRequests;
  interval.stableErrors = first.stableErrors;
  interval.stableSlow = first.stableSlow;
  for (let route = 1; route < interval.routes; route++) {
    const counts = interval.strata[route] as IntervalCounts;
    interval.canaryRequests += counts.canaryRequests;
    interval.canaryErrors += counts.canaryErrors;
    interval.canarySlow += counts.canarySlow;
    interval.canaryVerySlow += counts.canaryVerySlow;
    interval.stableRequests += counts.stableRequests;
    interval.stableErrors += counts.stableErrors;
    interval.stableSlow += counts.stableSlow;
  }
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
