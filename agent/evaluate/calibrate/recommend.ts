import type { FrontierPoint } from '../../protocol';
import type { Interval } from '../../rl/policy/policyModel';
import { type JudgedArm, type Matched, matchFrontiers } from './frontier';
import { pairedDifference } from './intervals';

/** What to do about a workload. */
export interface Advice {
  arm: JudgedArm;
  /** What it was compared with. */
  against: JudgedArm;
  /** In J(W), in pods: below 0 it is better. Null where the advice is to leave it as it is. */
  difference: Interval | null;
  matched: Matched;
  /** The tuned HPA minus the HPA as it is. */
  tuning: Interval;
  /** The HPA that is to be in charge whenever nothing else is: the tuned one where it is better beyond doubt. */
  fallback: JudgedArm;
  /** The HPA with the lesser J(W). */
  betterHpa: JudgedArm;
  /** Those that were looked at and not chosen, with their differences to it. */
  others: readonly { arm: JudgedArm; difference: Interval }[];
}

/**
 * The honest rule. Coxswain's own arms only where the intervals of their differences to the tuned HPA and to the HPA as
 * it is both lie wholly below 0; else the tuned HPA, where its difference to the HPA as it is does; else nothing is to
 * be changed. Of several that qualify the one with the least J(W).
 *
 * @param at index of the price that was asked for
 */
export function recommend(
  arms: readonly JudgedArm[],
  frontiers: ReadonlyMap<string, readonly FrontierPoint[]>,
  prices: readonly number[],
  at: number,
): Advice {
  const current = armOf(arms, 'current');
  const tuned = armOf(arms, 'tuned-hpa');
  const difference = (ours: JudgedArm, theirs: JudgedArm) =>
    pairedDifference(ours.judged[at] ?? [], theirs.judged[at] ?? [], prices[at] ?? 0);
  const tuning = difference(tuned, current);
  const [better, worse] = tuning.mean <= 0 ? [tuned, current] : [current, tuned];
  const compared = arms
    .filter(({ isCandidate, role }) => isCandidate && (role === 'rule' || role === 'learned'))
    .map((arm) => ({ arm, difference: difference(arm, better) }))
    .sort((a, b) => a.difference.mean - b.difference.mean);
  const match = (ours: JudgedArm, theirs: JudgedArm) => {
    const their = frontiers.get(theirs.name)?.[at];
    const none = { costAtEqualViolations: null, violationsAtEqualCost: null };
    return their ? matchFrontiers(frontiers.get(ours.name) ?? [], their) : none;
  };
  const best = compared.find(
    (candidate) => candidate.difference.high < 0 && difference(candidate.arm, worse).high < 0,
  );
  const common = {
    tuning,
    fallback: tuning.high < 0 ? tuned : current,
    betterHpa: better,
    others: compared.filter((candidate) => candidate !== best),
  };
  if (best) return { ...common, ...best, against: better, matched: match(best.arm, better) };
  const tunedMatch = match(tuned, current);
  return tuning.high < 0
    ? { ...common, arm: tuned, against: current, difference: tuning, matched: tunedMatch }
    : { ...common, arm: current, against: tuned, difference: null, matched: tunedMatch };
}

function armOf(arms: readonly JudgedArm[], role: JudgedArm['role']): JudgedArm {
  const found = arms.find((arm) => arm.role === role);
  if (found) return found;
  throw new RangeError(`no arm is ${role}`);
}
