import { randomUUID } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';
import { CalibrationEvent } from '../evaluate/calibrate/calibrationEvent';
import {
  type Calibration,
  type CalibrationJob,
  type Change,
  CoxswainError,
  type ErrorInfo,
  type JournalEvent,
  type ParsedParams,
  toErrorInfo,
} from '../protocol';
import { CalibrationFile } from './calibrationFile';
import { ChildJob, describeExit, type JobExit } from './childJob';

export interface CalibrationsOptions {
  /** How `coxswain` is started: executable, then its arguments up to the command. */
  program: readonly string[];
  stateDirectory: string;
  /** How the connected cluster is found; null where none is connected. */
  connection(): { kubeconfig: string | undefined; context: string | undefined } | null;
  /** The config in force, null where only defaults are used. */
  configPath(): string | null;
  publish(change: Change): void;
  /** Into the journal, where a cluster is connected. */
  record(event: JournalEvent): void;
  onProblem(error: ErrorInfo): void;
}

/** How long a calibration has to end when it is cancelled, and when the agent ends; wall time. */
const CANCEL_GRACE_MS = 5000;
const CLOSE_GRACE_MS = 1500;
/** What comes faster is told as one; wall time. */
const TELL_INTERVAL_MS = 250;

/** The calibrations of this agent, one at a time, each a process of its own that runs `coxswain calibrate`. */
export class Calibrations {
  readonly #options: CalibrationsOptions;
  readonly #file: CalibrationFile;
  #running: Run | null = null;
  #isClosed = false;

  constructor(options: CalibrationsOptions) {
    this.#options = options;
    this.#file = new CalibrationFile(options.stateDirectory);
  }

  /** Shows what earlier agents have found. */
  open(): void {
    try {
      for (const calibration of this.#file.read())
        this.#options.publish({ kind: 'calibration', calibration });
    } catch (error) {
      this.#options.onProblem(toErrorInfo(error));
    }
  }

  /** @throws CoxswainError `conflict`, `usage`, `not-connected` */
  start(params: ParsedParams<'calibrate'>): CalibrationJob {
    if (this.#running || this.#isClosed) {
      throw new CoxswainError(
        'conflict',
        'A calibration is running.',
        'Wait until it is over, or cancel it.',
      );
    }
    const { program, stateDirectory, publish } = this.#options;
    const command = [...program, ...this.#arguments(params), '--state-dir', stateDirectory];
    const run = new Run(command, jobOf(params), publish, (calibration) => this.#over(calibration));
    this.#running = run;
    return run.job;
  }

  /** @throws CoxswainError `not-found` where it does not run */
  cancel(id: string): CalibrationJob {
    const run = this.#running;
    if (run?.job.id !== id) {
      throw new CoxswainError('not-found', `No calibration ${id} is running.`, 'Look again: it may be over.');
    }
    void run.cancel(CANCEL_GRACE_MS);
    return run.job;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running?.cancel(CLOSE_GRACE_MS);
  }

  #arguments(params: ParsedParams<'calibrate'>): string[] {
    const { violationPrice, sinceSeconds, fineTune } = params;
    checkSince(sinceSeconds);
    const optional = (option: string, value: number | string | null | undefined) =>
      value === undefined || value === null ? [] : [option, String(value)];
    return [
      ...['calibrate', ...this.#subject(params), '--events'],
      ...optional('--violation-price', violationPrice),
      ...optional('--since', sinceSeconds === undefined ? undefined : `${sinceSeconds}s`),
      ...(fineTune ? ['--fine-tune'] : []),
      ...optional('--config', this.#options.configPath()),
    ];
  }

  #subject({ workloadId, tracePath }: ParsedParams<'calibrate'>): string[] {
    if (tracePath !== undefined && workloadId === undefined) {
      if (isAbsolute(tracePath)) return ['--trace', tracePath];
      throw new CoxswainError(
        'usage',
        `The path of the trace is not absolute: ${tracePath}.`,
        'Name the file by its absolute path.',
      );
    }
    if (workloadId === undefined || tracePath !== undefined) {
      throw new CoxswainError(
        'usage',
        'A calibration is of a workload or of a trace.',
        'Name the one or the other.',
      );
    }
    const connection = this.#options.connection();
    if (!connection) {
      throw new CoxswainError(
        'not-connected',
        'No cluster is connected.',
        'Connect to one, or name a trace.',
      );
    }
    const { kubeconfig, context } = connection;
    return [
      titleOf(workloadId),
      ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
      ...(context === undefined ? [] : ['--context', context]),
    ];
  }

  #over(calibration: Calibration | null): void {
    this.#running = null;
    if (!calibration) return;
    this.#options.publish({ kind: 'calibration', calibration });
    const { workloadId, recommendation } = calibration;
    this.#options.record({ kind: 'calibrated', workloadId, text: recommendation.text });
    try {
      this.#file.add(calibration);
    } catch (error) {
      this.#options.onProblem(toErrorInfo(error));
    }
  }
}

const LEAST_SINCE_SECONDS = 3600;
const MOST_SINCE_SECONDS = 30 * 86_400;

/** What the command takes. @throws CoxswainError `usage` */
function checkSince(seconds: number | undefined): void {
  if (seconds === undefined || (seconds >= LEAST_SINCE_SECONDS && seconds <= MOST_SINCE_SECONDS)) return;
  throw new CoxswainError(
    'usage',
    `A calibration on ${seconds} s of history is not possible.`,
    'Let it be from an hour to 30 days.',
  );
}

/** One calibration: a process, and what it has said. */
class Run {
  readonly #child: ChildJob;
  readonly #publish: (change: Change) => void;
  #job: CalibrationJob;
  #end: Exclude<CalibrationEvent, { kind: 'progress' }> | null = null;
  #isCancelled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    command: readonly string[],
    job: CalibrationJob,
    publish: (change: Change) => void,
    onOver: (calibration: Calibration | null) => void,
  ) {
    this.#publish = publish;
    this.#job = job;
    this.#tell();
    this.#child = new ChildJob(command, (line) => this.#heard(line));
    void this.#child.exited.then((exit) => {
      this.#job = { ...this.#job, state: this.#endOf(exit) };
      this.#tell();
      onOver(this.#end?.kind === 'finished' ? this.#end.calibration : null);
    });
  }

