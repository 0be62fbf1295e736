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
  /** `scale.shadowPolicy` as it was written, and the version that the store calls so once it has been asked. */
  #shadow: { name: string; version: string | null } | null = null;

  constructor({ config, steering, ...ports }: ScaleLearningPorts) {
    const base = () => this.#base(steering(), config().scale, ports.policy);
    // The store is asked now, so that the first tick knows: a trial on another base is given up.
    base();
    this.learner = new OnlineLearner({
      ...ports,
      task: 'scale',
      // Each step is stored by each contract that can express it.
      count: (store) => Math.max(...OBSERVATION_SPEC_NAMES.map((spec) => store.count(spec))),
      settings: () => config().scale.onlineLearning,
      base,
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

  #base(
    steering: LearnedScale | null,
    { shadowPolicy }: Pick<Config['scale'], 'shadowPolicy'>,
    policy: ScaleLearningPorts['policy'],
  ): BasePolicy | null {
    if (steering) return { version: steering.version, steers: true };
    if (shadowPolicy === undefined) return null;
    if (this.#shadow?.name !== shadowPolicy) this.#ask(shadowPolicy, policy);
    const version = this.#shadow?.version ?? null;
    return version === null ? null : { version, steers: false };
  }

  /** People may write `3` or `scale/shipped-36-ppo` for what the store calls by its number. */
  #ask(name: string, policy: ScaleLearningPorts['policy']): void {
    const shadow: { name: string; version: string | null } = { name, version: null };
    this.#shadow = shadow;
    policy(name).then(
      ({ version }) => {
        shadow.version = version;
      },
      // The scaler tells why it cannot decide in shadow; it may be stored later.
      () => {
        if (this.#shadow === shadow) this.#shadow = null;
      },
    );
  }
}
