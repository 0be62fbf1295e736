import { CoxswainError } from '../protocol';
import type { CollectorSpec, CollectRequest, Rollout } from '../rl/algorithms/collector';
import { transferList } from '../rl/algorithms/rolloutArrays';
import type { SavedState } from '../rl/savedState';
import {
  type EnvRange,
  fromFailure,
  type RolloutJob,
  type RolloutReply,
  type RolloutTask,
} from './rolloutMessages';
import { WorkerDeath, WorkerLink } from './workerLink';

/** Deaths at one job after which the training fails. */
const MOST_DEATHS = 3;

export type Collected = Extract<RolloutReply, { kind: 'collected' }>;

/** Some envs of a pool, the worker that has them now, and the state in which another could take them over. */
export class RolloutMember {
  readonly envs: EnvRange;
  readonly #spec: CollectorSpec;
  readonly #workerFile: string;
  #link: WorkerLink<RolloutReply> | null = null;
  #state: SavedState | null = null;
  #spare: Rollout | null = null;
  #isClosed = false;

  constructor(spec: CollectorSpec, envs: EnvRange, workerFile: string) {
    this.#spec = spec;
    this.envs = envs;
    this.#workerFile = workerFile;
  }

  /** After the last job that was accepted. */
  get state(): SavedState {
    if (this.#state) return this.#state;
    throw new RangeError('the worker has not begun');
  }

  /** Begins at a state, null: anew. @throws what the creation of an env throws, or its restoring */
  async begin(state: SavedState | null): Promise<void> {
    await this.drop();
    this.#state = state;
    await this.#surviving(() => this.#linked());
  }

  /** Does a job; its state and its arrays are those of the member only once they are accepted. */
  collect(request: CollectRequest): Promise<Collected> {
    return this.#surviving(async () => {
      const link = await this.#linked();
      const job: RolloutJob = { request, spare: this.#spare };
      this.#spare = null;
      link.send(job, job.spare ? transferList(job.spare) : []);
      const reply = await link.receive();
      if (reply.kind === 'collected') return reply;
      throw unexpected(reply);
    });
  }

  accept({ state, rollout }: Collected): void {
    this.#state = state;
    this.#spare = rollout;
  }

  /** Ends the worker; the next job begins with another at the state that was accepted last. */
  async drop(): Promise<void> {
    const link = this.#link;
    this.#link = null;
    await link?.terminate();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.drop();
  }

  /** Does the work again with a new worker where one has died. */
  async #surviving<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let deaths = 1; ; deaths++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof WorkerDeath)) throw error;
        await this.drop();
        // Looked at last, so that no worker is begun once the pool is closed.
        if (this.#isClosed) throw new Error('the pool was closed while it collected', { cause: error });
        if (deaths === MOST_DEATHS) throw this.#gaveUp(error);
      }
    }
  }

  /** A worker that stands at `state`. */
  async #linked(): Promise<WorkerLink<RolloutReply>> {
    if (this.#link) return this.#link;
    const { first, count } = this.envs;
    const task: RolloutTask = { spec: this.#spec, envs: this.envs, state: this.#state };
    const name = `rollout, envs ${first} to ${first + count - 1}`;
    const link = new WorkerLink<RolloutReply>({ file: this.#workerFile, name, task });
    this.#link = link;
    const reply = await link.receive();
    if (reply.kind !== 'ready') throw unexpected(reply);
    this.#state ??= reply.state;
    return link;
  }

  #gaveUp(death: WorkerDeath): CoxswainError {
    const { first, count } = this.envs;
    return new CoxswainError(
      'training-failed',
      `A worker thread died ${MOST_DEATHS} times at the same steps of envs ${first} to ${first + count - 1}: ${death.message}`,
      'Give it more memory or fewer envs; with workers: 0 the training runs on one thread and shows where it ends.',
      { cause: death },
    );
  }
}

function unexpected(reply: RolloutReply): Error {
  return reply.kind === 'failed' ? fromFailure(reply.failure) : new Error(`a worker answered ${reply.kind}`);
}
