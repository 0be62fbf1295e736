import type { Verdict } from '../protocol';
import type { FaultInput, GuardInput, HandBackInput, ReleaseFacts, ReleaseInput } from './guardInput';
import { carriesNote, isReturn, noteOf } from './releaseFacts';
import { arbiter } from './rules/arbiter';
import { autoscaler } from './rules/autoscaler';
import { breaker, minConfidence } from './rules/confidence';
import { control, mode, settled } from './rules/control';
import { disruptionBudget, lastReadyPod, rollout } from './rules/disruption';
import { chaosEnabled, faultNamespace } from './rules/fault';
import { blastRadius, faultLimit } from './rules/faultLimits';
import { faultShape } from './rules/faultShape';
import { freshData, freshProposal, upToDate } from './rules/freshness';
import { gitOps } from './rules/gitOps';
import { handBack, handBackWrite } from './rules/handBack';
import { outOfDistribution } from './rules/outOfDistribution';
import { actionInterval, cooldown, rate, rejection } from './rules/pace';
import { permission } from './rules/permission';
import { releaseArbiter, releaseGitOps, releasePace } from './rules/releaseArbiter';
import { releaseEvidence, releaseFreshData } from './rules/releaseEvidence';
import { releaseMode, releaseReturn } from './rules/releaseMode';
import { releaseInterference, releaseProblems, releaseUpToDate } from './rules/releaseUpToDate';
import { releaseWrite } from './rules/releaseWrite';
import { replicaBounds, replicasOwner } from './rules/replicas';
import type { Rule } from './rules/rule';
import { podsPerMinute, scaleLimits } from './rules/scaleLimits';
import { namespace, observeOnly } from './rules/scope';
import { writeMatchesAction } from './rules/writeMatchesAction';

/**
 * In this order, because the first denial is the one that is told: what the user set comes before what the cluster
 * says, and that before pace and trust.
 *
 * Chaos in progress is no rule for `heal`: to recover from a fault is what it is for. A task that learns or measures
 * under a steady state (a canary's verdict) has to refuse by itself while a fault runs; for the scaler `arbiter` does.
 */
const ACTION_RULES: readonly Rule<GuardInput>[] = [
  control,
  mode,
  settled,
  namespace,
  observeOnly,
  permission,
  freshProposal,
  freshData,
  upToDate,
  writeMatchesAction,
  replicaBounds,
  replicasOwner,
  autoscaler,
  gitOps,
  scaleLimits,
  rollout,
  arbiter,
  lastReadyPod,
  disruptionBudget,
  actionInterval,
  cooldown,
  podsPerMinute,
  rate,
  rejection,
  breaker,
  minConfidence,
  outOfDistribution,
];

/**
 * A person's command to inject a fault, or the schedule that a person has switched on, needs no further approval and
 * harms on purpose: what these rules ask is whom it hits, how many, and whether it can be ended.
 */
const FAULT_RULES: readonly Rule<FaultInput>[] = [
  control,
  mode,
  settled,
  chaosEnabled,
  faultNamespace,
  observeOnly,
  blastRadius,
  faultShape,
  faultLimit,
  permission,
];

/** Whoever gives an autoscaler back does nothing that anybody would have to be kept from. */
const HAND_BACK_RULES: readonly Rule<HandBackInput>[] = [handBack, handBackWrite, permission];

/**
 * The evidence owns promotion, a policy the pace: what these rules ask is whether the evidence carries it, whether the
 * release is as it was seen, and whether the write does what the operation says.
 */
const RELEASE_RULES: readonly Rule<ReleaseInput>[] = [
  control,
  releaseMode,
  settled,
  namespace,
  observeOnly,
  permission,
  freshProposal,
  releaseFreshData,
  releaseUpToDate,
  releaseProblems,
  releaseInterference,
  releaseWrite,
  releaseEvidence,
  releaseGitOps,
  releaseArbiter,
  releasePace,
  rejection,
];

/** The same but for what a write is asked: an answer to Flagger is none. */
const GATE_RULES: readonly Rule<ReleaseFacts>[] = [
  control,
  releaseMode,
  settled,
  namespace,
  observeOnly,
  freshProposal,
  releaseFreshData,
  releaseUpToDate,
  releaseProblems,
  releaseEvidence,
  releaseArbiter,
  releasePace,
  rejection,
];

/** Whoever gives the stable version its traffic back does nothing that anybody would have to be kept from. */
const RELEASE_RETURN_RULES: readonly Rule<ReleaseInput>[] = [releaseReturn, releaseWrite, permission];

/** The verdict on an action. Pure: the same input gives the same verdict. */
export function judge(input: GuardInput): Verdict {
  const { action, workload, ref } = input;
  if (action.kind !== 'hand-back') return firstOf(ACTION_RULES, input);
  const { uid } = action.autoscaler;
  const autoscaler = workload?.autoscalers.find((each) => each.uid === uid);
  return judgeHandBack({ ...input, namespace: ref.namespace, autoscaler });
}

/** The verdict on a hand-back, also of an autoscaler that the watches do not show as it is. */
export function judgeHandBack(input: HandBackInput): Verdict {
  return firstOf(HAND_BACK_RULES, input);
}

/** The verdict on one change of a fault. */
export function judgeFault(input: FaultInput): Verdict {
  return firstOf(FAULT_RULES, input);
}

/**
 * The verdict on one change of a release. What Coxswain has begun, and noted, may be taken back in any mode and state.
 *
 * @param isEmergency then that goes for what it steers as well
 */
export function judgeRelease(input: ReleaseInput, isEmergency = false): Verdict {
  const { release, operation, isStep } = input;
  const goesBack = isReturn(operation) || (isStep && noteOf(release)?.goal === 'roll-back');
  const returns = isEmergency || (goesBack && carriesNote(release));
  return firstOf(returns ? RELEASE_RETURN_RULES : RELEASE_RULES, input);
}

/** The verdict on what Flagger is to be let do, for which nothing is written. */
export function judgeGate(input: ReleaseFacts): Verdict {
  return firstOf(GATE_RULES, input);
}

/** Deny beats needs-approval beats allow; among equals the earlier rule speaks. */
function firstOf<Input>(rules: readonly Rule<Input>[], input: Input): Verdict {
  const verdicts = rules.flatMap((rule): Verdict[] => {
    const ruling = rule.judge(input);
    return ruling ? [{ ...ruling, rule: rule.name }] : [];
  });
  const strongest = (['deny', 'needs-approval', 'allow'] as const)
    .map((outcome) => verdicts.find((verdict) => verdict.outcome === outcome))
    .find((verdict) => verdict !== undefined);
  return strongest ?? { outcome: 'deny', rule: 'guard', reason: 'no rule allows it' };
}
