import type { Interval } from '../../rl/policy/policyModel';
import type { ScenarioName } from '../../sim/canary/scenario';
import { judgeTarget, type Target, type TargetOutcome } from '../targets/target';
import type { CanaryArmResult, LevelFigures, ReleaseFigures } from './canaryResult';
import { PROMISES, type Promise90, promiseText } from './promises';
import { LEVEL_NAMES, type LevelName, TRAFFIC_LEVELS } from './trafficLevels';

interface LevelTargets {
  falsePromotion: number;
  falsePromotionActive?: number;
  falseRollback: number;
  undecided?: number;
}

const LEVEL_TARGETS: Partial<Record<LevelName, LevelTargets>> = {
  '20-and-more': { falsePromotion: 0.03, falsePromotionActive: 0.01, falseRollback: 0.01 },
  '5-to-20': { falsePromotion: 0.05, falseRollback: 0.01 },
  '1-to-5': { falsePromotion: 0.05, falseRollback: 0.01, undecided: 0.05 },
  'below-1': { falsePromotion: 0.08, falseRollback: 0.02, undecided: 0.25 },
};

/** Of releases with so great errors, those that are rolled back in the time that is promised. */
const IN_TIME = 0.9;
/** What learning has to save to be worth it: exposure over that of the same tests with fixed steps. */
export const MOST_EXPOSURE = 0.7;
/** Hard scenarios, in which fixed thresholds roll back what is healthy. */
const HARD_SCENARIOS: readonly ScenarioName[] = ['clustered-errors', 'slower-mix'];

export const TARGETS: readonly Target<CanaryArmResult>[] = [
  ...LEVEL_NAMES.flatMap((level) => {
    const limits = LEVEL_TARGETS[level];
    return limits ? levelTargets(level, limits) : [];
  }),
  {
    text: 'no traffic: promoted',
    unit: 'share',
    limit: 0,
    side: 'most',
    figure: (arm) => levelOf(arm, 'none')?.unproved ?? null,
  },
  ...HARD_SCENARIOS.map(
    (scenario): Target<CanaryArmResult> => ({
      text: `${scenario}: false rollbacks`,
      unit: 'share',
      limit: 0.03,
      side: 'most',
      figure: ({ scenarios }) => scenarios.find((each) => each.scenario === scenario)?.falseRollback ?? null,
    }),
  ),
  {
    text: 'harm before the verdict, over that of the same tests with fixed steps',
    unit: 'ratio',
    limit: MOST_EXPOSURE,
    side: 'most',
    figure: ({ verdict, toFixedPace }) => (verdict === 'tests' ? (toFixedPace?.harmSeconds ?? null) : null),
  },
];

/** How an arm stands to every target. */
export function judgeTargets(arm: CanaryArmResult): TargetOutcome[] {
  return TARGETS.map((target) => judgeTarget(target, arm));
}

function levelTargets(level: LevelName, limits: LevelTargets): Target<CanaryArmResult>[] {
  const { title } = TRAFFIC_LEVELS[level];
  const promise = PROMISES[level];
  const most = (
    what: string,
    limit: number,
    figure: (own: ReleaseFigures) => Interval | null,
  ): Target<CanaryArmResult> => ({
    text: `${title}: ${what}`,
    unit: 'share',
    limit,
    side: 'most',
    figure: (arm) => {
      const own = levelOf(arm, level);
      return own ? figure(own.figures) : null;
    },
  });
  const { falsePromotion, falsePromotionActive, falseRollback, undecided } = limits;
  const targets = [most('false promotions', falsePromotion, (own) => own.falsePromotion)];
  if (falsePromotionActive !== undefined)
    targets.push(most('promoted while doing harm', falsePromotionActive, (own) => own.falsePromotionActive));
  targets.push(most('false rollbacks', falseRollback, (own) => own.falseRollback));
  if (undecided !== undefined) targets.push(most('undecided', undecided, (own) => own.undecided));
  if (promise) targets.push(promptTarget(level, promise));
  return targets;
}

function promptTarget(level: LevelName, promise: Promise90): Target<CanaryArmResult> {
  return {
    text: `${TRAFFIC_LEVELS[level].title}: ${promiseText(promise)}`,
    unit: 'share',
    limit: IN_TIME,
    side: 'least',
    figure: (arm) => levelOf(arm, level)?.prompt?.share ?? null,
  };
}

export function levelOf({ levels }: CanaryArmResult, level: LevelName): LevelFigures | undefined {
  return levels.find((each) => each.level === level);
}
