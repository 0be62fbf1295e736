import { heedBehavior } from '../../../tasks/scale/hpa/behavior';
import { DEFAULT_SCALE_DOWN, DEFAULT_SCALE_UP, type HpaRules } from '../../../tasks/scale/hpa/hpaSpec';
import { HpaState } from '../../../tasks/scale/hpa/hpaState';
import { CONTROL_STEP_SECONDS } from '../units';

/**
 * The default behaviour of the HPA v2 for rules of another kind: down only to the highest recommendation of the window,
 * up at once but by no more than 100 % or four pods in 15 s, whichever is more.
 */
export class DownscaleWindow {
  readonly #state = new HpaState();
  readonly #rules = {
    minReplicas: 0,
    maxReplicas: Number.POSITIVE_INFINITY,
    scaleUp: DEFAULT_SCALE_UP,
    scaleDown: { ...DEFAULT_SCALE_DOWN },
  } satisfies HpaRules;
  #seconds = 0;

  reset(): void {
    this.#state.clear();
  }

  /** To be asked once in each control step. @param windowSeconds up to an hour; 0 for none */
  stabilise(recommended: number, pods: number, windowSeconds: number): number {
    this.#seconds += CONTROL_STEP_SECONDS;
    this.#rules.scaleDown.stabilizationWindowSeconds = windowSeconds;
    const wanted = heedBehavior(this.#rules, this.#state, this.#seconds, pods, recommended);
    this.#state.noteRescale(this.#seconds, pods, wanted);
    return wanted;
  }
}
