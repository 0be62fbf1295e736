import type { ClusterSnapshot, RunningFault } from '../cluster/snapshot';
import type { ResourceAddress, ReversibleChange } from './change';
import type { FaultOrder } from './faultOrder';

/** A fault of ours, by the object that it is or has changed. */
export interface OwnFault {
  key: string;
  resource: ResourceAddress;
  workloadId: string;
  /** As the watches show it; null for one that they have not shown yet. */
  seen: RunningFault | null;
  /** What takes it back while no watch has shown it; empty where it is only about to be made. */
  undo: readonly ReversibleChange[];
  /** Of this run of the agent, while no watch has shown it; else null. */
  order: FaultOrder | null;
}

/** The faults of ours that there are: those that the watches show, and those that were made a moment ago. */
export class OwnFaults {
  readonly #made = new Map<string, OwnFault>();

  /** It is about to be made, or was. */
  put(fault: OwnFault): void {
    this.#made.set(fault.key, fault);
  }

  forget(key: string): void {
    this.#made.delete(key);
  }

  /** @param workloadOf the id of the workload that a fault hits */
  list(snapshot: ClusterSnapshot, workloadOf: (fault: RunningFault) => string): readonly OwnFault[] {
    const own = new Map(this.#made);
    for (const seen of snapshot.faults) {
      if (!seen.ours) continue;
      const key = keyOf(seen.resource);
      this.#made.delete(key);
      own.set(key, {
        key,
        resource: seen.resource,
        workloadId: workloadOf(seen),
        seen,
        undo: [],
        order: null,
      });
    }
    return [...own.values()];
  }
}

/** It has no effect any more; only its object is left. */
export function isOver(fault: Pick<RunningFault, 'state'>): boolean {
  return fault.state === 'ended';
}

export function keyOf({ plural, namespace, name }: ResourceAddress): string {
  return `${plural}/${namespace}/${name}`;
}
