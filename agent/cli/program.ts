import type { Command } from 'commander';
import { FaultKind, Mode } from '../protocol';
import { addAgentCommand, emptyProgram, PORT } from './agentProgram';
import { wholeNumber } from './arguments';
import { addCanaryCommands } from './canaryCommands';
import { addChaosCommands, providerOption } from './chaosCommands';
import { addEnvCommands } from './envCommands';
import { outputOption, stateDirectoryOption } from './options';
import type { ProgramContext } from './programContext';
import { addScaleCommands } from './scaleCommands';
import { addModelCommands, addTrainCommands } from './trainCommands';

const HISTORY = wholeNumber(0, 240);
const SEED = wholeNumber(0, Number.MAX_SAFE_INTEGER);
const RATE = wholeNumber(1, 1000);

/**
 * `coxswain <command>`. Wiring only: each command is loaded when it is called, so that the agent starts without the
 * embedded cluster's code and the other way round.
 */
export function createProgram(context: ProgramContext): Command {
  const program = emptyProgram(context);
  addAgentCommand(program, context);

  program
    .command('cluster')
    .description('serve the embedded cluster: a Kubernetes API and a Prometheus API over a simulator')
    .requiredOption('--kubeconfig <path>', 'where to write the kubeconfig')
    .option('--port <port>', 'loopback port; 0 takes a free one', PORT, 0)
    .option('--rate <rate>', 'cluster seconds per second, 1 to 1000', RATE, 1)
    .option('--seed <seed>', 'seed of all random numbers', SEED, 1)
    .option('--history <minutes>', 'cluster time that has passed in it before, 0 to 240', HISTORY, 0)
    .option('--no-demo', 'start without the demo apps')
    .option('--no-scaled-demo', 'start without the demo app that an HPA scales')
    .option('--no-release-demo', 'start without the demo app that is released step by step')
    .option('--exit-with-stdin', 'end when stdin is closed, as a child process should')
    .action(async (options) => (await import('./clusterCommand')).runCluster(options));

  program
    .command('demo')
    .description('the embedded cluster, the agent on it, and faults injected one after the other')
    .option('--seconds <seconds>', 'end after so many seconds, with a summary', wholeNumber(1, 86_400))
    .option('--rate <rate>', 'cluster seconds per second, 1 to 1000', RATE, 10)
    .option('--seed <seed>', 'seed of all random numbers', SEED, 1)
    .option('--port <port>', 'loopback port of the dashboard; 0 takes a free one', PORT, 0)
    .action(async (options) => (await import('./demoCommand')).runDemoCommand(options, context));

  program
    .command('serve')
    .description('answer /predict for one policy over REST, without a cluster')
    .option(
      '--model <model>',
      'a version (heal/3) or a file; where absent the version of heal that steers, or the best that is shipped',
    )
    .option('--host <address>', 'to listen on; beyond this machine it needs --token-file', '127.0.0.1')
    .option('--port <port>', 'its port; 0 takes a free one', PORT, 0)
    .option('--token-file <path>', 'the bearer token; one is made up and kept where absent')
    .addOption(stateDirectoryOption())
    .action(async (options) => (await import('./serveCommand')).runServe(options, context));

  program
    .command('keeper', { hidden: true })
    .description('hand autoscalers back when the agent that has started it dies')
    .option('--kubeconfig <path>', 'kubeconfig file')
    .requiredOption('--context <name>', 'kubeconfig context')
    .requiredOption('--agent <id>', 'whose notes are its own')
    .requiredOption('--journal <path>', 'the journal’s folder')
    .addOption(stateDirectoryOption())
    .action(async (options) => (await import('./keeperCommand')).runKeeperCommand(options));

  program
    .command('contexts')
    .description('list the contexts of the kubeconfig')
    .option('--kubeconfig <path>', 'kubeconfig file')
    .action(async (options) => (await import('./contextsCommand')).listContextsCommand(options));

  addAgentCommands(program);
  addChaosCommands(program);
  addCanaryCommands(program);
  addJournalCommands(program);
  addConfigCommands(program);
  addTrainCommands(program, context);
  addModelCommands(program, context);
  addEnvCommands(program);
  addScaleCommands(program, context);
  return program;
}

