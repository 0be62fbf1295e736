import { type Command, InvalidArgumentError, Option } from 'commander';
import { MOST_REPLICAS } from '../sim/scale/units';
import { wholeNumber } from './arguments';
import { stateDirectoryOption } from './options';
import type { ProgramContext } from './programContext';

/** The simulator has room for no more. */
const REPLICAS = wholeNumber(1, MOST_REPLICAS);

/** `coxswain report cost` and `coxswain savings`. Wiring only, as in `program.ts`. */
export function addReportCommands(program: Command, context: ProgramContext): void {
  program
    .command('report')
    .description('reports on what was')
    .command('cost')
    .description('what workloads have cost, and what they would have cost without the scaler')
    .option('--since <time>', 'from then until now: 90m, 24h, 30d', sinceSeconds, 30 * 86_400)
    .addOption(
      new Option('--baseline <baseline>', 'the HPA alone, or the greatest number of replicas all the time')
        .choices(['hpa', 'fixed'])
        .default('hpa'),
    )
    .addOption(formatOption())
    .option('--workload <workload>', 'namespace/name; all where absent')
    .option('--output <file>', 'where to write it; the terminal where absent')
    .option('--config <path>', 'coxswain.yaml, where no agent runs')
    .option('--context <name>', 'kubeconfig context, where no agent runs')
    .option('--kubeconfig <path>', 'kubeconfig file, where no agent runs')
    .addOption(stateDirectoryOption())
    .action(async (options) => (await import('./reportActions')).reportCost(options));

  program
    .command('savings')
    .description('what another way to scale would save under a load, in the simulator')
    .requiredOption(
      '--profile <load>',
      'a CSV trace, gradual, spike, sustained, or stages such as 2m:10,5m:50',
    )
    .addOption(
      new Option('--current <way>', 'how it is scaled now').choices(['hpa', 'hpa-tuned']).default('hpa'),
    )
    .option('--replicas <count>', 'so many all the time, in place of --current', REPLICAS)
    .option('--proposed <way>', 'hpa-tuned, predictive, quantile, or a version such as scale/3', 'predictive')
    .option('--pod-capacity <rate>', 'requests per second that one pod can serve', positive, 50)
    .option('--startup <seconds>', 'from a pod’s creation to ready', wholeNumber(1, 600), 45)
    .option('--min-replicas <count>', 'the fewest pods', REPLICAS, 2)
    .option('--max-replicas <count>', 'the most pods', REPLICAS, 30)
    .option(
      '--violation-price <W>',
      'what a violated request costs, in pods; the config’s where absent',
      positive,
    )
    .option('--cpu <cores>', 'requested by a pod', positive, 1)
    .option('--memory <GiB>', 'requested by a pod', positive, 1)
    .option('--node-type <type>', 'whose prices count; the general ones where absent')
    .addOption(formatOption())
    .option('--output <file>', 'where to write it; the terminal where absent')
    .option('--config <path>', 'coxswain.yaml with the prices')
    .addOption(stateDirectoryOption('where models are kept'))
    .action(async (options) => (await import('./savingsActions')).calculateSavings(options, context));
}

function formatOption(): Option {
  return new Option('--format <format>', 'of the report').choices(['md', 'csv', 'html']).default('md');
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 7 * 86_400 };
const YEAR_SECONDS = 366 * 86_400;

function sinceSeconds(text: string): number {
  const [, value, unit = ''] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  const seconds = Number(value) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (seconds >= 60 && seconds <= YEAR_SECONDS) return seconds;
  throw new InvalidArgumentError('Expected a time from 1m to a year, for example 90m, 24h or 30d.');
}

function positive(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}
