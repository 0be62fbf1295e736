import { capitalised } from '../../../protocol/format';
import { armTable } from '../../report/armTable';
import type { ReportTable } from '../../report/table';
import type { HealResult } from '../healResult';
import { describeManual } from '../manualRecovery';
import { judgeHeal } from '../verdict';
import {
  comparisonTable,
  episodesTable,
  faultTable,
  needlessTable,
  reliabilityTable,
  targetsTable,
} from './tables';

export const REPORT_TITLE = 'How well Coxswain heals';

/** Fewer blocks than this say little about chance. */
const FEWEST_SEEDS = 10;

/** What was played, in one paragraph. */
export function describeDesign(result: HealResult): string {
  const { detection, seeds, episodesPerSeed, firstSeed, arms, manual } = result;
  const few =
    seeds < FEWEST_SEEDS ? ` Fewer than ${FEWEST_SEEDS} seeds: the intervals are not to be relied on.` : '';
  return (
    `${arms.length} arms played the same ${seeds} × ${episodesPerSeed} simulated episodes ` +
    `(seeds from ${firstSeed}, on which nothing was trained or tuned) with detection by ${detection}. ` +
    'Times are interquartile means over the blocks of seeds, shares are means, in brackets 95 % intervals by ' +
    'bootstrap stratified by kind of fault. ' +
    `Manual recovery is ${describeManual(manual)}.${few}`
  );
}

/** What follows, in whole sentences: which arm should steer, and how each stands to the targets. */
export function describeVerdict(result: HealResult): {
  conclusions: readonly string[];
  arms: readonly string[];
} {
  const { reasons, arms } = judgeHeal(result);
  return { conclusions: reasons, arms: arms.map(({ title, text }) => capitalised(`${title} ${text}.`)) };
}

/** Every table of the report, in its order. */
export function reportTables(result: HealResult): ReportTable[] {
  const reliability = result.arms.map(reliabilityTable).filter((table) => table !== null);
  return [
    comparisonTable(result),
    targetsTable(result),
    episodesTable(result),
    faultTable(result),
    needlessTable(result),
    ...reliability,
    armTable(result),
  ];
}
