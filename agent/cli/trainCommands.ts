import { type Command, Option } from 'commander';
import { Detection } from '../evaluate/heal/healResult';
import { Algorithm, TaskName } from '../protocol';
import { ENGINE_NAMES } from '../rl/engine/network';
import { jsonObject, numberList, versionName, wholeNumber } from './arguments';
import { nameList, positiveNumber, REPORT_FORMATS } from './evaluateOptions';
import { outputOption, stateDirectoryOption } from './options';
import type { ProgramContext } from './programContext';

const MOST_STEPS = 1e9;

/** `coxswain train`, `evaluate`, `tune` and `explain`: learning a policy, and looking at it. */
export function addTrainCommands(program: Command, context: ProgramContext): void {
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .addOption(stateDirectoryOption('where models and runs are kept'));

  command('train', 'learn a policy for a task in its simulated env, and keep it as a new version')
    .addOption(new Option('--task <task>', 'what to learn').choices(TaskName.options))
    .addOption(
      new Option('--algo <algorithm>', 'how to learn it; ppo where absent').choices(Algorithm.options),
    )
    .option(
      '--steps <steps>',
      'env steps in all; the task’s preset where absent',
      wholeNumber(1000, MOST_STEPS),
    )
    .option('--envs <count>', 'envs that step together; the preset’s where absent', wholeNumber(1, 4096))
    .option(
      '--seed <seed>',
      'the same seed gives the same policy; 1 where absent',
      wholeNumber(0, 2 ** 31 - 1),
    )
    .option('--config <path>', 'train.yaml, see docs/learning.md; options win over it')
    .option('--workers <count>', 'threads that collect for PPO; 0 where absent', wholeNumber(0, 64))
    .addOption(
      new Option('--engine <engine>', 'what computes the networks; wasm where absent').choices(ENGINE_NAMES),
    )
    .option('--fine-tune <from>', 'begin with a version of the task’s policy, or with a file')
    .option('--out <folder>', 'run folder; a new one in the state directory where absent')
    .option('--resume <folder>', 'go on with the training in a run folder')
    .option('--json', 'print what happens as JSON lines')
    .action(async (options) => (await import('./trainActions')).train(options, context));

  command('evaluate', 'let policies and rules play the same held-out episodes, and say which should steer')
    .argument(
      '[what]',
      'heal, scale or canary for all that can do that, with a report; a version such as heal/3 for that policy',
    )
    .addOption(new Option('--task <task>', 'the policy’s task, in place of [what]').choices(TaskName.options))
    .option('--model <version>', 'with --task: a version or a file; the active version where absent')
    .option(
      '--episodes <count>',
      'how many; for heal in each seed, for scale of each load, for canary of each scenario and level of traffic in each seed',
      wholeNumber(1, 100_000),
    )
    .option('--json', 'print the result as JSON')
    .option(
      '--quick',
      'for a whole task: 10 seeds, of 300 episodes (heal), a day of each load (scale), 20 releases of each kind (canary)',
    )
    .option(
      '--seeds <count>',
      'for a whole task: independent blocks of episodes; 20, for scale 30 where absent',
      wholeNumber(1, 2000),
    )
    .option(
      '--arms <names>',
      'for a whole task: rules, versions, files, folders, with commas; all where absent',
      nameList,
    )
    .addOption(
      new Option('--detection <how>', 'for heal: how its state is known; events where absent').choices(
        Detection.options,
      ),
    )
    .option(
      '--reaction <seconds>',
      'for heal: of a person, in the median; 300 where absent',
      wholeNumber(1, 86_400),
    )
    .option(
      '--trace <file>',
      'for scale: a recorded load beside the others, CSV with t_seconds,requests_per_second; may be repeated',
      (path: string, before: string[] | undefined) => [...(before ?? []), path],
    )
    .addOption(
      new Option(
        '--pace <pace>',
        'for scale: guard keeps what the agent steers to the live guard’s pace; free where absent',
      ).choices(['free', 'guard']),
    )
    .option('--price <amount>', 'for scale: what a pod costs for an hour; 0.045 where absent', positiveNumber)
    .option('--output <folder>', 'for a whole task: where to write Markdown, CSV, HTML and JSON')
    .addOption(
      new Option('--format <format>', 'for a whole task: what to print; md where absent').choices(
        REPORT_FORMATS,
      ),
    )
    .option(
      '--workers <count>',
      'for a whole task: processes that play; one per CPU where absent, 0 for none',
      wholeNumber(0, 64),
    )
    .addOption(new Option('--serve').hideHelp())
    .action(async (what, options) => (await import('./evaluateActions')).evaluate(what, options, context));

  command('tune', 'search for better hyper-parameters or reward weights by Bayesian optimisation')
    .addOption(taskOption())
    .addOption(new Option('--algo <algorithm>', 'whose').choices(Algorithm.options).default('ppo'))
    .addOption(
      new Option('--what <what>', 'what to search')
        .choices(['hyperparameters', 'reward'])
        .default('hyperparameters'),
    )
    .option('--trials <count>', 'trainings', wholeNumber(1, 10_000), 20)
    .option('--steps <steps>', 'env steps of each', wholeNumber(1000, MOST_STEPS), 200_000)
    .option('--parallel <count>', 'trainings at a time', wholeNumber(1, 64), 1)
    .option('--seed <seed>', 'of the search and of each training', wholeNumber(0, 2 ** 31 - 1), 1)
    .option('--study <path>', 'SQLite file that keeps the trials; a study in it goes on')
    .action(async (options) => (await import('./tuneActions')).tune(options));

  command('explain', 'why a policy decides as it does: probabilities and exact Shapley values')
    .addOption(taskOption())
    .option('--model <version>', 'a version or a file; the active version where absent')
    .option('--observation <numbers>', 'what it sees; else a moment of an episode', numberList)
    .option('--episode <seed>', 'seed of the episode', wholeNumber(0, 2 ** 32 - 1), 2 ** 31)
    .option('--step <step>', 'step of the episode', wholeNumber(0, 100_000), 20)
    .action(async (options) => (await import('./explainActions')).explain(options, context));
}

