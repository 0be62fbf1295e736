import { capitalised } from '../../../protocol/format';
import { armTable } from '../../report/armTable';
import type { ReportTable } from '../../report/table';
import type { ScaleResult } from '../scaleResult';
import { judgeScale } from '../verdict';
import { comparisonTable, figuresTable, reactionTable, targetsTable, workloadTable } from './tables';

export const REPORT_TITLE = 'When learned scaling pays';

/** Fewer blocks than this say little about chance. */
const FEWEST_SEEDS = 10;

const PACES: Readonly<Record<ScaleResult['pace'], string>> = {
  free: 'Every arm scaled as freely as the HPA does.',
  guard:
    'What the agent steers (rules and policies, not the HPA’s own arms and bounds) kept to the live guard’s pace, ' +
    'left what a policy was less than 0.7 sure of, and had the HPA that was taken over below it as a net.',
};

/** What was played, in one paragraph. */
export function describeDesign({
  pace,
  seeds,
  episodesPerSeed,
  firstSeed,
  arms,
  workloads,
}: ScaleResult): string {
  const few =
    seeds < FEWEST_SEEDS ? ` Fewer than ${FEWEST_SEEDS} seeds: the intervals are not to be relied on.` : '';
  const days = episodesPerSeed === 1 ? 'a day' : `${episodesPerSeed} days`;
  return (
    `${arms.length} arms played the same ${workloads.length} loads on ${seeds} seeds, ${days} of 24 h each ` +
    `(seeds from ${firstSeed}; no load was a part of any training or tuning, and capacities, start-ups and metric lags are drawn anew). ` +
    `${PACES[pace]}${few}`
  );
}

/** What follows, in whole sentences: which arm should steer, when learning pays, and how each stands to the targets. */
export function describeVerdict(result: ScaleResult): {
  conclusions: readonly string[];
  arms: readonly string[];
} {
  const { reasons, arms, whenLearningPays } = judgeScale(result);
  return {
    conclusions: whenLearningPays === null ? reasons : [whenLearningPays, ...reasons],
    arms: arms.map(({ title, text }) => capitalised(`${title} ${text}.`)),
  };
}

/** Every table of the report, in its order. */
export function reportTables(result: ScaleResult): ReportTable[] {
  return [comparisonTable, targetsTable, workloadTable, figuresTable, reactionTable, armTable].map((table) =>
    table(result),
  );
}
