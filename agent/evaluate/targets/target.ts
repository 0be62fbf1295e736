import type { Interval } from '../../rl/policy/policyModel';

export type TargetUnit = 'ratio' | 'share' | 'count';

/** A limit for a figure of an arm, as the research that the product was planned by sets it. */
export interface Limit {
  /** What the figure is, for people. */
  text: string;
  unit: TargetUnit;
  limit: number;
  /** Whether the figure is to be at most the limit, or at least. */
  side: 'most' | 'least';
  /** It is to be no worse than another arm, to which it may be equal: missed only where the interval leaves no doubt. */
  isNoWorse?: true;
}

/** What an arm has to reach. */
export interface Target<Arm> extends Limit {
  /** Null where it cannot be told. */
  figure(arm: Arm): Interval | null;
}

export interface TargetOutcome<Own extends Limit = Limit> {
  target: Own;
  value: Interval | null;
  met: boolean;
  /** Whether the whole interval lies on that side of the limit. */
  certain: boolean;
}

/** How an arm stands to a target: what cannot be told is not met. */
export function judgeTarget<Arm, Own extends Target<Arm>>(target: Own, arm: Arm): TargetOutcome<Own> {
  const value = target.figure(arm);
  if (value === null) return { target, value, met: false, certain: false };
  const isMet = (figure: number) =>
    target.side === 'most' ? figure <= target.limit : figure >= target.limit;
  const [best, worst] = target.side === 'most' ? [value.low, value.high] : [value.high, value.low];
  const met = isMet(target.isNoWorse ? best : value.mean);
  return { target, value, met, certain: isMet(best) === met && isMet(worst) === met };
}
