import { SimPod } from '../../../sim/pod';
import type { Random } from '../../../sim/random';
import type { Simulation } from '../../../sim/simulation';
import type { KubeObject } from '../../objectStore';
import { NODES, PODS, sameType } from '../../store/resourceTypes';
import type { Cluster, Controller } from '../controller';
import { keyOf, podPhase, podSpec, splitKey } from '../kinds';
import { podBehaviour } from '../podSettings';
import { PodLog } from '../telemetry/podLog';
import { RequestCounts } from '../traffic/requestCounts';
import { WorkQueue } from '../workQueue';
import {
  type ContainerState,
  isRunning,
  nextDelayMs,
  RestartBackOff,
  type Termination,
} from './containerState';
import { isMissingImage, isPauseImage, pullFailure } from './images';
import { isFailedNode } from './nodeFailure';
import type { HttpRule, HttpServer } from './podHttp';
import { type PodFacts, podStatus } from './podStatus';
import { ask, Prober } from './probes';

const CREATE_SECONDS = 1;
/** How long the kubelet takes to see that a container has ended. */
const NOTICE_MS = 1000;
/** For so long a failed pull shows as such before it shows as waiting for the next one. */
const PULL_ERROR_MS = 3000;
const KILLED_EXIT_CODE = 137;
/** Of containers that were lost with their node. */
const LOST_EXIT_CODE = 255;

/** A pod on a node, with the process that it stands for. */
export interface RunningPod extends PodFacts, HttpServer {
  /** `namespace/name`. */
  readonly key: string;
  readonly uid: string;
  readonly nodeName: string;
  readonly log: PodLog;
  readonly prober: Prober;
  readonly namedPorts: ReadonlyMap<string, number>;
  /** Of the main container, as it was started. */
  image: string;
  backOff: RestartBackOff;
  /** How the main container is to end as soon as the kubelet looks; null if it is not. */
  ending: Pick<Termination, 'reason' | 'exitCode'> | null;
  /** What somebody in the way does to its HTTP requests. */
  httpRules: readonly HttpRule[];
  /** What it counts by route; null for an app that does not tell routes apart. */
  readonly requests: RequestCounts | null;
  /** By so much its clock is ahead of the cluster's. */
  clockOffsetMs: number;
}

/** The kubelets of all nodes: they run the containers of the pods bound to them. */
export class Kubelet implements Controller {
  readonly name = 'kubelet';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  readonly #simulation: Simulation;
  /** For probes alone, so that they leave the simulation's numbers as they are. */
  readonly #probeRandom: Random;
  readonly #running = new Map<string, RunningPod>();
  readonly #failedNodes = new Set<string>();
  #addresses = 0;

  constructor(cluster: Cluster, simulation: Simulation, probeRandom: Random) {
    this.#cluster = cluster;
    this.#simulation = simulation;
    this.#probeRandom = probeRandom;
    cluster.store.subscribe(({ resource, object, type }) => {
      if (sameType(resource, PODS)) this.queue.add(keyOf(object.metadata));
      if (sameType(resource, NODES)) {
        this.#followNode(object.metadata.name, type === 'DELETED' || isFailedNode(object));
      }
    });
  }

  /** By `namespace/name`. */
  get running(): ReadonlyMap<string, RunningPod> {
    return this.#running;
  }

  /** Notices processes that the kernel has killed, and runs the probes that are due. */
  watchProcesses(): void {
    const nowMs = this.#cluster.clock.nowMs();
    for (const [key, running] of this.#running) {
      const { sim, container, prober } = running;
      if (sim.outOfMemory && 'startedAtMs' in container) this.queue.add(key);
      if (prober.isDue(nowMs)) this.#probe(key, running, nowMs);
    }
  }

