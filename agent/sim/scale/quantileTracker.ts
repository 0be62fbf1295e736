/** How far a tracker may move per value, as a share of the values' scale. */
const STEP_SHARE = 0.06;

/**
 * A quantile of a stream in one number: it goes up by `share` of a step at values above it and down by 1 − `share` at
 * those below, so that it rests where that share of the values lies below (Robbins and Monro, 1951).
 */
export class QuantileTracker {
  value = 0;
  readonly #share: number;
  readonly #speed: number;

  /** @param speed multiplies the step: quantiles far out are seldom exceeded and need a greater one */
  constructor(share: number, speed: number) {
    this.#share = share;
    this.#speed = speed;
  }

  update(value: number, scale: number): void {
    const step = STEP_SHARE * this.#speed * scale;
    this.value += step * (value > this.value ? this.#share : this.#share - 1);
  }
}
