import type { FaultName } from '../../../sim/heal/faults';
import { type EpisodeRecord, type JudgedAction, remedyOf } from '../episodeRecord';
import type { HealArmResult, HealResult } from '../healResult';
import { DO_NOTHING_ARM, type PlayedArm, REFERENCE_ARM, summariseHeal } from '../summariseHeal';

/** An episode in which nobody acted; with a fault it took 100 s. */
export function aRecord(fault: FaultName | null, changes: Partial<EpisodeRecord> = {}): EpisodeRecord {
  const isFault = fault !== null;
  return {
    seed: 1,
    fault,
    remedy: remedyOf(fault),
    detectedSeconds: isFault ? 10 : null,
    helpedSeconds: null,
    recoverySeconds: isFault ? 100 : null,
    recovered: isFault ? true : null,
    violatedShare: isFault ? 0.1 : 0,
    actions: 0,
    unneededActions: 0,
    harmfulActions: 0,
    harmfulUnreverted: 0,
    replicaHours: 1,
    ...changes,
  };
}

/** An arm that was played in one training, block by block. */
export function anArm(
  name: string,
  blocks: readonly (readonly EpisodeRecord[])[],
  changes: Partial<PlayedArm> & { judged?: readonly JudgedAction[] } = {},
): PlayedArm {
  const { judged = [], ...rest } = changes;
  const runs = [blocks.map((records, block) => ({ records, judged: block === 0 ? judged : [] }))];
  return { name, title: name, describe: `what ${name} does`, role: 'comparison', runs, ...rest };
}

/** One block of the same episodes, of arms that take so many seconds for each. */
export function aResult(
  arms: Readonly<Record<string, { role: PlayedArm['role']; records: readonly EpisodeRecord[] }>>,
): HealResult {
  const played = Object.entries(arms).map(([name, { role, records }]) =>
    anArm(name, [records, records], { role }),
  );
  return {
    detection: 'events',
    seeds: 2,
    episodesPerSeed: played[0]?.runs[0]?.[0]?.records.length ?? 0,
    firstSeed: 1,
    manual: { alertSeconds: 60, reactionSeconds: 300, reactionSpread: 0.5 },
    ...summariseHeal(played),
  };
}

const EXACTLY = (mean: number) => ({ mean, low: mean, high: mean });

/** An arm that meets every target by far. */
export function anArmResult(name: string, changes: Partial<HealArmResult> = {}): HealArmResult {
  return {
    name,
    title: name,
    describe: '',
    role: name.startsWith('runbook') ? 'rule' : name === DO_NOTHING_ARM ? 'comparison' : 'learned',
    runs: 1,
    fixable: EXACTLY(40),
    impactful: EXACTLY(50),
    timeOnly: EXACTLY(100),
    impactfulSpread: { median: 45, p95: 90 },
    unrecovered: 0,
    toDoNothing: EXACTLY(0.4),
    toRunbook: EXACTLY(1),
    timeOnlyToDoNothing: EXACTLY(1),
    soonerThanDoNothing: EXACTLY(0.9),
    soonerThanRunbook: name === REFERENCE_ARM ? EXACTLY(0.5) : EXACTLY(0.6),
    withinSlo: EXACTLY(0.97),
    violatedToDoNothing: EXACTLY(0.4),
    actedWithoutFault: EXACTLY(0.01),
    actedOnDependency: EXACTLY(0.01),
    unneeded: EXACTLY(0.1),
    harmful: EXACTLY(0.01),
    harmfulActions: 3,
    harmfulUnreverted: 0,
    actionsPerEpisode: 1,
    replicaHours: EXACTLY(1.01),
    detected: { median: 7, p95: 90 },
    helped: { median: 11, p95: 95 },
    faults: [],
    reliability: null,
    ...changes,
  };
}
