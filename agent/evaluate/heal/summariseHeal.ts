import type { Interval } from '../../rl/policy/policyModel';
import { FAULT_NAMES, type FaultName } from '../../sim/heal/faults';
import { quantile } from '../statistics';
import { type Aggregate, type Sample, shareInterval, stratifiedInterval } from '../stratified';
import { type EpisodeRecord, type PlayedBlock, remedyOf } from './episodeRecord';
import type { ArmRole, FaultFigures, HealArmResult, HealResult } from './healResult';
import { reliabilityOf } from './reliability';

/** An impactful episode is one in which doing nothing takes longer than this. */
export const IMPACTFUL_SECONDS = 30;

/** The arms that all others are compared with; both are always played. */
export const DO_NOTHING_ARM = 'do-nothing';
export const REFERENCE_ARM = 'runbook-tuned';

/** What an arm did: its blocks, for each of its trainings. */
export interface PlayedArm {
  name: string;
  title: string;
  /** One line for people. */
  describe: string;
  role: ArmRole;
  runs: readonly (readonly PlayedBlock[])[];
}

/** An episode beside what the two references did in it. */
export interface PairedEpisode {
  run: number;
  block: number;
  record: EpisodeRecord;
  nothing: EpisodeRecord;
  reference: EpisodeRecord;
}

/** @throws RangeError where one of the references was not played */
export function summariseHeal(played: readonly PlayedArm[]): Pick<HealResult, 'episodes' | 'arms'> {
  const nothing = findArm(played, DO_NOTHING_ARM);
  const reference = findArm(played, REFERENCE_ARM);
  return {
    episodes: [...FAULT_NAMES, null].map((fault) => countEpisodes(nothing, fault)),
    arms: played.map((arm) => summariseArm(arm, pairUp(arm, nothing, reference))),
  };
}

export function findArm(played: readonly PlayedArm[], name: string): PlayedArm {
  const found = played.find((arm) => arm.name === name);
  if (found) return found;
  throw new RangeError(`the arm ${name} was not played`);
}

/** All arms have played the same episodes in the same order. */
export function pairUp(arm: PlayedArm, nothing: PlayedArm, reference: PlayedArm): PairedEpisode[] {
  return arm.runs.flatMap((blocks, run) =>
    blocks.flatMap(({ records }, block) =>
      records.map((record, index) => ({
        run,
        block,
        record,
        nothing: partner(nothing, block, index),
        reference: partner(reference, block, index),
      })),
    ),
  );
}

function partner(arm: PlayedArm, block: number, index: number): EpisodeRecord {
  const record = arm.runs[0]?.[block]?.records[index];
  if (record) return record;
  throw new RangeError(`${arm.name} has not played episode ${index} of block ${block}`);
}

export function isImpactful(nothing: EpisodeRecord): boolean {
  return (nothing.recoverySeconds ?? 0) > IMPACTFUL_SECONDS;
}

function countEpisodes(nothing: PlayedArm, fault: FaultName | null): HealResult['episodes'][number] {
  const records = (nothing.runs[0] ?? []).flatMap((block) => block.records);
  const own = records.filter((record) => record.fault === fault);
  return {
    fault,
    remedy: remedyOf(fault),
    count: own.length,
    impactful: own.filter(isImpactful).length,
  };
}

function summariseArm(
  { name, title, describe, role, runs }: PlayedArm,
  all: readonly PairedEpisode[],
): HealArmResult {
  const fixable = all.filter(({ record }) => record.remedy === 'agent');
  const impactful = fixable.filter(({ nothing }) => isImpactful(nothing));
  const timeOnly = all.filter(({ record }) => record.remedy === 'time');
  const withoutFault = all.filter(({ record }) => record.fault === null);
  const onDependency = all.filter(({ record }) => record.fault === 'dependency');
  const judged = runs.flatMap((blocks) => blocks.flatMap((block) => block.judged));
  return {
    name,
    title,
    describe,
    role,
    runs: runs.length,
    fixable: recoveryOf(fixable),
    impactful: recoveryOf(impactful),
    timeOnly: recoveryOf(timeOnly),
    impactfulSpread: spreadOf(impactful.map(({ record }) => record.recoverySeconds)),
    unrecovered: impactful.filter(({ record }) => record.recovered === false).length,
    toDoNothing: ratioOf(impactful, ({ nothing }) => nothing),
    toRunbook: ratioOf(impactful, ({ reference }) => reference),
    timeOnlyToDoNothing: ratioOf(timeOnly, ({ nothing }) => nothing),
    soonerThanDoNothing: soonerThan(impactful, ({ nothing }) => nothing),
    soonerThanRunbook: soonerThan(impactful, ({ reference }) => reference),
    withinSlo: withinSlo(all),
    violatedToDoNothing: figure(fixable, 'pooled', ({ record }) => record.violatedShare, violatedByNothing),
    actedWithoutFault: shareOf(withoutFault, ({ actions }) => actions > 0),
    actedOnDependency: shareOf(onDependency, ({ actions }) => actions > 0),
    unneeded: shareOf(all, ({ unneededActions }) => unneededActions > 0),
    harmful: shareOf(all, ({ harmfulActions }) => harmfulActions > 0),
    harmfulActions: sumOf(all, ({ harmfulActions }) => harmfulActions),
    harmfulUnreverted: sumOf(all, ({ harmfulUnreverted }) => harmfulUnreverted),
    actionsPerEpisode: sumOf(all, ({ actions }) => actions) / Math.max(1, all.length),
    replicaHours: figure(all, 'pooled', ({ record }) => record.replicaHours) ?? NOTHING_PLAYED,
    detected: spreadOf(all.map(({ record }) => record.detectedSeconds)),
    helped: spreadOf(all.map(({ record }) => record.helpedSeconds)),
    faults: [...FAULT_NAMES, null].map((fault) => faultFigures(all, fault)),
    reliability: judged.length === 0 ? null : mutable(reliabilityOf(judged)),
  };
}

