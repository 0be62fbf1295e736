import {
  type Change,
  type ErrorInfo,
  isOver,
  type ParsedParams,
  TrainingEvent,
  type TrainingStatus,
} from '../protocol';
import { ChildJob, describeExit, type JobExit } from './childJob';

/** What comes faster is told as one, so that no reader has to draw more than a few times per second; wall time. */
const TELL_INTERVAL_MS = 250;
/** Of a line that could not be read, so much is shown. */
const SHOWN_CHARACTERS = 120;
/** How long a job has that has said something wrong, wall time. */
const FAILED_GRACE_MS = 2000;

type State = TrainingStatus['state'];
type Progress = Extract<TrainingEvent, { kind: 'progress' }>;

/** One training: a process, what it has said, and what is shown of it. */
export class TrainingRun {
  readonly #job: ChildJob;
  readonly #publish: (change: Change) => void;
  #status: TrainingStatus;
  /** What it has said about its end; shown once the process is gone. */
  #end: State | null = null;
  #pendingPoint: Progress | null = null;
  #pendingState: State | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    id: string,
    command: readonly string[],
    params: ParsedParams<'startTraining'>,
    listener: { publish(change: Change): void; over(status: TrainingStatus): void },
  ) {
    this.#publish = listener.publish;
    this.#status = {
      id,
      task: params.task,
      algorithm: params.algorithm,
      totalSteps: params.steps,
      // Until it says itself with which it runs.
      seed: params.seed ?? 1,
      folder: null,
      startedAtMs: Date.now(),
      stepsPerSecond: null,
      etaSeconds: null,
      state: { kind: 'starting' },
    };
    this.#show({});
    this.#job = new ChildJob(command, (line) => this.#heard(line));
    void this.#job.exited.then((exit) => {
      this.#tell();
      this.#show({ etaSeconds: null, state: this.#endOf(exit) });
      listener.over(this.#status);
    });
  }

  get status(): TrainingStatus {
    return this.#status;
  }

  /** Its best checkpoint is kept where it ends within the grace. */
  async cancel(graceMs: number): Promise<void> {
    if (this.#end === null && !isOver(this.#status)) {
      this.#pendingState = null;
      this.#show({ state: { kind: 'cancelling' } });
    }
    await this.#job.end(graceMs);
  }

  #heard(line: string): void {
    if (line.trim() === '' || this.#end?.kind === 'failed') return;
    const event = parse(line);
    if (event) this.#take(event);
    else this.#fail(`The training has said what this version does not understand: ${cut(line)}`);
  }

  #take(event: TrainingEvent): void {
    switch (event.kind) {
      case 'started': {
        const { algorithm, totalSteps, seed, folder } = event;
        this.#status = { ...this.#status, algorithm, totalSteps, seed, folder };
        this.#enter({ kind: 'training' });
        return;
      }
      case 'progress':
        this.#takePoint(event);
        return;
      case 'evaluating':
        this.#enter({ kind: 'evaluating', done: event.done, total: event.total });
        return;
      case 'finished': {
        const { version, text, cancelled } = event;
        this.#end = { kind: cancelled ? 'cancelled' : 'finished', version, text };
        return;
      }
      case 'failed':
        this.#end = { kind: 'failed', error: event.error };
    }
  }

  /** One that is being cancelled stays so until it is over, whatever it is doing meanwhile. */
  #enter(state: State): void {
    if (this.#status.state.kind === 'cancelling') return;
    this.#pendingState = state;
    this.#tellSoon();
  }

  /** What another point within the interval does not measure stays. */
  #takePoint(event: Progress): void {
    const metrics = { ...this.#pendingPoint?.point.metrics, ...event.point.metrics };
    this.#pendingPoint = { ...event, point: { ...event.point, metrics } };
    this.#tellSoon();
  }

  #tellSoon(): void {
    this.#timer ??= setTimeout(() => this.#tell(), TELL_INTERVAL_MS);
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pendingPoint) {
      const { point, stepsPerSecond, etaSeconds } = this.#pendingPoint;
      const { id } = this.#status;
      this.#status = { ...this.#status, stepsPerSecond, etaSeconds };
      this.#publish({ kind: 'training-point', trainingId: id, point, stepsPerSecond, etaSeconds });
    }
    if (this.#pendingState) this.#show({ state: this.#pendingState });
    this.#pendingPoint = null;
    this.#pendingState = null;
  }

  #fail(message: string): void {
    this.#end = { kind: 'failed', error: failure(message) };
    void this.#job.end(FAILED_GRACE_MS);
  }

  #show(changes: Partial<TrainingStatus>): void {
    this.#status = { ...this.#status, ...changes };
    this.#publish({ kind: 'training', training: this.#status });
  }

  #endOf(exit: JobExit): State {
    if (this.#end) return this.#end;
    if (this.#status.state.kind === 'cancelling') {
      return { kind: 'cancelled', version: null, text: 'cancelled before it had kept anything' };
    }
    return { kind: 'failed', error: failure(`The training ended with ${describeExit(exit)}.`) };
  }
}

function parse(line: string): TrainingEvent | null {
  try {
    return TrainingEvent.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

function failure(message: string): ErrorInfo {
  return {
    code: 'training-failed',
    message,
    remedy: 'Run `coxswain train` in a terminal to see all that it says; its checkpoints are kept.',
  };
}

function cut(line: string): string {
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS)}…`;
}
