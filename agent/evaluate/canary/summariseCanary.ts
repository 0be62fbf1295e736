import type { Interval } from '../../rl/policy/policyModel';
import type { ScenarioName } from '../../sim/canary/scenario';
import { quantile } from '../statistics';
import { type Aggregate, type Sample, stratifiedInterval } from '../stratified';
import { binomialInterval } from './binomialInterval';
import {
  type Against,
  type CanaryArmResult,
  CELL_COLUMNS,
  type CellFigures,
  type LevelFigures,
  type ReleaseFigures,
  type ScenarioFigures,
} from './canaryResult';
import { FIXED_PACE_ARM, RULE_PACE_ARM } from './canaryRules';
import type { EpisodeRecord } from './episodeRecord';
import { type PlayedArm, type PlayedRelease, releasesOf } from './playedReleases';
import { PROMISES } from './promises';
import { CELLS, type Cell, LEVEL_NAMES, type LevelName } from './trafficLevels';

type Releases = readonly PlayedRelease[];

/**
 * @param cells indices of those that were played
 * @throws RangeError where the tests with fixed steps or those with the rule's pace were not played
 */
export function summariseCanary(
  played: readonly PlayedArm[],
  cells: readonly number[] = [...CELLS.keys()],
): CanaryArmResult[] {
  const find = (name: string) => {
    const arm = played.find((each) => each.name === name);
    if (arm) return releasesOf(arm);
    throw new RangeError(`${name} has to be played`);
  };
  const [fixed, rule] = [find(FIXED_PACE_ARM), find(RULE_PACE_ARM)];
  return played.map((arm) => summariseArm(arm, cells, fixed, rule));
}

function summariseArm(
  arm: PlayedArm,
  played: readonly number[],
  fixed: Releases,
  rule: Releases,
): CanaryArmResult {
  const { runs, ...about } = arm;
  const all = releasesOf(arm);
  const cells = played.flatMap((index) => {
    const cell = CELLS[index];
    return cell ? [{ ...cell, own: all.filter(({ record }) => record.cell === index) }] : [];
  });
  const releasesAt = (matches: (cell: Cell) => boolean) => cells.filter(matches).flatMap(({ own }) => own);
  const scenarios = new Set(cells.map(({ scenario }) => scenario));
  return {
    ...about,
    runs: runs.length,
    all: releaseFigures(all),
    levels: LEVEL_NAMES.map((level) =>
      levelFigures(
        level,
        releasesAt((cell) => cell.level === level),
      ),
    ),
    scenarios: [...scenarios].map((scenario) =>
      scenarioFigures(
        scenario,
        releasesAt((cell) => cell.scenario === scenario),
      ),
    ),
    cells: cells.map(({ own }) => cellRow(own)),
    toFixedPace: arm.name === FIXED_PACE_ARM ? null : against(all, fixed),
    toRulePace: arm.name === RULE_PACE_ARM ? null : against(all, rule),
  };
}

function scenarioFigures(scenario: ScenarioName, releases: Releases): ScenarioFigures {
  const { falsePromotion, falseRollback, undecided, harmSeconds } = releaseFigures(releases);
  return { scenario, falsePromotion, falseRollback, undecided, harmSeconds };
}

function releaseFigures(releases: Releases): ReleaseFigures {
  const healthy = releases.filter(({ record }) => record.bad === false);
  const bad = releases.filter(({ record }) => record.bad === true);
  const share = (of: Releases, matches: (record: EpisodeRecord) => boolean) =>
    binomialInterval(countOf(of, matches), of.length);
  return {
    healthy: healthy.length,
    bad: bad.length,
    falsePromotion: share(bad, isPromoted),
    falsePromotionActive: share(bad, isPromotedActive),
    undecidedBad: share(bad, isUndecided),
    falseRollback: share(healthy, isRolledBack),
    undecidedHealthy: share(healthy, isUndecided),
    undecided: share([...healthy, ...bad], isUndecided),
    harmSeconds: meanOf(bad, ({ harmSeconds }) => harmSeconds),
    exposedRequests: meanOf(bad, ({ exposedRequests }) => exposedRequests),
    promoteMinutes: spreadOf(healthy.filter(({ record }) => isPromoted(record))),
    rollbackMinutes: spreadOf(bad.filter(({ record }) => isRolledBack(record))),
  };
}

function levelFigures(level: LevelName, releases: Releases): LevelFigures {
  const unproved = releases.filter(({ record }) => record.bad === null);
  return {
    level,
    figures: releaseFigures(releases),
    unproved: binomialInterval(countOf(unproved, isPromoted), unproved.length),
    prompt: promptOf(level, releases),
  };
}

