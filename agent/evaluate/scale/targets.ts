import type { Interval } from '../../rl/policy/policyModel';
import { judgeTarget, type Target, type TargetOutcome } from '../targets/target';
import { MIDDLE_PRICE } from './playScale';
import type { PriceFigures, ScaleArmResult } from './scaleResult';

/** Of one arm at a price that is judged. @throws RangeError for another one */
export function atPrice({ prices, name }: ScaleArmResult, price: number): PriceFigures {
  const figures = prices.find(({ violationPrice }) => violationPrice === price);
  if (figures) return figures;
  throw new RangeError(`${name} was not judged at a price of ${price}`);
}

export const TARGETS: readonly Target<ScaleArmResult>[] = [
  {
    text: 'J over that of the tuned HPA, W = 20',
    unit: 'ratio',
    limit: 0.93,
    side: 'most',
    figure: (arm) => atPrice(arm, 20).toHpa,
  },
  {
    text: 'J over that of the tuned HPA, W = 80',
    unit: 'ratio',
    limit: 0.88,
    side: 'most',
    figure: (arm) => atPrice(arm, 80).toHpa,
  },
  {
    text: 'cost saved at the tuned HPA’s violations, W = 20',
    unit: 'share',
    limit: 0.05,
    side: 'least',
    figure: (arm) => atPrice(arm, MIDDLE_PRICE).costSaved,
  },
  {
    text: 'violations cut at the tuned HPA’s cost, W = 20',
    unit: 'share',
    limit: 0.3,
    side: 'least',
    figure: (arm) => atPrice(arm, MIDDLE_PRICE).violationsCut,
  },
  {
    text: 'loads × seeds in which it is better, W = 20',
    unit: 'share',
    limit: 0.8,
    side: 'least',
    figure: (arm) => atPrice(arm, MIDDLE_PRICE).better,
  },
  {
    text: 'the worst load: J over that of the tuned HPA, W = 20',
    unit: 'ratio',
    limit: 1.1,
    side: 'most',
    figure: worstInterval,
  },
  {
    text: 'scaling actions over those of the tuned HPA, W = 20',
    unit: 'ratio',
    limit: 1.5,
    side: 'most',
    figure: (arm) => atPrice(arm, MIDDLE_PRICE).actionsToHpa,
  },
  {
    text: 'J over that of the tuned predictive rule, W = 20',
    unit: 'ratio',
    limit: 1,
    side: 'most',
    figure: (arm) => atPrice(arm, MIDDLE_PRICE).toPredictive,
  },
];

/** How an arm stands to every target. */
export function judgeTargets(arm: ScaleArmResult): TargetOutcome[] {
  return TARGETS.map((target) => judgeTarget(target, arm));
}

function worstInterval(arm: ScaleArmResult): Interval | null {
  const { worst } = atPrice(arm, MIDDLE_PRICE);
  const index = arm.prices.findIndex(({ violationPrice }) => violationPrice === MIDDLE_PRICE);
  return arm.workloads.find(({ workload }) => workload === worst.workload)?.toHpa[index] ?? null;
}
