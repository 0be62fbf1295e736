import type { Interval } from '../../rl/policy/policyModel';
import type { Detection, HealArmResult } from './healResult';
import { REFERENCE_ARM } from './summariseHeal';

export type TargetUnit = 'ratio' | 'share' | 'count';

/** What a controller has to reach: a figure of its arm that must not be above a limit. */
export interface Target {
  /** What the figure is, for people. */
  text: string;
  unit: TargetUnit;
  limit: number;
  /** Whether an arm that misses it does damage, costs more, or acts where nobody needs it. */
  guards: boolean;
  /** It is to be no worse than another arm, to which it may be equal: missed only where the interval leaves no doubt. */
  isNoWorse?: true;
  /** Null where there was no episode to tell, as with a fault that was left out. */
  figure(arm: HealArmResult): Interval | null;
}

export interface TargetOutcome {
  target: Target;
  value: Interval | null;
  met: boolean;
  /** Whether the whole interval lies on that side of the limit. */
  certain: boolean;
}

/** MTTR over that of doing nothing: events reach the decision sooner than averages, so more is asked of them. */
const RECOVERY_LIMITS: Readonly<Record<Detection, number>> = { events: 0.45, averages: 0.55 };

/** Up to this an arm is compared at equal cost: capacity looks like healing. */
export const MOST_REPLICA_HOURS = 1.02;

const TO_RUNBOOK: Target = {
  text: 'MTTR on impactful fixable faults over that of the tuned runbook',
  unit: 'ratio',
  limit: 1,
  guards: false,
  isNoWorse: true,
  figure: (arm) => arm.toRunbook,
};

/** Those that are the same under each detection, in the order in which they are shown. */
const TARGETS: readonly Target[] = [
  {
    text: 'requests outside the SLO on fixable faults over those of doing nothing',
    unit: 'ratio',
    limit: 0.45,
    guards: false,
    figure: (arm) => arm.violatedToDoNothing,
  },
  {
    text: 'MTTR of faults that only time heals over that of doing nothing',
    unit: 'ratio',
    limit: 1,
    guards: true,
    isNoWorse: true,
    figure: (arm) => arm.timeOnlyToDoNothing,
  },
  {
    text: 'no-fault episodes with an action',
    unit: 'share',
    limit: 0.02,
    guards: true,
    figure: (arm) => arm.actedWithoutFault,
  },
  {
    text: 'dependency episodes with an action',
    unit: 'share',
    limit: 0.05,
    guards: true,
    figure: (arm) => arm.actedOnDependency,
  },
  {
    text: 'episodes with a harmful action',
    unit: 'share',
    limit: 0.03,
    guards: true,
    figure: (arm) => arm.harmful,
  },
  {
    text: 'harmful actions that were never taken back',
    unit: 'count',
    limit: 0,
    guards: true,
    figure: ({ harmfulUnreverted: count }) => ({ mean: count, low: count, high: count }),
  },
  {
    text: 'replica-hours above those of the usual number',
    unit: 'share',
    limit: MOST_REPLICA_HOURS - 1,
    guards: true,
    figure: ({ replicaHours: { mean, low, high } }) => ({ mean: mean - 1, low: low - 1, high: high - 1 }),
  },
];

/** Every target under a way of detection, with the limits of the research that the product was planned by. */
export function targetsOf(detection: Detection): readonly Target[] {
  const recovery: Target = {
    text: 'MTTR on impactful fixable faults over that of doing nothing',
    unit: 'ratio',
    limit: RECOVERY_LIMITS[detection],
    guards: false,
    figure: (arm) => arm.toDoNothing,
  };
  return [recovery, TO_RUNBOOK, ...TARGETS];
}

/** How an arm stands to every target that it can be held to: the tuned runbook is not compared with itself. */
export function judgeTargets(arm: HealArmResult, detection: Detection): TargetOutcome[] {
  return targetsOf(detection)
    .filter((target) => !(target === TO_RUNBOOK && arm.name === REFERENCE_ARM))
    .map((target) => judgeTarget(target, target.figure(arm)));
}

function judgeTarget(target: Target, value: Interval | null): TargetOutcome {
  if (value === null) return { target, value, met: false, certain: false };
  const met = (target.isNoWorse ? value.low : value.mean) <= target.limit;
  const certain = met ? value.high <= target.limit : value.low > target.limit;
  return { target, value, met, certain };
}
