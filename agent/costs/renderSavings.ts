import { csvText } from '../evaluate/report/csvText';
import { paragraph, reportPage } from '../evaluate/report/page';
import { markdownSection, type ReportTable, tableMarkup } from '../evaluate/report/table';
import { type CostFormat, money } from './renderCosts';
import type { Savings, SavingsSide } from './savings';

/** The calculation as a text of its own. */
export function renderSavings(savings: Savings, format: CostFormat): string {
  switch (format) {
    case 'md': {
      const notes = savings.warnings.map((warning) => `- ${warning}`).join('\n');
      const parts = [markdownSection(tableOf(savings)), savings.text, notes];
      return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
    }
    case 'csv':
      return csvOf(savings);
    case 'html': {
      const table = tableOf(savings);
      return reportPage(table.title, [
        `<div class="verdict">${paragraph(savings.text)}</div>`,
        tableMarkup(table),
        paragraph(table.note, 'note'),
        ...savings.warnings.map((warning) => paragraph(warning, 'note')),
      ]);
    }
  }
}

function tableOf({ title, hours, currency, current, proposed }: Savings): ReportTable {
  const row = (side: SavingsSide, name: string) => [
    `${name}: ${side.title}`,
    side.meanPods.toFixed(2),
    `${(100 * side.violatedShare).toFixed(2)} %`,
    side.actionsPerHour.toFixed(1),
    money(side.costPerHour, currency),
    money(side.costPerMillionGood, currency),
    money(side.projected30d, currency),
  ];
  return {
    title: `Savings over ${title}`,
    headings: [
      '',
      'Mean pods',
      'Late or failed',
      'Changes per hour',
      'Cost per hour',
      'Per million good requests',
      '30 days',
    ],
    rows: [row(current, 'now'), row(proposed, 'proposed')],
    note: `Simulated over ${hours.toFixed(1)} hours of load, five times with the same chance for both.`,
  };
}

function csvOf({ hours, currency, current, proposed }: Savings): string {
  const head = [
    'side',
    'scaled_by',
    'hours',
    'currency',
    'mean_pods',
    'violated_share',
    'actions_per_hour',
    'cost_per_hour',
    'cost_per_million_good',
    'projected_30d',
  ];
  const row = (side: SavingsSide, name: string) => [
    name,
    side.title,
    hours,
    currency,
    side.meanPods,
    side.violatedShare,
    side.actionsPerHour,
    side.costPerHour,
    side.costPerMillionGood,
    side.projected30d,
  ];
  return csvText([head, row(current, 'current'), row(proposed, 'proposed')]);
}
