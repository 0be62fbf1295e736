/** Who plays blocks of episodes: this process, or others. */
export interface BlockPlayers<Job, Played> {
  /** How many blocks are played at a time. */
  readonly parallel: number;
  /** @throws the signal's reason, and what the player throws */
  play(job: Job, signal?: AbortSignal): Promise<Played>;
  /** Ends what is being played elsewhere; may be called twice. */
  close(): void;
}

/** A block of one of several sources. */
export interface SourceJob<Seeds> {
  /** Index among the sources. */
  source: number;
  seeds: Seeds;
}

/** Plays the blocks of one source. */
interface SourcePlayer<Seeds, Played> {
  play(seeds: Seeds, signal?: AbortSignal): Promise<Played>;
}

/** Players in this process, one for each source. */
export function playersHere<Seeds, Played>(
  players: readonly SourcePlayer<Seeds, Played>[],
): BlockPlayers<SourceJob<Seeds>, Played> {
  return {
    parallel: 1,
    play: ({ source, seeds }, signal) => {
      const player = players[source];
      if (!player) throw new RangeError(`there is no source ${source}`);
      return player.play(seeds, signal);
    },
    close: () => undefined,
  };
}

export interface PlayAllOptions<Job, Played> {
  jobs: readonly Job[];
  players: BlockPlayers<Job, Played>;
  /** After each block. */
  onPlayed?(count: number): void;
  /** @throws its reason */
  signal?: AbortSignal | undefined;
}

/** Plays every job. @returns what was played, in the order of the jobs, whoever was done first */
export async function playAll<Job, Played>({
  jobs,
  players,
  onPlayed,
  signal,
}: PlayAllOptions<Job, Played>): Promise<Played[]> {
  // A block takes seconds, and who plays it elsewhere hears of no signal.
  signal?.addEventListener('abort', () => players.close(), { once: true });
  const results: Played[] = [];
  const waiting = [...jobs.entries()];
  let count = 0;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      signal?.throwIfAborted();
      const [index, job] = next;
      results[index] = await players.play(job, signal);
      onPlayed?.(++count);
    }
  };
  await Promise.all(Array.from({ length: players.parallel }, work));
  return results;
}
