import * as z from 'zod';
import { CONTROL_STEP_SECONDS, clamp } from './units';

/** How fast the live guard lets a workload be scaled; its defaults are those of the config. */
export const PaceSettings = z.strictObject({
  scaleUpCooldownSeconds: z.number().min(0).max(86_400).default(30).describe('Between two scale-ups.'),
  scaleDownCooldownSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(180)
    .describe('Between any scaling and a scale-down.'),
  podsUpPerMinute: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe('Pods that may be added in a minute.'),
  podsDownPerMinute: z.number().int().min(1).max(1000).default(3).describe('Pods that may go in a minute.'),
  netUtilisation: z
    .number()
    .gt(0)
    .max(1)
    .nullable()
    .default(0.9)
    .describe('CPU from which the HPA that was taken over scales up by itself; null: it does not.'),
});
export type PaceSettings = z.output<typeof PaceSettings>;

/** Changes of the last minute are remembered, one per control step. */
const MINUTE_STEPS = 60 / CONTROL_STEP_SECONDS;

/**
 * Keeps wishes to a pace: what is too soon is held back, what is too much is cut. A wish that would turn the direction
 * becomes no other wish than to hold. Pure but for what it remembers; its clock is that of the caller.
 */
export class Pace {
  readonly #settings: PaceSettings;
  #lastUpSeconds = Number.NEGATIVE_INFINITY;
  #lastDownSeconds = Number.NEGATIVE_INFINITY;
  readonly #changes: { seconds: number; change: number }[] = [];

  constructor(settings: PaceSettings) {
    this.#settings = settings;
  }

  reset(): void {
    this.#lastUpSeconds = this.#lastDownSeconds = Number.NEGATIVE_INFINITY;
    this.#changes.length = 0;
  }

  /** @returns the nearest number of pods to `wanted` that may be had now */
  clamp(wanted: number, pods: number, nowSeconds: number): number {
    const { scaleUpCooldownSeconds, scaleDownCooldownSeconds, podsUpPerMinute, podsDownPerMinute } =
      this.#settings;
    if (wanted > pods) {
      if (nowSeconds - this.#lastUpSeconds < scaleUpCooldownSeconds) return pods;
      return pods + clamp(podsUpPerMinute - this.#inLastMinute(nowSeconds, 1), 0, wanted - pods);
    }
    const lastSeconds = Math.max(this.#lastUpSeconds, this.#lastDownSeconds);
    if (wanted === pods || nowSeconds - lastSeconds < scaleDownCooldownSeconds) return pods;
    return pods - clamp(podsDownPerMinute - this.#inLastMinute(nowSeconds, -1), 0, pods - wanted);
  }

  /** A change that was made. */
  note(change: number, nowSeconds: number): void {
    if (change === 0) return;
    if (change > 0) this.#lastUpSeconds = nowSeconds;
    else this.#lastDownSeconds = nowSeconds;
    this.#changes.push({ seconds: nowSeconds, change });
    if (this.#changes.length > MINUTE_STEPS) this.#changes.shift();
  }

  /** Pods that were added, or with −1 taken away. */
  #inLastMinute(nowSeconds: number, direction: 1 | -1): number {
    let sum = 0;
    for (const { seconds, change } of this.#changes) {
      if (nowSeconds - seconds < 60 && change * direction > 0) sum += change * direction;
    }
    return sum;
  }
}
