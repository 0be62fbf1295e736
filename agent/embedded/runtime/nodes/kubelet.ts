import { SimPod } from '../../../sim/pod';
import type { Simulation } from '../../../sim/simulation';
import type { KubeObject } from '../../objectStore';
import { NODES, PODS, sameType } from '../../store/resourceTypes';
import type { Cluster, Controller } from '../controller';
import { keyOf, podPhase, podSpec, splitKey } from '../kinds';
import { type PodBehaviour, podBehaviour } from '../podSettings';
import { PodLog } from '../telemetry/podLog';
import { WorkQueue } from '../workQueue';
import { type ContainerState, RestartBackOff, type Termination } from './containerState';
import { type PodFacts, podStatus } from './podStatus';

const CREATE_SECONDS = 1;
/** How long the kubelet takes to see that a container has ended. */
const NOTICE_MS = 1000;
const KILLED_EXIT_CODE = 137;

/** A pod on a node, with the process that it stands for. */
export interface RunningPod extends PodFacts {
  readonly uid: string;
  readonly sim: SimPod;
  readonly log: PodLog;
  readonly behaviour: PodBehaviour;
  readonly backOff: RestartBackOff;
}

/** The kubelets of all nodes: they run the containers of the pods bound to them. */
export class Kubelet implements Controller {
  readonly name = 'kubelet';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  readonly #simulation: Simulation;
  readonly #running = new Map<string, RunningPod>();
  #addresses = 0;

