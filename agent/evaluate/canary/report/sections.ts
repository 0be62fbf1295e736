import { capitalised } from '../../../protocol/format';
import { armTable } from '../../report/armTable';
import type { ReportTable } from '../../report/table';
import type { CanaryResult } from '../canaryResult';
import { judgeCanary } from '../verdict';
import { cellTable, comparisonTable, levelTable, scenarioTable, targetsTable } from './tables';

export const REPORT_TITLE = 'How well Coxswain releases';

/** Fewer blocks than this say little about chance. */
const FEWEST_SEEDS = 10;

/** What was played, in one paragraph. */
export function describeDesign(result: CanaryResult): string {
  const { seeds, episodesPerSeed, firstSeed, limitMinutes, arms, cells } = result;
  const few =
    seeds < FEWEST_SEEDS ? ` Fewer than ${FEWEST_SEEDS} seeds: the intervals are not to be relied on.` : '';
  const scenarios = new Set(cells.map(({ scenario }) => scenario)).size;
  return (
    `${arms.length} arms released the same ${seeds * episodesPerSeed * cells.length} simulated versions: ` +
    `${scenarios} scenarios at each level of traffic that they can have, ${cells.length} cells in all, ` +
    `${episodesPerSeed} releases of each on ${seeds} seeds (from ${firstSeed}, on which nothing was trained or tuned). ` +
    `A decision is made every 30 s; after ${limitMinutes} min a release without a verdict is left to a person. ` +
    'Shares have exact 95 % intervals (Clopper and Pearson), means are interquartile ones over the blocks of seeds, ' +
    `with intervals by bootstrap stratified by cell.${few}`
  );
}

/** What follows, in whole sentences: what should set the pace, where baselines win, and how each stands to the targets. */
export function describeVerdict(result: CanaryResult): {
  conclusions: readonly string[];
  arms: readonly string[];
} {
  const { reasons, baselineWins, arms } = judgeCanary(result);
  return {
    conclusions: [...reasons, ...baselineWins],
    arms: arms.map(({ title, text }) => capitalised(`${title} ${text}.`)),
  };
}

/** Every table of the report, in its order. */
export function reportTables(result: CanaryResult): ReportTable[] {
  return [comparisonTable, targetsTable, levelTable, scenarioTable, cellTable, armTable].map((table) =>
    table(result),
  );
}
