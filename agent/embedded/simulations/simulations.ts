import type { Clock } from '../../clock';
import {
  type Disturbance,
  SIMULATION_PREFIX,
  type SimulationRecord,
  type SimulationRequest,
  type StartRequest,
} from '../control/controlApi';
import { namespace as namespaceObject } from '../demo/cluster';
import { installApp } from '../demo/install';
import { deploymentSpec, isPodActive, isPodReady, podSpec } from '../runtime/kinds';
import { LOAD_ANNOTATION, podBehaviour } from '../runtime/podSettings';
import type { Runtime } from '../runtime/runtime';
import type { VersionedStore } from '../store/memoryStore';
import { deletePod } from '../store/podDeletion';
import { DEPLOYMENTS, NAMESPACES, PODS, SERVICES } from '../store/resourceTypes';
import { notFound, StatusError } from '../store/statusError';
import { Meter, type MeteredPod, type MeteredState, type MeterOptions } from './meter';

interface Running {
  app: string;
  options: Omit<MeterOptions, 'startMs' | 'endMs'>;
  meter: Meter;
  /** It goes by itself then. */
  untilMs: number;
}

const NEVER_MS = Number.POSITIVE_INFINITY;

/** Apps in namespaces of their own, made to be measured for a while and to leave nothing behind. */
export class Simulations {
  readonly #store: VersionedStore;
  readonly #runtime: Runtime;
  readonly #clock: Clock;
  readonly #running = new Map<string, Running>();

  constructor(store: VersionedStore, runtime: Runtime, clock: Clock) {
    this.#store = store;
    this.#runtime = runtime;
    this.#clock = clock;
  }

  get namespaces(): string[] {
    return [...this.#running.keys()];
  }

  /** Throws StatusError 409 where one runs in this namespace already. */
  install({ namespace, app, sloSeconds, keepSeconds }: SimulationRequest): void {
    const before = this.#running.get(namespace);
    if (before) {
      const seconds = Math.max(0, Math.ceil((before.untilMs - this.#clock.nowMs()) / 1000));
      const text = `another simulation has the namespace ${namespace}; it goes by itself in ${seconds} s of cluster time at most`;
      throw new StatusError(409, 'AlreadyExists', text);
    }
    this.#store.create(NAMESPACES, namespaceObject(namespace));
    try {
      installApp(this.#store, app, namespace);
      const options = { sloSeconds, podRate: this.#podRate(namespace, app.name) };
      this.#running.set(namespace, {
        app: app.name,
        options,
        meter: new Meter({ ...options, startMs: NEVER_MS, endMs: NEVER_MS }),
        untilMs: this.#clock.nowMs() + keepSeconds * 1000,
      });
    } catch (error) {
      this.remove(namespace);
      throw error;
    }
  }

  /** Throws StatusError 404, and then starts none. */
  start({ namespaces, load, seconds }: StartRequest): void {
    const all = namespaces.map((namespace) => ({ namespace, running: this.#existing(namespace) }));
    const startMs = this.#clock.nowMs();
    for (const { namespace, running } of all) {
      this.#store.update(SERVICES, namespace, running.app, ({ metadata }) => {
        metadata.annotations = { ...metadata.annotations, [LOAD_ANNOTATION]: JSON.stringify(load) };
      });
      running.meter = new Meter({ ...running.options, startMs, endMs: startMs + seconds * 1000 });
    }
    this.#runtime.settle();
    for (const { namespace, running } of all) {
      running.meter.sample(startMs, this.#stateOf(namespace, running.app));
    }
  }

  /** Throws StatusError 404. */
  record(namespace: string): SimulationRecord {
    return this.#existing(namespace).meter.record(namespace);
  }

  /** Returns how many objects are left, which is none; a simulation that is not there is gone already. */
  remove(namespace: string): number {
    if (!namespace.startsWith(SIMULATION_PREFIX)) {
      throw new StatusError(403, 'Forbidden', `the namespace ${namespace} is not one of a simulation`);
    }
    this.#running.delete(namespace);
    if (this.#store.get(NAMESPACES, undefined, namespace))
      this.#store.delete(NAMESPACES, undefined, namespace);
    // What the controllers still write about what is gone, such as events, goes too.
    this.#runtime.settle();
    for (const { resource, object } of this.#contents(namespace)) {
      if (this.#store.get(resource, namespace, object.metadata.name)) {
        this.#store.delete(resource, namespace, object.metadata.name);
      }
    }
    return this.#contents(namespace).length;
  }

  /** What was done, in words. Throws StatusError 404, or 409 where there is nothing that it could be done to. */
  disturb(disturbance: Disturbance): string {
    const { namespace } = disturbance;
    this.#existing(namespace);
    if (disturbance.kind === 'metric-loss') {
      this.#runtime.loseMetrics(namespace, this.#clock.nowMs() + disturbance.seconds * 1000);
      return `Prometheus has nothing of ${namespace} for ${disturbance.seconds} s`;
    }
    const [pod] = this.#store.list(PODS, namespace).filter((one) => isPodActive(one) && isPodReady(one));
    if (!pod) throw new StatusError(409, 'Conflict', `no pod of ${namespace} is ready`);
    deletePod(this.#store, this.#clock, namespace, pod.metadata.name, 0);
    return `${pod.metadata.name} was killed`;
  }

  /** To be called after each step of the runtime. */
  tick(nowMs: number): void {
    for (const [namespace, { app, meter, untilMs }] of this.#running) {
      if (nowMs >= untilMs) this.remove(namespace);
      else meter.sample(nowMs, this.#stateOf(namespace, app));
    }
  }

  #stateOf(namespace: string, app: string): MeteredState {
    const deployment = this.#store.get(DEPLOYMENTS, namespace, app);
    return {
      pods: this.#podsOf(namespace),
      replicas: deployment ? deploymentSpec(deployment).replicas : 0,
      readyReplicas: Number(deployment?.status?.readyReplicas ?? 0),
      unrouted: this.#runtime.unroutedRequests(namespace, app),
    };
  }

  #podsOf(namespace: string): MeteredPod[] {
    return this.#store.list(PODS, namespace).flatMap((pod) => {
      const running = this.#runtime.runningPod(namespace, pod.metadata.name);
      if (!running) return [];
      const { limits, requests } = podSpec(pod).containers[0]?.resources ?? { limits: {} };
      return [
        {
          uid: pod.metadata.uid,
          sim: running.sim,
          cpuRequestCores: requests?.cpu ?? limits.cpu ?? 0,
          memoryRequestBytes: requests?.memory ?? limits.memory ?? 0,
        },
      ];
    });
  }

  #podRate(namespace: string, app: string): number {
    const deployment = this.#store.get(DEPLOYMENTS, namespace, app);
    if (!deployment) throw notFound(DEPLOYMENTS, app);
    const { template } = deploymentSpec(deployment);
    const { annotations, ...metadata } = template.metadata;
    const { model } = podBehaviour({
      ...deployment,
      metadata: { ...deployment.metadata, ...metadata, ...(annotations && { annotations }) },
      spec: template.spec,
    });
    return model.cpuLimitCores / model.cpuSecondsPerRequest;
  }

  #contents(namespace: string) {
    return [...this.#store.entries()].filter(({ object }) => object.metadata.namespace === namespace);
  }

  #existing(namespace: string): Running {
    const running = this.#running.get(namespace);
    if (running) return running;
    throw new StatusError(404, 'NotFound', `no simulation runs in the namespace ${namespace}`);
  }
}
