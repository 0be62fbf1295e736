import { heldOutSeeds } from '../evaluation';
import { type BlockPlayers, playAll, playersHere, type SourceJob } from '../players/blockPlayers';
import type { PlayedBlock } from './episodeRecord';
import type { HealResult } from './healResult';
import type { HealConditions } from './healRules';
import { type ArmSource, HealPlayer, type SeedRange } from './playHeal';
import { type PlayedArm, summariseHeal } from './summariseHeal';

/** An arm that is to play: one source for each of its trainings. */
export interface PlannedArm extends Omit<PlayedArm, 'runs'> {
  sources: readonly ArmSource[];
}

export interface HealPlan {
  conditions: HealConditions;
  arms: readonly PlannedArm[];
  /** Independent blocks of episodes. */
  seeds: number;
  episodesPerSeed: number;
}

/** One block of episodes. */
export type HealJob = SourceJob<SeedRange>;

export type HealPlayers = BlockPlayers<HealJob, PlayedBlock>;

/** What players need to know. */
export interface HealSetup {
  sources: readonly ArmSource[];
  conditions: HealConditions;
}

export interface RunHealOptions {
  plan: HealPlan;
  players: HealPlayers;
  /** Episodes. */
  onProgress?(done: number, total: number): void;
  /** @throws its reason */
  signal?: AbortSignal;
}

export interface HealOutcome {
  result: HealResult;
  played: readonly PlayedArm[];
}

/** Held out, and beyond those that trainings validate and compare themselves on, of which policies were chosen. */
const SKIPPED_SEEDS = 100_000_000;
/** Blocks begin so far apart, whatever their length: the first episodes of a block are always the same. */
const SEEDS_PER_BLOCK = 1_000_000;

/** Lets every arm play the same episodes, and says what came of it. The same plan gives the same bytes. */
export async function runHeal(options: RunHealOptions): Promise<HealOutcome> {
  const { conditions, seeds, episodesPerSeed } = options.plan;
  const blocks = await playBlocks(options);
  let source = 0;
  const played = options.plan.arms.map(({ name, title, describe, role, sources }) => ({
    name,
    title,
    describe,
    role,
    runs: sources.map(() => blocks[source++] ?? []),
  }));
  const { detection, manual } = conditions;
  const design = { detection, seeds, episodesPerSeed, firstSeed: blockSeeds(0, 1).first, manual };
  return { result: { ...design, ...summariseHeal(played) }, played };
}

/** Every training of every arm, in order. */
export function sourcesOf({ arms }: HealPlan): ArmSource[] {
  return arms.flatMap(({ sources }) => sources);
}

/** Players in this process. @throws CoxswainError for a policy that cannot be used */
export function localPlayers({ sources, conditions }: HealSetup): HealPlayers {
  return playersHere(sources.map((source) => new HealPlayer(source, conditions)));
}

/** By source, then by block. */
async function playBlocks({ plan, players, onProgress, signal }: RunHealOptions): Promise<PlayedBlock[][]> {
  const { seeds, episodesPerSeed } = plan;
  const sources = sourcesOf(plan);
  const jobs = sources.flatMap((_, source) =>
    Array.from({ length: seeds }, (_, block) => ({ source, seeds: blockSeeds(block, episodesPerSeed) })),
  );
  const played = await playAll({
    jobs,
    players,
    onPlayed: (count) => onProgress?.(count * episodesPerSeed, jobs.length * episodesPerSeed),
    signal,
  });
  return sources.map((_, source) => played.slice(source * seeds, (source + 1) * seeds));
}

function blockSeeds(block: number, count: number): SeedRange {
  const [first = 0] = heldOutSeeds(1, SKIPPED_SEEDS + block * SEEDS_PER_BLOCK);
  return { first, count };
}
