import { armTable } from '../../report/armTable';
import { barChart } from '../../report/barChart';
import { type Chart, paragraph, ROLE_LEGEND, reportPage, section, verdictMarkup } from '../../report/page';
import { MIDDLE_PRICE } from '../playScale';
import type { ScaleArmResult, ScaleResult } from '../scaleResult';
import { REFERENCE_ARM } from '../scaleRules';
import { atPrice } from '../targets';
import { costFrontierChart } from './frontierChart';
import { describeDesign, describeVerdict, REPORT_TITLE } from './sections';
import { comparisonTable, figuresTable, reactionTable, targetsTable, workloadTable } from './tables';

/** The report as one page. Each chart stands beside the table of its figures. */
export function scaleHtml(result: ScaleResult): string {
  const { conclusions, arms } = describeVerdict(result);
  return reportPage(REPORT_TITLE, [
    paragraph(describeDesign(result), 'note'),
    verdictMarkup(conclusions, arms),
    ROLE_LEGEND,
    section(comparisonTable(result), [ratioChart(result), frontierOf(result)]),
    section(targetsTable(result), []),
    section(workloadTable(result), [workloadChart(result)]),
    section(figuresTable(result), []),
    section(reactionTable(result), []),
    section(armTable(result), []),
  ]);
}

/** What a constant costs would leave no room for the others. */
function isShown({ role, name }: ScaleArmResult): boolean {
  return role !== 'comparison' && name !== REFERENCE_ARM;
}

function ratioChart({ arms, prices }: ScaleResult): Chart {
  const title = 'Cost J over that of the tuned HPA';
  const svg = barChart({
    title,
    groups: prices.map((price) => ({
      heading: `W = ${price}`,
      bars: arms.filter(isShown).map((arm) => ({ ...look(arm), value: atPrice(arm, price).toHpa })),
    })),
    format: (value) => value.toFixed(2),
    limit: { value: 1, text: 'tuned HPA' },
  });
  return { title, svg };
}

function workloadChart({ arms, workloads, prices }: ScaleResult): Chart {
  const title = `Cost J over that of the tuned HPA by load, W = ${MIDDLE_PRICE}`;
  const index = prices.indexOf(MIDDLE_PRICE);
  const svg = barChart({
    title,
    groups: workloads.map(({ name }) => ({
      heading: name,
      bars: arms.filter(isShown).map((arm) => ({
        ...look(arm),
        value: arm.workloads.find(({ workload }) => workload === name)?.toHpa[index] ?? null,
      })),
    })),
    format: (value) => value.toFixed(2),
    limit: { value: 1, text: 'tuned HPA' },
  });
  return { title, svg };
}

function frontierOf({ arms }: ScaleResult): Chart {
  const title = 'Violations over cost: each arm’s frontier by the price of a violation';
  const lines = arms
    .filter(({ role, frontier }) => role !== 'comparison' || frontier.length > 1)
    .map((arm) => ({ ...look(arm), points: arm.frontier }));
  return { title, svg: costFrontierChart(title, lines) };
}

function look({ title, role }: ScaleArmResult): { label: string; className: string } {
  return { label: title, className: role };
}
