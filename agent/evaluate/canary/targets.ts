import type { Interval } from '../../rl/policy/policyModel';
import type { ScenarioName } from '../../sim/canary/scenario';
import type { CanaryArmResult, LevelFigures, ReleaseFigures } from './canaryResult';
import { PROMISES, type Promise90, promiseText } from './promises';
import { LEVEL_NAMES, type LevelName, TRAFFIC_LEVELS } from './trafficLevels';

/** What a way of releasing has to reach, as research/canary-evidence.md sets it. */
export interface Target {
  /** What the figure is, for people. */
  text: string;
  unit: 'share' | 'ratio';
  limit: number;
  /** Whether the figure must be at most the limit, or at least. */
  side: 'most' | 'least';
  /** Null where there was nothing to take it from. */
  figure(arm: CanaryArmResult): Interval | null;
}

export interface TargetOutcome {
  target: Target;
  value: Interval | null;
  met: boolean;
  /** Whether the whole interval lies on that side of the limit. */
  certain: boolean;
}

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

export const TARGETS: readonly Target[] = [
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
    (scenario): Target => ({
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
  return TARGETS.map((target) => {
    const value = target.figure(arm);
    if (value === null) return { target, value, met: false, certain: false };
    const isMet = (figure: number) =>
      target.side === 'most' ? figure <= target.limit : figure >= target.limit;
    const met = isMet(value.mean);
    return { target, value, met, certain: isMet(value.low) === met && isMet(value.high) === met };
  });
}

function levelTargets(level: LevelName, limits: LevelTargets): Target[] {
  const { title } = TRAFFIC_LEVELS[level];
  const promise = PROMISES[level];
  const most = (what: string, limit: number, figure: (own: ReleaseFigures) => Interval | null): Target => ({
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

function promptTarget(level: LevelName, promise: Promise90): Target {
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
