import { csvText } from '../evaluate/report/csvText';
import { paragraph, reportPage } from '../evaluate/report/page';
import { markdownSection, type ReportTable, tableMarkup } from '../evaluate/report/table';
import type { CostReport } from '../protocol';

export type CostFormat = 'md' | 'csv' | 'html';

/** The report as a text of its own. */
export function renderCosts(report: CostReport, format: CostFormat): string {
  switch (format) {
    case 'md':
      return markdown(report);
    case 'csv':
      return csv(report);
    case 'html':
      return html(report);
  }
}

const HEADINGS = [
  'Workload',
  'Replica-hours',
  'Cost',
  'Baseline',
  'Saved',
  'Requests',
  'Failed',
  'Within SLO',
  'Cost per million',
  '30 days',
  'Saved in 30 days',
  'Data',
];

function tableOf(report: CostReport): ReportTable {
  const { currency } = report;
  const rows = report.rows.map((row) => [
    row.workload,
    row.replicaHours.toFixed(1),
    money(row.cost, currency),
    money(row.baselineCost, currency),
    money(row.baselineCost === null ? null : row.baselineCost - row.cost, currency),
    whole(row.requests),
    whole(row.failedRequests),
    percent(row.withinSlo, 2),
    money(row.costPerMillionSuccessful, currency),
    money(row.projected30d, currency),
    money(row.projectedSavings30d, currency),
    percent(row.coverage, 0),
  ]);
  return { title: titleOf(report), headings: HEADINGS, rows, note: noteOf(report) };
}

function titleOf({ sinceMs, untilMs }: CostReport): string {
  return `Costs from ${minute(sinceMs)} to ${minute(untilMs)} UTC`;
}

/** The sentence that says it, before all figures. */
export function conclusion({ rows, currency, baseline }: CostReport): string {
  const compared = rows.filter((row) => row.baselineCost !== null);
  if (rows.length === 0) return 'Nothing is known of any workload.';
  const cost = rows.reduce((sum, row) => sum + row.cost, 0);
  const total = `${rows.length === 1 ? 'It has' : `The ${rows.length} workloads have`} cost ${money(cost, currency)}`;
  if (compared.length === 0) return `${total}; there is no baseline to compare with.`;
  const saved = compared.reduce((sum, row) => sum + (row.baselineCost ?? 0) - row.cost, 0);
  const monthly = compared.reduce((sum, row) => sum + (row.projectedSavings30d ?? 0), 0);
  const what = baseline === 'hpa' ? 'the HPA alone' : 'as many replicas all the time as at the peak';
  return saved >= 0
    ? `${total}, ${money(saved, currency)} less than with ${what}: ${money(monthly, currency)} in 30 days at this pace.`
    : `${total}, ${money(-saved, currency)} more than with ${what}: ${money(-monthly, currency)} in 30 days at this pace.`;
}

function noteOf({ baseline }: CostReport): string {
  const what =
    baseline === 'hpa'
      ? 'The baseline is what the HPA algorithm would have done under the CPU that was used, with the time that pods need to start.'
      : 'The baseline is the greatest number of replicas, all the time.';
  return `A pod costs what it requests (costs in coxswain.yaml). ${what}`;
}

function remarks({ rows, warnings }: CostReport): string[] {
  return [...warnings, ...rows.flatMap(({ workload, notes }) => notes.map((note) => `${workload}: ${note}`))];
}

function markdown(report: CostReport): string {
  const list = remarks(report).map((remark) => `- ${remark}`);
  const table = report.rows.length === 0 ? `## ${titleOf(report)}` : markdownSection(tableOf(report));
  return `${[table, conclusion(report), list.join('\n')].filter((part) => part !== '').join('\n\n')}\n`;
}

function html(report: CostReport): string {
  const table = tableOf(report);
  const list = remarks(report).map((remark) => paragraph(remark, 'note'));
  const markup = report.rows.length === 0 ? [] : [tableMarkup(table), paragraph(table.note, 'note')];
  return reportPage(table.title, [
    `<div class="verdict">${paragraph(conclusion(report))}</div>`,
    ...markup,
    ...list,
  ]);
}

/** Full precision, one row for each workload; a cell is empty where nothing is known. */
function csv({ rows, currency, baseline, sinceMs, untilMs }: CostReport): string {
  const head = [
    'workload',
    'since',
    'until',
    'currency',
    'baseline',
    'coverage',
    'replica_hours',
    'cost',
    'baseline_replica_hours',
    'baseline_cost',
    'requests',
    'failed_requests',
    'cost_per_million_successful',
    'within_slo',
    'projected_30d',
    'projected_savings_30d',
    'notes',
  ];
  const times = [new Date(sinceMs).toISOString(), new Date(untilMs).toISOString()];
  const lines = rows.map((row) => [
    row.workload,
    ...times,
    currency,
    baseline,
    row.coverage,
    row.replicaHours,
    row.cost,
    row.baselineReplicaHours,
    row.baselineCost,
    row.requests,
    row.failedRequests,
    row.costPerMillionSuccessful,
    row.withinSlo,
    row.projected30d,
    row.projectedSavings30d,
    row.notes.join(' '),
  ]);
  return csvText([head, ...lines]);
}

const NOTHING = '—';

/** Three digits of what is small, cents of the rest. */
export function money(value: number | null, currency: string): string {
  if (value === null) return NOTHING;
  const size = Math.abs(value);
  const digits = size > 0 && size < 1 ? Math.min(8, 2 - Math.floor(Math.log10(size))) : 2;
  return `${value.toFixed(digits).replace('-', '−')} ${currency}`;
}

function whole(value: number | null): string {
  return value === null ? NOTHING : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

function percent(value: number | null, digits: number): string {
  return value === null ? NOTHING : `${(value * 100).toFixed(digits)} %`;
}

function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
