import { podCapacity, type ScaleDomain } from './domain';
import { QuantileTracker } from './quantileTracker';
import type { ScaleEstimates, ScaleMetrics } from './scaleView';
import { CONTROL_STEP_SECONDS, clamp } from './units';

/** Loads that are kept: 15 minutes, and up to a power of two for a mask in the place of a division. */
const HISTORY = 64;
const HISTORY_MASK = HISTORY - 1;
export const QUARTER_HOUR_STEPS = 60;
export const FIVE_MINUTES_STEPS = 20;
const HOUR_STEPS = 240;

const CAPACITY_WEIGHT = 0.1;
/** A nearly idle pod says nothing of its capacity. */
export const TELLING_CPU = 0.05;
/** Holt's weights: the newest load in the level, the newest difference in the trend. */
const LEVEL_WEIGHT = 0.6;
const TREND_WEIGHT = 0.3;
const RISE_WEIGHT = 0.03;

/** What the estimates need of a domain: its metrics pipeline, and the capacity that is taken where none was seen. */
export type EstimateDomain = Pick<
  ScaleDomain,
  'concurrency' | 'serviceSeconds' | 'metricWindowSteps' | 'metricLagSteps'
>;
type EstimatedMetrics = Pick<ScaleMetrics, 'cpu' | 'arrivalRate' | 'servedRate' | 'readyPods'>;

/**
 * What a controller can work out from metrics alone. Loads are in pods at full utilisation: the measured request rate
 * ÷ the estimated capacity of a pod. Unlike CPU, they go on rising when the pods are saturated.
 */
export class Estimates implements ScaleEstimates {
  /** Requests per second of a pod. */
  podRate = 0;
  load = 0;
  /** Control steps until a pod that is wanted now shows in the metrics: start-up, window and lag. */
  leadSteps = 0;
  /** Holt's linear forecast: level, and growth per control step. */
  level = 0;
  trend = 0;
  /** Quantiles and mean size of how much the load rises within the lead time. */
  readonly rise80 = new QuantileTracker(0.8, 2);
  readonly rise95 = new QuantileTracker(0.95, 4);
  riseSize = 0;
  /** The greatest rise within an hour. */
  riseMax = 0;
  /** Mean, standard deviation and maximum of the load over the last five minutes, mean and maximum over 15. */
  mean5 = 0;
  deviation5 = 0;
  max5 = 0;
  mean15 = 0;
  max15 = 0;

  #domain: EstimateDomain;
  #steps = 0;
  readonly #loads = new Float64Array(HISTORY);
  readonly #rises = new Float64Array(HOUR_STEPS);

  constructor(domain: EstimateDomain) {
    this.#domain = domain;
  }

  /** @param load that the deployment has had before the episode */
  reset(domain: EstimateDomain, load: number): void {
    this.#domain = domain;
    this.#steps = 0;
    this.podRate = 0;
    this.load = this.level = load;
    this.trend = this.riseMax = 0;
    this.rise80.value = this.rise95.value = 0.1 * load;
    this.riseSize = 0.05 * load;
    this.#loads.fill(load);
    this.#rises.fill(0);
  }

  /** To be called once after each scrape. */
  update(metrics: EstimatedMetrics, startupSeconds: number): void {
    this.#updateCapacity(metrics);
    this.#steps++;
    this.load = metrics.arrivalRate / this.podRate;
    this.#loads[this.#steps & HISTORY_MASK] = this.load;
    const { metricLagSteps, metricWindowSteps } = this.#domain;
    this.leadSteps = startupSeconds / CONTROL_STEP_SECONDS + metricLagSteps + metricWindowSteps / 2;
    this.#updateRises();
    this.#updateForecast();
    this.#updateStatistics();
  }

  /** The load so many control steps ago. @param steps up to 60 */
  loadAgo(steps: number): number {
    return this.#loads[(this.#steps - steps) & HISTORY_MASK] as number;
  }

  #updateCapacity({ cpu, servedRate, readyPods }: EstimatedMetrics): void {
    // A pod that starts is busy and answers nothing.
    const isTelling = cpu > TELLING_CPU && servedRate > 0;
    const seen = servedRate / (Math.max(cpu, 1e-6) * readyPods);
    if (this.podRate === 0) this.podRate = isTelling ? seen : podCapacity(this.#domain);
    else if (isTelling) this.podRate += CAPACITY_WEIGHT * (seen - this.podRate);
  }

  #updateRises(): void {
    const lead = clamp(Math.round(this.leadSteps), 2, 40);
    const rise = this.load - this.loadAgo(lead);
    this.riseSize += RISE_WEIGHT * (Math.abs(rise) - this.riseSize);
    const scale = this.riseSize + 0.02 * this.load;
    this.rise80.update(rise, scale);
    this.rise95.update(rise, scale);
    const index = this.#steps % HOUR_STEPS;
    const leaving = this.#rises[index] as number;
    this.#rises[index] = rise;
    // Only where the greatest one leaves the hour do all have to be looked at.
    if (rise >= this.riseMax) this.riseMax = rise;
    else if (leaving >= this.riseMax) this.riseMax = greatest(this.#rises);
  }

  #updateForecast(): void {
    const before = this.level;
    this.level = LEVEL_WEIGHT * this.load + (1 - LEVEL_WEIGHT) * (before + this.trend);
    this.trend = TREND_WEIGHT * (this.level - before) + (1 - TREND_WEIGHT) * this.trend;
  }

  #updateStatistics(): void {
    let sum = 0;
    let squares = 0;
    let most = 0;
    for (let ago = 0; ago < FIVE_MINUTES_STEPS; ago++) {
      const load = this.loadAgo(ago);
      sum += load;
      squares += load * load;
      if (load > most) most = load;
    }
    this.mean5 = sum / FIVE_MINUTES_STEPS;
    this.deviation5 = Math.sqrt(Math.max(0, squares / FIVE_MINUTES_STEPS - this.mean5 * this.mean5));
    this.max5 = most;
    for (let ago = FIVE_MINUTES_STEPS; ago < QUARTER_HOUR_STEPS; ago++) {
      const load = this.loadAgo(ago);
      sum += load;
      if (load > most) most = load;
    }
    this.mean15 = sum / QUARTER_HOUR_STEPS;
    this.max15 = most;
  }
}

function greatest(values: Float64Array): number {
  let most = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value > most) most = value;
  }
  return most;
}
