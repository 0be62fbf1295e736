import { type Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from './arguments';
import { stateDirectoryOption } from './options';
import type { ProgramContext } from './programContext';

const REPLICAS = wholeNumber(1, 1000);

/** `coxswain calibrate`: whether learning pays on a workload. */
export function addCalibrateCommand(program: Command, context: ProgramContext): void {
  program
    .command('calibrate')
    .description('whether learning beats a tuned HPA on a workload’s own load, with a patch for review')
    .argument('[workload]', 'namespace/name; its history comes from Prometheus')
    .option('--trace <file>', 'a CSV file with t_seconds,requests_per_second, in place of a workload')
    .option(
      '--since <duration>',
      'of Prometheus’ history, for example 24h or 7d',
      duration('1h', '30d'),
      86_400,
    )
    .option(
      '--violation-price <W>',
      'what a violated request costs, in pods; the config’s where absent',
      price,
    )
    .option('--min-replicas <count>', 'the fewest pods; the HPA’s where absent', REPLICAS)
    .option('--max-replicas <count>', 'the most pods; the HPA’s where absent', REPLICAS)
    .option(
      '--startup <duration>',
      'from a pod’s creation to ready; measured where absent',
      duration('1s', '10m'),
    )
    .option(
      '--service-time <duration>',
      'of work on a request; measured where absent',
      duration('1ms', '10s'),
    )
    .option('--pod-capacity <rate>', 'of a trace: requests/s of a pod; else the trace is scaled', price)
    .option('--policy <policy>', 'a version or file to judge; what is shipped and what steers where absent')
    .option('--fine-tune', 'also train a policy on this load, and keep it as a version')
    .option('--no-learned', 'without the learned policies')
    .addOption(new Option('--format <format>', 'to print').choices(['md', 'json', 'html']).default('md'))
    .option('--output <folder>', 'where to write Markdown, HTML and JSON')
    .option('--patch <file>', 'where to write the manifest for review')
    .option('--config <path>', 'coxswain.yaml')
    .option('--context <name>', 'kubeconfig context; the current one where absent')
    .option('--kubeconfig <path>', 'kubeconfig file')
    .addOption(stateDirectoryOption('where models are kept'))
    .addOption(new Option('--events').hideHelp())
    .action(async (workload, options) =>
      (await import('./calibrateActions')).calibrate(workload, options, context),
    );
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** A parser of durations, to seconds. */
function duration(least: string, most: string): (text: string) => number {
  return (text) => {
    const seconds = secondsOf(text);
    if (seconds >= secondsOf(least) && seconds <= secondsOf(most)) return seconds;
    throw new InvalidArgumentError(`Expected a duration from ${least} to ${most}.`);
  };
}

/** NaN for what is none. */
function secondsOf(text: string): number {
  const [, value, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  return Number(value) * (UNIT_SECONDS[unit] ?? Number.NaN);
}

function price(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= 0.1 && value <= 10_000) return value;
  throw new InvalidArgumentError('Expected a number from 0.1 to 10000.');
}
