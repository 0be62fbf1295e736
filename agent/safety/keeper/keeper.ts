import { type ChildProcess, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { CoxswainError } from '../../protocol';
import { type Charge, chargeKey } from './charge';
import { KeeperAnswer, type KeeperOrder } from './messages';

/** Puts right what it holds when this process dies, however it dies, or hangs. */
export interface Keeper {
  /**
   * Resolves once the keeper knows of it: only then may what it is about be done. What is held already is held as is
   * said now.
   *
   * @throws CoxswainError `internal` where there is no keeper that could know.
   */
  hold(charge: Charge): Promise<void>;
  /** It is again what it was. */
  release(charge: Pick<Charge, 'kind' | 'resource'>): void;
  /** The agent ends. What is held still is put right as after a death; where nothing is, the keeper just ends. */
  close(): Promise<void>;
}

export interface KeeperOptions {
  /** Executable and script, to which the arguments of `coxswain keeper` are added. */
  program: readonly string[];
  /** As `loadKubeconfig` takes it. */
  kubeconfigPath: string | undefined;
  /** The context that is connected, by its name. */
  context: string;
  stateDirectory: string;
  journalDirectory: string;
  /** What the notes of this agent are signed with. */
  agentId: string;
  /** The keeper was lost while it held something; a new one is started. */
  onLost(why: string): void;
  /** How long an answer may take, ms of wall time. */
  answerMs?: number;
  /** Until a lost keeper is replaced, ms of wall time. */
  restartMs?: number;
  /** Between two signs of life while something is held, ms of wall time. */
  beatMs?: number;
}

interface Held {
  charge: Charge;
  answered: PromiseWithResolvers<void>;
  /** A keeper has answered for it. */
  isKept: boolean;
}

/** The keeper of this agent. Its process is started with the first `hold`, so that most agents have none. */
export function startKeeper(options: KeeperOptions): Keeper {
  return new KeeperLink(options);
}

class KeeperLink implements Keeper {
  readonly #options: KeeperOptions;
  readonly #held = new Map<string, Held>();
  #child: ChildProcess | null = null;
  #restart: NodeJS.Timeout | undefined;
  #beats: NodeJS.Timeout | undefined;
  /** In a row: nobody has answered since. */
  #losses = 0;
  #isClosed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  async hold(charge: Charge): Promise<void> {
    if (this.#isClosed) throw lost('it has been ended with the agent');
    const key = chargeKey(charge);
    const known = this.#held.get(key);
    // One whose keeper is lost is held anew.
    if (known && this.#child && isDeepStrictEqual(known.charge, charge)) return known.answered.promise;
    const held = { charge, answered: Promise.withResolvers<void>(), isKept: false };
    known?.answered.reject(lost(LET_GO));
    this.#held.set(key, held);
    this.#beats ??= setInterval(() => this.#beat(), this.#beatMs).unref();
    try {
      this.#tell({ hold: charge });
      await this.#inTime(held.answered.promise);
    } catch (error) {
      if (this.#held.get(key) === held) this.release(charge);
      throw error;
    }
  }

  release(charge: Pick<Charge, 'kind' | 'resource'>): void {
    const key = chargeKey(charge);
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.delete(key);
    // Nobody waits any longer for an answer that would be heard by nobody.
    held.answered.reject(lost(LET_GO));
    if (this.#child) this.#tell({ release: key });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restart);
    clearInterval(this.#beats);
    // One that is lost is not waited for: nobody else puts right what is held still.
    if (!this.#child) this.#holdAgain();
    const child = this.#child;
    if (!child) return;
    if (this.#held.size === 0) this.#tell({ goodbye: true });
    // What it does after the end of its pipe is its own affair: it outlives us.
    await new Promise<void>((done) => {
      child.once('error', () => done());
      child.stdin?.end(() => done());
      if (!child.stdin) done();
    });
  }

  get #beatMs(): number {
    return this.#options.beatMs ?? BEAT_MS;
  }

  #beat(): void {
    if (this.#held.size === 0) {
      clearInterval(this.#beats);
      this.#beats = undefined;
    } else if (this.#child) this.#tell({ beat: this.#beatMs });
  }

  #tell(order: KeeperOrder): void {
    if (!this.#child) {
      this.#child = this.#start();
      this.#tell({ beat: this.#beatMs });
    }
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  #start(): ChildProcess {
    const [executable = '', ...args] = [...this.#options.program, ...keeperArguments(this.#options)];
    // A group of its own: whoever ends the agent's (Ctrl+C in a terminal) does not end the keeper.
    const child = spawn(executable, args, {
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.unref();
    const gone = (why: string) => this.#gone(child, why);
    child.once('error', (error) => gone(error.message));
    child.once('exit', (code, signal) => gone(signal ?? `exit code ${code ?? 'unknown'}`));
    // Writing to one that is gone is told by its exit.
    child.stdin?.on('error', () => undefined);
    if (child.stdout) createInterface(child.stdout).on('line', (line) => this.#heard(line));
    return child;
  }

  #heard(line: string): void {
    const answer = parsed(line);
    if (answer === null) return;
    const held = this.#held.get('held' in answer ? answer.held : answer.refused);
    if (!held) return;
    if ('refused' in answer) {
      if (held.isKept) this.#options.onLost(lost(answer.why).message);
      held.answered.reject(lost(answer.why));
    } else {
      held.isKept = true;
      this.#losses = 0;
      held.answered.resolve();
    }
  }

  #gone(child: ChildProcess, why: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    for (const [key, { isKept, answered }] of this.#held) {
      if (isKept) continue;
      this.#held.delete(key);
      answered.reject(lost(why));
    }
    if (this.#isClosed || this.#held.size === 0) return;
    this.#losses += 1;
    // One that cannot be started, since its file is gone with an upgrade, is told once.
    if (this.#losses === 1) {
      this.#options.onLost(`The keeper ended (${why}) while it held ${this.#held.size} things.`);
    }
    const waitMs = (this.#options.restartMs ?? RESTART_MS) * 2 ** (this.#losses - 1);
    this.#restart = setTimeout(() => this.#holdAgain(), Math.min(waitMs, LONGEST_RESTART_MS));
    this.#restart.unref();
  }

  #holdAgain(): void {
    for (const { charge } of this.#held.values()) this.#tell({ hold: charge });
  }

  async #inTime(answer: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<never>();
    const ms = this.#options.answerMs ?? ANSWER_MS;
    const timer = setTimeout(() => {
      // One that hangs is none; what it holds is held by the next.
      this.#child?.kill('SIGKILL');
      late.reject(lost(`it did not answer within ${ms / 1000} s`));
    }, ms);
    try {
      await Promise.race([answer, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

const LET_GO = 'it was let go of before it was answered';
const ANSWER_MS = 10_000;
const RESTART_MS = 1000;
const BEAT_MS = 15_000;
const LONGEST_RESTART_MS = 60_000;

/** Paths and names only: what stands in the arguments of a process is seen by every user of the machine. */
function keeperArguments(options: KeeperOptions): string[] {
  const { kubeconfigPath, context, stateDirectory, journalDirectory, agentId } = options;
  return [
    'keeper',
    ...(kubeconfigPath === undefined ? [] : ['--kubeconfig', absolute(kubeconfigPath)]),
    ...['--context', context, '--agent', agentId],
    ...['--state-dir', resolve(stateDirectory), '--journal', resolve(journalDirectory)],
  ];
}

function absolute(path: string): string {
  return resolve(path.replace(/^~(?=[/\\])/, homedir()));
}

function parsed(line: string): KeeperAnswer | null {
  try {
    return KeeperAnswer.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

function lost(why: string): CoxswainError {
  return new CoxswainError(
    'internal',
    `The process that puts things right when the agent dies cannot be had: ${why}.`,
    'No autoscaler is taken over and no native fault is made without it. Look into keeper.log in the state directory, then try again.',
  );
}
