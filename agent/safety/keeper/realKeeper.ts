import { accessSync, appendFileSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keep } from './keeperProcess';

export interface RealKeeperOptions {
  kubeconfigPath: string | undefined;
  context: string;
  stateDirectory: string;
  journalDirectory: string;
  agentId: string;
}

/** What a keeper has to say when nobody listens any more. */
const LOG_FILE = 'keeper.log';

/** Ends with the agent; what would end the agent only must not end its keeper as well. */
const IGNORED_SIGNALS = ['SIGINT', 'SIGHUP', 'SIGTERM'] as const;

/**
 * The keeper as a process of its own, on stdin and stdout. What only a death needs is loaded then: a keeper has mostly
 * nothing to do but to be there.
 */
export async function runKeeper(options: RealKeeperOptions): Promise<void> {
  const log = (text: string) => writeLog(options.stateDirectory, text);
  const stay = () => undefined;
  for (const signal of IGNORED_SIGNALS) process.on(signal, stay);
  // An agent that dies while we start does not hear the answer any more, and is put right for all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stay);
  await keep({
    orders: process.stdin,
    answer: (answer) => void process.stdout.write(`${JSON.stringify(answer)}\n`),
    // The agent is connected by this file; only that it can be read from here as well is to be known.
    prepare() {
      if (options.kubeconfigPath !== undefined) accessSync(options.kubeconfigPath, constants.R_OK);
    },
    every(ms, tick) {
      const timer = setInterval(tick, ms);
      return () => clearInterval(timer);
    },
    async putRight(held, end) {
      for (const signal of IGNORED_SIGNALS) process.off(signal, stay);
      const { putRightOn } = await import('./putRightOn');
      await putRightOn(held, { ...options, end, log });
    },
    log,
  });
}

function writeLog(stateDirectory: string, text: string): void {
  try {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    const line = `${new Date().toISOString()} ${process.pid} ${text}\n`;
    appendFileSync(join(stateDirectory, LOG_FILE), line, { mode: 0o600 });
  } catch {
    // There is nowhere left to say it.
  }
}
