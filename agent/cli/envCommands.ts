import type { Command } from 'commander';
import { jsonObject, numberList, wholeNumber } from './arguments';

/** `coxswain env …`: the simulated tasks that policies are trained on. */
export function addEnvCommands(program: Command): void {
  const env = program.command('env').description('the envs that policies are trained on');
  const load = () => import('./envActions');
  const command = (name: string, description: string) =>
    env
      .command(name)
      .description(description)
      .requiredOption('--env <name>', 'which; `coxswain env list` names them')
      .option('--options <json>', 'options of the env, as a JSON object', jsonObject, {})
      .option('--seed <seed>', 'seed of all random numbers', wholeNumber(0, 2 ** 32 - 1), 1);

  env
    .command('list')
    .description('names, what they are, and their options')
    .action(async () => (await load()).listEnvs());
  command('check', 'check an env’s contract and show what it looks like under random actions')
    .option('--episodes <count>', 'how many to play', wholeNumber(1, 100_000), 100)
    .action(async (options) => (await load()).checkEnvCommand(options));
  command('rewards', 'how a reward’s terms and weights steer: what the task’s rules and chance earn by each')
    .option('--episodes <count>', 'how many each of them plays', wholeNumber(1, 100_000), 20)
    .option(
      '--weights <numbers>',
      'one for each term, with commas between; the env’s own where absent',
      numberList,
    )
    .action(async (options) => (await import('./rewardActions')).analyseRewards(options));
  command('serve', 'let a trainer in another process use envs, on stdin and stdout (docs/env-protocol.md)')
    .option('--envs <count>', 'how many step together', wholeNumber(1, 4096), 1)
    .action(async (options) => (await load()).serveEnv(options));
}