/** `coxswain model …`: the store of policies. */
export function addModelCommands(program: Command, context: ProgramContext): void {
  const model = program.command('model').description('the learned policies that are stored');
  const command = (name: string, description: string) =>
    model
      .command(name)
      .description(description)
      .addOption(stateDirectoryOption('where models and runs are kept'));
  const load = () => import('./modelActions');
  const loadPromotion = () => import('./promotionActions');
  const task = () => program.createArgument('<task>').choices(TaskName.options);
  const version = () =>
    program
      .createArgument('<version>', 'its number, or the name of one that comes with Coxswain: shipped-54-ppo')
      .argParser(versionName);

  command('list', 'versions with their scores and which one steers; below them what comes with Coxswain')
    .addArgument(program.createArgument('[task]').choices(TaskName.options))
    .addOption(outputOption())
    .action(async (which, options) => (await load()).listModels(which, options, context));
  command('show', 'where a version came from, and how it learned')
    .addArgument(task())
    .addArgument(version())
    .addOption(outputOption())
    .action(async (which, named, options) => (await load()).showModel(which, named, options, context));
  command('promote', 'let a version steer; a running agent switches to it')
    .addArgument(task())
    .addArgument(version())
    .option('--yes', 'yes, it may act by itself where the agent runs in mode auto')
    .action(async (which, named, options) =>
      (await loadPromotion()).promoteModel(which, named, options, context),
    );
  command('rollback', 'let the version before steer again, or the task’s rule')
    .addArgument(task())
    .option('--to-rule', 'straight to the rule, whatever steered before')
    .action(async (which, options) => (await loadPromotion()).rollbackModel(which, options, context));
  command('export', 'write a version to a file that any ONNX runtime can run')
    .addArgument(task())
    .addArgument(version())
    .argument('<path>', 'the file')
    .action(async (which, named, path, options) =>
      (await load()).exportModel(which, named, path, options, context),
    );
  command('import', 'add a policy from an ONNX file, ours or another program’s')
    .addArgument(task())
    .argument('<path>', 'the file')
    .option(
      '--env <options>',
      'options of the task’s env that it was learned for, as JSON; where absent those in the file, or of the preset',
      jsonObject,
    )
    .action(async (which, path, options) => (await load()).importModel(which, path, options, context));
  command('debug', 'let a version play, and show what it does: actions, values, confidence, returns')
    .addArgument(task())
    .addArgument(version())
    .option('--episodes <count>', 'how many', wholeNumber(1, 10_000), 10)
    .action(async (which, named, options) => (await load()).debugModel(which, named, options, context));
}

function taskOption(): Option {
  return new Option('--task <task>', 'which task').choices(TaskName.options).makeOptionMandatory();
}
