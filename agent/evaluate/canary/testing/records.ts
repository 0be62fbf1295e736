import { type CanaryArmResult, type CanaryResult, CELL_COLUMNS, type ReleaseFigures } from '../canaryResult';
import type { EpisodeRecord } from '../episodeRecord';
import type { PlayedArm } from '../playedReleases';
import { summariseCanary } from '../summariseCanary';
import { CELLS, type LevelName } from '../trafficLevels';

/** Index of a cell. */
export function cellOf(scenario: string, level: LevelName): number {
  return CELLS.findIndex((cell) => cell.scenario === scenario && cell.level === level);
}

export const BUSY_HEALTHY = cellOf('healthy', '20-and-more');
export const BUSY_BUGGY = cellOf('buggy', '20-and-more');
export const QUIET_BUGGY = cellOf('buggy', 'below-1');
export const SILENT = cellOf('no-traffic', 'none');

/** A healthy release with much traffic that is promoted after 45 min. */
export function aRecord(changes: Partial<EpisodeRecord> = {}): EpisodeRecord {
  return {
    cell: BUSY_HEALTHY,
    seed: 1,
    bad: false,
    verdict: 'promoted',
    minutes: 45,
    harmActive: false,
    harmMinutes: null,
    steadyErrorShare: 0,
    requests: 10_000,
    exposedRequests: 0,
    harmSeconds: 0,
    ...changes,
  };
}

/** One with 10 points of errors from the beginning that is rolled back after 4 min. */
export function aBad(changes: Partial<EpisodeRecord> = {}): EpisodeRecord {
  const minutes = changes.minutes ?? 4;
  return aRecord({
    cell: BUSY_BUGGY,
    bad: true,
    verdict: 'rolled-back',
    minutes,
    harmActive: true,
    harmMinutes: minutes,
    steadyErrorShare: 0.1,
    exposedRequests: 500,
    harmSeconds: 6,
    ...changes,
  });
}

/** An arm under the tests that was played in one training, on each of `seeds` seeds the same. */
export function anArm(
  name: string,
  records: readonly EpisodeRecord[],
  { seeds = 3, ...changes }: Partial<PlayedArm> & { seeds?: number } = {},
): PlayedArm {
  return {
    name,
    title: name,
    describe: `what ${name} does`,
    role: 'rule',
    verdict: 'tests',
    runs: [Array.from({ length: seeds }, () => ({ records }))],
    ...changes,
  };
}

export function aResult(played: readonly PlayedArm[]): CanaryResult {
  const cells = [
    ...new Set(played.flatMap(({ runs }) => runs[0]?.[0]?.records.map(({ cell }) => cell) ?? [])),
  ];
  return {
    seeds: 3,
    episodesPerSeed: 1,
    firstSeed: 1,
    limitMinutes: 120,
    cells: cells.flatMap((cell) => CELLS[cell] ?? []),
    cellColumns: [...CELL_COLUMNS],
    arms: summariseCanary(played, cells),
  };
}

const exactly = (mean: number) => ({ mean, low: mean, high: mean });

/** Of an arm that does everything right, and is as exposed as the tests with fixed steps. */
export function anArmResult(
  name: string,
  figures: Partial<ReleaseFigures> = {},
  changes: Partial<CanaryArmResult> = {},
): CanaryArmResult {
  const same = {
    harmSeconds: exactly(1),
    falsePromotion: exactly(0),
    falseRollback: exactly(0),
    undecided: exactly(0),
  };
  return {
    name,
    title: name,
    describe: '',
    role: 'rule',
    verdict: 'tests',
    runs: 1,
    all: {
      healthy: 100,
      bad: 100,
      falsePromotion: exactly(0.03),
      falsePromotionActive: exactly(0.01),
      undecidedBad: exactly(0.02),
      falseRollback: exactly(0.01),
      undecidedHealthy: exactly(0.02),
      undecided: exactly(0.02),
      harmSeconds: exactly(20),
      exposedRequests: exactly(1000),
      promoteMinutes: { median: 45, p90: 50 },
      rollbackMinutes: { median: 18, p90: 40 },
      ...figures,
    },
    levels: [],
    scenarios: [],
    cells: [],
    toFixedPace: same,
    toRulePace: same,
    ...changes,
  };
}
