import { type Cell, csvText } from '../../report/csvText';
import type { EpisodeRecord } from '../episodeRecord';
import type { PlayedArm } from '../playedReleases';
import { CELLS } from '../trafficLevels';

/** A row's columns; units are in their names. */
const COLUMNS: Readonly<Record<string, (record: EpisodeRecord) => Cell>> = {
  scenario: ({ cell }) => CELLS[cell]?.scenario ?? null,
  traffic: ({ cell }) => CELLS[cell]?.level ?? null,
  seed: ({ seed }) => seed,
  bad: ({ bad }) => bad,
  verdict: ({ verdict }) => verdict,
  minutes: ({ minutes }) => minutes,
  harm_active: ({ harmActive }) => harmActive,
  minutes_since_whole_harm: ({ harmMinutes }) => harmMinutes,
  steady_error_share: ({ steadyErrorShare }) => steadyErrorShare,
  canary_requests: ({ requests }) => requests,
  exposed_requests: ({ exposedRequests }) => exposedRequests,
  harm_seconds: ({ harmSeconds }) => harmSeconds,
};

/** One line for each release and arm. `bad` is empty where there was no traffic to tell by. */
export function canaryCsv(played: readonly PlayedArm[]): string {
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
