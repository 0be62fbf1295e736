import type { EpisodeRecord } from '../episodeRecord';
import type { PlayedArm } from '../playedDays';
import type { ScaleResult } from '../scaleResult';
import { summariseScale } from '../summariseScale';

export const LOADS = ['calm', 'wild'];

/** A day of 10 pods under a load of 5 without a violation, the same at any price. */
export function aRecord(changes: Partial<EpisodeRecord> = {}): EpisodeRecord {
  return {
    workload: 'calm',
    seed: 1,
    violationPrice: null,
    meanPods: 10,
    meanLoad: 5,
    violatedShare: 0,
    failedShare: 0,
    actionsPerHour: 0,
    latencyP95Seconds: 0.1,
    utilisation: 0.5,
    decisions: 0,
    sure: 0,
    changes: 0,
    sureChanges: 0,
    ...changes,
  };
}

/** What it does on each load, at each price that it knows; on each of `seeds` seeds the same. */
export function anArm(
  name: string,
  days: readonly Partial<EpisodeRecord>[],
  { seeds = 3, ...changes }: Partial<PlayedArm> & { seeds?: number } = {},
): PlayedArm {
  const block = (index: number) => ({
    records: days.map((day) => {
      const workload = day.workload ?? 'calm';
      return aRecord({ ...day, seed: 100 * index + LOADS.indexOf(workload) });
    }),
    reactionSeconds: 60 + 15 * index,
  });
  return {
    name,
    title: name,
    describe: `what ${name} does`,
    role: 'rule',
    runs: [Array.from({ length: seeds }, (_, index) => block(index))],
    ...changes,
  };
}

/** The same on both loads. */
export function onBoth(day: Partial<EpisodeRecord>): Partial<EpisodeRecord>[] {
  return LOADS.map((workload) => ({ ...day, workload }));
}

export function aResult(played: readonly PlayedArm[]): ScaleResult {
  return {
    pace: 'free',
    seeds: 3,
    episodesPerSeed: 1,
    firstSeed: 1,
    podHourPrice: 0.05,
    prices: [5, 20, 80],
    workloads: LOADS.map((name) => ({ name, describe: `a ${name} load` })),
    arms: summariseScale(played, LOADS),
  };
}