  /** Kills the process of a pod's main container from outside, as `kill -9` does. */
  kill(key: string): void {
    const running = this.#running.get(key);
    if (!running || !isRunning(running.container))
      throw new RangeError(`the container of ${key} is not running`);
    running.ending = { reason: 'Error', exitCode: KILLED_EXIT_CODE };
    this.queue.add(key);
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const pod = this.#cluster.store.get(PODS, namespace, name);
    const known = this.#running.get(key);
    if (known && known.uid !== pod?.metadata.uid) this.#forget(key, known);
    const nodeName = pod && podSpec(pod).nodeName;
    if (!pod || !nodeName || ['Succeeded', 'Failed'].includes(podPhase(pod))) return;
    if (this.#failedNodes.has(nodeName)) return;
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
    const { image = '', ports = [] } = podSpec(pod).containers[0] ?? {};
    const running: RunningPod = {
      key,
      uid: pod.metadata.uid,
      nodeName: podSpec(pod).nodeName ?? '',
      image,
      prober: new Prober(pod),
      ports: ports.map(({ containerPort }) => containerPort),
      namedPorts: new Map(ports.map(({ name = '', containerPort }) => [name, containerPort])),
      ending: null,
      httpRules: [],
      requests: Object.keys(behaviour.routes).length > 0 ? new RequestCounts(behaviour.routes) : null,
      clockOffsetMs: 0,
      get isServing() {
        return this.container.kind === 'ready';
      },
      get isProbedReady() {
        return this.prober.isReady;
      },
      hasStarted: false,
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
    if (!isMissingImage(image)) this.#recordPulled(pod, image);
    return running;
  }

  #recordPulled(pod: KubeObject, image: string): void {
    this.#record(pod, 'Normal', 'Pulled', `Container image "${image}" already present on machine`);
  }

  /** A node that fails takes the processes of its pods with it; when it is back, they are started again. */
  #followNode(nodeName: string, hasFailed: boolean): void {
    if (hasFailed === this.#failedNodes.has(nodeName)) return;
    if (hasFailed) this.#failedNodes.add(nodeName);
    else this.#failedNodes.delete(nodeName);
    for (const [key, running] of this.#running) {
      if (running.nodeName !== nodeName) continue;
      running.sim.stop();
      running.prober.stop();
      if (isRunning(running.container)) running.ending = { reason: 'Error', exitCode: LOST_EXIT_CODE };
      if (!hasFailed) this.queue.add(key);
    }
  }

  #probe(key: string, running: RunningPod, nowMs: number): void {
    const { namespace, name } = splitKey(key);
    const pod = this.#cluster.store.get(PODS, namespace, name);
    if (!pod || !isRunning(running.container)) {
      running.prober.stop();
      return;
    }
    const wasReady = running.prober.isReady;
    const failures = running.prober.run(nowMs, (probe) =>
      ask(probe, running, running.namedPorts, this.#probeRandom),
    );
    for (const { probe, message, isFatal } of failures) {
      this.#record(pod, 'Warning', 'Unhealthy', `${probe} probe failed: ${message}`);
      if (!isFatal) continue;
      const why = `Container ${containerName(pod)} failed liveness probe, will be restarted`;
      this.#record(pod, 'Normal', 'Killing', why);
      running.ending = { reason: 'Error', exitCode: KILLED_EXIT_CODE };
    }
    if (running.ending || wasReady !== running.prober.isReady) this.queue.add(key);
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
    if (isRunning(container) && running.sim.outOfMemory) {
      return this.#end(running, container.startedAtMs, { reason: 'OOMKilled', exitCode: KILLED_EXIT_CODE });
    }
    if (isRunning(container) && running.ending) {
      return this.#end(running, container.startedAtMs, running.ending);
    }
    const { image = '' } = podSpec(pod).containers[0] ?? {};
    if (container.kind !== 'stopping' && image !== running.image) {
      return this.#changeImage(pod, running, image);
    }
    if (!this.#isDue(container)) return null;
    switch (container.kind) {
      case 'creating':
        return this.#start(pod, running);
      case 'image-missing':
        return container.isBackingOff
          ? this.#start(pod, running)
          : this.#backOffPulling(pod, running.image, container);
      case 'starting':
        running.log.note(nowMs + running.clockOffsetMs, 'ready to serve');
        return { kind: 'ready', startedAtMs: container.startedAtMs };
      case 'terminated':
        return this.#afterEnd(pod, running, container.termination);
      case 'backing-off':
        return this.#start(pod, running);
      case 'ready':
      case 'stopping':
        return null;
    }
  }

  #isDue(container: ContainerState): boolean {
    return 'untilMs' in container && this.#cluster.clock.nowMs() >= container.untilMs;
  }

  /** Starts the main container, if its image can be had; again, if it has run before. */
  #start(pod: KubeObject, running: RunningPod): ContainerState {
    if (isMissingImage(running.image)) return this.#failToPull(pod, running);
    const nowMs = this.#cluster.clock.nowMs();
    if (running.hasStarted) {
      running.restarts++;
      running.backOff.restarted(nowMs);
    } else {
      this.#record(pod, 'Normal', 'Created', `Created container: ${containerName(pod)}`);
    }
    running.hasStarted = true;
    running.ending = null;
    running.prober.restart(nowMs);
    this.#record(pod, 'Normal', 'Started', `Started container ${containerName(pod)}`);
    if (isPauseImage(running.image)) {
      return { kind: 'starting', startedAtMs: nowMs, untilMs: Number.POSITIVE_INFINITY };
    }
    running.sim.start(this.#cluster.random);
    running.requests?.restart();
    running.log.note(nowMs + running.clockOffsetMs, 'starting');
    const variation = 0.8 + 0.4 * this.#cluster.random.uniform();
    return {
      kind: 'starting',
      startedAtMs: nowMs,
      untilMs: nowMs + running.behaviour.startupSeconds * variation * 1000,
    };
  }

  #failToPull(pod: KubeObject, { image, container }: RunningPod): ContainerState {
    const nowMs = this.#cluster.clock.nowMs();
    this.#record(pod, 'Normal', 'Pulling', `Pulling image "${image}"`);
    this.#record(pod, 'Warning', 'Failed', `Failed to pull image "${image}": ${pullFailure(image)}`);
    this.#record(pod, 'Warning', 'Failed', 'Error: ErrImagePull');
    const delayMs = nextDelayMs(container.kind === 'image-missing' ? container.delayMs : 0);
    return {
      kind: 'image-missing',
      isBackingOff: false,
      failedAtMs: nowMs,
      delayMs,
      untilMs: nowMs + PULL_ERROR_MS,
    };
  }

