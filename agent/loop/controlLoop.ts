import { type DataState, type Proposal, toErrorInfo, workloadId } from '../protocol';
import type { LoopPorts } from './ports';
import { WorkloadLoop } from './workloadLoop';

/** How many workloads may wait for their metrics at the same time. */
const CONCURRENT_COLLECTIONS = 8;

/**
 * Observes, decides and measures, for every workload of the cluster. Driven by what the watches show; the interval
 * is only the floor. It knows tasks, guard and journal by interface alone.
 */
export class ControlLoop<Facts> {
  readonly #ports: LoopPorts<Facts>;
  readonly #loops = new Map<string, WorkloadLoop<Facts>>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;
  #stopped = false;

  constructor(ports: LoopPorts<Facts>) {
    this.#ports = ports;
  }

  start(): void {
    this.#syncWorkloads();
  }

  stop(): void {
    this.#stopped = true;
    for (const loop of this.#loops.values()) loop.stop();
    this.#loops.clear();
    this.#waiting.length = 0;
  }

  /** The watches have seen a change; a significant one leads to a look at once. */
  clusterChanged(change: { workloadIds: readonly string[]; significant: boolean }): void {
    if (this.#stopped) return;
    this.#syncWorkloads();
    for (const id of change.workloadIds) {
      const loop = this.#loops.get(id);
      if (change.significant) loop?.lookSoon('event');
      else loop?.publishState();
    }
  }

  /** The guard or a person has decided, or an action was carried out. */
  proposalChanged(proposal: Proposal): void {
    this.#loops.get(workloadId(proposal.workload))?.proposalChanged(proposal);
  }

  /** A new policy may have been chosen or promoted, or new limits set. */
  configChanged(): void {
    for (const loop of this.#loops.values()) loop.configChanged();
  }

  /** How far the data of a workload can be trusted; the guard asks before every action. */
  dataState(id: string): DataState {
    return this.#loops.get(id)?.dataState() ?? { kind: 'none', reason: 'this workload is not known' };
  }

  /** Metrics are collected when a place is free, so that a large cluster cannot flood Prometheus with queries. */
  readonly #enqueue = (collect: () => Promise<void>): void => {
    this.#waiting.push(collect);
    this.#startNext();
  };

  readonly #crowd = (): number => {
    let crowd = 0;
    for (const loop of this.#loops.values()) if (loop.isClose) crowd += 1;
    return crowd;
  };

  #startNext(): void {
    if (this.#running >= CONCURRENT_COLLECTIONS) return;
    const next = this.#waiting.shift();
    if (!next) return;
    this.#running += 1;
    void next()
      .catch((error: unknown) => this.#ports.onError(toErrorInfo(error)))
      .finally(() => {
        this.#running -= 1;
        this.#startNext();
      });
  }

  #syncWorkloads(): void {
    const { workloads } = this.#ports.snapshot();
    for (const [id, loop] of this.#loops) {
      const workload = workloads.get(id);
      // One that was made anew under the same name is another one.
      if (workload?.uid === loop.uid) continue;
      loop.stop();
      this.#loops.delete(id);
      this.#ports.task.forget(id);
      if (!workload) this.#ports.publish({ kind: 'workload-gone', id });
    }
    for (const [id, workload] of workloads) {
      if (this.#loops.has(id)) continue;
      const loop = new WorkloadLoop(workload, this.#ports, this.#enqueue, this.#crowd);
      this.#loops.set(id, loop);
      loop.lookSoon('event');
    }
  }
}
