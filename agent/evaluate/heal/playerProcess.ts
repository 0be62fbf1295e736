import { type ChildProcess, fork } from 'node:child_process';
import { CoxswainError, type ErrorInfo, fromErrorInfo, toErrorInfo } from '../../protocol';
import type { PlayedBlock } from './episodeRecord';
import type { HealConditions } from './healRules';
import type { ArmSource, SeedRange } from './playHeal';
import { type BlockPlayers, localPlayers } from './runHeal';

/** To the process: what it may be asked to play, then one block at a time. Both ends are of one version. */
type Request =
  | { kind: 'begin'; sources: readonly ArmSource[]; conditions: HealConditions }
  | { kind: 'play'; source: number; seeds: SeedRange };

/** From it: one answer to each block. */
type Reply = { kind: 'played'; block: PlayedBlock } | { kind: 'failed'; error: ErrorInfo };

/** How to start a process that calls `servePlayer`. */
export interface PlayerCommand {
  program: string;
  args: readonly string[];
}

/**
 * Players in other processes. A block that is lost with its process is played in this one: who plays it makes no
 * difference to the result.
 */
export function processPlayers(
  sources: readonly ArmSource[],
  conditions: HealConditions,
  command: PlayerCommand,
  count: number,
): BlockPlayers {
  const local = localPlayers(sources, conditions);
  const idle = Array.from({ length: count }, () => new PlayerProcess(sources, conditions, command));
  const all = [...idle];
  return {
    parallel: count,
    async play(source, seeds, signal) {
      const player = idle.pop();
      if (!player) throw new RangeError('more blocks at a time than processes');
      try {
        return (await player.play(source, seeds)) ?? (await local.play(source, seeds, signal));
      } finally {
        idle.push(player);
      }
    },
    close: () => {
      for (const player of all) player.close();
    },
  };
}

class PlayerProcess {
  readonly #child: ChildProcess;
  #isGone = false;
  #waiting: ((reply: Reply | null) => void) | null = null;

  constructor(sources: readonly ArmSource[], conditions: HealConditions, { program, args }: PlayerCommand) {
    this.#child = fork(program, args, {
      serialization: 'advanced',
      // stdout is the result's alone.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (reply: Reply) => this.#answer(reply));
    this.#child.on('error', () => this.#end());
    this.#child.on('exit', () => this.#end());
    this.#send({ kind: 'begin', sources, conditions });
  }

  /** @returns null where the process is gone. @throws what the player throws */
  async play(source: number, seeds: SeedRange): Promise<PlayedBlock | null> {
    if (this.#isGone) return null;
    const { promise, resolve } = Promise.withResolvers<Reply | null>();
    this.#waiting = resolve;
    this.#send({ kind: 'play', source, seeds });
    const reply = await promise;
    if (reply === null) return null;
    if (reply.kind === 'failed') throw fromErrorInfo(reply.error);
    return reply.block;
  }

  close(): void {
    this.#isGone = true;
    this.#child.kill('SIGKILL');
  }

  #send(request: Request): void {
    // Its end is told by `exit`, also where it ends while something is being sent.
    this.#child.send(request, (error) => {
      if (error) this.#end();
    });
  }

  #end(): void {
    this.#isGone = true;
    this.#answer(null);
  }

  #answer(reply: Reply | null): void {
    this.#waiting?.(reply);
    this.#waiting = null;
  }
}

/** A player process's life. It ends with the channel to its parent. @throws CoxswainError `usage` without one */
export async function servePlayer(): Promise<void> {
  if (!process.send) {
    throw new CoxswainError(
      'usage',
      'There is no parent process to play for.',
      'Leave that option out: an evaluation starts such processes itself.',
    );
  }
  // Ctrl-C reaches all processes of a terminal; the parent decides what becomes of this one.
  process.on('SIGINT', () => undefined);
  let players: BlockPlayers | null = null;
  process.on('message', async (request: Request) => {
    if (request.kind === 'begin') players = localPlayers(request.sources, request.conditions);
    else process.send?.(await playOrFail(players, request));
  });
  await new Promise<void>((resolve) => process.once('disconnect', () => resolve()));
}

async function playOrFail(
  players: BlockPlayers | null,
  { source, seeds }: Extract<Request, { kind: 'play' }>,
): Promise<Reply> {
  try {
    if (!players) throw new Error('asked to play before it was told what');
    return { kind: 'played', block: await players.play(source, seeds) };
  } catch (error) {
    return { kind: 'failed', error: toErrorInfo(error) };
  }
}
