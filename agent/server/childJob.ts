import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Of what a job has said on stderr; in most cases it is why it has ended. */
const KEPT_LINES = 5;

export interface JobExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last lines of stderr, oldest first. */
  lastWords: readonly string[];
}

/** A long computation in a process of its own, behind everything that has to be quick. */
export class ChildJob {
  /** Pending while it lives, never rejected. Comes after the last line of its output. */
  readonly exited: Promise<JobExit>;
  readonly #child: ChildProcess;
  #isOver = false;
  #isAsked = false;
  #killAtMs = Number.POSITIVE_INFINITY;
  #killTimer: NodeJS.Timeout | undefined;

  /** @param command executable first; each line that it prints goes to `onLine`. */
  constructor([executable = '', ...args]: readonly string[], onLine: (line: string) => void) {
    // The channel says nothing. Its end tells the job that the agent is gone, however it ended.
    const child = spawn(executable, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    lowerPriority(child.pid);
    const lastWords: string[] = [];
    const noteWords = (line: string) => {
      lastWords.push(line);
      if (lastWords.length > KEPT_LINES) lastWords.shift();
    };
    linesOf(child.stdout, onLine);
    linesOf(child.stderr, noteWords);
    this.exited = new Promise<JobExit>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal, lastWords }));
      child.once('error', (error) => {
        noteWords(error.message);
        if (child.pid === undefined) resolve({ code: null, signal: null, lastWords });
      });
    }).finally(() => {
      this.#isOver = true;
      clearTimeout(this.#killTimer);
    });
  }

  /** Asks it to end, and kills it where it has not `graceMs` later. Asked again, the shorter time counts. */
  end(graceMs: number): Promise<JobExit> {
    const killAtMs = performance.now() + graceMs;
    if (this.#isOver || killAtMs >= this.#killAtMs) return this.exited;
    // A second signal would end it at once, without what it has to keep.
    if (!this.#isAsked) this.#child.kill('SIGTERM');
    this.#isAsked = true;
    this.#killAtMs = killAtMs;
    clearTimeout(this.#killTimer);
    this.#killTimer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    return this.exited;
  }
}

function linesOf(output: Readable | null, onLine: (line: string) => void): void {
  if (output) createInterface({ input: output }).on('line', onLine);
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or this system does not let us: it runs all the same.
  }
}

/** How a job ended that has not said why itself. */
export function describeExit({ code, signal, lastWords }: JobExit): string {
  const how = signal === null ? `exit code ${code ?? 'unknown'}` : signal;
  return lastWords.length === 0 ? how : `${how}: ${lastWords.join(' ')}`;
}
