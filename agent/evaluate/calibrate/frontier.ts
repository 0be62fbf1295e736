import type { Calibration, FrontierPoint } from '../../protocol';
import { figureOf, type Judged } from './intervals';
import { SegmentTotals } from './segmentTotals';

export type ArmRole = Calibration['arms'][number]['role'];

/** An arm that has been judged at each price. */
export interface JudgedArm {
  name: string;
  title: string;
  role: ArmRole;
  /** Whether it may be recommended: a bound may not, nor what nobody could run. */
  isCandidate: boolean;
  /** By price, in their order. */
  judged: readonly Judged[];
  /** What was tuned, for people, by price; none where nothing was. */
  settings: readonly string[];
}

/** @param podPricePerHour of one pod; null where it requests nothing, and so has no price */
export function frontierOf(
  { judged }: JudgedArm,
  prices: readonly number[],
  podPricePerHour: number | null,
): FrontierPoint[] {
  return judged.map((own, index) => {
    const violationPrice = prices[index] ?? 0;
    const meanPods = figureOf(own, (totals) => totals.meanPods);
    const all = SegmentTotals.sum(own.flat());
    return {
      violationPrice,
      violatedShare: figureOf(own, (totals) => totals.violatedShare),
      meanPods,
      costPerHour: podPricePerHour === null ? null : podPricePerHour * meanPods.mean,
      actionsPerHour: all.actionsPerHour,
      objectiveCost: figureOf(own, (totals) => totals.objectiveCost(violationPrice)),
    };
  });
}

/** What an arm gains over another by its frontier; null where the frontiers do not meet there. */
export interface Matched {
  /** Relative cost at the same share of violations: −0.1 is 10 % cheaper. */
  costAtEqualViolations: number | null;
  /** Relative violations at the same cost. */
  violationsAtEqualCost: number | null;
}

/** Below it a share of violations is a matter of luck, and says nothing in proportion. */
const LEAST_SHARE = 1e-4;

/** @param their the point of the other arm to compare at */
export function matchFrontiers(ours: readonly FrontierPoint[], their: FrontierPoint): Matched {
  const curve = ours
    .map(({ meanPods, violatedShare }) => ({
      pods: meanPods.mean,
      // Violations fall with each pod in proportion rather than by a number.
      lnShare: Math.log(Math.max(LEAST_SHARE, violatedShare.mean)),
    }))
    .sort((a, b) => a.pods - b.pods);
  const lnShare = Math.log(Math.max(LEAST_SHARE, their.violatedShare.mean));
  const isTelling = their.violatedShare.mean > LEAST_SHARE;
  const pods = isTelling ? along(curve, 'lnShare', lnShare, 'pods') : null;
  const share = isTelling ? along(curve, 'pods', their.meanPods.mean, 'lnShare') : null;
  return {
    costAtEqualViolations: pods === null ? null : pods / their.meanPods.mean - 1,
    violationsAtEqualCost: share === null ? null : Math.exp(share - lnShare) - 1,
  };
}

type CurvePoint = Record<'pods' | 'lnShare', number>;

/** Where the curve reaches a value of one, the other one, by straight lines; null outside of it. */
function along(
  curve: readonly CurvePoint[],
  by: keyof CurvePoint,
  value: number,
  wanted: keyof CurvePoint,
): number | null {
  for (const [index, from] of curve.entries()) {
    const to = curve[index + 1];
    if (!to || (from[by] - value) * (to[by] - value) > 0) continue;
    const share = from[by] === to[by] ? 0 : (value - from[by]) / (to[by] - from[by]);
    return from[wanted] + share * (to[wanted] - from[wanted]);
  }
  return null;
}
