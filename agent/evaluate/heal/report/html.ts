import { armTable } from '../../report/armTable';
import { type BarChart, barChart } from '../../report/barChart';
import {
  type Chart,
  figure,
  paragraph,
  ROLE_LEGEND,
  reportPage,
  section,
  verdictMarkup,
} from '../../report/page';
import { frontierChart, reliabilityChart } from '../../report/pointCharts';
import { escapeText } from '../../report/svg';
import { tableMarkup } from '../../report/table';
import type { HealArmResult, HealResult } from '../healResult';
import { DO_NOTHING_ARM } from '../summariseHeal';
import { MOST_REPLICA_HOURS } from '../targets';
import { describeDesign, describeVerdict, REPORT_TITLE } from './sections';
import {
  comparisonTable,
  episodesTable,
  faultTable,
  needlessTable,
  reliabilityTable,
  targetsTable,
} from './tables';

/**
 * The report as one page that needs nothing else: no script, no network, no image. Each chart stands beside the table
 * of its figures.
 */
export function healHtml(result: HealResult): string {
  const { conclusions, arms } = describeVerdict(result);
  return reportPage(REPORT_TITLE, [
    paragraph(describeDesign(result), 'note'),
    verdictMarkup(conclusions, arms),
    ROLE_LEGEND,
    section(comparisonTable(result), [recoveryChart(result), costChart(result)]),
    section(targetsTable(result), []),
    section(episodesTable(result), []),
    section(faultTable(result), [faultChart(result)]),
    section(needlessTable(result), [needlessChart(result)]),
    ...result.arms.flatMap(reliabilitySection),
    section(armTable(result), []),
  ]);
}

function recoveryChart({ arms }: HealResult): Chart {
  return drawn({
    title: 'MTTR on impactful faults that an agent can fix, in seconds',
    groups: [{ heading: null, bars: arms.map((arm) => ({ ...look(arm), value: arm.impactful })) }],
    format: (value) => value.toFixed(0),
  });
}

function costChart({ arms }: HealResult): Chart {
  const points = arms.flatMap((arm) =>
    arm.withinSlo ? [{ ...look(arm), quality: arm.withinSlo, cost: arm.replicaHours.mean }] : [],
  );
  const title = 'Requests within the SLO over replica-hours';
  return { title, svg: frontierChart(title, points, MOST_REPLICA_HOURS) };
}

/** By kind of fault, of the arms that can steer, doing nothing and the bound: more would not be readable. */
function faultChart(result: HealResult): Chart {
  const { arms, episodes } = result;
  const shown = arms.filter(({ name, role }) => role !== 'comparison' || name === DO_NOTHING_ARM);
  const kinds = episodes.filter(({ fault, count }) => fault !== null && count > 0);
  return drawn({
    title: 'MTTR by kind of fault, in seconds',
    groups: kinds.map(({ fault, remedy }) => ({
      heading: remedy === 'time' ? `${fault} (only time heals it)` : fault,
      bars: shown.map((arm) => ({
        ...look(arm),
        value: arm.faults.find((figures) => figures.fault === fault)?.recovery ?? null,
      })),
    })),
    format: (value) => value.toFixed(0),
  });
}

/** Beside chance and always-restart the others would be too short to see. */
function needlessChart({ arms }: HealResult): Chart {
  const group = (heading: string, value: (arm: HealArmResult) => HealArmResult['harmful']) => ({
    heading,
    bars: arms
      .filter(({ role }) => role !== 'comparison')
      .map((arm) => ({ ...look(arm), value: value(arm) })),
  });
  return drawn({
    title: 'Episodes with an action that was not needed, or that harmed',
    groups: [
      group('any action without a fault: at most 2 %', (arm) => arm.actedWithoutFault),
      group('any action on a failing dependency: at most 5 %', (arm) => arm.actedOnDependency),
      group('a harmful action: at most 3 %', (arm) => arm.harmful),
    ],
    format: (value) => `${(100 * value).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`,
  });
}

function drawn(chart: BarChart): Chart {
  return { title: chart.title, svg: barChart(chart) };
}

function reliabilitySection(arm: HealArmResult): string[] {
  const table = reliabilityTable(arm);
  if (table === null || arm.reliability === null) return [];
  const title = 'Share of actions that helped over confidence';
  const chart = figure(title, reliabilityChart(title, arm.reliability), 'square');
  return [
    `<h2>${escapeText(table.title)}</h2>`,
    `<div class="pair">${chart}<div>${tableMarkup(table)}${paragraph(table.note, 'note')}</div></div>`,
  ];
}

function look({ title, role }: HealArmResult): { label: string; className: string } {
  return { label: title, className: role };
}
