import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Detection, HealResult } from '../../agent/evaluate/heal/healResult';
import { describeManual } from '../../agent/evaluate/heal/manualRecovery';
import { describeVerdict } from '../../agent/evaluate/heal/report/sections';
import {
  comparisonTable,
  episodesTable,
  faultTable,
  needlessTable,
  reliabilityTable,
  targetsTable,
} from '../../agent/evaluate/heal/report/tables';
import { armTable } from '../../agent/evaluate/report/armTable';
import { markdownTable, type ReportTable } from '../../agent/evaluate/report/table';
import type { Tables } from './learningTables';

/** What `coxswain evaluate heal --quick --format json` has printed, for each detection. */
export function readHealResult(detection: Detection): HealResult {
  const path = join(import.meta.dirname, `../bench/results/heal-${detection}.json`);
  return HealResult.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** The tables and sentences of the README and of docs/healing.md that follow from these results. */
export const HEAL_TABLES: Tables = {
  'heal verdict': () => verdictText(readHealResult('events')),
  'heal comparison': () => markdown(comparisonTable, 'events'),
  'heal targets': () => markdown(targetsTable, 'events'),
  'heal episodes': () => markdown(episodesTable, 'events'),
  'heal faults': () => markdown(faultTable, 'events'),
  'heal needless': () => markdown(needlessTable, 'events'),
  'heal confidence': confidenceTables,
  'heal arms': () => markdown(armTable, 'events'),
  'heal manual': () => `Manual recovery is ${describeManual(readHealResult('events').manual)}.`,
  'heal verdict with averages': () => verdictText(readHealResult('averages')),
  'heal comparison with averages': () => markdown(comparisonTable, 'averages'),
  'heal targets with averages': () => markdown(targetsTable, 'averages'),
};

function markdown(table: (result: HealResult) => ReportTable, detection: Detection): string {
  return markdownTable(table(readHealResult(detection)));
}

function verdictText(result: HealResult): string {
  const { conclusions } = describeVerdict(result);
  return conclusions.map((text) => `> ${text}`).join('\n>\n');
}

/** Of all arms that tell how sure they are. */
function confidenceTables(): string {
  const tables = readHealResult('events').arms.flatMap((arm) => reliabilityTable(arm) ?? []);
  if (tables.length === 0) return 'No learned policy was compared.';
  return tables.map((table) => `${table.title}. ${table.note}\n\n${markdownTable(table)}`).join('\n\n');
}