  #backOffPulling(
    pod: KubeObject,
    image: string,
    failed: Extract<ContainerState, { kind: 'image-missing' }>,
  ): ContainerState {
    this.#record(pod, 'Normal', 'BackOff', `Back-off pulling image "${image}"`);
    this.#record(pod, 'Warning', 'Failed', 'Error: ImagePullBackOff');
    return { ...failed, isBackingOff: true, untilMs: failed.failedAtMs + failed.delayMs };
  }

  /** Another image is another container: the running one is ended, and delays begin anew. */
  #changeImage(pod: KubeObject, running: RunningPod, image: string): ContainerState {
    const { container } = running;
    running.image = image;
    running.backOff = new RestartBackOff();
    if (container.kind === 'creating') return container;
    if (!isMissingImage(image)) this.#recordPulled(pod, image);
    if (container.kind === 'terminated') running.lastTermination = container.termination;
    if (!isRunning(container)) return this.#start(pod, running);
    const what = `Container ${containerName(pod)} definition changed, will be restarted`;
    this.#record(pod, 'Normal', 'Killing', what);
    return this.#end(running, container.startedAtMs, { reason: 'Completed', exitCode: 0 });
  }

  /** The main container's process has ended, or is ended. */
  #end(
    running: RunningPod,
    startedAtMs: number,
    how: Pick<Termination, 'reason' | 'exitCode'>,
  ): ContainerState {
    const finishedAtMs = this.#cluster.clock.nowMs();
    running.ending = null;
    running.sim.stop();
    running.prober.stop();
    const last = how.exitCode === 0 ? 'received SIGTERM, finishing open requests' : 'Killed';
    running.log.note(finishedAtMs + running.clockOffsetMs, last);
    const termination: Termination = { ...how, startedAtMs, finishedAtMs };
    return { kind: 'terminated', termination, untilMs: finishedAtMs + NOTICE_MS };
  }

  #afterEnd(pod: KubeObject, running: RunningPod, termination: Termination): ContainerState {
    running.lastTermination = termination;
    const delayMs = running.backOff.delayMs(termination.finishedAtMs);
    if (delayMs === 0) return this.#start(pod, running);
    const { namespace, name, uid } = pod.metadata;
    const what = `container ${containerName(pod)} in pod ${name}_${namespace}(${uid})`;
    this.#record(pod, 'Warning', 'BackOff', `Back-off restarting failed ${what}`);
    return { kind: 'backing-off', termination, delayMs, untilMs: termination.finishedAtMs + delayMs };
  }

  /** SIGTERM: the process ends in its own time, but at the latest with the grace period. */
  #stop(pod: KubeObject, running: RunningPod): ContainerState {
    const { container, behaviour, log } = running;
    const nowMs = this.#cluster.clock.nowMs();
    if (!('startedAtMs' in container)) {
      return { kind: 'stopping', startedAtMs: nowMs, wasReady: false, untilMs: nowMs };
    }
    log.note(nowMs + running.clockOffsetMs, 'received SIGTERM, finishing open requests');
    this.#record(pod, 'Normal', 'Killing', `Stopping container ${containerName(pod)}`);
    const graceEndsMs = Date.parse(pod.metadata.deletionTimestamp ?? '');
    return {
      kind: 'stopping',
      startedAtMs: container.startedAtMs,
      wasReady: container.kind === 'ready' && running.isProbedReady,
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