function promptOf(level: LevelName, releases: Releases): LevelFigures['prompt'] {
  const promise = PROMISES[level];
  if (!promise) return null;
  const minutes = releases
    .filter(({ record }) => record.harmMinutes !== null && record.steadyErrorShare >= promise.leastErrorShare)
    .map(({ record }) => (isRolledBack(record) ? (record.harmMinutes ?? 0) : Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b);
  const inTime = minutes.filter((each) => each <= promise.withinMinutes).length;
  // Between a number and infinity there is nothing: the next one above.
  const p90 = minutes[Math.ceil(0.9 * (minutes.length - 1))] ?? Number.POSITIVE_INFINITY;
  return {
    ...promise,
    share: binomialInterval(inTime, minutes.length),
    p90Minutes: Number.isFinite(p90) ? p90 : null,
  };
}

function cellRow(releases: Releases): (number | null)[] {
  const healthy = releases.filter(({ record }) => record.bad === false);
  const bad = releases.filter(({ record }) => record.bad === true);
  const mean = (value: (record: EpisodeRecord) => number) =>
    bad.length === 0 ? null : bad.reduce((sum, { record }) => sum + value(record), 0) / bad.length;
  const promote = spreadOf(healthy.filter(({ record }) => isPromoted(record)));
  const rollback = spreadOf(bad.filter(({ record }) => isRolledBack(record)));
  const figures: CellFigures = {
    healthy: healthy.length,
    bad: bad.length,
    falsePromotions: countOf(bad, isPromoted),
    falsePromotionsActive: countOf(bad, isPromotedActive),
    undecidedBad: countOf(bad, isUndecided),
    falseRollbacks: countOf(healthy, isRolledBack),
    undecidedHealthy: countOf(healthy, isUndecided),
    promotedUnproved: countOf(releases, (record) => record.bad === null && isPromoted(record)),
    harmSeconds: mean(({ harmSeconds }) => harmSeconds),
    exposedRequests: mean(({ exposedRequests }) => exposedRequests),
    promoteMedianMinutes: promote?.median ?? null,
    promoteP90Minutes: promote?.p90 ?? null,
    rollbackMedianMinutes: rollback?.median ?? null,
    rollbackP90Minutes: rollback?.p90 ?? null,
  };
  return CELL_COLUMNS.map((column) => figures[column]);
}

/** In the same releases. A policy of several trainings has played them several times, the other arm once. */
function against(ours: Releases, theirs: Releases): Against {
  const other = (index: number) => (theirs[index % theirs.length] as PlayedRelease).record;
  const pairs = ours.map((release, index) => ({ ...release, other: other(index) }));
  const bad = pairs.filter(({ record }) => record.bad === true);
  const healthy = pairs.filter(({ record }) => record.bad === false);
  const difference = (of: typeof pairs, matches: (record: EpisodeRecord) => boolean) =>
    statistic(of, 'pooled', (pair) => Number(matches(pair.record)) - Number(matches(pair.other)));
  return {
    harmSeconds: statistic(
      bad,
      'interquartile',
      ({ record }) => record.harmSeconds,
      (pair) => pair.other.harmSeconds,
    ),
    falsePromotion: difference(bad, isPromoted),
    falseRollback: difference(healthy, isRolledBack),
    undecided: difference([...healthy, ...bad], isUndecided),
  };
}

function meanOf(releases: Releases, value: (record: EpisodeRecord) => number): Interval | null {
  return statistic(releases, 'interquartile', ({ record }) => value(record));
}

/** Each cell is a stratum. */
function statistic<Release extends PlayedRelease>(
  releases: readonly Release[],
  aggregate: Aggregate,
  value: (release: Release) => number,
  weight: (release: Release) => number = () => 1,
): Interval | null {
  const samples = releases.map((release): Sample => {
    const { run, block, record } = release;
    return { run, block, stratum: record.cell, value: value(release), weight: weight(release) };
  });
  return stratifiedInterval(samples, aggregate);
}

function spreadOf(releases: Releases): ReleaseFigures['promoteMinutes'] {
  const sorted = releases.map(({ record }) => record.minutes).sort((a, b) => a - b);
  return sorted.length === 0 ? null : { median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
}

function countOf(releases: Releases, matches: (record: EpisodeRecord) => boolean): number {
  return releases.filter(({ record }) => matches(record)).length;
}

function isPromoted({ verdict }: EpisodeRecord): boolean {
  return verdict === 'promoted';
}

function isPromotedActive(record: EpisodeRecord): boolean {
  return isPromoted(record) && record.harmActive;
}

function isRolledBack({ verdict }: EpisodeRecord): boolean {
  return verdict === 'rolled-back';
}

function isUndecided({ verdict }: EpisodeRecord): boolean {
  return verdict === 'undecided';
}
