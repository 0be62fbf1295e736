import { type Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { toErrorInfo } from '../protocol';
import { exitCodeOf } from './exitCodes';
import { printError } from './output';
import type { ProgramContext } from './programContext';

/** A connection that is being made cannot be given up, and must not hold up the end of a command that is done. */
const LINGER_MS = 500;

/** Does what the command line asks for, and ends this process once it is done. */
export async function runProgram(createProgram: (context: ProgramContext) => Command): Promise<void> {
  // Who reads our output may leave at any time (`coxswain watch | head -1`): `untilEnd` hears of it where it matters.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.exitCode = await exitCodeAfter(createProgram({ version, assetsDirectory: __dirname }));
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/** The exit code, where a command has not set one itself. */
async function exitCodeAfter(program: Command): Promise<number | string> {
  try {
    await program.parseAsync();
    return process.exitCode ?? 0;
  } catch (error) {
    // Commander has said itself what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodeOf('usage');
    const info = toErrorInfo(error);
    printError(info);
    return exitCodeOf(info.code);
  }
}
