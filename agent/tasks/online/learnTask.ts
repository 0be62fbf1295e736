import type { Env } from '../../rl/env/env';
import type { PolicyModel } from '../../rl/policy/policyModel';
import type { ExperienceStore, Transition } from './experienceStore';
import type { PlayJudged } from './recalibrate';

/** What fine-tuning has to know of a task. */
export interface LearnTask {
  /** Stored experience by this contract, oldest first, at most so many of the newest. */
  experience(store: ExperienceStore, spec: string, most: number): Transition[];
  /** The simulator that the policy was trained in. */
  createEnv(model: PolicyModel): Env;
  /** Episodes that tell what the probabilities of a policy are worth. */
  playJudged(model: PolicyModel, episodes?: number): PlayJudged;
}
