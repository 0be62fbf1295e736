import { type Command, Option } from 'commander';
import { outputOption, stateDirectoryOption } from './options';

/** Commands that steer the scaling of a running agent. Wiring only, as in `program.ts`. */
export function addScalingCommands(program: Command): void {
  program
    .command('scaling')
    .description('what the scaler does on each workload, or on one')
    .argument('[workload]', 'namespace/name')
    .addOption(
      new Option('--set <steering>', 'let it decide in shadow, or not at all; hands back first').choices([
        'off',
        'shadow',
      ]),
    )
    .addOption(outputOption())
    .addOption(stateDirectoryOption())
    .action(async (workload, options) => (await import('./scalingActions')).scaling(workload, options));

  program
    .command('take-over')
    .description('let the scaler advise a workload’s autoscaler, or own the replicas in its place')
    .argument('<workload>', 'namespace/name')
    .addOption(
      new Option('--how <how>', 'moves minReplicas of the autoscaler, or sets the replicas')
        .choices(['advise', 'own'])
        .makeOptionMandatory(),
    )
    .option('--yes', 'agree at once; else a proposal waits for approval in mode approve')
    .addOption(stateDirectoryOption())
    .action(async (workload, options) => (await import('./scalingActions')).takeOver(workload, options));

  program
    .command('hand-back')
    .description('make a workload’s autoscaler again what it was, in any mode')
    .argument('<workload>', 'namespace/name')
    .addOption(stateDirectoryOption())
    .action(async (workload, options) => (await import('./scalingActions')).handBack(workload, options));

  program
    .command('price')
    .description('what a violated request costs, in pods per pod of violated load: 2 is cheap, 100 is safe')
    .argument('<workload-and-W...>', 'namespace/name and W, 0.1 to 10000; W alone with --all')
    .option('--all', 'for all workloads that the scaler looks at')
    .addOption(stateDirectoryOption())
    .action(async (words, options) => (await import('./scalingActions')).setPrice(words, options));
}
