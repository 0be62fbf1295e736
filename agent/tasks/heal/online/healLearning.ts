import type { Config } from '../../../config/schema';
import type { Decision, Feedback, ReadyObservation } from '../../../loop/task';
import type { Transition } from '../../online/experienceStore';
import { OnlineLearner, type OnlineLearnerPorts } from '../../online/onlineLearner';
import type { HealFacts } from '../facts';
import { type LearnedHeal, seenUnder } from '../policies/learned';
import { healReward } from '../reward';
import { HEAL_RICH } from '../rich/richSpec';
import { HEAL_SPECS } from '../specs';
import type { HealWitness } from '../witness';
import { actionIndex } from '../workloadMemory';
import { HealTrial } from './healTrial';
import { TransitionRecorder } from './transitionRecorder';

export interface HealLearningPorts
  extends Pick<
    OnlineLearnerPorts<LearnedHeal, HealTrial>,
    'clock' | 'experience' | 'mode' | 'policy' | 'learn' | 'promote' | 'record'
  > {
  config(): Config;
  /** The learned policy that steers, or null. */
  steering(): LearnedHeal | null;
}

/** Online learning of healing: each look of the loop is seen, and steps of 5 s are made of them. */
export class HealLearning implements HealWitness {
  readonly learner: OnlineLearner<LearnedHeal, HealTrial>;
  readonly #recorders = new Map<string, TransitionRecorder>();

  constructor({ config, steering, ...ports }: HealLearningPorts) {
    this.learner = new OnlineLearner({
      ...ports,
      task: 'heal',
      count: (store) => store.count(...HEAL_SPECS.map(({ name }) => name)),
      settings: () => config().heal.onlineLearning,
      base: () => {
        const policy = steering();
        return policy && { version: policy.version, steers: true };
      },
      baseRemedy: 'Promote one with `coxswain model promote heal <version>`.',
      createTrial: (candidate, score, tell) =>
        new HealTrial(candidate, config, (id, text) => tell(text, id), score),
    });
  }

  looked(workloadId: string, observation: ReadyObservation<HealFacts>, nowMs: number): void {
    if (!this.learner.isEnabled) return;
    const recorder = this.#recorders.get(workloadId) ?? new TransitionRecorder(HEAL_RICH.name, workloadId);
    this.#recorders.set(workloadId, recorder);
    const { total } = healReward(observation.facts, { kind: 'none' });
    const transition = recorder.look(seenUnder(HEAL_RICH.name, observation).values, total, nowMs);
    if (transition) this.learner.store([withActionCost(transition, observation)]);
  }

  decided(
    workloadId: string,
    observation: ReadyObservation<HealFacts>,
    decision: Decision,
    nowMs: number,
  ): void {
    this.learner.trial?.decided(workloadId, observation, decision, nowMs);
  }

  feedback(workloadId: string, feedback: Feedback): void {
    if (feedback.kind === 'acted') this.#recorders.get(workloadId)?.acted(actionIndex(feedback.action));
    this.learner.trial?.feedback(workloadId, feedback);
  }

  forget(workloadId: string): void {
    this.#recorders.delete(workloadId);
  }
}

/** As the reward of a step in which something was done. */
function withActionCost(transition: Transition, { facts }: ReadyObservation<HealFacts>): Transition {
  if (transition.action === 0) return transition;
  const acted = healReward(facts, { kind: 'scale', from: 0, to: 1 }).terms.action ?? 0;
  return { ...transition, reward: transition.reward + acted };
}
