import type { Random } from '../random';
import type { ScaleDomain } from './domain';
import type { ScaleMetrics } from './scaleView';
import type { Service } from './service';
import { tabledNormal } from './tables';
import { CONTROL_STEP_SECONDS, clamp } from './units';

/** Scrapes that are kept: the longest window and lag, and five minutes, fit in. A power of two for the mask. */
const KEPT = 32;
const KEPT_MASK = KEPT - 1;
/** Five minutes. */
const LONG_WINDOW_STEPS = 20;

/** Places of the metrics in a scrape. */
const CPU = 0;
const ARRIVAL_RATE = 1;
const SERVED_RATE = 2;
const READY_PODS = 3;
const VIOLATED_SHARE = 4;
const ERROR_SHARE = 5;
const BACKLOG = 6;
const LATENCY = 7;
const MEMORY = 8;
const METRICS = 9;

/** What a controller is told: means over the window of the metrics pipeline, late by its lag, with its noise. */
export class Metrics implements ScaleMetrics {
  #domain: ScaleDomain;
  #scrapes = 0;
  /** A ring of scrapes, one per control step, METRICS numbers each. */
  readonly #ring = new Float64Array(KEPT * METRICS);
  /** Means over the window that is visible by now. */
  readonly #means = new Float64Array(METRICS);

  constructor(domain: ScaleDomain) {
    this.#domain = domain;
  }

  /** Utilisation of the ready pods, 0…1. */
  get cpu(): number {
    return this.#means[CPU] as number;
  }

  /** Requests per second that arrive. */
  get arrivalRate(): number {
    return this.#means[ARRIVAL_RATE] as number;
  }

  /** Requests per second that are answered. */
  get servedRate(): number {
    return this.#means[SERVED_RATE] as number;
  }

  get readyPods(): number {
    return this.#means[READY_PODS] as number;
  }

  /** Of the requests, those that failed or took longer than the objective. */
  get violatedShare(): number {
    return this.#means[VIOLATED_SHARE] as number;
  }

  get errorShare(): number {
    return this.#means[ERROR_SHARE] as number;
  }

  /** Requests that wait. */
  get backlog(): number {
    return this.#means[BACKLOG] as number;
  }

  get latencyP95Seconds(): number {
    return this.#means[LATENCY] as number;
  }

  /** Share of the limit. */
  get memory(): number {
    return this.#means[MEMORY] as number;
  }

  /** Over the five minutes that end with the last visible scrape. */
  get cpuMean(): number {
    return this.#longMean(CPU);
  }

  get cpuMax(): number {
    return this.#longMax(CPU);
  }

  get memoryMean(): number {
    return this.#longMean(MEMORY);
  }

  get memoryMax(): number {
    return this.#longMax(MEMORY);
  }

  reset(domain: ScaleDomain): void {
    this.#domain = domain;
    this.#scrapes = 0;
  }

  /** Records the last control step of the service, and reads what is visible of it by now. */
  scrape(service: Service, random: Random): void {
    this.#record(service, random);
    // A deployment that was there before the episode has a history like its first step.
    if (this.#scrapes === 0) for (let scrape = 1; scrape < KEPT; scrape++) this.#copyFirstTo(scrape);
    this.#scrapes++;
    this.#average();
  }

  #record(service: Service, random: Random): void {
    const { metricNoise } = this.#domain;
    const ring = this.#ring;
    const at = (this.#scrapes & KEPT_MASK) * METRICS;
    const cpu = service.utilisation * (1 + metricNoise * tabledNormal(random));
    const rate = (service.arrivals / CONTROL_STEP_SECONDS) * (1 + metricNoise * tabledNormal(random));
    ring[at + CPU] = clamp(cpu, 0, 1);
    ring[at + ARRIVAL_RATE] = Math.max(0, rate);
    ring[at + SERVED_RATE] = service.served / CONTROL_STEP_SECONDS;
    ring[at + READY_PODS] = service.readyPods;
    ring[at + VIOLATED_SHARE] = service.violatedShare;
    ring[at + ERROR_SHARE] = service.errorShare;
    ring[at + BACKLOG] = service.meanBacklog;
    ring[at + LATENCY] = service.latencyP95Seconds;
    ring[at + MEMORY] = service.memory;
  }

  #copyFirstTo(scrape: number): void {
    this.#ring.copyWithin(scrape * METRICS, 0, METRICS);
  }

  #average(): void {
    const ring = this.#ring;
    const means = this.#means;
    const { metricWindowSteps } = this.#domain;
    means.fill(0);
    for (let ago = 0; ago < metricWindowSteps; ago++) {
      const at = this.#visible(ago);
      for (let metric = 0; metric < METRICS; metric++) {
        means[metric] = (means[metric] as number) + (ring[at + metric] as number) / metricWindowSteps;
      }
    }
  }

  #longMean(metric: number): number {
    let sum = 0;
    for (let ago = 0; ago < LONG_WINDOW_STEPS; ago++)
      sum += this.#ring[this.#visible(ago) + metric] as number;
    return sum / LONG_WINDOW_STEPS;
  }

  #longMax(metric: number): number {
    let most = 0;
    for (let ago = 0; ago < LONG_WINDOW_STEPS; ago++) {
      const value = this.#ring[this.#visible(ago) + metric] as number;
      if (value > most) most = value;
    }
    return most;
  }

  /** Where in the ring the scrape begins that is so many steps before the last visible one. */
  #visible(ago: number): number {
    return ((this.#scrapes - 1 - this.#domain.metricLagSteps - ago) & KEPT_MASK) * METRICS;
  }
}
