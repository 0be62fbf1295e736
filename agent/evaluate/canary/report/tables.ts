import type { Interval } from '../../../rl/policy/policyModel';
import type { ReportTable } from '../../report/table';
import { targetTable } from '../../report/targetTable';
import {
  type CanaryResult,
  type CellFigures,
  cellFigures,
  type ReleaseFigures,
  type ScenarioFigures,
} from '../canaryResult';
import { FIXED_PACE_ARM } from '../canaryRules';
import { levelOf, TARGETS } from '../targets';
import { LEVEL_NAMES, TRAFFIC_LEVELS } from '../trafficLevels';
import { judgeCanary } from '../verdict';

/** All levels with traffic together. */
export function comparisonTable({ arms }: CanaryResult): ReportTable {
  return {
    title: 'The arms compared',
    headings: [
      'arm',
      'false promotions',
      'of them harming already',
      'false rollbacks',
      'undecided: healthy / bad',
      'promoted after, min: median / p90',
      'rolled back after, min: median / p90',
      'harm before the verdict, s',
      'exposed requests',
      'harm ÷ fast tests, fixed steps',
    ],
    rows: arms.map(({ title, name, all, toFixedPace }) => [
      title,
      share(all.falsePromotion),
      share(all.falsePromotionActive),
      share(all.falseRollback),
      undecided(all),
      spread(all.promoteMinutes),
      spread(all.rollbackMinutes),
      seconds(all.harmSeconds),
      requests(all.exposedRequests),
      name === FIXED_PACE_ARM ? '1' : ratio(toFixedPace?.harmSeconds ?? null),
    ]),
    note:
      'False promotions, undecided bad ones and harm are of bad releases, false rollbacks and undecided healthy ones of ' +
      'healthy ones. Harm is weight × share of the canary’s requests that fail or are slow because of it × seconds, ' +
      'exposed requests are those that the canary got while it did harm; both per bad release and until the verdict: ' +
      'what a promotion lets through afterwards comes on top. Times of right verdicts alone, from the start.',
  };
}

/** One row for each target, a column for each arm that people release by. */
export function targetsTable(result: CanaryResult): ReportTable {
  return targetTable(TARGETS, judgeCanary(result).arms);
}

/** Level by level of traffic, arm by arm. */
export function levelTable({ arms }: CanaryResult): ReportTable {
  return {
    title: 'By level of traffic',
    headings: [
      'traffic',
      'arm',
      'false promotions',
      'of them harming already',
      'false rollbacks',
      'undecided: healthy / bad',
      'promoted after, min: median / p90',
      'rolled back after, min: median / p90',
      'great errors rolled back, p90 min',
      'harm before the verdict, s',
      'exposed requests',
    ],
    rows: LEVEL_NAMES.flatMap((level) =>
      arms.flatMap((arm) => {
        const own = levelOf(arm, level);
        if (!own) return [];
        const { figures, unproved, prompt } = own;
        return [
          [
            TRAFFIC_LEVELS[level].title,
            arm.title,
            unproved === null ? share(figures.falsePromotion) : `${share(unproved)} unproved`,
            share(figures.falsePromotionActive),
            share(figures.falseRollback),
            undecided(figures),
            spread(figures.promoteMinutes),
            spread(figures.rollbackMinutes),
            prompt === null ? '–' : (prompt.p90Minutes?.toFixed(1) ?? 'never'),
            seconds(figures.harmSeconds),
            requests(figures.exposedRequests),
          ],
        ];
      }),
    ),
    note:
      'Great errors are steady ones of at least 5 points, below 1 rps of 10; the time is reckoned from when they were ' +
      'whole, with those that were never rolled back as infinite. Without traffic nothing may be promoted.',
  };
}

/** One row for each scenario, a column for each arm: what was decided wrongly. */
export function scenarioTable({ arms, cells }: CanaryResult): ReportTable {
  const scenarios = [...new Set(cells.map(({ scenario }) => scenario))];
  return {
    title: 'Scenario by scenario',
    headings: ['scenario', ...arms.map(({ title }) => title)],
    rows: scenarios.map((scenario) => [
      scenario,
      ...arms.map((arm) => {
        const figures = arm.scenarios.find((each) => each.scenario === scenario);
        return figures ? wrongs(figures) : '–';
      }),
    ]),
    note:
      'Percent of the bad releases that were promoted (FP) and of the healthy ones that were rolled back (FR), ' +
      'and of both that were left undecided (U), over all levels of traffic; – where there are none.',
  };
}

/** Every scenario at every level, for the arm that should set the pace and the one that it is measured by. */
export function cellTable(result: CanaryResult): ReportTable {
  const { pace } = judgeCanary(result);
  const shown = result.arms.filter(({ name }) => name === pace || name === FIXED_PACE_ARM);
  return {
    title: 'Scenario by scenario at each level of traffic',
    headings: [
      'scenario',
      'traffic',
      ...shown.map(({ title }) => `${title}: FP · FR · U of all · rolled back after, min`),
    ],
    rows: result.cells.map(({ scenario, level }, index) => [
      scenario,
      TRAFFIC_LEVELS[level].title,
      ...shown.map(({ cells }) => cellText(cellFigures(cells[index] ?? []))),
    ]),
    note: 'Numbers of releases; the JSON and the CSV have those of every arm. Without traffic FP are promotions without proof.',
  };
}

function cellText(own: CellFigures): string {
  const number = (column: keyof CellFigures) => own[column] ?? 0;
  const wrong = number('falsePromotions') + number('promotedUnproved');
  const without = number('undecidedHealthy') + number('undecidedBad');
  const of = `${number('healthy')} healthy, ${number('bad')} bad`;
  const { rollbackMedianMinutes: median, rollbackP90Minutes: p90 } = own;
  const rollback = spread(median === null || p90 === null ? null : { median, p90 });
  return `${wrong} · ${number('falseRollbacks')} · ${without} of ${of} · ${rollback}`;
}

function wrongs({ falsePromotion, falseRollback, undecided: without }: ScenarioFigures): string {
  const parts = [
    ['FP', falsePromotion],
    ['FR', falseRollback],
    ['U', without],
  ] as const;
  const told = parts.flatMap(([name, value]) => (value === null ? [] : [`${name} ${percent(value.mean)}`]));
  return told.length === 0 ? '–' : told.join(' · ');
}

function undecided({ undecidedHealthy, undecidedBad }: ReleaseFigures): string {
  const number = (value: Interval | null) => (value === null ? '–' : percent(value.mean));
  return `${number(undecidedHealthy)} / ${number(undecidedBad)} %`;
}

function spread(value: { median: number; p90: number } | null): string {
  return value === null ? '–' : `${value.median.toFixed(0)} / ${value.p90.toFixed(0)}`;
}

function share(value: Interval | null): string {
  if (value === null) return '–';
  return `${percent(value.mean)} % [${percent(value.low)}…${percent(value.high)}]`;
}

function ratio(value: Interval | null): string {
  if (value === null) return '–';
  return `${value.mean.toFixed(2)} [${value.low.toFixed(2)}…${value.high.toFixed(2)}]`;
}

function seconds(value: Interval | null): string {
  if (value === null) return '–';
  return `${value.mean.toFixed(1)} [${value.low.toFixed(1)}…${value.high.toFixed(1)}]`;
}

function requests(value: Interval | null): string {
  return value === null ? '–' : value.mean.toFixed(0);
}

function percent(part: number): string {
  return (100 * part).toFixed(1);
}
