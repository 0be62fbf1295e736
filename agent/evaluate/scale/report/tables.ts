import type { Interval } from '../../../rl/policy/policyModel';
import type { ReportTable } from '../../report/table';
import { targetTable } from '../../report/targetTable';
import { MIDDLE_PRICE } from '../playScale';
import type { ScaleArmResult, ScaleResult } from '../scaleResult';
import { CLAIRVOYANT_ARM, PREDICTIVE_ARM, REFERENCE_ARM } from '../scaleRules';
import { atPrice, TARGETS } from '../targets';
import { judgeScale } from '../verdict';

const HOURS_PER_DAY = 24;

/** J against the tuned HPA at each price, and at the price in the middle what a person gains by it. */
export function comparisonTable({ arms, prices }: ScaleResult): ReportTable {
  const middle = (arm: ScaleArmResult) => atPrice(arm, MIDDLE_PRICE);
  return {
    title: 'The arms compared',
    headings: [
      'arm',
      ...prices.map((price) => `J ÷ tuned HPA, W = ${price}`),
      '÷ tuned predictive rule',
      'better in',
      'worst load',
      'cost saved at equal violations',
      'violations cut at equal cost',
      'actions ÷ tuned HPA',
    ],
    rows: arms.map((arm) => [
      arm.title,
      ...prices.map((price) => (arm.name === REFERENCE_ARM ? '1' : ratio(atPrice(arm, price).toHpa))),
      arm.name === PREDICTIVE_ARM ? '1' : ratio(middle(arm).toPredictive),
      arm.name === REFERENCE_ARM ? '–' : percent(middle(arm).better),
      arm.name === REFERENCE_ARM
        ? '–'
        : `${middle(arm).worst.toHpa.toFixed(2)} ${middle(arm).worst.workload}`,
      arm.name === REFERENCE_ARM ? '–' : percent(middle(arm).costSaved),
      arm.name === REFERENCE_ARM ? '–' : percent(middle(arm).violationsCut),
      middle(arm).actionsToHpa?.mean.toFixed(2) ?? '–',
    ]),
    note:
      'J(W) is mean pods + W × violated load in pods + 0.5 per scaling action; W is what a violated request costs. ' +
      `Ratios are of the same days, below 1 is better; interquartile means over loads × seeds, in brackets 95 % intervals. ` +
      `From the fourth ratio on at W = ${MIDDLE_PRICE}. Better in: share of loads × seeds. Saved and cut: along the arm’s own ` +
      'frontier, – where it does not reach the tuned HPA’s point or has but one point.',
  };
}

/** What an arm does, price by price, in units of their own. */
export function figuresTable({ arms, podHourPrice }: ScaleResult): ReportTable {
  return {
    title: 'What they cost and how they serve',
    headings: [
      'arm',
      'W',
      'requests over the SLO or failed',
      'failed',
      'p95, ms',
      'replica-hours a day',
      'cost a day',
      'CPU in use',
      'actions an hour',
      'regret against the clairvoyant',
    ],
    rows: arms.flatMap((arm) =>
      arm.prices.map((figures) => [
        arm.title,
        String(figures.violationPrice),
        percent(figures.violatedShare, 2),
        percentOnly(figures.failedShare),
        (1000 * figures.latencyP95Seconds.mean).toFixed(0),
        (HOURS_PER_DAY * figures.meanPods.mean).toFixed(1),
        (HOURS_PER_DAY * figures.meanPods.mean * podHourPrice).toFixed(2),
        percentOnly(figures.utilisation),
        figures.actionsPerHour.mean.toFixed(1),
        arm.name === CLAIRVOYANT_ARM ? '–' : percent(figures.regret),
      ]),
    ),
    note:
      `Shares are of all requests of all days; a request is over the SLO above 200 ms. A pod costs ${podHourPrice} an hour. ` +
      'p95 is the mean of the control steps’ 95th percentiles, weighted by requests. Regret: J ÷ the clairvoyant’s − 1.',
  };
}

/** One row for each load, a column for each arm: J against the tuned HPA at the price in the middle. */
export function workloadTable({ arms, workloads, prices }: ScaleResult): ReportTable {
  const index = prices.indexOf(MIDDLE_PRICE);
  const shown = arms.filter(({ name }) => name !== REFERENCE_ARM);
  const hpa = arms.find(({ name }) => name === REFERENCE_ARM);
  return {
    title: 'Load by load',
    headings: ['load', 'what it is', 'tuned HPA violates', ...shown.map(({ title }) => title)],
    rows: workloads.map(({ name, describe }) => [
      name,
      describe,
      `${(100 * (hpa?.workloads.find(({ workload }) => workload === name)?.violatedShare ?? 0)).toFixed(2)} %`,
      ...shown.map((arm) => {
        const own = arm.workloads.find(({ workload }) => workload === name)?.toHpa[index];
        return own ? ratio(own) : '–';
      }),
    ]),
    note: `J ÷ that of the tuned HPA at W = ${MIDDLE_PRICE}; no load was a part of any training or tuning.`,
  };
}

/** How soon a doubled load is served in time again, and how sure policies are. */
export function reactionTable({ arms }: ScaleResult): ReportTable {
  return {
    title: 'Reaction and confidence',
    headings: [
      'arm',
      'reaction to a doubled load: median / p95, s',
      'decisions with confidence ≥ 0.7',
      'of those to scale',
    ],
    rows: arms
      .filter(({ reaction, confidence }) => reaction !== null || confidence !== null)
      .map(({ title, reaction, confidence }) => [
        title,
        reaction === null ? '–' : `${reaction.median.toFixed(0)} / ${reaction.p95.toFixed(0)}`,
        confidence === null ? '–' : `${(100 * confidence.sure).toFixed(0)} %`,
        confidence === null ? '–' : `${(100 * confidence.sureChanges).toFixed(0)} %`,
      ]),
    note:
      `An even load doubles at once, W = ${MIDDLE_PRICE}: seconds until no control step of the next half hour violates more ` +
      'than 5 % of its requests; 1800 means never. Confidence is that of the chosen direction, as the guard looks at it.',
  };
}

/** One row for each target, a column for each arm that can steer. */
export function targetsTable(result: ScaleResult): ReportTable {
  const shown = judgeScale(result).arms.filter(({ name }) => name !== REFERENCE_ARM);
  return targetTable(TARGETS, shown);
}

function ratio(value: Interval | null): string {
  if (value === null) return '–';
  return `${value.mean.toFixed(2)} [${value.low.toFixed(2)}…${value.high.toFixed(2)}]`;
}

function percent(value: Interval | null, places = 0): string {
  if (value === null) return '–';
  const number = (share: number) => (100 * share).toFixed(places);
  return `${number(value.mean)} % [${number(value.low)}…${number(value.high)}]`;
}

function percentOnly(value: Interval): string {
  return `${(100 * value.mean).toFixed(2)} %`;
}
