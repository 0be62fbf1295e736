import type { Clock } from '../../clock';
import type { Random } from '../../sim/random';
import type { ObjectStore } from '../objectStore';
import type { EventRecorder } from './eventRecorder';
import type { WorkQueue } from './workQueue';

/** What every controller works with. */
export interface Cluster {
  store: ObjectStore;
  clock: Clock;
  random: Random;
  events: EventRecorder;
}

/**
 * A control loop as Kubernetes writes them: changes in the store put keys into its queue, and `reconcile` brings the
 * object of a key closer to what is wanted, from whatever state it finds.
 */
export interface Controller {
  readonly name: string;
  readonly queue: WorkQueue;
  reconcile(key: string): void;
}
