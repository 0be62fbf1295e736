import type { Decision, Feedback, ReadyObservation } from '../../loop/task';
import type { HealFacts } from './facts';

/** Hears of all that healing sees and decides, for learning from it. Must not throw. */
export interface HealWitness {
  /** Once per look at which there was data. */
  looked(workloadId: string, observation: ReadyObservation<HealFacts>, nowMs: number): void;
  /** What the policy that steers wants, at looks at which it is asked. */
  decided(
    workloadId: string,
    observation: ReadyObservation<HealFacts>,
    decision: Decision,
    nowMs: number,
  ): void;
  feedback(workloadId: string, feedback: Feedback): void;
  forget(workloadId: string): void;
}
