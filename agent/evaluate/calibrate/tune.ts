import { setImmediate } from 'node:timers/promises';
import { type Observation, suggestPoints } from '../../rl/tuning/bayesianOptimiser';
import type { Point, SearchSpace } from '../../rl/tuning/searchSpace';
import { type Judged, pairedDifference } from './intervals';
import type { Passage } from './passages';
import type { Player } from './player';
import { ruleOf, type TunableRule } from './rules';
import { SegmentTotals } from './segmentTotals';

export interface TuningBudget {
  /** Settings that are spread evenly over the space, and looked at for all prices alike. */
  initial: number;
  /** Those that Bayesian optimisation suggests for each price. */
  perPrice: number;
  /** Each is played so often. */
  seeds: readonly number[];
}

/** What was found for each price, in their order. */
export interface Tuned {
  rule: TunableRule;
  points: readonly Point[];
  looks: number;
}

interface Look {
  point: Point;
  /** By seed and segment. */
  judged: Judged;
  totals: SegmentTotals;
  /** One of those that are known to be good elsewhere. */
  isKnown: boolean;
}

/**
 * Finds settings of a rule for each price by Bayesian optimisation on the part of the load that tunes. What a rule does
 * does not depend on the price, so that one look tells of all of them.
 */
export async function tuneRule(
  rule: TunableRule,
  prices: readonly number[],
  player: Player,
  passages: readonly Passage[],
  { initial, perPrice, seeds }: TuningBudget,
  /** Called after each look. @throws to end it */
  onLook: () => void,
): Promise<Tuned> {
  const looks: Look[] = [];
  const look = async (point: Point) => {
    const arm = ruleOf(rule.baselineOf(point), rule.isPaced);
    const judged = seeds.map((seed) => player.play(arm, passages, seed, 1));
    const isKnown = looks.length < rule.known.length;
    looks.push({ point, judged, totals: SegmentTotals.sum(judged.flat()), isKnown });
    onLook();
    // Somebody may want to end it.
    await setImmediate();
  };
  for (const point of rule.known) await look(point);
  const space = rule.space.filter(({ low, high }) => low < high);
  for (const point of suggestions(space, [], initial, 0, rule)) await look(point);
  for (const price of prices) {
    for (let count = 0; count < perPrice; count++) {
      const [point] = suggestions(space, observationsAt(looks, price), 1, looks.length, rule);
      if (point) await look(point);
    }
  }
  return { rule, points: prices.map((price) => chosen(looks, price)), looks: looks.length };
}

export function looksOf(rule: TunableRule, prices: readonly number[], budget: TuningBudget): number {
  return rule.known.length + budget.initial + prices.length * budget.perPrice;
}

/** A surrogate of all looks would cost more than a look itself; those that lead to the minimum tell enough. */
const MOST_OBSERVATIONS = 32;

function observationsAt(looks: readonly Look[], price: number): Observation[] {
  return looks
    .map(({ point, totals }) => ({ point, value: Math.log(totals.objectiveCost(price)) }))
    .sort((a, b) => a.value - b.value)
    .slice(0, MOST_OBSERVATIONS);
}

function suggestions(
  space: SearchSpace,
  observations: readonly Observation[],
  count: number,
  /** Another one for each suggestion: the same observations would lead to the same point. */
  seed: number,
  { known, space: whole }: TunableRule,
): Point[] {
  const fixed = Object.fromEntries(whole.map(({ name, low }) => [name, low]));
  const initialPoints = observations.length > 0 ? known.length : count;
  return suggestPoints(space, observations, [], count, { seed, initialPoints }).map((point) => ({
    ...fixed,
    ...point,
  }));
}

/**
 * The best one, but only where it is better beyond doubt than the best of those that are good elsewhere: what is best
 * by luck on a short load is seldom best on the next.
 */
function chosen(looks: readonly Look[], price: number): Point {
  const found = leastCost(looks, price);
  const known = leastCost(
    looks.filter(({ isKnown }) => isKnown),
    price,
  );
  if (!found || !known || found === known) return found?.point ?? {};
  const { high } = pairedDifference(found.judged, known.judged, price);
  return high < 0 ? found.point : known.point;
}

function leastCost(looks: readonly Look[], price: number): Look | undefined {
  return looks.reduce<Look | undefined>((least, look) => {
    return least && least.totals.objectiveCost(price) <= look.totals.objectiveCost(price) ? least : look;
  }, undefined);
}
