import type { Actor } from '../../rl/policy/actor';
import type { ScaleEnv } from '../../sim/scale/scaleEnv';
import { decideScaling } from '../../sim/scale/scalingPolicy';
import type { Arm } from '../arm';

/** Decisions of an episode, and how sure the policy was of them. */
export interface ConfidenceCounts {
  decisions: number;
  /** Those to change something. */
  changes: number;
  /** Of each, those at least as sure as the guard asks for. */
  sure: number;
  sureChanges: number;
}

export interface ScalingArm extends Arm<ScaleEnv> {
  /** Since the episode began. */
  readonly counts: ConfidenceCounts;
}

/** What the guard asks for by default (guard.minConfidence). */
export const MIN_CONFIDENCE = 0.7;

/**
 * A policy as it decides in the live loop: first the direction, which has to stand out from holding by the margin
 * that it carries, then how far.
 *
 * @param holdsUnsure whether what is less sure than the guard asks for is left, as live
 */
export function scalingArm(name: string, actor: Actor, holdsUnsure: boolean): ScalingArm {
  const counts: ConfidenceCounts = { decisions: 0, changes: 0, sure: 0, sureChanges: 0 };
  return {
    name,
    counts,
    begin(env) {
      counts.decisions = counts.changes = counts.sure = counts.sureChanges = 0;
      const { podChanges } = env;
      const hold = podChanges.indexOf(0);
      return () => {
        const { action, change, confidence } = decideScaling(actor, podChanges, env.observation);
        const isChange = change !== 0;
        const isSure = confidence >= MIN_CONFIDENCE;
        counts.decisions++;
        if (isSure) counts.sure++;
        if (isChange) counts.changes++;
        if (isChange && isSure) counts.sureChanges++;
        return env.step(holdsUnsure && !isSure ? hold : action);
      };
    },
  };
}
