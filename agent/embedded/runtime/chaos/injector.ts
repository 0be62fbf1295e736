import type { Kubelet, RunningPod } from '../nodes/kubelet';
import { addEffects, type Effects } from './effects';

/** The faults that are in force, by pod and by what caused them. A fault stays with its pod: replacements are well. */
export class Injector {
  readonly #kubelet: Kubelet;
  /** By UID of the pod, then by UID of the experiment. */
  readonly #active = new Map<string, Map<string, Effects>>();

  constructor(kubelet: Kubelet) {
    this.#kubelet = kubelet;
  }

  /** The pod with that key, if its process can be harmed. Throws where it cannot. */
  target(key: string): RunningPod {
    const pod = this.#kubelet.running.get(key);
    if (!pod) throw new RangeError(`pod ${key} is not running`);
    return pod;
  }

  inject(pod: RunningPod, experimentUid: string, effects: Effects): void {
    const active = this.#active.get(pod.uid) ?? new Map<string, Effects>();
    this.#active.set(pod.uid, active.set(experimentUid, effects));
    putInForce(pod, active);
  }

  /** Ends what an experiment does to any pod of that key; a pod that is gone has nothing left to recover. */
  recover(key: string, experimentUid: string): void {
    const pod = this.#kubelet.running.get(key);
    const active = pod && this.#active.get(pod.uid);
    if (pod && active?.delete(experimentUid)) putInForce(pod, active);
    this.#forgetGone();
  }

  #forgetGone(): void {
    const alive = new Set([...this.#kubelet.running.values()].map(({ uid }) => uid));
    for (const [uid, active] of this.#active) {
      if (active.size === 0 || !alive.has(uid)) this.#active.delete(uid);
    }
  }
}

function putInForce(pod: RunningPod, active: ReadonlyMap<string, Effects>): void {
  const { faults, httpRules, clockOffsetMs } = addEffects([...active.values()], pod.ports[0]);
  pod.sim.faults = faults;
  pod.httpRules = httpRules;
  pod.clockOffsetMs = clockOffsetMs;
}
