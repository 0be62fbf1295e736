import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CanaryResult } from '../../agent/evaluate/canary/canaryResult';
import { describeDesign } from '../../agent/evaluate/canary/report/sections';
import {
  cellTable,
  comparisonTable,
  levelTable,
  scenarioTable,
  targetsTable,
} from '../../agent/evaluate/canary/report/tables';
import { judgeCanary } from '../../agent/evaluate/canary/verdict';
import { armTable } from '../../agent/evaluate/report/armTable';
import { markdownTable, type ReportTable } from '../../agent/evaluate/report/table';
import type { Tables } from './learningTables';

const FILE = join(import.meta.dirname, '../bench/results/canary.json');

/** What `coxswain evaluate canary --quick --format json` has printed. */
export function readCanaryResult(): CanaryResult {
  return CanaryResult.parse(JSON.parse(readFileSync(FILE, 'utf8')));
}

/** The tables and sentences of the README and of docs/canary.md that follow from these results. */
export const CANARY_TABLES: Tables = {
  'canary verdict': () => quoted(judgeCanary(readCanaryResult()).reasons),
  'canary baselines': () => listed(judgeCanary(readCanaryResult()).baselineWins),
  'canary design': () => describeDesign(readCanaryResult()),
  'canary summary': () => markdown(summaryTable),
  'canary comparison': () => markdown(comparisonTable),
  'canary targets': () => markdown(targetsTable),
  'canary levels': () => markdown(levelTable),
  'canary scenarios': () => markdown(scenarioTable),
  'canary cells': () => markdown(cellTable),
  'canary arms': () => markdown(armTable),
};

function markdown(table: (result: CanaryResult) => ReportTable): string {
  return markdownTable(table(readCanaryResult()));
}

function quoted(sentences: readonly string[]): string {
  return sentences.map((text) => `> ${text}`).join('\n>\n');
}

function listed(sentences: readonly string[]): string {
  return sentences.map((text) => `- ${text}`).join('\n');
}

/** Of the comparison what has room in the README. */
const LEFT_OUT = [/^exposed/, /p90$/];

function summaryTable(result: CanaryResult): ReportTable {
  const { headings, rows, ...rest } = comparisonTable(result);
  const shown = headings.flatMap((heading, index) =>
    LEFT_OUT.some((pattern) => pattern.test(heading)) ? [] : [index],
  );
  const pick = (cells: readonly string[]) => shown.map((index) => cells[index] ?? '');
  return { ...rest, headings: pick(headings), rows: rows.map(pick) };
}
