import { heldOutSeeds } from '../evaluation';
import { type BlockPlayers, playAll, playersHere, type SourceJob } from '../players/blockPlayers';
import { type CanaryResult, CELL_COLUMNS } from './canaryResult';
import type { ArmSource, PlayedBlock } from './episodeRecord';
import { type BlockSeeds, type CanaryConditions, CanaryPlayer } from './playCanary';
import type { PlayedArm } from './playedReleases';
import { summariseCanary } from './summariseCanary';
import { CELLS } from './trafficLevels';

/** An arm that is to play: one source for each of its trainings. */
export interface PlannedArm extends Omit<PlayedArm, 'runs'> {
  sources: readonly ArmSource[];
}

export interface CanaryPlan {
  conditions: CanaryConditions;
  arms: readonly PlannedArm[];
  /** Independent blocks. */
  seeds: number;
  /** Of each scenario at each level of traffic, on each seed. */
  episodesPerSeed: number;
}

/** All cells on one seed. */
export type CanaryJob = SourceJob<BlockSeeds>;

export type CanaryPlayers = BlockPlayers<CanaryJob, PlayedBlock>;

/** What players need to know. */
export interface CanarySetup {
  sources: readonly ArmSource[];
  conditions: CanaryConditions;
}

export interface RunCanaryOptions {
  plan: CanaryPlan;
  players: CanaryPlayers;
  /** Blocks. */
  onProgress?(done: number, total: number): void;
  /** @throws its reason */
  signal?: AbortSignal;
}

export interface CanaryOutcome {
  result: CanaryResult;
  played: readonly PlayedArm[];
}

/** Held out, and beyond those that policies are chosen and finished on. */
const LIMIT_MINUTES = 120;
const SKIPPED_SEEDS = 300_000_000;
const SEEDS_PER_BLOCK = 1_000_000;

/** Lets every arm play the same releases, and says what came of it. The same plan gives the same bytes. */
export async function runCanary({
  plan,
  players,
  onProgress,
  signal,
}: RunCanaryOptions): Promise<CanaryOutcome> {
  const { conditions, seeds, episodesPerSeed } = plan;
  const jobs = sourcesOf(plan).flatMap((_, source) =>
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
  const indices = [...(conditions.cells ?? CELLS.keys())];
  const cells = indices.flatMap((index) => CELLS[index] ?? []);
  const design = { seeds, episodesPerSeed, firstSeed: blockSeeds(0, 1).first, limitMinutes: LIMIT_MINUTES };
  const arms = summariseCanary(played, indices);
  return { result: { ...design, cells, cellColumns: [...CELL_COLUMNS], arms }, played };
}

/** Every training of every arm, in order. */
export function sourcesOf({ arms }: CanaryPlan): ArmSource[] {
  return arms.flatMap(({ sources }) => sources);
}

/** Players in this process. @throws CoxswainError for a policy that cannot be used */
export function localCanaryPlayers({ sources, conditions }: CanarySetup): CanaryPlayers {
  return playersHere(sources.map((source) => new CanaryPlayer(source, conditions)));
}

function blockSeeds(block: number, episodes: number): BlockSeeds {
  const [first = 0] = heldOutSeeds(1, SKIPPED_SEEDS + block * SEEDS_PER_BLOCK);
  return { first, episodes };
}
