import type { Interval } from '../../rl/policy/policyModel';
import { Random } from '../../sim/random';
import { quantile } from '../statistics';
import { type Day, recordAt } from './playedDays';

/** What an arm pays and what it violates at a price, as means over days: per pod of load + 1. */
export interface FrontierPoint {
  violationPrice: number;
  pods: number;
  violated: number;
}

/** Points of a frontier, by price ascending: more pods and fewer violations. */
export function frontierOf(days: readonly Day[], prices: readonly number[]): FrontierPoint[] {
  return prices.map((violationPrice) => {
    let pods = 0;
    let violated = 0;
    for (const day of days) {
      const { meanPods, meanLoad, violatedShare } = recordAt(day, violationPrice);
      pods += meanPods / (1 + meanLoad);
      violated += (violatedShare * meanLoad) / (1 + meanLoad);
    }
    return { violationPrice, pods: pods / days.length, violated: violated / days.length };
  });
}

export interface Matched {
  /** Share of the other’s pods that are saved at its violations; null where the frontier does not reach these. */
  costSaved: number | null;
  /** Share of the other’s violations that are gone at its pods; null likewise. */
  violationsCut: number | null;
}

/** Where a point of another arm would be on a frontier, straight in logarithms between its points. */
export function matchTo(frontier: readonly FrontierPoint[], other: FrontierPoint): Matched {
  const pods = between(
    frontier,
    (point) => point.violated,
    (point) => point.pods,
    other.violated,
  );
  const violated = between(
    frontier,
    (point) => point.pods,
    (point) => point.violated,
    other.pods,
  );
  return {
    costSaved: pods === null ? null : 1 - pods / other.pods,
    violationsCut: violated === null || other.violated === 0 ? null : 1 - violated / other.violated,
  };
}

const RESAMPLES = 1000;
const TAIL = 0.025;
const BOOTSTRAP_SEED = 1;
/** Where the frontier does not reach the other arm in more resamples than this share, nothing is said. */
const MOST_UNREACHED = 0.05;

/** The same with 95 % intervals: each resample draws days of each load with replacement, the same ones of both arms. */
export function matchedIntervals(
  ours: readonly Day[],
  prices: readonly number[],
  theirs: readonly Day[],
  price: number,
): { costSaved: Interval | null; violationsCut: Interval | null } {
  const matched = (mine: readonly Day[], other: readonly Day[]): Matched => {
    const [point] = frontierOf(other, [price]);
    return point ? matchTo(frontierOf(mine, prices), point) : { costSaved: null, violationsCut: null };
  };
  const all = matched(ours, theirs);
  const strata = [...Map.groupBy(ours.keys(), (index) => ours[index]?.workload).values()];
  const random = new Random(BOOTSTRAP_SEED);
  const drawn = Array.from({ length: RESAMPLES }, () => {
    const picked = strata.flatMap((days) => days.map(() => days[random.below(days.length)] as number));
    const of = (days: readonly Day[]) => picked.map((index) => days[index % days.length] as Day);
    return matched(of(ours), of(theirs));
  });
  return {
    costSaved: intervalOf(
      all.costSaved,
      drawn.map(({ costSaved }) => costSaved),
    ),
    violationsCut: intervalOf(
      all.violationsCut,
      drawn.map(({ violationsCut }) => violationsCut),
    ),
  };
}

function intervalOf(mean: number | null, drawn: readonly (number | null)[]): Interval | null {
  const known = drawn.filter((value) => value !== null).sort((a, b) => a - b);
  if (mean === null || known.length < (1 - MOST_UNREACHED) * drawn.length) return null;
  return { mean, low: quantile(known, TAIL), high: quantile(known, 1 - TAIL) };
}

/** y at an x, between the first two neighbours that have it between them. */
function between(
  points: readonly FrontierPoint[],
  x: (point: FrontierPoint) => number,
  y: (point: FrontierPoint) => number,
  at: number,
): number | null {
  for (const [index, second] of points.entries()) {
    const first = points[index - 1];
    if (!first) continue;
    const [from, to] = [x(first), x(second)];
    if (Math.min(from, to) <= 0 || at < Math.min(from, to) || at > Math.max(from, to)) continue;
    const share = from === to ? 0 : Math.log(at / from) / Math.log(to / from);
    return y(first) ** (1 - share) * y(second) ** share;
  }
  return null;
}
