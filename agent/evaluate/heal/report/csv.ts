import { type Cell, csvText } from '../../report/csvText';
import type { EpisodeRecord } from '../episodeRecord';
import {
  DO_NOTHING_ARM,
  findArm,
  isImpactful,
  type PairedEpisode,
  type PlayedArm,
  pairUp,
  REFERENCE_ARM,
} from '../summariseHeal';

/** A row's columns; units are in their names. */
const COLUMNS: Readonly<Record<string, (record: EpisodeRecord) => Cell>> = {
  fault: ({ fault }) => fault ?? 'none',
  remedy: ({ remedy }) => remedy,
  detected_seconds: ({ detectedSeconds }) => detectedSeconds,
  helped_seconds: ({ helpedSeconds }) => helpedSeconds,
  recovery_seconds: ({ recoverySeconds }) => recoverySeconds,
  recovered: ({ recovered }) => recovered,
  within_slo: ({ violatedShare }) => 1 - violatedShare,
  actions: ({ actions }) => actions,
  unneeded_actions: ({ unneededActions }) => unneededActions,
  harmful_actions: ({ harmfulActions }) => harmfulActions,
  harmful_unreverted: ({ harmfulUnreverted }) => harmfulUnreverted,
  replica_hours_ratio: ({ replicaHours }) => replicaHours,
};

/** One line for each episode and arm, after RFC 4180. Empty where there is nothing to tell. */
export function healCsv(played: readonly PlayedArm[]): string {
  const nothing = findArm(played, DO_NOTHING_ARM);
  const reference = findArm(played, REFERENCE_ARM);
  const headings = ['arm', 'run', 'block', 'seed', 'impactful', ...Object.keys(COLUMNS)];
  const rows = played.flatMap((arm) =>
    pairUp(arm, nothing, reference).map((episode) => rowOf(arm.name, episode)),
  );
  return csvText([headings, ...rows]);
}

function rowOf(arm: string, { run, block, record, nothing }: PairedEpisode): Cell[] {
  const own = Object.values(COLUMNS).map((column) => column(record));
  return [arm, run, block, record.seed, isImpactful(nothing), ...own];
}
