import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { armTable } from '../../agent/evaluate/report/armTable';
import { markdownTable, type ReportTable } from '../../agent/evaluate/report/table';
import { describeVerdict } from '../../agent/evaluate/scale/report/sections';
import {
  comparisonTable,
  figuresTable,
  reactionTable,
  targetsTable,
  workloadTable,
} from '../../agent/evaluate/scale/report/tables';
import { ScaleResult } from '../../agent/evaluate/scale/scaleResult';
import type { Tables } from './learningTables';

type Pace = ScaleResult['pace'];
const FILES: Readonly<Record<Pace, string>> = { free: 'scale.json', guard: 'scale-guard.json' };

/** What `coxswain evaluate scale --quick --format json` has printed, for each pace. */
export function readScaleResult(pace: Pace): ScaleResult {
  const path = join(import.meta.dirname, `../bench/results/${FILES[pace]}`);
  return ScaleResult.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** The tables and sentences of the README and of docs/scaling.md that follow from these results. */
export const SCALE_TABLES: Tables = {
  'scale verdict': () => verdictText('free'),
  'scale summary': () => markdown(summaryTable, 'free'),
  'scale comparison': () => markdown(comparisonTable, 'free'),
  'scale targets': () => markdown(targetsTable, 'free'),
  'scale workloads': () => markdown(workloadTable, 'free'),
  'scale figures': () => markdown(figuresTable, 'free'),
  'scale reaction': () => markdown(reactionTable, 'free'),
  'scale arms': () => markdown(armTable, 'free'),
  'scale verdict under the guard': () => verdictText('guard'),
  'scale summary under the guard': () => markdown(summaryTable, 'guard'),
  'scale comparison under the guard': () => markdown(comparisonTable, 'guard'),
  'scale targets under the guard': () => markdown(targetsTable, 'guard'),
  'scale reaction under the guard': () => markdown(reactionTable, 'guard'),
};

function markdown(table: (result: ScaleResult) => ReportTable, pace: Pace): string {
  return markdownTable(table(readScaleResult(pace)));
}

function verdictText(pace: Pace): string {
  const { conclusions } = describeVerdict(readScaleResult(pace));
  return conclusions.map((text) => `> ${text}`).join('\n>\n');
}

/** Of the comparison what has room in the README. */
const SUMMARY = [
  /^arm$/,
  /^J ÷ tuned HPA, W = (20|80)$/,
  /^cost saved/,
  /^violations cut/,
  /^worst load$/,
  /^actions/,
];

function summaryTable(result: ScaleResult): ReportTable {
  const { headings, rows, ...rest } = comparisonTable(result);
  const shown = headings.flatMap((heading, index) =>
    SUMMARY.some((pattern) => pattern.test(heading)) ? [index] : [],
  );
  const pick = (cells: readonly string[]) => shown.map((index) => cells[index] ?? '');
  return { ...rest, headings: pick(headings), rows: rows.map(pick) };
}
