import { CONTROL_STEP_SECONDS } from '../units';

/** Recommendations that are kept; half an hour. */
const KEPT = 120;

/**
 * The default behaviour of the HPA v2: down only to the highest recommendation of the window, up at once but by no more
 * than 100 % or four pods in 15 s, whichever is more.
 */
export class DownscaleWindow {
  readonly #recommendations = new Float64Array(KEPT);
  #count = 0;

  reset(): void {
    this.#count = 0;
  }

  /** @param windowSeconds up to half an hour; 0 for none */
  stabilise(recommended: number, pods: number, windowSeconds: number): number {
    this.#recommendations[this.#count++ % KEPT] = recommended;
    if (recommended >= pods) return Math.min(recommended, Math.max(2 * pods, pods + 4));
    const window = Math.max(1, Math.round(windowSeconds / CONTROL_STEP_SECONDS));
    const known = Math.min(window, this.#count, KEPT);
    let highest = recommended;
    for (let ago = 2; ago <= known; ago++) {
      highest = Math.max(highest, this.#recommendations[(this.#count - ago) % KEPT] as number);
    }
    return Math.min(pods, highest);
  }
}
