import type { Random } from '../random';
import { drawLoad, type LoadFamily } from './loadFamilies';
import { CONTROL_STEP_SECONDS } from './units';

/** A recorded request rate: values at even intervals, the largest around 1. */
export interface LoadTrace {
  values: Float32Array;
  intervalSeconds: number;
}

/** Fills one point per control step, around 0…1 of the peak. */
export type DrawLoad = (points: Float32Array, random: Random) => void;

/** The rate that requests come at in each second of an episode, known before it begins. */
export class Workload {
  /** Requests per second. */
  readonly rates: Float32Array;
  /** A curve of a family, one point per control step. */
  readonly #points: Float32Array;

  constructor(steps: number) {
    this.rates = new Float32Array(steps * CONTROL_STEP_SECONDS);
    this.#points = new Float32Array(steps + 1);
  }

  drawFamily(family: LoadFamily, peakRate: number, random: Random): void {
    this.draw((points) => drawLoad(family, points, random), peakRate, random);
  }

  draw(load: DrawLoad, peakRate: number, random: Random): void {
    load(this.#points, random);
    this.#interpolate(this.#points, CONTROL_STEP_SECONDS, 0, peakRate);
  }

  /** A part of the trace from a random time on; a trace that is shorter than the episode starts again at its end. */
  drawTrace({ values, intervalSeconds }: LoadTrace, peakRate: number, random: Random): void {
    const spareSeconds = Math.max(0, (values.length - 1) * intervalSeconds - this.rates.length);
    this.#interpolate(values, intervalSeconds, random.uniform() * spareSeconds, peakRate);
  }

  /** Mean over the seconds from `from` on. */
  meanRate(from: number): number {
    let sum = 0;
    for (let second = from; second < this.rates.length; second++) sum += this.rates[second] as number;
    return sum / (this.rates.length - from);
  }

  #interpolate(values: Float32Array, intervalSeconds: number, offsetSeconds: number, peakRate: number): void {
    const { rates } = this;
    for (let second = 0; second < rates.length; second++) {
      const position = (offsetSeconds + second) / intervalSeconds;
      const whole = Math.floor(position);
      const before = values[whole % values.length] as number;
      const after = values[(whole + 1) % values.length] as number;
      rates[second] = (before + (after - before) * (position - whole)) * peakRate;
    }
  }
}

/** How far a single outlier may rise above the 99.9th percentile before it is cut. */
const MOST_OVER_PERCENTILE = 1.3;

/** A recorded series (any unit, not all 0) as a trace whose peak is 1, so that it can be scaled to a deployment. */
export function toTrace(recorded: readonly number[], intervalSeconds: number): LoadTrace {
  const sorted = Float64Array.from(recorded).sort();
  const most = sorted[sorted.length - 1] as number;
  const high = sorted[Math.ceil(0.999 * (sorted.length - 1))] as number;
  const peak = Math.min(most, MOST_OVER_PERCENTILE * high) || most;
  return { values: Float32Array.from(recorded, (rate) => Math.min(1, rate / peak)), intervalSeconds };
}
