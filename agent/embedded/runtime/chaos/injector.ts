import type { PodFaults } from '../../../sim/podModel';
import type { Kubelet, RunningPod } from '../nodes/kubelet';
import { addFaults } from './effects';

/** The faults that are in force, by pod and by what caused them. A fault stays with its pod: replacements are well. */
export class Injector {
  readonly #kubelet: Kubelet;
  /** By UID of the pod, then by UID of the experiment. */
  readonly #active = new Map<string, Map<string, PodFaults>>();

  constructor(kubelet: Kubelet) {
    this.#kubelet = kubelet;
  }

  /** The pod with that key, if its process can be harmed. Throws where it cannot. */
  target(key: string): RunningPod {
    const pod = this.#kubelet.running.get(key);
    if (!pod) throw new RangeError(`pod ${key} is not running`);
    return pod;
  }

  inject(pod: RunningPod, experimentUid: string, faults: PodFaults): void {
    const active = this.#active.get(pod.uid) ?? new Map<string, PodFaults>();
    this.#active.set(pod.uid, active.set(experimentUid, faults));
    pod.sim.faults = addFaults(active.values());
  }

  /** Ends what an experiment does to any pod of that key; a pod that is gone has nothing left to recover. */
  recover(key: string, experimentUid: string): void {
    const pod = this.#kubelet.running.get(key);
    const active = pod && this.#active.get(pod.uid);
    if (pod && active?.delete(experimentUid)) pod.sim.faults = addFaults(active.values());
    this.#forgetGone();
  }

  #forgetGone(): void {
    const alive = new Set([...this.#kubelet.running.values()].map(({ uid }) => uid));
    for (const [uid, active] of this.#active) {
      if (active.size === 0 || !alive.has(uid)) this.#active.delete(uid);
    }
  }
}
