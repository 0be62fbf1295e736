import * as z from 'zod';
import type { Random } from './random';

const rate = z.number().min(0).max(1e6).describe('Requests per second.');
const seconds = z.number().positive();
const common = {
  /** Standard deviation of a slow relative fluctuation on top of the shape (and of the Poisson arrivals). */
  noise: z.number().min(0).max(1).default(0),
  /** No requests before; the shape begins then. */
  startAfterSeconds: z.number().min(0).default(0),
};

/** The shape of a load over time. */
export const LoadShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), requestsPerSecond: rate, ...common }),
  z.strictObject({ kind: z.literal('sine'), mean: rate, amplitude: rate, periodSeconds: seconds, ...common }),
  /** Goes from one rate to the other, and stays. */
  z.strictObject({ kind: z.literal('ramp'), from: rate, to: rate, durationSeconds: seconds, ...common }),
  /** `peak` from `atSeconds` on for `durationSeconds`, else `base`. */
  z.strictObject({
    kind: z.literal('spike'),
    base: rate,
    peak: rate,
    atSeconds: z.number().min(0),
    durationSeconds: seconds,
    ...common,
  }),
  /** Switches between two rates after exponential times: a Markov-modulated Poisson process. */
  z.strictObject({
    kind: z.literal('bursty'),
    base: rate,
    burst: rate,
    meanBaseSeconds: seconds,
    meanBurstSeconds: seconds,
    ...common,
  }),
  /**
   * As k6 has them: from one target to the next in a straight line, at once where it takes 0 s, and the last one
   * stays.
   */
  z.strictObject({
    kind: z.literal('stages'),
    from: rate.default(0),
    stages: z
      .array(z.strictObject({ durationSeconds: z.number().min(0), target: rate }))
      .min(1)
      .max(1000),
    ...common,
  }),
  /** Rates at equal intervals, linear in between, from the start again at the end. */
  z.strictObject({
    kind: z.literal('trace'),
    values: z.array(rate).min(1),
    intervalSeconds: seconds,
    ...common,
  }),
]);
export type LoadShape = z.infer<typeof LoadShape>;
type Stage = Extract<LoadShape, { kind: 'stages' }>['stages'][number];

/** Time constant of the slow fluctuation. */
const NOISE_SECONDS = 60;

/** Walks along a load shape. */
export class LoadGenerator {
  readonly #shape: LoadShape;
  readonly #random: Random;
  #seconds = 0;
  #deviation = 0;
  #bursting = false;
  #switchAtSeconds: number;

  constructor(shape: LoadShape, random: Random) {
    this.#shape = shape;
    this.#random = random;
    this.#switchAtSeconds = shape.kind === 'bursty' ? random.exponential(shape.meanBaseSeconds) : 0;
  }

  /** Mean requests per second over the next `stepSeconds`, which then are past. */
  advance(stepSeconds: number): number {
    const seconds = this.#seconds + stepSeconds / 2 - this.#shape.startAfterSeconds;
    this.#seconds += stepSeconds;
    if (seconds < 0) return 0;
    const requestsPerSecond = this.#rateAt(seconds);
    if (this.#shape.noise === 0) return requestsPerSecond;
    // An Ornstein-Uhlenbeck process, exact for any step length.
    const keep = Math.exp(-stepSeconds / NOISE_SECONDS);
    this.#deviation =
      keep * this.#deviation + Math.sqrt(1 - keep * keep) * this.#shape.noise * this.#random.gaussian();
    return requestsPerSecond * Math.max(0, 1 + this.#deviation);
  }

  #rateAt(seconds: number): number {
    const shape = this.#shape;
    switch (shape.kind) {
      case 'constant':
        return shape.requestsPerSecond;
      case 'sine':
        return Math.max(
          0,
          shape.mean + shape.amplitude * Math.sin((2 * Math.PI * seconds) / shape.periodSeconds),
        );
      case 'ramp':
        return shape.from + (shape.to - shape.from) * Math.min(1, seconds / shape.durationSeconds);
      case 'spike': {
        const since = seconds - shape.atSeconds;
        return since >= 0 && since < shape.durationSeconds ? shape.peak : shape.base;
      }
      case 'bursty':
        return this.#burstyRate(shape, seconds);
      case 'stages':
        return stagesRate(shape.from, shape.stages, seconds);
      case 'trace':
        return traceRate(shape.values, seconds / shape.intervalSeconds);
    }
  }

  #burstyRate(shape: Extract<LoadShape, { kind: 'bursty' }>, seconds: number): number {
    while (seconds >= this.#switchAtSeconds) {
      this.#bursting = !this.#bursting;
      const meanSeconds = this.#bursting ? shape.meanBurstSeconds : shape.meanBaseSeconds;
      this.#switchAtSeconds += this.#random.exponential(meanSeconds);
    }
    return this.#bursting ? shape.burst : shape.base;
  }
}

function stagesRate(from: number, stages: readonly Stage[], seconds: number): number {
  let rate = from;
  let left = seconds;
  for (const { durationSeconds, target } of stages) {
    if (left < durationSeconds) return rate + (target - rate) * (left / durationSeconds);
    left -= durationSeconds;
    rate = target;
  }
  return rate;
}

function traceRate(values: readonly number[], position: number): number {
  const index = Math.floor(position);
  const before = values[index % values.length] ?? 0;
  const after = values[(index + 1) % values.length] ?? before;
  return before + (after - before) * (position - index);
}
