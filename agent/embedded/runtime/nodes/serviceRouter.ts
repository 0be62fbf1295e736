import type { SimService, Simulation } from '../../../sim/simulation';
import type { KubeObject } from '../../objectStore';
import { PODS, SERVICES, sameType } from '../../store/resourceTypes';
import type { Cluster, Controller } from '../controller';
import { isPodReady, keyOf, servicePorts, serviceSelector, splitKey } from '../kinds';
import { LOAD_ANNOTATION, serviceLoad } from '../podSettings';
import type { Destination } from '../traffic/resolution';
import { WorkQueue } from '../workQueue';
import type { Kubelet, RunningPod } from './kubelet';

interface Route {
  /** The annotation that the load was made from. */
  annotation: string;
  load: SimService;
}

/** Sends the load of each Service to its endpoints: the ready pods that match its selector and do not terminate. */
export class ServiceRouter implements Controller {
  readonly name = 'endpoints-controller';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  readonly #simulation: Simulation;
  readonly #kubelet: Kubelet;
  readonly #routes = new Map<string, Route>();

  constructor(cluster: Cluster, simulation: Simulation, kubelet: Kubelet) {
    this.#cluster = cluster;
    this.#simulation = simulation;
    this.#kubelet = kubelet;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, SERVICES)) this.queue.add(keyOf(object.metadata));
      if (!sameType(resource, PODS)) return;
      for (const service of cluster.store.list(SERVICES, object.metadata.namespace)) {
        this.queue.add(keyOf(service.metadata));
      }
    });
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = this.#cluster.store.get(SERVICES, namespace, name);
    const route = this.#routeOf(key, service);
    if (service && route) {
      route.load.pods = this.#endpointsOf(service).flatMap(
        (pod) => this.#kubelet.running.get(keyOf(pod.metadata))?.sim ?? [],
      );
    }
  }

  /** The pods that a Service sends its load to. */
  endpoints(namespace: string, name: string): KubeObject[] {
    const service = this.#cluster.store.get(SERVICES, namespace, name);
    return service ? this.#endpointsOf(service) : [];
  }

  /** Those of them that a route may send to: a subset's only, where it names one. */
  podsOf({ namespace, service, subset }: Destination): RunningPod[] {
    const labels = Object.entries(subset ?? {});
    return this.endpoints(namespace, service)
      .filter(({ metadata }) => labels.every(([label, value]) => metadata.labels?.[label] === value))
      .flatMap((pod) => this.#kubelet.running.get(keyOf(pod.metadata)) ?? []);
  }

  /** The port of the pods behind a Service's port, by its name or number; undefined for the pods' own first. */
  targetPort(namespace: string, name: string, port: string | undefined): string | undefined {
    const service = this.#cluster.store.get(SERVICES, namespace, name);
    const ports = service ? servicePorts(service) : [];
    const found =
      port === undefined ? ports[0] : ports.find((one) => one.name === port || String(one.port) === port);
    return found?.targetPort === undefined ? undefined : String(found.targetPort);
  }

  /** Requests that have found no pod since the load of the Service was set; 0 without one. */
  unrouted(namespace: string, name: string): number {
    return this.#routes.get(keyOf({ namespace, name }))?.load.unrouted ?? 0;
  }

  #routeOf(key: string, service: KubeObject | undefined): Route | undefined {
    const annotation = service?.metadata.annotations?.[LOAD_ANNOTATION];
    const existing = this.#routes.get(key);
    if (existing && existing.annotation === annotation) return existing;
    if (existing) this.#simulation.removeService(existing.load);
    this.#routes.delete(key);
    if (!service || annotation === undefined) return undefined;
    const { shape, problem } = serviceLoad(service);
    if (problem) {
      const text = {
        type: 'Warning',
        reason: 'InvalidLoad',
        message: problem,
        component: this.name,
      } as const;
      this.#cluster.events.record(service, text);
    }
    if (!shape) return undefined;
    const route = { annotation, load: this.#simulation.addService(shape) };
    this.#routes.set(key, route);
    return route;
  }

  #endpointsOf(service: KubeObject): KubeObject[] {
    const selector = Object.entries(serviceSelector(service));
    if (selector.length === 0) return [];
    return this.#cluster.store
      .list(PODS, service.metadata.namespace)
      .filter(
        (pod) =>
          pod.metadata.deletionTimestamp === undefined &&
          isPodReady(pod) &&
          selector.every(([label, value]) => pod.metadata.labels?.[label] === value),
      );
  }
}
