import { type Command, InvalidArgumentError, Option } from 'commander';
import { LOAD_PROFILE_NAMES } from '../simulate/loadProfiles';
import { wholeNumber } from './arguments';
import { addCalibrateCommand } from './calibrateCommand';
import type { ProgramContext } from './programContext';
import { addReportCommands } from './reportCommands';
import { addScalingCommands } from './scalingCommands';

/** Commands about scaling. Wiring only, as in `program.ts`. */
export function addScaleCommands(program: Command, context: ProgramContext): void {
  addCalibrateCommand(program, context);
  addLoadCommands(program, context);
  addReportCommands(program, context);
  addScalingCommands(program);
}

function addLoadCommands(program: Command, context: ProgramContext): void {
  program
    .command('load')
    .description('set the load of a Service of the embedded cluster')
    .argument('<workload>', 'namespace/name')
    .addOption(profileOption('--profile <name>'))
    .option('--stages <stages>', 'duration:virtual-users with commas between, as k6 has them: 2m:10,5m:50')
    .option('--trace <file>', 'a CSV file with t_seconds,requests_per_second')
    .option('--scale <factor>', 'times so many requests', positiveNumber, 1)
    .option('--off', 'no load any more')
    .option('--kubeconfig <path>', 'kubeconfig of the embedded cluster')
    .option('--context <name>', 'kubeconfig context; the current one where absent')
    .action(async (workload, options) => (await import('./loadActions')).setLoad(workload, options));

  program
    .command('simulate')
    .description('an app under load, scaled by its HPA, by the learned scaler or by both side by side')
    .addArgument(program.createArgument('<what>').choices(['hpa', 'learned', 'side-by-side', 'rehearsal']))
    .addOption(profileOption('--load <name>'))
    .option('--stages <stages>', 'duration:virtual-users with commas between, as k6 has them: 2m:10,5m:50')
    .option('--trace <file>', 'a CSV file with t_seconds,requests_per_second')
    .option('--scale <factor>', 'times so many requests', positiveNumber, 1)
    .option(
      '--seconds <seconds>',
      'of cluster time under load; the load’s own where absent',
      wholeNumber(30, 86_400),
    )
    .option('--rate <rate>', 'cluster seconds per second, 1 to 1000', wholeNumber(1, 1000), 40)
    .option('--seed <seed>', 'seed of all random numbers', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--policy <policy>', 'rule or version of the learned scaler; the one that steers where absent')
    .option('--kubeconfig <path>', 'a running embedded cluster, in place of one of its own')
    .addOption(new Option('--format <format>', 'of the result').choices(['md', 'json', 'html']).default('md'))
    .option('--output <file>', 'where to write the result; the terminal where absent')
    .action(async (what, options) => (await import('./simulateCommand')).runSimulate(what, options, context));
}

function profileOption(flags: string): Option {
  return new Option(flags, 'a load that has a name').choices(LOAD_PROFILE_NAMES);
}

function positiveNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}