/** Commands that talk to an agent which runs already. */
function addAgentCommands(program: Command): void {
  const command = (name: string, description: string) =>
    program.command(name).description(description).addOption(stateDirectoryOption());
  const load = () => import('./steerCommands');

  command('status', 'mode, connection, workloads and what waits for an answer')
    .addOption(outputOption())
    .action(async (options) => (await load()).status(options));
  command('watch', 'follow the journal of the running agent').action(async (options) =>
    (await load()).watch(options),
  );
  command('proposals', 'what waits for an answer')
    .addOption(outputOption())
    .action(async (options) => (await load()).proposals(options));
  command('approve', 'approve a proposal')
    .argument('<id>')
    .action(async (id, options) => (await load()).approve(id, options));
  command('reject', 'reject a proposal')
    .argument('<id>')
    .option('--why <text>', 'kept in the journal')
    .action(async (id, options) => (await load()).reject(id, options));
  command('mode', 'switch the mode; auto needs --yes')
    .addArgument(modeArgument(program))
    .option('--yes', 'yes, it may act by itself within its guard')
    .action(async (mode, options) => (await load()).setMode(mode, options));
  command('pause', 'decide nothing until resumed').action(async (options) => (await load()).pause(options));
  command('resume', 'go on')
    .option('--clear-stop', 'also after an emergency stop')
    .action(async (options) => (await load()).resume(options));
  command('stop', 'emergency stop: end every fault, withdraw every proposal, let nothing act').action(
    async (options) => (await load()).emergencyStop(options),
  );
  command('inject', 'inject a fault into a workload, into one of its pods where it is one of pods')
    .addArgument(program.createArgument('<kind>').choices(FaultKind.options))
    .argument('<workload>', 'namespace/name')
    .option('--duration <seconds>', 'how long it lasts, up to an hour', wholeNumber(1, 3600))
    .addOption(providerOption())
    .action(async (kind, workload, options) => (await load()).inject(kind, workload, options));
  command('logs', 'logs of all pods of a workload')
    .argument('<workload>', 'namespace/name')
    .option('--tail <lines>', 'lines per pod, up to 5000', wholeNumber(1, 5000), 200)
    .action(async (workload, options) => (await load()).logs(workload, options));
  command('diagnose', 'versions, permissions, capabilities, endpoints, last errors').action(async (options) =>
    (await load()).diagnose(options),
  );
}

function addJournalCommands(program: Command): void {
  const journal = program.command('journal').description('the record of everything decided and done');
  const command = (name: string, description: string) =>
    journal
      .command(name)
      .description(description)
      .option('--context <name>', 'whose journal; the only one where absent')
      .option('--directory <path>', 'the journal’s folder, in place of --context')
      .addOption(stateDirectoryOption());
  const load = () => import('./journalCommands');

  command('verify', 'check that no row was changed or removed').action(async (options) =>
    (await load()).verifyJournal(options),
  );
  command('export', 'print all rows as JSON lines').action(async (options) =>
    (await load()).exportJournal(options),
  );
}

function addConfigCommands(program: Command): void {
  const config = program.command('config').description('coxswain.yaml');
  const load = () => import('./configCommands');
  config
    .command('check')
    .description('report every problem of a file with its line and column')
    .argument('[file]', 'the file', 'coxswain.yaml')
    .action(async (file) => (await load()).checkConfigFile(file));
  config
    .command('schema')
    .description('print the JSON Schema')
    .action(async () => (await load()).printSchema());
  config
    .command('reference')
    .description('print docs/configuration.md')
    .action(async () => (await load()).printReference());
}

function modeArgument(program: Command) {
  return program.createArgument('<mode>').choices(Mode.options);
}
