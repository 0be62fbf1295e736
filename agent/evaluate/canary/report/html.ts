import type { Interval } from '../../../rl/policy/policyModel';
import { armTable } from '../../report/armTable';
import { barChart } from '../../report/barChart';
import { type Chart, paragraph, ROLE_LEGEND, reportPage, section, verdictMarkup } from '../../report/page';
import type { CanaryArmResult, CanaryResult } from '../canaryResult';
import { levelOf } from '../targets';
import { LEVEL_NAMES, TRAFFIC_LEVELS } from '../trafficLevels';
import { describeDesign, describeVerdict, REPORT_TITLE } from './sections';
import { cellTable, comparisonTable, levelTable, scenarioTable, targetsTable } from './tables';

/** The report as one page. Each chart stands beside the table of its figures. */
export function canaryHtml(result: CanaryResult): string {
  const { conclusions, arms } = describeVerdict(result);
  return reportPage(REPORT_TITLE, [
    paragraph(describeDesign(result), 'note'),
    verdictMarkup(conclusions, arms),
    ROLE_LEGEND,
    section(comparisonTable(result), [wrongChart(result), harmChart(result)]),
    section(targetsTable(result), []),
    section(levelTable(result), [levelChart(result)]),
    section(scenarioTable(result), []),
    section(cellTable(result), []),
    section(armTable(result), []),
  ]);
}

type Figure = (arm: CanaryArmResult) => Interval | null;

function wrongChart({ arms }: CanaryResult): Chart {
  const group = (heading: string, value: Figure) => ({
    heading,
    bars: arms.map((arm) => ({ ...look(arm), value: value(arm) })),
  });
  return drawn('Wrong verdicts, and none', percentText, [
    group('bad releases promoted', ({ all }) => all.falsePromotion),
    group('healthy releases rolled back', ({ all }) => all.falseRollback),
    group('left to a person', ({ all }) => all.undecided),
  ]);
}

function harmChart({ arms }: CanaryResult): Chart {
  const bars = arms.map((arm) => ({ ...look(arm), value: arm.all.harmSeconds }));
  const groups = [{ heading: null, bars }];
  return drawn('Harm-seconds of a bad release before its verdict', (value) => value.toFixed(1), groups);
}

/** Of the arms whose verdict the tests own: the others would not leave room to see them. */
function levelChart({ arms }: CanaryResult): Chart {
  const shown = arms.filter(({ verdict }) => verdict === 'tests');
  const groups = LEVEL_NAMES.filter((level) => level !== 'none').map((level) => ({
    heading: TRAFFIC_LEVELS[level].title,
    bars: shown.map((arm) => ({
      ...look(arm),
      value: levelOf(arm, level)?.figures.falsePromotion ?? null,
    })),
  }));
  return drawn('Bad releases promoted where tests own the verdict', percentText, groups);
}

function drawn(
  title: string,
  format: (value: number) => string,
  groups: Parameters<typeof barChart>[0]['groups'],
): Chart {
  return { title, svg: barChart({ title, groups, format }) };
}

function percentText(value: number): string {
  return `${(100 * value).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`;
}

function look({ title, role }: CanaryArmResult): { label: string; className: string } {
  return { label: title, className: role };
}
