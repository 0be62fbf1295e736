import type { Env } from '../rl/env/env';
import type { Baseline } from '../sim/baseline';
import { evidenceSteps } from '../sim/canary/baselines/evidenceSteps';
import { flagger } from '../sim/canary/baselines/flagger';
import { alwaysHold, type ReleaseRule } from '../sim/canary/baselines/releaseRule';
import { fixedSteps } from '../sim/canary/baselines/timedSteps';
import type { CanaryEnv } from '../sim/canary/canaryEnv';
import { tunedRunbook } from '../sim/heal/baselines/runbook';
import { alwaysRestart, doNothing as healNothing } from '../sim/heal/baselines/simple';
import type { HealEnv } from '../sim/heal/healEnv';
import { defaultHpa, tunedHpa } from '../sim/scale/baselines/hpa';
import { tunedPredictive } from '../sim/scale/baselines/predictive';
import { tunedQuantile } from '../sim/scale/baselines/quantile';
import { doNothing as scaleNothing } from '../sim/scale/baselines/simple';
import type { ScaleEnv } from '../sim/scale/scaleEnv';
import { type Arm, randomArm } from './arm';

/** What a learned scaler is compared with. Rules choose any number of pods; only the policy is bound to its actions. */
export const SCALE_ARMS: readonly Arm<ScaleEnv>[] = [
  ...[tunedPredictive(), tunedQuantile(), tunedHpa(), defaultHpa(), scaleNothing()].map((rule) =>
    ruleArm<ScaleEnv>(rule, (env, pods) => env.scaleTo(pods)),
  ),
  randomArm(),
];

/** What a learned healer is compared with. */
export const HEAL_ARMS: readonly Arm<HealEnv>[] = [
  ...[tunedRunbook(), alwaysRestart(), healNothing()].map((rule) =>
    ruleArm<HealEnv>(rule, (env, action) => env.step(action)),
  ),
  randomArm(),
];

/** What a learned release is compared with, under the same owner of the verdict. Doing nothing is to hold. */
export const CANARY_ARMS: readonly Arm<CanaryEnv>[] = [
  ...[evidenceSteps(), fixedSteps(), flagger(), alwaysHold()].map(releaseArm),
  randomArm(),
];

/** A rule that says which share of the traffic it wants on the canary. */
export function releaseArm(rule: ReleaseRule): Arm<CanaryEnv> {
  return ruleArm<CanaryEnv>(rule, (env, share) => env.routeTo(share));
}

/** A rule with what it wants of the env done in it. */
export function ruleArm<E extends Env>(
  rule: Baseline<E>,
  act: (env: E, wanted: number) => ReturnType<E['step']>,
): Arm<E> {
  return {
    name: rule.name,
    begin: (env, random) => {
      rule.reset(random.below(2 ** 32));
      return () => act(env, rule.decide(env));
    },
  };
}