  get job(): CalibrationJob {
    return this.#job;
  }

  async cancel(graceMs: number): Promise<void> {
    this.#isCancelled = true;
    await this.#child.end(graceMs);
  }

  #heard(line: string): void {
    const event = parse(line);
    if (event === null) return;
    if (event.kind !== 'progress') {
      this.#end = event;
      return;
    }
    const { step, done, total } = event;
    this.#job = { ...this.#job, state: { kind: 'running', step, done, total } };
    this.#timer ??= setTimeout(() => this.#tell(), TELL_INTERVAL_MS);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publish({ kind: 'calibration-job', job: this.#job });
  }

  #endOf(exit: JobExit): CalibrationJob['state'] {
    if (this.#end?.kind === 'finished') return { kind: 'finished' };
    if (this.#isCancelled) return { kind: 'cancelled' };
    if (this.#end?.kind === 'failed') {
      const { message, remedy } = this.#end.error;
      return { kind: 'failed', message, remedy };
    }
    return {
      kind: 'failed',
      message: `The calibration ended with ${describeExit(exit)}.`,
      remedy: 'Run `coxswain calibrate` in a terminal to see all that it says.',
    };
  }
}

/** Null for what is none, a warning of Node say. */
function parse(line: string): CalibrationEvent | null {
  try {
    return CalibrationEvent.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

function jobOf({ workloadId, tracePath }: ParsedParams<'calibrate'>): CalibrationJob {
  return {
    id: randomUUID(),
    title: workloadId === undefined ? basename(tracePath ?? '') : titleOf(workloadId),
    workloadId: workloadId ?? null,
    state: { kind: 'running', step: 'starting', done: 0, total: 1 },
  };
}

/** `namespace/name` of an id. */
function titleOf(workloadId: string): string {
  const [namespace = '', , name = ''] = workloadId.split('/');
  return `${namespace}/${name}`;
}
