import { capitalised } from '../../protocol/format';
import type { Interval } from '../../rl/policy/policyModel';
import { type ArmVerdict, armVerdict } from '../targets/armVerdict';
import { figureText } from '../targets/targetText';
import { MIDDLE_PRICE } from './playScale';
import type { ScaleArmResult, ScaleResult } from './scaleResult';
import { PREDICTIVE_ARM, QUANTILE_ARM, REFERENCE_ARM } from './scaleRules';
import { atPrice, judgeTargets } from './targets';

/** What follows from an evaluation, in words. */
export interface ScaleVerdict {
  /** Of the arms that can steer, in their order. */
  arms: readonly ArmVerdict[];
  /** The name of the arm that should steer by default. */
  steers: string;
  /** Why it, and why not the others: whole sentences. */
  reasons: readonly string[];
  /** When learning pays, in one sentence; null where no policy was played. */
  whenLearningPays: string | null;
}

/** Rules that can steer live beside the HPA's own algorithm. */
const RULES = [REFERENCE_ARM, PREDICTIVE_ARM, QUANTILE_ARM];
/** Nobody lets something steer that is this much worse than a tuned HPA on some load, or acts so much more. */
const WORST_LIMIT = 1.1;
const MOST_ACTIONS = 1.5;

/**
 * Which targets each arm meets, and which one should steer by default. The best rule does, unless a learned policy has
 * earned its place: its J is below that rule's by more than chance at the price in the middle and above it at no
 * other, it is not much worse than the tuned HPA on any load, and it does not act much more often.
 */
export function judgeScale({ arms }: Pick<ScaleResult, 'arms'>): ScaleVerdict {
  const steering = arms.filter(({ role }) => role === 'rule' || role === 'learned');
  const rule = cheapest(steering.filter(({ name }) => RULES.includes(name)));
  const learned = steering
    .filter(({ role }) => role === 'learned')
    .map((arm) => ({ arm, objections: rule ? objectionsTo(arm, rule) : [] }));
  const winner = cheapest(learned.filter(({ objections }) => objections.length === 0).map(({ arm }) => arm));
  const steers = winner ?? rule;
  if (!steers) throw new RangeError('no rule was played');
  const best = winner ?? cheapest(learned.map(({ arm }) => arm));
  return {
    arms: steering.map((arm) => armVerdict(arm, judgeTargets(arm))),
    steers: steers.name,
    reasons: [
      whySteers(steers, learned.length > 0),
      ...learned.flatMap(({ arm, objections }) =>
        objections.length === 0
          ? []
          : [capitalised(`${arm.title} should not steer: ${objections.join('; ')}.`)],
      ),
    ],
    whenLearningPays: best && rule ? whenLearningPays(best, rule) : null,
  };
}

/** By the geometric mean of its ratios to the tuned HPA over the prices. */
function cheapest(arms: readonly ScaleArmResult[]): ScaleArmResult | undefined {
  const cost = ({ prices }: ScaleArmResult) =>
    prices.reduce((sum, { toHpa }) => sum + Math.log(toHpa.mean), 0) / prices.length;
  return [...arms].sort((a, b) => cost(a) - cost(b))[0];
}

function whySteers(arm: ScaleArmResult, wasCompared: boolean): string {
  const { title, role, prices } = arm;
  const ratios = prices.map(({ toHpa }) => toHpa.mean.toFixed(2)).join(', ');
  const at = prices.map(({ violationPrice }) => violationPrice).join(', ');
  const start = `${capitalised(title)} comes out best in simulation: its cost J is ${ratios} × that of the tuned HPA at W = ${at}`;
  if (role === 'learned') {
    const { costSaved, violationsCut } = atPrice(arm, MIDDLE_PRICE);
    return `${start}; at W = ${MIDDLE_PRICE} it saves ${shareText(costSaved)} of the cost at equal violations, or ${shareText(violationsCut)} of the violations at equal cost.`;
  }
  return wasCompared
    ? `${start}, and no learned policy has earned its place.`
    : `${start}; no learned policy was compared.`;
}

/** Why a learned policy should not take the place of a rule; none where it should. */
function objectionsTo(arm: ScaleArmResult, rule: ScaleArmResult): string[] {
  const objections: string[] = [];
  for (const figures of arm.prices) {
    const ratio = ratioToRule(arm, rule, figures.violationPrice);
    const isMiddle = figures.violationPrice === MIDDLE_PRICE;
    const said = `its J is ${figureText(ratio, 'ratio')} that of ${rule.title} at W = ${figures.violationPrice}`;
    if (ratio === null || (isMiddle ? ratio.high >= 1 : ratio.low > 1)) objections.push(said);
  }
  const { worst, actionsToHpa } = atPrice(arm, MIDDLE_PRICE);
  if (worst.toHpa > WORST_LIMIT)
    objections.push(`on ${worst.workload} it costs ${worst.toHpa.toFixed(2)} × as much as the tuned HPA`);
  if (actionsToHpa && actionsToHpa.mean > MOST_ACTIONS)
    objections.push(`it acts ${actionsToHpa.mean.toFixed(1)} × as often as the tuned HPA`);
  return objections;
}

function ratioToRule(arm: ScaleArmResult, rule: ScaleArmResult, price: number): Interval | null {
  const figures = atPrice(arm, price);
  if (rule.name === PREDICTIVE_ARM) return figures.toPredictive;
  if (rule.name === QUANTILE_ARM) return figures.toQuantile;
  return figures.toHpa;
}

/** By load, at the price in the middle: against the tuned HPA where chance does not explain it. */
function whenLearningPays(arm: ScaleArmResult, rule: ScaleArmResult): string {
  const index = arm.prices.findIndex(({ violationPrice }) => violationPrice === MIDDLE_PRICE);
  const loads = arm.workloads.map(({ workload, toHpa }) => ({
    workload,
    ratio: toHpa[index] as Interval,
    rule: rule.workloads.find((own) => own.workload === workload)?.toHpa[index]?.mean ?? 1,
  }));
  const pays = loads.filter(({ ratio }) => ratio.high < 1).sort((a, b) => a.ratio.mean - b.ratio.mean);
  const loses = loads.filter(({ ratio }) => ratio.low > 1).sort((a, b) => b.ratio.mean - a.ratio.mean);
  const ruleWins = loads.filter((load) => load.rule < load.ratio.mean).map(({ workload }) => workload);
  const listed = (each: typeof loads) =>
    each.map(({ workload, ratio }) => `${workload} (${ratio.mean.toFixed(2)} ×)`).join(', ');
  return [
    `Learning pays against a tuned HPA on ${pays.length} of ${loads.length} loads at W = ${MIDDLE_PRICE}`,
    pays.length > 0 ? `, most on ${listed(pays.slice(0, 3))}` : '',
    loses.length > 0 ? `; it loses on ${listed(loses)}` : '; it loses on none beyond chance',
    ruleWins.length > 0 ? `; ${rule.title} is as good or better on ${ruleWins.join(', ')}.` : '.',
  ].join('');
}

function shareText(value: Interval | null): string {
  return value === null ? 'an unknown part' : `${(100 * value.mean).toFixed(0)} %`;
}
