import { figure, paragraph, reportPage, section, verdictMarkup } from '../evaluate/report/page';
import { escapeText } from '../evaluate/report/svg';
import { markdownSection, type ReportTable } from '../evaluate/report/table';
import type { SimulationName } from './arrangement';
import type { Outcome } from './outcome';
import { replicasChart, violationsChart } from './replicasChart';

/** Something that a rehearsal has to show. */
export interface Check {
  what: string;
  passed: boolean;
  text: string;
}

export interface SimulationResult {
  simulation: SimulationName;
  load: string;
  /** Cluster time under load. */
  seconds: number;
  /** Cluster seconds per second. */
  rate: number;
  /** Null where the cluster was running already. */
  seed: number | null;
  currency: string;
  /** W, by which the verdict is made. */
  violationPrice: number;
  outcomes: readonly Outcome[];
  /** One sentence. */
  verdict: string;
  /** Of a rehearsal. */
  checks: readonly Check[];
  warnings: readonly string[];
}

export type ReportFormat = 'md' | 'json' | 'html';

export function simulationReport(result: SimulationResult, format: ReportFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(result, null, 2)}\n`;
    case 'md':
      return markdown(result);
    case 'html':
      return html(result);
  }
}

function markdown(result: SimulationResult): string {
  const notes = [...result.warnings, ...result.outcomes.flatMap((outcome) => outcome.notes)];
  return `${[
    `# ${titleOf(result)}`,
    describe(result),
    markdownSection(figures(result)),
    ...(result.checks.length > 0 ? [markdownSection(checksTable(result.checks))] : []),
    `**${result.verdict}**`,
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
  ].join('\n\n')}\n`;
}

function html(result: SimulationResult): string {
  const { outcomes, verdict, warnings } = result;
  const notes = [...warnings, ...outcomes.flatMap((outcome) => outcome.notes)];
  return reportPage(titleOf(result), [
    paragraph(describe(result)),
    verdictMarkup([verdict], notes),
    legend(outcomes),
    figure('Ready replicas, and the load in pods at full CPU (grey)', replicasChart(outcomes)),
    figure('Requests late or failed', violationsChart(outcomes)),
    section(figures(result), []),
    checksMarkup(result.checks),
  ]);
}

function titleOf({ simulation }: SimulationResult): string {
  return `Simulation: ${simulation}`;
}

function describe({ load, seconds, rate, seed }: SimulationResult): string {
  const origin = seed === null ? 'on a cluster that was running' : `seed ${seed}`;
  return `Load: ${load}. ${seconds} s of cluster time at ×${rate}, ${origin}.`;
}

function figures({ outcomes, currency, violationPrice }: SimulationResult): ReportTable {
  const rows: [string, (outcome: Outcome) => string][] = [
    ['late (over 200 ms) or failed', ({ violatedShare }) => percent(violatedShare, 2)],
    [
      '95th percentile',
      ({ latencyP95Ms }) => (latencyP95Ms === null ? '–' : `${latencyP95Ms.toFixed(0)} ms`),
    ],
    ['replica-hours', ({ replicaHours }) => replicaHours.toFixed(2)],
    ['mean CPU utilisation', ({ utilisation }) => percent(utilisation, 0)],
    ['scaling actions', ({ scalingActions }) => String(scalingActions)],
    ['cost', ({ cost }) => (cost === null ? '–' : `${cost.toFixed(4)} ${currency}`)],
    [`J(${violationPrice}), pods`, ({ objectivePods }) => objectivePods.toFixed(2)],
    ['requests', ({ requests }) => requests.toFixed(0)],
  ];
  return {
    title: 'What it came to',
    headings: ['', ...outcomes.map(({ title }) => title)],
    rows: rows.map(([name, cell]) => [name, ...outcomes.map(cell)]),
    note: 'Counted where the requests are served, not from samples. J(W) is mean pods + W × the violated load in pods + 0.5 per scaling action and control step.',
  };
}

function checksTable(checks: readonly Check[]): ReportTable {
  return {
    title: 'What had to hold',
    headings: ['what', 'result', 'seen'],
    rows: checks.map(({ what, passed, text }) => [what, passed ? 'passed' : 'FAILED', text]),
    note: '',
  };
}

/** A list, as what was seen is too long for a cell. */
function checksMarkup(checks: readonly Check[]): string {
  if (checks.length === 0) return '';
  const { title } = checksTable(checks);
  const items = checks.map(
    ({ what, passed, text }) =>
      `<li><strong>${passed ? 'passed' : 'FAILED'}</strong> ${escapeText(`${what}: ${text}`)}</li>`,
  );
  return `<h2>${escapeText(title)}</h2><ul>${items.join('')}</ul>`;
}

function legend(outcomes: readonly Outcome[]): string {
  const keys = outcomes.map(
    ({ arrangement, title }) =>
      `<span class="key ${arrangement === 'hpa' ? 'rule' : 'learned'}"></span>${escapeText(title)}`,
  );
  return `<p>${keys.join('')}<span class="key comparison"></span>demand</p>`;
}

function percent(share: number | null, places: number): string {
  return share === null ? '–' : `${(100 * share).toFixed(places)} %`;
}
