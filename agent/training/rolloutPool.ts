import type { Collector, CollectorSpec, CollectRequest, Rollout } from '../rl/algorithms/collector';
import { joinRollouts } from '../rl/algorithms/rolloutArrays';
import { joinActorStates, splitActorState } from '../rl/algorithms/rolloutState';
import type { SavedState } from '../rl/savedState';
import { RolloutMember } from './rolloutMember';
import type { EnvRange } from './rolloutMessages';

export interface RolloutPoolOptions {
  /** Threads, 1 or more; where there are fewer envs, one for each. */
  workers: number;
  /** `dist/rolloutWorker.cjs`, or another script that calls `serveRollouts`. */
  workerFile: string;
}

/**
 * Collects on worker threads, each with some of the envs. A job is a function of the request and of the envs' state
 * before it, which the pool keeps: when a worker dies, another begins at that state and does the job again, and
 * nothing in the result tells of it.
 *
 * @throws what the creation of an env throws
 */
export async function createRolloutPool(
  spec: CollectorSpec,
  { workers, workerFile }: RolloutPoolOptions,
): Promise<Collector> {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`a pool of ${workers} workers`);
  const ranges = rangesOf(spec.envs, Math.min(workers, spec.envs));
  const pool = new RolloutPool(ranges.map((range) => new RolloutMember(spec, range, workerFile)));
  await pool.begin();
  return pool;
}

class RolloutPool implements Collector {
  readonly envs: number;
  readonly #members: readonly RolloutMember[];
  #rollout: Rollout | null = null;

  constructor(members: readonly RolloutMember[]) {
    this.envs = members.reduce((sum, { envs }) => sum + envs.count, 0);
    this.#members = members;
  }

  async begin(): Promise<void> {
    await this.#together((member) => member.begin(null));
  }

  async collect(request: CollectRequest): Promise<Rollout> {
    const collected = await this.#together((member) => member.collect(request));
    // Not before all have succeeded: after a failure the envs stand together where they stood before.
    for (const [index, job] of collected.entries()) this.#members[index]?.accept(job);
    const parts = collected.map(({ rollout }) => rollout);
    this.#rollout = joinRollouts(parts, this.#rollout);
    return this.#rollout;
  }

  async save(): Promise<SavedState> {
    return joinActorStates(this.#members.map(({ state }) => state));
  }

  async restore(state: SavedState): Promise<void> {
    const counts = this.#members.map(({ envs }) => envs.count);
    const states = splitActorState(state, counts);
    await this.#together((member, index) => member.begin(states[index] ?? null));
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.close()));
  }

  /** Waits for all, also where one fails, so that none is at work afterwards. */
  async #together<Result>(
    work: (member: RolloutMember, index: number) => Promise<Result>,
  ): Promise<Result[]> {
    const settled = await Promise.allSettled(this.#members.map(work));
    const failed = settled.find((result) => result.status === 'rejected');
    if (!failed) return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    await Promise.all(this.#members.map((member) => member.drop()));
    throw failed.reason;
  }
}

/** Neighbouring envs, as evenly as it goes. */
function rangesOf(envs: number, workers: number): EnvRange[] {
  const begin = (worker: number) => Math.floor((envs * worker) / workers);
  return Array.from({ length: workers }, (_, worker) => ({
    first: begin(worker),
    count: begin(worker + 1) - begin(worker),
  }));
}
