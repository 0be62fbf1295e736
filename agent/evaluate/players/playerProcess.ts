import { type ChildProcess, fork } from 'node:child_process';
import { CoxswainError, type ErrorInfo, fromErrorInfo, toErrorInfo } from '../../protocol';
import type { BlockPlayers } from './blockPlayers';

/** To the process: what it may be asked to play, then one block at a time. Both ends are of one version. */
type Request<Setup, Job> = { kind: 'begin'; setup: Setup } | { kind: 'play'; job: Job };

/** From it: one answer to each block. */
type Reply<Played> = { kind: 'played'; block: Played } | { kind: 'failed'; error: ErrorInfo };

/** Makes players in the process that calls it, of what can be sent to another one. */
export type CreatePlayers<Setup, Job, Played> = (setup: Setup) => BlockPlayers<Job, Played>;

/** How to start a process that calls `servePlayer`. */
export interface PlayerCommand {
  program: string;
  args: readonly string[];
}

export interface ProcessPlayersOptions<Setup, Job, Played> {
  /** What players need to know; it must survive structured cloning. */
  setup: Setup;
  /** What the other process serves with too. */
  create: CreatePlayers<Setup, Job, Played>;
  command: PlayerCommand;
  count: number;
}

/**
 * Players in other processes. A block that is lost with its process is played in this one: who plays it makes no
 * difference to the result.
 */
export function processPlayers<Setup, Job, Played>({
  setup,
  create,
  command,
  count,
}: ProcessPlayersOptions<Setup, Job, Played>): BlockPlayers<Job, Played> {
  const local = create(setup);
  const idle = Array.from({ length: count }, () => new PlayerProcess<Setup, Job, Played>(setup, command));
  const all = [...idle];
  return {
    parallel: count,
    async play(job, signal) {
      const player = idle.pop();
      if (!player) throw new RangeError('more blocks at a time than processes');
      try {
        const reply = await player.play(job);
        if (reply === null) return await local.play(job, signal);
        if (reply.kind === 'failed') throw fromErrorInfo(reply.error);
        return reply.block;
      } finally {
        idle.push(player);
      }
    },
    close: () => {
      for (const player of all) player.close();
      local.close();
    },
  };
}

class PlayerProcess<Setup, Job, Played> {
  readonly #child: ChildProcess;
  #isGone = false;
  #waiting: ((reply: Reply<Played> | null) => void) | null = null;

  constructor(setup: Setup, { program, args }: PlayerCommand) {
    this.#child = fork(program, args, {
      serialization: 'advanced',
      // stdout is the result's alone.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (reply: Reply<Played>) => this.#answer(reply));
    this.#child.on('error', () => this.#end());
    this.#child.on('exit', () => this.#end());
    this.#send({ kind: 'begin', setup });
  }

  /** @returns null where the process is gone */
  async play(job: Job): Promise<Reply<Played> | null> {
    if (this.#isGone) return null;
    const { promise, resolve } = Promise.withResolvers<Reply<Played> | null>();
    this.#waiting = resolve;
    this.#send({ kind: 'play', job });
    return promise;
  }

  close(): void {
    this.#isGone = true;
    this.#child.kill('SIGKILL');
  }

  #send(request: Request<Setup, Job>): void {
    // Its end is told by `exit`, also where it ends while something is being sent.
    this.#child.send(request, (error) => {
      if (error) this.#end();
    });
  }

  #end(): void {
    this.#isGone = true;
    this.#answer(null);
  }

  #answer(reply: Reply<Played> | null): void {
    this.#waiting?.(reply);
    this.#waiting = null;
  }
}

/**
 * A player process's life. It ends with the channel to its parent.
 *
 * @throws CoxswainError `usage` without one
 */
export async function servePlayer<Setup, Job, Played>(
  create: CreatePlayers<Setup, Job, Played>,
): Promise<void> {
  if (!process.send) {
    throw new CoxswainError(
      'usage',
      'There is no parent process to play for.',
      'Leave that option out: an evaluation starts such processes itself.',
    );
  }
  // Ctrl-C reaches all processes of a terminal; the parent decides what becomes of this one.
  process.on('SIGINT', () => undefined);
  let begin: (() => BlockPlayers<Job, Played>) | null = null;
  process.on('message', async (request: Request<Setup, Job>) => {
    if (request.kind === 'begin') begin = once(() => create(request.setup));
    else process.send?.(await playOrFail(begin, request.job));
  });
  await new Promise<void>((resolve) => process.once('disconnect', () => resolve()));
}

/** What cannot be made is told with each block, not by the end of the process. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

async function playOrFail<Job, Played>(
  begin: (() => BlockPlayers<Job, Played>) | null,
  job: Job,
): Promise<Reply<Played>> {
  try {
    if (!begin) throw new Error('asked to play before it was told what');
    return { kind: 'played', block: await begin().play(job) };
  } catch (error) {
    return { kind: 'failed', error: toErrorInfo(error) };
  }
}