const NOTHING_PLAYED: Interval = { mean: 1, low: 1, high: 1 };

function faultFigures(all: readonly PairedEpisode[], fault: FaultName | null): FaultFigures {
  const own = all.filter(({ record }) => record.fault === fault);
  return {
    fault,
    recovery: recoveryOf(own),
    ratio: ratioOf(own, ({ nothing }) => nothing),
    withinSlo: withinSlo(own),
    unneeded: shareOf(own, ({ unneededActions }) => unneededActions > 0),
    harmful: shareOf(own, ({ harmfulActions }) => harmfulActions > 0),
  };
}

function recoveryOf(episodes: readonly PairedEpisode[]): Interval | null {
  return figure(withRecovery(episodes), 'interquartile', ({ record }) => record.recoverySeconds ?? 0);
}

/** Of times in the same episodes: sum over sum in each block. */
function ratioOf(
  episodes: readonly PairedEpisode[],
  other: (episode: PairedEpisode) => EpisodeRecord,
): Interval | null {
  return figure(
    withRecovery(episodes),
    'interquartile',
    ({ record }) => record.recoverySeconds ?? 0,
    (episode) => other(episode).recoverySeconds ?? 0,
  );
}

/** A fault whose episode ended before its onset has no recovery. */
function withRecovery(episodes: readonly PairedEpisode[]): readonly PairedEpisode[] {
  return episodes.filter(({ record }) => record.recoverySeconds !== null);
}

function soonerThan(
  episodes: readonly PairedEpisode[],
  other: (episode: PairedEpisode) => EpisodeRecord,
): Interval | null {
  return figure(episodes, 'pooled', (episode) => {
    const difference = (episode.record.recoverySeconds ?? 0) - (other(episode).recoverySeconds ?? 0);
    return difference < 0 ? 1 : difference > 0 ? 0 : 0.5;
  });
}

function withinSlo(episodes: readonly PairedEpisode[]): Interval | null {
  return figure(episodes, 'pooled', ({ record }) => 1 - record.violatedShare);
}

function violatedByNothing({ nothing }: PairedEpisode): number {
  return nothing.violatedShare;
}

function shareOf(
  episodes: readonly PairedEpisode[],
  matches: (record: EpisodeRecord) => boolean,
): Interval | null {
  return shareInterval(samplesOf(episodes, ({ record }) => (matches(record) ? 1 : 0)));
}

function figure(
  episodes: readonly PairedEpisode[],
  aggregate: Aggregate,
  value: (episode: PairedEpisode) => number,
  weight?: (episode: PairedEpisode) => number,
): Interval | null {
  return stratifiedInterval(samplesOf(episodes, value, weight), aggregate);
}

function samplesOf(
  episodes: readonly PairedEpisode[],
  value: (episode: PairedEpisode) => number,
  weight: (episode: PairedEpisode) => number = () => 1,
): Sample[] {
  return episodes.map((episode) => {
    const { run, block, record } = episode;
    const stratum = record.fault === null ? FAULT_NAMES.length : FAULT_NAMES.indexOf(record.fault);
    return { run, block, stratum, value: value(episode), weight: weight(episode) };
  });
}

function sumOf(episodes: readonly PairedEpisode[], value: (record: EpisodeRecord) => number): number {
  return episodes.reduce((sum, { record }) => sum + value(record), 0);
}

function spreadOf(values: readonly (number | null)[]): HealArmResult['detected'] {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  return sorted.length === 0 ? null : { median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

function mutable({ bins, ...rest }: ReturnType<typeof reliabilityOf>): HealArmResult['reliability'] {
  return { ...rest, bins: [...bins] };
}
