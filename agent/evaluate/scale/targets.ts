import type { Interval } from '../../rl/policy/policyModel';
import { MIDDLE_PRICE } from './playScale';
import type { PriceFigures, ScaleArmResult } from './scaleResult';

export type TargetUnit = 'ratio' | 'share';

/** What a scaler has to reach, with the limits of the research that the product was planned by. */
export interface Target {
  /** What the figure is, for people. */
  text: string;
  unit: TargetUnit;
  limit: number;
  /** Whether the figure is to be at most the limit, or at least. */
  side: 'most' | 'least';
  /** Null where it cannot be told. */
  figure(arm: ScaleArmResult): Interval | null;
}

export interface TargetOutcome {
  target: Target;
  value: Interval | null;
  met: boolean;
  /** Whether the whole interval lies on that side of the limit. */
  certain: boolean;
}

/** Of one arm at a price that is judged. @throws RangeError for another one */
export function atPrice({ prices, name }: ScaleArmResult, price: number): PriceFigures {
  const figures = prices.find(({ violationPrice }) => violationPrice === price);
  if (figures) return figures;
  throw new RangeError(`${name} was not judged at a price of ${price}`);
}

export const TARGETS: readonly Target[] = [
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
  return TARGETS.map((target) => {
    const value = target.figure(arm);
    if (value === null) return { target, value, met: false, certain: false };
    const isMet = (figure: number) =>
      target.side === 'most' ? figure <= target.limit : figure >= target.limit;
    const met = isMet(value.mean);
    return { target, value, met, certain: isMet(value.low) === met && isMet(value.high) === met };
  });
}

function worstInterval(arm: ScaleArmResult): Interval | null {
  const { worst } = atPrice(arm, MIDDLE_PRICE);
  const index = arm.prices.findIndex(({ violationPrice }) => violationPrice === MIDDLE_PRICE);
  return arm.workloads.find(({ workload }) => workload === worst.workload)?.toHpa[index] ?? null;
}
