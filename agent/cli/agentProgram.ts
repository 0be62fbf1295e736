import { Command, Option } from 'commander';
import { Mode } from '../protocol';
import { wholeNumber } from './arguments';
import { stateDirectoryOption } from './options';
import type { ProgramContext } from './programContext';

export const PORT = wholeNumber(0, 65_535);

/** `coxswain agent` alone, the one command whose process stays as long as an editor does. */
export function createAgentProgram(context: ProgramContext): Command {
  const program = emptyProgram(context);
  addAgentCommand(program, context);
  return program;
}

/** The program without a command. */
export function emptyProgram({ version }: ProgramContext): Command {
  return (
    new Command('coxswain')
      .description(
        'Keeps Kubernetes workloads healthy: observes, explains, asks, and acts only through a guard.',
      )
      .version(version)
      .exitOverride()
      // It is told as every other error is, by `runProgram`.
      .configureOutput({ outputError: () => undefined })
      .configureHelp({ sortSubcommands: true })
  );
}

export function addAgentCommand(program: Command, context: ProgramContext): void {
  program
    .command('agent')
    .description('observe a cluster and steer it; serves VS Code on stdio, or logs to the terminal')
    .option('--stdio', 'speak JSON-RPC (LSP) on stdin and stdout, as VS Code starts it')
    .option('--context <name>', 'kubeconfig context; the current one where absent')
    .option('--kubeconfig <path>', 'kubeconfig file')
    .addOption(new Option('--mode <mode>', 'what it may do at the start').choices(Mode.options))
    .option('--config <path>', 'coxswain.yaml')
    .option('--port <port>', 'loopback port of stream and dashboard; 0 takes a free one', PORT)
    .addOption(stateDirectoryOption())
    .action(async (options) => (await import('./agentCommand')).runAgent(options, context));
}
