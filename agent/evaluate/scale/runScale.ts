import { heldOutSeeds } from '../evaluation';
import { type BlockPlayers, playAll, playersHere, type SourceJob } from '../players/blockPlayers';
import type { ArmSource, PlayedBlock } from './episodeRecord';
import type { PlayedArm } from './playedDays';
import { type BlockSeeds, JUDGED_PRICES, type ScaleConditions, ScalePlayer, workloadsOf } from './playScale';
import type { ScaleResult } from './scaleResult';
import { summariseScale } from './summariseScale';

/** An arm that is to play: one source for each of its trainings. */
export interface PlannedArm extends Omit<PlayedArm, 'runs'> {
  sources: readonly ArmSource[];
}

export interface ScalePlan {
  conditions: ScaleConditions;
  arms: readonly PlannedArm[];
  /** Independent blocks. */
  seeds: number;
  /** Of each load on each seed. */
  episodesPerSeed: number;
  podHourPrice: number;
}

/** All loads on one seed. */
export type ScaleJob = SourceJob<BlockSeeds>;

export type ScalePlayers = BlockPlayers<ScaleJob, PlayedBlock>;

/** What players need to know. */
export interface ScaleSetup {
  sources: readonly ArmSource[];
  conditions: ScaleConditions;
}

export interface RunScaleOptions {
  plan: ScalePlan;
  players: ScalePlayers;
  /** Blocks. */
  onProgress?(done: number, total: number): void;
  /** @throws its reason */
  signal?: AbortSignal;
}

export interface ScaleOutcome {
  result: ScaleResult;
  played: readonly PlayedArm[];
}

/** Held out, and beyond those that policies are chosen and finished on. */
const SKIPPED_SEEDS = 200_000_000;
const SEEDS_PER_BLOCK = 1_000_000;

/** Lets every arm play the same days, and says what came of it. The same plan gives the same bytes. */
export async function runScale({
  plan,
  players,
  onProgress,
  signal,
}: RunScaleOptions): Promise<ScaleOutcome> {
  const { conditions, seeds, episodesPerSeed, podHourPrice } = plan;
  const sources = sourcesOf(plan);
  const jobs = sources.flatMap((_, source) =>
    Array.from({ length: seeds }, (_, block) => ({ source, seeds: blockSeeds(block, episodesPerSeed) })),
  );
  const blocks = await playAll({
    jobs,
    players,
    onPlayed: (count) => onProgress?.(count, jobs.length),
    signal,
  });
  let source = 0;
  const played = plan.arms.map(({ sources: own, ...arm }) => ({
    ...arm,
    runs: own.map(() => blocks.slice(source * seeds, ++source * seeds)),
  }));
  const workloads = workloadsOf(conditions).map(({ name, describe }) => ({ name, describe }));
  const arms = summariseScale(
    played,
    workloads.map(({ name }) => name),
  );
  const firstSeed = blockSeeds(0, 1).first;
  const design = { pace: conditions.pace, seeds, episodesPerSeed, firstSeed, podHourPrice };
  return { result: { ...design, prices: [...JUDGED_PRICES], workloads, arms }, played };
}

/** Every training of every arm, in order. */
export function sourcesOf({ arms }: ScalePlan): ArmSource[] {
  return arms.flatMap(({ sources }) => sources);
}

/** Players in this process. @throws CoxswainError for a policy that cannot be used */
export function localScalePlayers({ sources, conditions }: ScaleSetup): ScalePlayers {
  return playersHere(sources.map((source) => new ScalePlayer(source, conditions)));
}

function blockSeeds(block: number, episodes: number): BlockSeeds {
  const [first = 0] = heldOutSeeds(1, SKIPPED_SEEDS + block * SEEDS_PER_BLOCK);
  return { first, episodes };
}
