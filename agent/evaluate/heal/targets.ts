import { judgeTarget, type Target, type TargetOutcome } from '../targets/target';
import type { Detection, HealArmResult } from './healResult';
import { REFERENCE_ARM } from './summariseHeal';

/** What a controller has to reach. */
export interface HealTarget extends Target<HealArmResult> {
  /** Whether an arm that misses it does damage, costs more, or acts where nobody needs it. */
  guards: boolean;
}

/** MTTR over that of doing nothing: events reach the decision sooner than averages, so more is asked of them. */
const RECOVERY_LIMITS: Readonly<Record<Detection, number>> = { events: 0.45, averages: 0.55 };

/** Up to this an arm is compared at equal cost: capacity looks like healing. */
export const MOST_REPLICA_HOURS = 1.02;

const TO_RUNBOOK: HealTarget = {
  text: 'MTTR on impactful fixable faults over that of the tuned runbook',
  unit: 'ratio',
  limit: 1,
  side: 'most',
  guards: false,
  isNoWorse: true,
  figure: (arm) => arm.toRunbook,
};

/** Those that are the same under each detection, in the order in which they are shown. */
const TARGETS: readonly HealTarget[] = [
  {
    text: 'requests outside the SLO on fixable faults over those of doing nothing',
    unit: 'ratio',
    limit: 0.45,
    side: 'most',
    guards: false,
    figure: (arm) => arm.violatedToDoNothing,
  },
  {
    text: 'MTTR of faults that only time heals over that of doing nothing',
    unit: 'ratio',
    limit: 1,
    side: 'most',
    guards: true,
    isNoWorse: true,
    figure: (arm) => arm.timeOnlyToDoNothing,
  },
  {
    text: 'no-fault episodes with an action',
    unit: 'share',
    limit: 0.02,
    side: 'most',
    guards: true,
    figure: (arm) => arm.actedWithoutFault,
  },
  {
    text: 'dependency episodes with an action',
    unit: 'share',
    limit: 0.05,
    side: 'most',
    guards: true,
    figure: (arm) => arm.actedOnDependency,
  },
  {
    text: 'episodes with a harmful action',
    unit: 'share',
    limit: 0.03,
    side: 'most',
    guards: true,
    figure: (arm) => arm.harmful,
  },
  {
    text: 'harmful actions that were never taken back',
    unit: 'count',
    limit: 0,
    side: 'most',
    guards: true,
    figure: ({ harmfulUnreverted: count }) => ({ mean: count, low: count, high: count }),
  },
  {
    text: 'replica-hours above those of the usual number',
    unit: 'share',
    limit: MOST_REPLICA_HOURS - 1,
    side: 'most',
    guards: true,
    figure: ({ replicaHours: { mean, low, high } }) => ({ mean: mean - 1, low: low - 1, high: high - 1 }),
  },
];

/** Every target under a way of detection, with the limits of the research that the product was planned by. */
export function targetsOf(detection: Detection): readonly HealTarget[] {
  const recovery: HealTarget = {
    text: 'MTTR on impactful fixable faults over that of doing nothing',
    unit: 'ratio',
    limit: RECOVERY_LIMITS[detection],
    side: 'most',
    guards: false,
    figure: (arm) => arm.toDoNothing,
  };
  return [recovery, TO_RUNBOOK, ...TARGETS];
}

/** How an arm stands to every target that it can be held to: the tuned runbook is not compared with itself. */
export function judgeTargets(arm: HealArmResult, detection: Detection): TargetOutcome<HealTarget>[] {
  return targetsOf(detection)
    .filter((target) => !(target === TO_RUNBOOK && arm.name === REFERENCE_ARM))
    .map((target) => judgeTarget(target, arm));
}
