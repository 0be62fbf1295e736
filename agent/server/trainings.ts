import { randomUUID } from 'node:crypto';
import { isAbsolute } from 'node:path';
import {
  type Change,
  CoxswainError,
  isOver,
  type JournalEvent,
  type ParsedParams,
  type TrainingStatus,
} from '../protocol';
import { ChildJob, describeExit } from './childJob';
import { TrainingRun } from './trainingRun';

export interface TrainingsOptions {
  /** How `coxswain` is started: executable, then its arguments up to the command. */
  program: readonly string[];
  stateDirectory: string;
  /** False in an untrusted workspace. */
  isTrusted(): boolean;
  publish(change: Change): void;
  /** Into the journal, where a cluster is connected. */
  record(event: JournalEvent): void;
}

/** More would take from each other, and from the loop, what cores there are. */
const MOST_TRAININGS = 2;
/** How long a job has to keep its best checkpoint when it is cancelled, wall time. */
const CANCEL_GRACE_MS = 10_000;
/** And when the agent ends, which its editor does not wait for any longer. */
const CLOSE_GRACE_MS = 1500;

/** The trainings of this agent, each a process of its own that runs `coxswain train`. They need no cluster. */
export class Trainings {
  readonly #options: TrainingsOptions;
  readonly #running = new Map<string, TrainingRun>();
  #evaluation: ChildJob | null = null;
  #isClosed = false;

  constructor(options: TrainingsOptions) {
    this.#options = options;
  }

  /** @throws CoxswainError `conflict`, `untrusted-workspace`, `usage`. */
  start(params: ParsedParams<'startTraining'>, by: string): TrainingStatus {
    this.#checkStart(params);
    const { task, algorithm, steps } = params;
    const run = new TrainingRun(
      randomUUID(),
      [...this.#options.program, ...trainArguments(params, this.#options.stateDirectory)],
      params,
      { publish: this.#options.publish, over: (status) => this.#over(status) },
    );
    const { status } = run;
    this.#running.set(status.id, run);
    this.#options.record({
      kind: 'training-started',
      trainingId: status.id,
      task,
      algorithm,
      steps,
      by,
    });
    return status;
  }

  /** @throws CoxswainError `not-found` where it does not run. */
  cancel(trainingId: string): TrainingStatus {
    const run = this.#running.get(trainingId);
    if (!run) {
      throw new CoxswainError(
        'not-found',
        `No training ${trainingId} is running.`,
        'Look at the trainings: it may be over.',
      );
    }
    run.cancel(CANCEL_GRACE_MS);
    return run.status;
  }

  /**
   * Runs `coxswain evaluate`, which puts its result into the store.
   *
   * @throws CoxswainError `conflict`, `training-failed`.
   */
  async evaluate({ task, version }: ParsedParams<'evaluateModel'>): Promise<void> {
    if (this.#evaluation || this.#isClosed) {
      throw new CoxswainError('conflict', 'Another evaluation is running.', 'Wait until it is done.');
    }
    const { program, stateDirectory } = this.#options;
    const args = ['evaluate', '--task', task, '--model', String(version), '--json'];
    this.#evaluation = new ChildJob([...program, ...args, '--state-dir', stateDirectory], () => undefined);
    const exit = await this.#evaluation.exited;
    this.#evaluation = null;
    if (exit.code === 0) return;
    throw new CoxswainError(
      'training-failed',
      `The evaluation of ${task}/${version} ended with ${describeExit(exit)}.`,
      'Run `coxswain evaluate` in a terminal to see all that it says.',
    );
  }

  /** Ends all of them; what they have learned is in their checkpoints. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const runs = [...this.#running.values()];
    await Promise.all([
      ...runs.map((run) => run.cancel(CLOSE_GRACE_MS)),
      this.#evaluation?.end(CLOSE_GRACE_MS),
    ]);
  }

  #checkStart({ task, configPath }: ParsedParams<'startTraining'>): void {
    const running = [...this.#running.values()];
    if (running.some(({ status }) => status.task === task)) {
      throw conflict(`A training for ${task} is running.`);
    }
    if (running.length >= MOST_TRAININGS || this.#isClosed) {
      throw conflict(`${running.length} trainings are running.`);
    }
    if (configPath === undefined) return;
    // Its settings may name files, and send logs to a service.
    if (!this.#options.isTrusted()) {
      throw new CoxswainError(
        'untrusted-workspace',
        'This workspace is not trusted, so no file of it may say how to train.',
        'Trust the workspace (Workspaces: Manage Workspace Trust), or train with the defaults.',
      );
    }
    if (!isAbsolute(configPath)) {
      throw new CoxswainError(
        'usage',
        `The path of the training’s settings is not absolute: ${configPath}.`,
        'Name the file by its absolute path.',
      );
    }
  }

  #over(status: TrainingStatus): void {
    this.#running.delete(status.id);
    const { id, task, state } = status;
    if (!isOver(status)) return;
    const version = state.kind === 'finished' || state.kind === 'cancelled' ? state.version : null;
    this.#options.record({
      kind: 'training-finished',
      trainingId: id,
      task,
      version,
      text: textOf(state),
    });
  }
}

function textOf(state: TrainingStatus['state']): string {
  switch (state.kind) {
    case 'finished':
    case 'cancelled':
      return state.text;
    case 'failed':
      return `failed: ${state.error.message}`;
    default:
      return '';
  }
}

function trainArguments(params: ParsedParams<'startTraining'>, stateDirectory: string): string[] {
  const { task, algorithm, steps, envs, seed, configPath, fineTune } = params;
  const optional = (option: string, value: number | string | undefined) =>
    value === undefined ? [] : [option, String(value)];
  return [
    ...['train', '--task', task, '--algo', algorithm, '--steps', String(steps), '--json'],
    ...optional('--envs', envs),
    ...optional('--seed', seed),
    ...optional('--config', configPath),
    ...optional('--fine-tune', fineTune),
    ...['--state-dir', stateDirectory],
  ];
}

function conflict(message: string): CoxswainError {
  return new CoxswainError('conflict', message, 'Wait until it is over, or cancel it.');
}
