import { capitalised } from '../../protocol/format';
import type { Interval } from '../../rl/policy/policyModel';
import { type ArmVerdict, armVerdict } from '../targets/armVerdict';
import { figureText } from '../targets/targetText';
import type { Against, CanaryArmResult, CanaryResult } from './canaryResult';
import { FIXED_PACE_ARM, RULE_PACE_ARM } from './canaryRules';
import { judgeTargets, MOST_EXPOSURE } from './targets';

/** What follows from an evaluation, in words. */
export interface CanaryVerdict {
  /** Of the arms that people release by, in their order. */
  arms: readonly ArmVerdict[];
  /** The name of the arm that should set the pace by default. */
  pace: string;
  /** Why it, and why not the others: whole sentences. */
  reasons: readonly string[];
  /** In what rules without the tests are better than it, and at what price: a sentence for each that is. */
  baselineWins: readonly string[];
}

/** Error rates are equal where the whole interval of their difference lies below this. */
const EQUAL_RATES = { falsePromotion: 0.01, falseRollback: 0.01, undecided: 0.02 } as const;
const RATE_NAMES: Readonly<Record<keyof typeof EQUAL_RATES, string>> = {
  falsePromotion: 'false promotions',
  falseRollback: 'false rollbacks',
  undecided: 'releases without a verdict',
};

/**
 * The arm that should set the pace by default. The rule's pace does where it exposes less than fixed steps under the
 * same tests at equal error rates, else fixed steps do; unless a learned pace has earned its place: at equal error
 * rates it exposes at least 30 % less than fixed steps, and less than the rule by more than chance.
 *
 * @throws RangeError where the tests with fixed steps or those with the rule's pace were not played
 */
export function defaultPace({ arms }: Pick<CanaryResult, 'arms'>): string {
  const rule = bestRule(arms);
  const earned = learnedPaces(arms).filter((arm) => objectionsTo(arm, rule).length === 0);
  return leastExposed(earned)?.name ?? rule.name;
}

/** Which targets each arm meets, what should set the pace, and where baselines win. */
export function judgeCanary(result: Pick<CanaryResult, 'arms'>): CanaryVerdict {
  const { arms } = result;
  const rule = bestRule(arms);
  const pace = defaultPace(result);
  const best = armNamed(arms, pace);
  const learned = learnedPaces(arms);
  return {
    arms: arms.filter(({ role }) => role !== 'comparison').map((arm) => armVerdict(arm, judgeTargets(arm))),
    pace,
    reasons: [
      whySetsPace(best, rule, learned.length > 0),
      ...learned.flatMap((arm) => {
        const objections = objectionsTo(arm, rule);
        return objections.length === 0
          ? []
          : [
              capitalised(
                `${arm.title} should not set the pace: ${objections.join('; ')}.${otherwise(arm, rule)}`,
              ),
            ];
      }),
    ],
    baselineWins: arms
      .filter(({ role, verdict }) => role === 'rule' && verdict === 'policy')
      .flatMap((arm) => whereItWins(arm, best)),
  };
}

function bestRule(arms: readonly CanaryArmResult[]): CanaryArmResult {
  const fixed = armNamed(arms, FIXED_PACE_ARM);
  const steps = armNamed(arms, RULE_PACE_ARM);
  const { toFixedPace } = steps;
  const exposesLess = toFixedPace?.harmSeconds != null && toFixedPace.harmSeconds.high < 1;
  return exposesLess && worseRates(toFixedPace).length === 0 ? steps : fixed;
}

function learnedPaces(arms: readonly CanaryArmResult[]): CanaryArmResult[] {
  return arms.filter(({ role }) => role === 'learned');
}

function leastExposed(arms: readonly CanaryArmResult[]): CanaryArmResult | undefined {
  const exposure = ({ toFixedPace }: CanaryArmResult) =>
    toFixedPace?.harmSeconds?.mean ?? Number.POSITIVE_INFINITY;
  return [...arms].sort((a, b) => exposure(a) - exposure(b))[0];
}

/** Why a learned policy should not set the pace; nothing where it should. */
function objectionsTo(arm: CanaryArmResult, rule: CanaryArmResult): string[] {
  if (arm.verdict === 'policy') return ['nothing but the policy itself owns promotion and rollback'];
  const toRule = rule.name === FIXED_PACE_ARM ? arm.toFixedPace : arm.toRulePace;
  const toFixed = arm.toFixedPace?.harmSeconds ?? null;
  const objections: string[] = [];
  if (toFixed === null || toFixed.mean > MOST_EXPOSURE || toFixed.high >= 1)
    objections.push(`the harm before its verdicts is ${figureText(toFixed, 'ratio')} that of fixed steps`);
  const harm = toRule?.harmSeconds ?? null;
  if (rule.name !== FIXED_PACE_ARM && (harm === null || harm.high >= 1))
    objections.push(`it is ${figureText(harm, 'ratio')} that of ${rule.title}`);
  return [...objections, ...worseRates(toRule).map((worse) => `${worse} than with ${rule.title}`)];
}

