import type { ActingAction } from './guardInput';
import type { BegunTransaction } from './ledger';

/** The replicas of a workload as Coxswain has left them. */
export interface ReplicasLeft {
  /** Of the Deployment: one that was made anew under the same name is another one. */
  uid: string;
  /** As they were set last. Where they are different now, somebody else has set them. */
  replicas: number;
  /** As people wanted them, without what was added. */
  base: number;
}

/**
 * What healing has added to workloads, from what was done alone: after a restart it is as well known as before. As
 * `ReplicaHistory` follows it by what the watches show.
 */
export class AddedReplicas {
  /** By workload. */
  readonly #left = new Map<string, ReplicasLeft>();

  /** @returns null where nothing is known to have been scaled */
  of(workloadId: string): ReplicasLeft | null {
    return this.#left.get(workloadId) ?? null;
  }

  /** A scaling was carried out. */
  done(
    { workloadId, change }: BegunTransaction,
    { from, to }: Extract<ActingAction, { kind: 'scale' }>,
  ): void {
    const { write } = change;
    const tests = write.verb === 'json-patch' ? write.operations.filter(({ op }) => op === 'test') : [];
    const uid = tests.find(({ path }) => path === '/metadata/uid')?.value;
    if (typeof uid !== 'string') {
      this.forget(workloadId);
      return;
    }
    const before = this.#left.get(workloadId);
    const isOurs = before !== undefined && before.uid === uid && before.replicas === from;
    this.#left.set(workloadId, { uid, replicas: to, base: Math.min(isOurs ? before.base : from, to) });
  }

  /** Somebody else scales it, for example the scaler. */
  forget(workloadId: string): void {
    this.#left.delete(workloadId);
  }
}
