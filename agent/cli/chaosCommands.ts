import { type Command, Option } from 'commander';
import { ChaosProviderName } from '../protocol';
import { wholeNumber } from './arguments';
import { outputOption, stateDirectoryOption } from './options';

/** `coxswain chaos …`: experiments, on the cluster that the running agent steers. */
export function addChaosCommands(program: Command): void {
  const chaos = program
    .command('chaos')
    .description('run resilience experiments, and look at their verdicts');
  const load = () => import('./chaosActions');
  const command = (name: string, description: string) =>
    chaos.command(name).description(description).addOption(stateDirectoryOption());
  const onWorkload = (name: string, description: string) =>
    command(name, description)
      .argument('<experiment>', 'its name, or a file')
      .option('--workload <workload>', 'namespace/name, in place of its own target')
      .addOption(providerOption());

  onWorkload('run', 'run an experiment and follow it to its verdict; Ctrl-C ends its fault first')
    .option('--no-wait', 'only begin it')
    .addOption(outputOption())
    .action(async (experiment, options) => (await load()).run(experiment, options));
  onWorkload('verify', 'check an experiment without injecting anything')
    .addOption(outputOption())
    .action(async (experiment, options) => (await load()).verify(experiment, options));
  command('list', 'the experiments that can be run')
    .addOption(outputOption())
    .action(async (options) => (await load()).list(options));
  command('runs', 'what runs, and the latest runs with their verdicts')
    .addOption(outputOption())
    .action(async (options) => (await load()).runs(options));
  command('show', 'the journal of a run, as JSON')
    .argument('<run>')
    .action(async (run, options) => (await load()).show(run, options));
  command('stop', 'end a run and its fault; the only one where none is named')
    .argument('[run]')
    .option('--all', 'every run')
    .action(async (run, options) => (await load()).stop(run, options));
  command('pause', 'pause a fault, where its tool can')
    .argument('<fault>')
    .action(async (fault, options) => (await load()).pauseFault(fault, true, options));
  command('resume', 'let a paused fault go on')
    .argument('<fault>')
    .action(async (fault, options) => (await load()).pauseFault(fault, false, options));
  chaos
    .command('render')
    .description('print the objects that an experiment file is for a chaos tool; needs no cluster')
    .argument('<file>')
    .addOption(providerOption().makeOptionMandatory())
    .option('--workload <workload>', 'namespace/name, in place of its own target')
    .option(
      '--labels <labels>',
      'labels of the target’s pods, key=value with commas; app=<name> where absent',
    )
    .option('--pods <count>', 'pods that the target has, for shares of them', wholeNumber(1, 100_000), 4)
    .action(async (file, options) => (await import('./renderAction')).render(file, options));
}

export function providerOption(): Option {
  return new Option('--provider <provider>', 'who carries it out').choices(ChaosProviderName.options);
}