  constructor(cluster: Cluster, simulation: Simulation) {
    this.#cluster = cluster;
    this.#simulation = simulation;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, PODS)) this.queue.add(keyOf(object.metadata));
    });
  }

  /** By `namespace/name`. */
  get running(): ReadonlyMap<string, RunningPod> {
    return this.#running;
  }

  /** Notices processes that the kernel has killed. */
  watchProcesses(): void {
    for (const [key, { sim, container }] of this.#running) {
      if (sim.outOfMemory && 'startedAtMs' in container) this.queue.add(key);
    }
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const pod = this.#cluster.store.get(PODS, namespace, name);
    const known = this.#running.get(key);
    if (known && known.uid !== pod?.metadata.uid) this.#forget(key, known);
    if (!pod || !podSpec(pod).nodeName || ['Succeeded', 'Failed'].includes(podPhase(pod))) return;
    const running = this.#running.get(key) ?? this.#admit(key, pod);
    this.#advance(pod, running);
    if (running.container.kind === 'stopping' && this.#isDue(running.container)) {
      this.#forget(key, running);
      this.#cluster.store.delete(PODS, namespace, name);
      return;
    }
    const status = podStatus(pod, running, this.#cluster.clock.nowMs());
    this.#cluster.store.update(PODS, namespace, name, (draft) => {
      draft.status = status;
    });
    if ('untilMs' in running.container) this.queue.add(key, running.container.untilMs);
  }

  #admit(key: string, pod: KubeObject): RunningPod {
    const nowMs = this.#cluster.clock.nowMs();
    const behaviour = podBehaviour(pod);
    if (behaviour.problem) this.#record(pod, 'Warning', 'InvalidModel', behaviour.problem);
    const address = ++this.#addresses;
    const running: RunningPod = {
      uid: pod.metadata.uid,
      sim: new SimPod(behaviour.model),
      log: new PodLog(),
      behaviour,
      backOff: new RestartBackOff(),
      container: { kind: 'creating', untilMs: nowMs + CREATE_SECONDS * 1000 },
      restarts: 0,
      lastTermination: null,
      admittedAtMs: nowMs,
      podIp: `10.244.${(address >> 8) & 255}.${address & 255}`,
      hostIp: this.#addressOf(podSpec(pod).nodeName),
    };
    this.#simulation.addPod(running.sim);
    this.#running.set(key, running);
    const image = podSpec(pod).containers[0]?.image;
    this.#record(pod, 'Normal', 'Pulled', `Container image "${image}" already present on machine`);
    return running;
  }

  #forget(key: string, running: RunningPod): void {
    running.sim.stop();
    this.#simulation.removePod(running.sim);
    this.#running.delete(key);
  }

  /** Moves the container on as far as its time has come. */
  #advance(pod: KubeObject, running: RunningPod): void {
    for (;;) {
      const next = this.#next(pod, running);
      if (!next) return;
      running.container = next;
    }
  }

  #next(pod: KubeObject, running: RunningPod): ContainerState | null {
    const { container } = running;
    const nowMs = this.#cluster.clock.nowMs();
    if (container.kind !== 'stopping' && pod.metadata.deletionTimestamp !== undefined) {
      return this.#stop(pod, running);
    }
    if (running.sim.outOfMemory && (container.kind === 'starting' || container.kind === 'ready')) {
      return this.#outOfMemory(running, container.startedAtMs);
    }
    if (!this.#isDue(container)) return null;
    switch (container.kind) {
      case 'creating':
        this.#record(pod, 'Normal', 'Created', `Created container: ${containerName(pod)}`);
        return this.#start(pod, running);
      case 'starting':
        running.log.note(nowMs, 'ready to serve');
        return { kind: 'ready', startedAtMs: container.startedAtMs };
      case 'terminated':
        return this.#afterEnd(pod, running, container.termination);
      case 'backing-off':
        return this.#restart(pod, running);
      case 'ready':
      case 'stopping':
        return null;
    }
  }

  #isDue(container: ContainerState): boolean {
    return 'untilMs' in container && this.#cluster.clock.nowMs() >= container.untilMs;
  }

  #start(pod: KubeObject, running: RunningPod): ContainerState {
    const nowMs = this.#cluster.clock.nowMs();
    running.sim.start(this.#cluster.random);
    running.log.note(nowMs, 'starting');
    this.#record(pod, 'Normal', 'Started', `Started container ${containerName(pod)}`);
    const variation = 0.8 + 0.4 * this.#cluster.random.uniform();
    return {
      kind: 'starting',
      startedAtMs: nowMs,
      untilMs: nowMs + running.behaviour.startupSeconds * variation * 1000,
    };
  }

  #outOfMemory(running: RunningPod, startedAtMs: number): ContainerState {
    const finishedAtMs = this.#cluster.clock.nowMs();
    const termination: Termination = {
      reason: 'OOMKilled',
      exitCode: KILLED_EXIT_CODE,
      startedAtMs,
      finishedAtMs,
    };
    running.log.note(finishedAtMs, 'Killed');
    return { kind: 'terminated', termination, untilMs: finishedAtMs + NOTICE_MS };
  }

  #afterEnd(pod: KubeObject, running: RunningPod, termination: Termination): ContainerState {
    running.lastTermination = termination;
    const delayMs = running.backOff.delayMs(termination.finishedAtMs);
    if (delayMs === 0) return this.#restart(pod, running);
    const { namespace, name, uid } = pod.metadata;
    const what = `container ${containerName(pod)} in pod ${name}_${namespace}(${uid})`;
    this.#record(pod, 'Warning', 'BackOff', `Back-off restarting failed ${what}`);
    return { kind: 'backing-off', termination, delayMs, untilMs: termination.finishedAtMs + delayMs };
  }

  #restart(pod: KubeObject, running: RunningPod): ContainerState {
    running.restarts++;
    running.backOff.restarted(this.#cluster.clock.nowMs());
    return this.#start(pod, running);
  }

  /** SIGTERM: the process ends in its own time, but at the latest with the grace period. */
  #stop(pod: KubeObject, running: RunningPod): ContainerState {
    const { container, behaviour, log } = running;
    const nowMs = this.#cluster.clock.nowMs();
    if (!('startedAtMs' in container)) {
      return { kind: 'stopping', startedAtMs: nowMs, wasReady: false, untilMs: nowMs };
    }
    log.note(nowMs, 'received SIGTERM, finishing open requests');
    this.#record(pod, 'Normal', 'Killing', `Stopping container ${containerName(pod)}`);
    const graceEndsMs = Date.parse(pod.metadata.deletionTimestamp ?? '');
    return {
      kind: 'stopping',
      startedAtMs: container.startedAtMs,
      wasReady: container.kind === 'ready',
      untilMs: Math.max(nowMs, Math.min(graceEndsMs, nowMs + behaviour.shutdownSeconds * 1000)),
    };
  }

  #addressOf(nodeName: string | undefined): string {
    const node = nodeName === undefined ? undefined : this.#cluster.store.get(NODES, undefined, nodeName);
    const addresses = node?.status?.addresses;
    if (!Array.isArray(addresses)) return '';
    return String(addresses.find(({ type }) => type === 'InternalIP')?.address ?? '');
  }

  #record(pod: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const host = podSpec(pod).nodeName;
    this.#cluster.events.record(pod, { type, reason, message, component: this.name, ...(host && { host }) });
  }
}

function containerName(pod: KubeObject): string {
  return podSpec(pod).containers[0]?.name ?? '';
}
