import type { ScaleLook } from './live/policies/policy';
import type { StepChange } from './live/stepReward';

/** Hears of all that scaling sees and decides, for learning from it. Must not throw. */
export interface ScaleWitness {
  /**
   * Once per control step with data.
   *
   * @param step what was done to the number of pods since the step before, by HPA, rule, policy or whomever
   * @param ours pods that what steers wants, within the bounds
   */
  looked(workloadId: string, look: ScaleLook, step: StepChange, ours: number): void;
  /** A step without data, or the history has begun anew. */
  interrupted(workloadId: string): void;
  forget(workloadId: string): void;
}
