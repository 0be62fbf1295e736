import type { Config } from '../../../config/schema';
import { OBSERVATION_SPEC_NAMES } from '../../../sim/scale/observation';
import { type BasePolicy, OnlineLearner, type OnlineLearnerPorts } from '../../online/onlineLearner';
import type { LearnedScale } from '../live/policies/learnedScale';
import type { ScaleLook } from '../live/policies/policy';
import type { StepChange } from '../live/stepReward';
import type { ScaleWitness } from '../witness';
import { ScaleTrial } from './scaleTrial';
import { StepRecorder } from './stepRecorder';

export interface ScaleLearningPorts
  extends Pick<
    OnlineLearnerPorts<LearnedScale, ScaleTrial>,
    'clock' | 'experience' | 'mode' | 'policy' | 'learn' | 'promote' | 'record'
  > {
  config(): Config;
  /** The learned policy that steers, or null. */
  steering(): LearnedScale | null;
}

/**
 * Online learning of scaling, the hybrid mode's second half: each control step is seen, whoever has scaled in it. What
 * is learned on is the policy that steers, else the one that decides in shadow.
 */
export class ScaleLearning implements ScaleWitness {
  readonly learner: OnlineLearner<LearnedScale, ScaleTrial>;
  readonly #recorders = new Map<string, StepRecorder>();

  constructor({ config, steering, ...ports }: ScaleLearningPorts) {
    this.learner = new OnlineLearner({
      ...ports,
      task: 'scale',
      // Each step is stored by each contract that can express it.
      count: (store) => Math.max(...OBSERVATION_SPEC_NAMES.map((spec) => store.count(spec))),
      settings: () => config().scale.onlineLearning,
      base: () => baseOf(steering(), config().scale),
      baseRemedy:
        'Promote one with `coxswain model promote scale <version>`, or name one in scale.shadowPolicy.',
      createTrial: (candidate, score) => new ScaleTrial(candidate, config, score),
    });
  }

  looked(workloadId: string, look: ScaleLook, step: StepChange, ours: number): void {
    this.learner.trial?.looked(workloadId, look, ours);
    if (!this.learner.isEnabled) return;
    const recorder = this.#recorders.get(workloadId) ?? new StepRecorder(workloadId);
    this.#recorders.set(workloadId, recorder);
    this.learner.store(recorder.look(look, step));
  }

  interrupted(workloadId: string): void {
    this.#recorders.get(workloadId)?.interrupted();
    this.learner.trial?.interrupted(workloadId);
  }

  forget(workloadId: string): void {
    this.#recorders.delete(workloadId);
    this.learner.trial?.interrupted(workloadId);
  }
}

function baseOf(
  steering: LearnedScale | null,
  { shadowPolicy }: Pick<Config['scale'], 'shadowPolicy'>,
): BasePolicy | null {
  if (steering) return { version: steering.version, steers: true };
  return shadowPolicy === undefined ? null : { version: shadowPolicy, steers: false };
}
