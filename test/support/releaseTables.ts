import { markdownTable } from '../../agent/evaluate/report/table';
import { CANARY_FIELDS } from '../../agent/sim/canary/observation';
import type { Tables } from './learningTables';

/** The tables of docs/canary.md that follow from the code, by the name in their markers. */
export const RELEASE_TABLES: Tables = { 'canary observation': observationTable };

function observationTable(): string {
  const rows = CANARY_FIELDS.map(({ name, unit, min, max }, index) => [
    String(index),
    `\`${name}\``,
    unit,
    `${min}…${max}`,
  ]);
  return markdownTable({ title: '', headings: ['', 'number', 'unit', 'range'], rows, note: '' });
}
