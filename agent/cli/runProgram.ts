import { type Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { type ErrorInfo, toErrorInfo } from '../protocol';
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
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const info = error instanceof CommanderError ? usageError(error, program) : toErrorInfo(error);
    if (info) printError(info);
    return exitCodeOf(info?.code ?? 'usage');
  }
}

/** What is wrong with the command line; null where the help that has been shown says it. */
function usageError({ code, message }: CommanderError, program: Command): ErrorInfo | null {
  if (code === 'commander.help') return null;
  return {
    code: 'usage',
    message: message.replace(/^error: /, '').replaceAll('\n', ' '),
    remedy: `\`${calledCommand(program)} --help\` shows what can be said.`,
  };
}

/** The command that was called, by its full name, as far as there is one. */
function calledCommand(program: Command): string {
  let command = program;
  let name = program.name();
  for (const word of process.argv.slice(2)) {
    const called = command.commands.find((each) => each.name() === word);
    if (!called) break;
    command = called;
    name += ` ${word}`;
  }
  return name;
}
