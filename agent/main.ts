import { CommanderError } from 'commander';
import { version } from '../package.json';
import { exitCodeOf } from './cli/exitCodes';
import { printError } from './cli/output';
import { createProgram } from './cli/program';
import { toErrorInfo } from './protocol';

/** A connection that is being made cannot be given up, and must not hold up the end of a command that is done. */
const LINGER_MS = 500;

async function main(): Promise<void> {
  // Who reads our output may leave at any time (`coxswain watch | head -1`): `untilEnd` hears of it where it matters.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.exitCode = await run();
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** The exit code, where a command has not set one itself. */
async function run(): Promise<number | string> {
  try {
    await createProgram({ version, assetsDirectory: __dirname }).parseAsync();
    return process.exitCode ?? 0;
  } catch (error) {
    // Commander has said itself what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodeOf('usage');
    const info = toErrorInfo(error);
    printError(info);
    return exitCodeOf(info.code);
  }
}

void main();
