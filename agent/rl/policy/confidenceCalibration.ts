/** What a policy's probabilities are worth, measured on episodes that it was not trained on. */
export interface ConfidenceCalibration {
  /**
   * By how much the logarithm of an action's probability has to be above that of doing nothing for it to be taken, ≥ 0:
   * the margin that the policy is best with.
   */
  idleMargin: number;
  /** Actions that it was fitted to. */
  actions: number;
  /** Share of actions that helped, by the probability that the policy gave them; both ascend. At least one. */
  points: readonly CalibrationPoint[];
}

export interface CalibrationPoint {
  probability: number;
  helped: number;
}

/** Groups that actions are put in by their probability: enough for a curve, few enough for a share to be known. */
const GROUPS = 20;
const LEAST_GROUP = 25;

/**
 * Isotonic regression (pool adjacent violators; Barlow et al. 1972) over groups of actions of about equal probability,
 * so that a greater probability never means less.
 *
 * @param judged probability and whether it helped, of each action that was carried out
 * @throws RangeError without any
 */
export function fitCalibration(
  judged: readonly (readonly [probability: number, helped: boolean])[],
  idleMargin: number,
): ConfidenceCalibration {
  if (judged.length === 0) throw new RangeError('a calibration needs actions');
  const sorted = judged.toSorted(([a], [b]) => a - b);
  const size = Math.max(LEAST_GROUP, Math.ceil(sorted.length / GROUPS));
  const pooled: Group[] = [];
  for (let first = 0; first < sorted.length; first += size) {
    let group = groupOf(sorted.slice(first, first + size));
    for (let last = pooled.at(-1); last && !isBelow(last, group); last = pooled.at(-1)) {
      pooled.pop();
      group = together(last, group);
    }
    pooled.push(group);
  }
  const points = pooled.map((group) => ({ probability: group.sum / group.count, helped: shareOf(group) }));
  return { idleMargin, actions: judged.length, points };
}

/** The share of actions of that probability that helped: linear between the points, constant outside of them. */
export function calibratedConfidence({ points }: ConfidenceCalibration, probability: number): number {
  const above = points.findIndex((point) => point.probability >= probability);
  const high = points[above];
  const low = above < 0 ? points.at(-1) : points[above - 1];
  if (!high || !low) return (high ?? low)?.helped ?? probability;
  const place = (probability - low.probability) / (high.probability - low.probability);
  return (1 - place) * low.helped + place * high.helped;
}

interface Group {
  count: number;
  /** Of probabilities. */
  sum: number;
  helped: number;
}

function groupOf(judged: readonly (readonly [probability: number, helped: boolean])[]): Group {
  return {
    count: judged.length,
    sum: judged.reduce((sum, [probability]) => sum + probability, 0),
    helped: judged.filter(([, helped]) => helped).length,
  };
}

function together(a: Group, b: Group): Group {
  return { count: a.count + b.count, sum: a.sum + b.sum, helped: a.helped + b.helped };
}

/** Of equal probabilities there is one point. */
function isBelow(one: Group, other: Group): boolean {
  return shareOf(one) < shareOf(other) && one.sum / one.count < other.sum / other.count;
}

/** With Laplace's rule: a few that all helped are no certainty. */
function shareOf({ helped, count }: Group): number {
  return (helped + 1) / (count + 2);
}