/** What a learned policy does beside what speaks against it, as a sentence of its own. */
function otherwise({ all, toFixedPace }: CanaryArmResult, rule: CanaryArmResult): string {
  const [ours, theirs] = [all.promoteMinutes, rule.all.promoteMinutes];
  if (ours === null || theirs === null) return '';
  const against = `against ${minutesText(theirs.median)} with ${rule.title}`;
  return (
    ` Harm before its verdicts: ${figureText(toFixedPace?.harmSeconds ?? null, 'ratio')} that of fixed steps; ` +
    `healthy releases are promoted after ${minutesText(ours.median)} in the median, ${against}.`
  );
}

/** What is worse than with another arm, as far as the interval tells. */
function worseRates(to: Against): string[] {
  const names = Object.keys(EQUAL_RATES) as (keyof typeof EQUAL_RATES)[];
  return names.flatMap((name) => {
    const difference = to?.[name];
    if (!difference || difference.high <= EQUAL_RATES[name]) return [];
    return [`${RATE_NAMES[name]} are ${pointsText(difference)} points more`];
  });
}

function whySetsPace(arm: CanaryArmResult, rule: CanaryArmResult, wasCompared: boolean): string {
  const { all, title, role, toFixedPace, toRulePace } = arm;
  const rates =
    `of bad releases ${figureText(all.falsePromotion, 'share')} are promoted (${figureText(all.falsePromotionActive, 'share')} while they do harm), ` +
    `of healthy ones ${figureText(all.falseRollback, 'share')} are rolled back, ${figureText(all.undecided, 'share')} are left to a person`;
  const start = capitalised(`${title} should set the pace under the tests: ${rates}`);
  const than = (to: Against, what: string) =>
    to?.harmSeconds
      ? `; the harm before a verdict is ${figureText(to.harmSeconds, 'ratio')} that of ${what}`
      : '';
  const fixed = than(toFixedPace, 'the same tests with fixed steps');
  if (role === 'learned') {
    const toRule =
      rule.name === FIXED_PACE_ARM
        ? ''
        : `, ${figureText(toRulePace?.harmSeconds ?? null, 'ratio')} that of ${rule.title}`;
    return `${start}${fixed}${toRule}.`;
  }
  const learned = wasCompared ? 'no learned policy has earned its place' : 'no learned policy was compared';
  return `${start}${fixed}. ${capitalised(learned)}.`;
}

/** In what an arm without the tests is better by more than chance, and at what price. */
function whereItWins(arm: CanaryArmResult, best: CanaryArmResult): string[] {
  const below = (ours: Interval | null, theirs: Interval | null) =>
    ours !== null && theirs !== null && ours.high < theirs.low;
  const rates = [
    ['promotes fewer bad releases', arm.all.falsePromotion, best.all.falsePromotion],
    ['rolls back fewer healthy releases', arm.all.falseRollback, best.all.falseRollback],
    ['leaves fewer releases to a person', arm.all.undecided, best.all.undecided],
  ] as const;
  const wins = rates
    .filter(([, ours, theirs]) => below(ours, theirs))
    .map(
      ([what, ours, theirs]) =>
        `${what} (${figureText(ours, 'share')} against ${figureText(theirs, 'share')})`,
    );
  if (below(arm.all.harmSeconds, best.all.harmSeconds))
    wins.push(
      `lets bad ones do less harm before the verdict (${secondsText(arm)} against ${secondsText(best)})`,
    );
  const quicker = [
    ['promotes', arm.all.promoteMinutes, best.all.promoteMinutes],
    ['rolls back', arm.all.rollbackMinutes, best.all.rollbackMinutes],
  ] as const;
  for (const [what, ours, theirs] of quicker) {
    if (ours && theirs && ours.median < theirs.median)
      wins.push(
        `${what} sooner (${minutesText(ours.median)} against ${minutesText(theirs.median)} in the median)`,
      );
  }
  if (wins.length === 0) return [];
  const price = rates
    .filter(([, ours, theirs]) => below(theirs, ours))
    .map(
      ([what, ours, theirs]) =>
        `${COSTS[what]} ${figureText(ours, 'share')} against ${figureText(theirs, 'share')}`,
    );
  const but = price.length > 0 ? `; but ${price.join(', ')}` : '';
  return [capitalised(`${arm.title} ${listed(wins)} than ${best.title}${but}.`)];
}

const COSTS = {
  'promotes fewer bad releases': 'promotes of the bad ones',
  'rolls back fewer healthy releases': 'rolls back of the healthy ones',
  'leaves fewer releases to a person': 'leaves to a person',
} as const;

function armNamed(arms: readonly CanaryArmResult[], name: string): CanaryArmResult {
  const arm = arms.find((each) => each.name === name);
  if (arm) return arm;
  throw new RangeError(`${name} has to be played`);
}

function pointsText({ mean, low, high }: Interval): string {
  return `${percent(mean)} [${percent(low)}…${percent(high)}]`;
}

function secondsText({ all }: CanaryArmResult): string {
  return `${all.harmSeconds?.mean.toFixed(1) ?? 'unknown'} s`;
}

function minutesText(minutes: number): string {
  return `${minutes.toFixed(0)} min`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
