import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CoxswainError, type TrainingEvent, toErrorInfo } from '../protocol';
import { modelsDirectory } from '../server/stateDirectory';
import { ModelStore } from '../training/modelStore';
import { runTraining, type TrainingOutcome, type TrainingRequest } from '../training/runTraining';
import { readTrainConfig, type TrainOverrides } from '../training/trainConfig';
import { formatComparison } from './comparison';
import { print } from './output';
import type { ProgramContext } from './program';
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

/** Ctrl-C and SIGTERM end it after the current iteration; checkpoint and best policy are kept. */
export async function train(options: TrainCommandOptions, context: ProgramContext): Promise<void> {
  const aborter = new AbortController();
  void untilEnd({ exitWithStdin: false }).then((reason) => aborter.abort(reason));
  const tell = options.json ? (event: TrainingEvent) => print(JSON.stringify(event)) : progressPrinter();
  try {
    const outcome = await runTraining({
      begin: beginOf(options),
      store: new ModelStore(modelsDirectory(options.stateDir), Date.now),
      codeVersion: context.version,
      workerFile: join(context.assetsDirectory, 'rolloutWorker.cjs'),
      nowMs: Date.now,
      onEvent: tell,
      note: (text) => process.stderr.write(`${text}\n`),
      signal: aborter.signal,
    });
    const { version, cancelled } = outcome;
    tell({ kind: 'finished', version, cancelled, text: summaryText(outcome) });
    if (!options.json && outcome.evaluation.length > 0) print(`\n${formatComparison(outcome.evaluation)}`);
  } catch (error) {
    if (options.json) tell({ kind: 'failed', error: toErrorInfo(error) });
    throw error;
  }
}

function beginOf(options: TrainCommandOptions): TrainingRequest['begin'] {
  const {
    resume,
    config: path,
    out,
    stateDir,
    task,
    algo,
    steps,
    envs,
    seed,
    workers,
    engine,
    fineTune,
  } = options;
  if (resume !== undefined) return { kind: 'resume', folder: resolve(resume) };
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
    out === undefined ? join(stateDir, 'runs', `${config.task}-${config.algo}-${stamp}`) : resolve(out);
  return { kind: 'new', config, folder };
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
  const latest: Record<string, number> = {};
  return (event) => {
    switch (event.kind) {
      case 'started':
        total = event.totalSteps;
        print(
          `learning ${event.task} by ${event.algorithm}, ${count(total)} steps, seed ${event.seed}, in ${event.folder}`,
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
        if (event.done === event.total)
          print(`compared with its baselines on held-out seeds, ${count(event.total)} episodes`);
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
  const number = (name: string) => metrics[name]?.toFixed(2).replace('-', '−') ?? '–';
  return [
    `${((100 * point.steps) / total).toFixed(0)} %`.padStart(5),
    `${count(point.steps)} steps`.padStart(16),
    `${count(Math.round(stepsPerSecond))}/s`.padStart(11),
    `return ${number('rollout/ep_rew_mean')}`.padEnd(18),
    point.metrics['eval/mean_reward'] === undefined
      ? ''
      : `validation ${number('eval/mean_reward')}`.padEnd(20),
    etaSeconds === null ? '' : `${Math.ceil(etaSeconds)} s left`,
  ]
    .join('  ')
    .trimEnd();
}

function summaryText({ training, version, policy, cancelled }: TrainingOutcome): string {
  if (version === null) return 'cancelled before there was a policy to keep';
  const name = `${training.task}/${version}`;
  const steps = `best policy at ${count(policy?.provenance.steps ?? 0)} steps`;
  if (cancelled) return `cancelled; kept as ${name}: ${steps}, not compared with its baselines`;
  return `stored as ${name}: ${steps}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
