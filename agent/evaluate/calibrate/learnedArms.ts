import type { Engine } from '../../rl/engine/network';
import { createActor } from '../../rl/policy/actor';
import type { PolicyModel } from '../../rl/policy/policyModel';
import { policyArm } from '../arm';
import type { CalibrationArm } from './player';

/** A learned policy that is to be judged. */
export interface LearnedCandidate {
  /** Of the arm: `scale/3`, `scale/shipped-36-ppo`. */
  name: string;
  title: string;
  policy: PolicyModel;
  /** What `coxswain model promote` takes. */
  promote: string;
}

/** @returns the arm, and what frees its network */
export function learnedArm(
  { name, policy }: LearnedCandidate,
  engine: Engine,
): { arm: CalibrationArm; dispose(): void } {
  const actor = createActor(policy, engine);
  return {
    arm: { arm: policyArm(name, actor), spec: policy.spec, isPaced: true },
    dispose: () => actor.dispose(),
  };
}
