import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CoxswainError, formatCount, TaskName, type TrainingEvent, toErrorInfo } from '../protocol';
import { runTraining, type TrainingOutcome, type TrainingRequest } from '../training/runTraining';
import { readTrainConfig, type TrainOverrides } from '../training/trainConfig';
import { formatComparison } from './comparison';
import { formatFixed, formatPercent } from './numbers';
import { openStore } from './openModel';
import { print } from './output';
import type { ProgramContext } from './programContext';
import { untilEnd } from './untilEnd';

export interface TrainCommandOptions {
  stateDir: string;
  task?: TrainOverrides['task'];
  algo?: TrainOverrides['algo'];
  steps?: number;
  envs?: number;
  seed?: number;
  config?: string;
  workers?: number;
  engine?: TrainOverrides['engine'];
  fineTune?: string;
  out?: string;
  resume?: string;
  json?: boolean;
}

/** Of those, in the terminal, one is printed per so many wall seconds. */
const PRINT_SECONDS = 2;

/** What a training in a run folder was begun with; it cannot go on with anything else. */
const DECIDED = [
  'task',
  'algo',
  'steps',
  'envs',
  'seed',
  'config',
  'workers',
  'engine',
  'fineTune',
  'out',
] as const;

/** Ctrl-C and SIGTERM end it after the current iteration; checkpoint and best policy are kept. */
export async function train(options: TrainCommandOptions, context: ProgramContext): Promise<void> {
  const aborter = new AbortController();
  void untilEnd({ exitWithStdin: false }).then((reason) => aborter.abort(reason));
  const tell = options.json ? (event: TrainingEvent) => print(JSON.stringify(event)) : progressPrinter();
  try {
    const outcome = await runTraining({
      begin: beginOf(options),
      store: openStore(resolve(options.stateDir), context),
      codeVersion: context.version,
      workerFile: join(context.assetsDirectory, 'rolloutWorker.cjs'),
      nowMs: Date.now,
      onEvent: tell,
      note: (text) => process.stderr.write(`${text}\n`),
      signal: aborter.signal,
    });
    const { version, cancelled } = outcome;
    tell({ kind: 'finished', version, cancelled, text: summaryText(outcome) });
    if (options.json) return;
    if (outcome.evaluation.length > 0) print(`\n${formatComparison(outcome.evaluation)}`);
    if (cancelled) print(`Go on with it: coxswain train --resume ${outcome.folder}`);
  } catch (error) {
    if (options.json) tell({ kind: 'failed', error: toErrorInfo(error) });
    throw error;
  }
}

function beginOf(options: TrainCommandOptions): TrainingRequest['begin'] {
  const { resume, config: path, out, stateDir } = options;
  if (resume !== undefined) {
    refuseDecided(options);
    return { kind: 'resume', folder: resolve(resume) };
  }
  const { task, algo, steps, envs, seed, workers, engine, fineTune } = options;
  if (task === undefined && path === undefined) throw nothingToLearn();
  const file = path === undefined ? null : { path, text: readConfigFile(path) };
  const overrides = {
    task,
    algo,
    steps,
    envs,
    seed,
    workers,
    engine,
    fineTune: fineTune === undefined ? undefined : { from: fineTune },
  };
  const config = readTrainConfig(file, overrides);
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder =
    out === undefined ? resolve(stateDir, 'runs', `${config.task}-${config.algo}-${stamp}`) : resolve(out);
  return { kind: 'new', config, folder };
}

/** @throws CoxswainError `usage` */
function refuseDecided(options: TrainCommandOptions): void {
  const given = DECIDED.filter((name) => options[name] !== undefined);
  if (given.length === 0) return;
  const named = given.map((name) => `--${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`);
  throw new CoxswainError(
    'usage',
    `A training goes on as it was begun: --resume does not go with ${named.join(', ')}.`,
    `Leave that out, or begin another training, with --fine-tune from what this one has learned.`,
  );
}

function nothingToLearn(): CoxswainError {
  return new CoxswainError(
    'usage',
    'It is not said what to learn.',
    `Name a task, as in \`coxswain train --task scale\` (there are ${TaskName.options.join(', ')}), or a file with --config.`,
  );
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CoxswainError(
      'config-invalid',
      `${path} cannot be read: ${(error as Error).message}`,
      'Name a train.yaml that exists; docs/learning.md has an example.',
      { cause: error },
    );
  }
}

function progressPrinter(): (event: TrainingEvent) => void {
  let total = 0;
  let nextSeconds = 0;
  let nextComparisonMs = 0;
  const latest: Record<string, number> = {};
  return (event) => {
    switch (event.kind) {
      case 'started':
        total = event.totalSteps;
        print(
          `learning ${event.task} by ${event.algorithm}, ${formatCount(total)} steps, seed ${event.seed}, in ${event.folder}`,
        );
        return;
      case 'progress':
        // Not every point has an episode that has ended, or a validation.
        Object.assign(latest, event.point.metrics);
        if (event.point.seconds < nextSeconds && event.point.steps < total) return;
        nextSeconds = event.point.seconds + PRINT_SECONDS;
        print(progressLine(event, latest, total));
        return;
      case 'evaluating':
        if (event.done < event.total && Date.now() < nextComparisonMs) return;
        nextComparisonMs = Date.now() + 1000 * PRINT_SECONDS;
        print(`compared with its baselines: ${comparedText(event)}`);
        return;
      case 'finished':
        print(event.text);
        return;
      case 'failed':
        return;
    }
  };
}

function progressLine(
  { point, stepsPerSecond, etaSeconds }: Extract<TrainingEvent, { kind: 'progress' }>,
  metrics: Readonly<Record<string, number>>,
  total: number,
): string {
  const number = (name: string) => {
    const value = metrics[name];
    return value === undefined ? '–' : formatFixed(value, 2);
  };
  return [
    // The last iteration may go beyond the end.
    formatPercent(Math.min(1, point.steps / total)).padStart(5),
    `${formatCount(point.steps)} steps`.padStart(16),
    `${formatCount(stepsPerSecond)}/s`.padStart(11),
    `return ${number('rollout/ep_rew_mean')}`.padEnd(18),
    point.metrics['eval/mean_reward'] === undefined
      ? ''
      : `validation ${number('eval/mean_reward')}`.padEnd(20),
    etaSeconds === null || etaSeconds === 0 ? '' : `${duration(etaSeconds)} left`,
  ]
    .join('  ')
    .trimEnd();
}

function comparedText({ done, total }: { done: number; total: number }): string {
  return `${formatCount(done)} of ${formatCount(total)} episodes on held-out seeds`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function summaryText({ training, version, policy, cancelled }: TrainingOutcome): string {
  if (version === null) return 'cancelled before there was a policy to keep';
  const name = `${training.task}/${version}`;
  const steps = `best policy at ${formatCount(policy?.provenance.steps ?? 0)} steps`;
  if (cancelled) return `cancelled; kept as ${name}: ${steps}, not compared with its baselines`;
  return `stored as ${name}: ${steps}`;
}
