import { costAt } from '../../../sim/scale/sloCost';
import { type Cell, csvText } from '../../report/csvText';
import type { EpisodeRecord } from '../episodeRecord';
import type { PlayedArm } from '../playedDays';

/** A row's columns; units are in their names. */
const COLUMNS: Readonly<Record<string, (record: EpisodeRecord) => Cell>> = {
  workload: ({ workload }) => workload,
  seed: ({ seed }) => seed,
  violation_price: ({ violationPrice }) => violationPrice,
  objective_cost: ({ violationPrice, meanPods, meanLoad, violatedShare, actionsPerHour }) =>
    violationPrice === null
      ? null
      : costAt({ meanPods, meanLoad, violatedShare, actionsPerHour }, violationPrice),
  mean_pods: ({ meanPods }) => meanPods,
  mean_load_pods: ({ meanLoad }) => meanLoad,
  violated_share: ({ violatedShare }) => violatedShare,
  failed_share: ({ failedShare }) => failedShare,
  actions_per_hour: ({ actionsPerHour }) => actionsPerHour,
  latency_p95_seconds: ({ latencyP95Seconds }) => latencyP95Seconds,
  cpu_utilisation: ({ utilisation }) => utilisation,
  decisions: ({ decisions }) => decisions,
  sure_decisions: ({ sure }) => sure,
  changes: ({ changes }) => changes,
  sure_changes: ({ sureChanges }) => sureChanges,
};

/** One line for each episode and arm. The price is empty for an arm that does the same under any. */
export function scaleCsv(played: readonly PlayedArm[]): string {
  const rows = played.flatMap(({ name, runs }) =>
    runs.flatMap((blocks, run) =>
      blocks.flatMap(({ records }, block) =>
        records.map((record) => [
          name,
          run,
          block,
          ...Object.values(COLUMNS).map((column) => column(record)),
        ]),
      ),
    ),
  );
  return csvText([['arm', 'run', 'block', ...Object.keys(COLUMNS)], ...rows]);
}
