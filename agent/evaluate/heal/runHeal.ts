import { heldOutSeeds } from '../evaluation';
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

/** Who plays blocks: this process, or others. */
export interface BlockPlayers {
  /** How many blocks are played at a time. */
  readonly parallel: number;
  /** @param source index among `sourcesOf(plan)` */
  play(source: number, seeds: SeedRange, signal?: AbortSignal): Promise<PlayedBlock>;
  /** Ends what is being played elsewhere; may be called twice. */
  close(): void;
}

export interface RunHealOptions {
  plan: HealPlan;
  players: BlockPlayers;
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
  const { plan } = options;
  const { conditions, seeds, episodesPerSeed } = plan;
  // A block takes seconds, and who plays it elsewhere hears of no signal.
  options.signal?.addEventListener('abort', () => options.players.close(), { once: true });
  const blocks = await playAll(options);
  let source = 0;
  const played = plan.arms.map(({ name, title, describe, role, sources }) => ({
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
export function localPlayers(sources: readonly ArmSource[], conditions: HealConditions): BlockPlayers {
  const players = sources.map((source) => new HealPlayer(source, conditions));
  return {
    parallel: 1,
    play: (source, seeds, signal) => {
      const player = players[source];
      if (!player) throw new RangeError(`there is no source ${source}`);
      return player.play(seeds, signal);
    },
    close: () => undefined,
  };
}

/** By source, then by block. */
async function playAll({ plan, players, onProgress, signal }: RunHealOptions): Promise<PlayedBlock[][]> {
  const { seeds, episodesPerSeed } = plan;
  const sources = sourcesOf(plan);
  const jobs = sources.flatMap((_, source) =>
    Array.from({ length: seeds }, (_, block) => ({ source, block })),
  );
  const results: PlayedBlock[][] = sources.map(() => []);
  let done = 0;
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      signal?.throwIfAborted();
      const { source, block } = job;
      const played = await players.play(source, blockSeeds(block, episodesPerSeed), signal);
      (results[source] as PlayedBlock[])[block] = played;
      done += episodesPerSeed;
      onProgress?.(done, sources.length * seeds * episodesPerSeed);
    }
  };
  await Promise.all(Array.from({ length: players.parallel }, work));
  return results;
}

function blockSeeds(block: number, count: number): SeedRange {
  const [first = 0] = heldOutSeeds(1, SKIPPED_SEEDS + block * SEEDS_PER_BLOCK);
  return { first, count };
}
