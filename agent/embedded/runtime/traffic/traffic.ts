import { Random } from '../../../sim/random';
import type { Simulation } from '../../../sim/simulation';
import type { NewObject } from '../../objectStore';
import type { Injector } from '../chaos/injector';
import type { Cluster, Controller } from '../controller';
import type { Kubelet } from '../nodes/kubelet';
import type { ServiceRouter } from '../nodes/serviceRouter';
import { GATEWAY_API_DEFINITIONS, ISTIO_DEFINITIONS } from './definitions';
import type { Resolution, RouteRequest } from './resolution';
import { RouteLoads } from './routeLoads';
import { type GatewayAddress, RouteStatusController } from './routeStatus';
import { ScenarioController } from './scenarioController';
import { type GatewayAnswer, TrafficGateway } from './trafficGateway';

export const TRAFFIC_DEFINITIONS: readonly NewObject[] = [...GATEWAY_API_DEFINITIONS, ...ISTIO_DEFINITIONS];

interface TrafficParts {
  cluster: Cluster;
  simulation: Simulation;
  kubelet: Kubelet;
  router: ServiceRouter;
  injector: Injector;
  seed: number;
}

/**
 * Hosts, their routes and load, and how versions of an app differ. Its random numbers are its own: pods without routes
 * and scenarios get the same bits whatever it does.
 */
export class Traffic {
  readonly controllers: readonly Controller[];
  readonly #kubelet: Kubelet;
  readonly #status: RouteStatusController;
  readonly #scenarios: ScenarioController;
  readonly #loads: RouteLoads;
  readonly #gateway: TrafficGateway;
  /** For the load's requests, and for those of clients. */
  readonly #loadRandom: Random;

  constructor({ cluster, simulation, kubelet, router, injector, seed }: TrafficParts) {
    this.#kubelet = kubelet;
    this.#loadRandom = new Random(seed ^ 0x2545f491);
    this.#status = new RouteStatusController(cluster);
    const { table } = this.#status;
    const scenarios = new ScenarioController(cluster, kubelet, injector, seed ^ 0x1b873593);
    this.#scenarios = scenarios;
    this.#loads = new RouteLoads(cluster, simulation, { table, router, scenarios, seed: seed ^ 0x3c6ef372 });
    this.#gateway = new TrafficGateway(table, router, new Random(seed ^ 0x7f4a7c15));
    this.controllers = [this.#scenarios, this.#status, this.#loads];
  }

  /** Before the simulation's step: what scenarios do now. */
  prepare(nowMs: number): void {
    this.#scenarios.apply(nowMs, this.#loads.hosts);
  }

  /** After it: the requests that have arrived at apps that tell their routes apart. */
  serve(): void {
    for (const pod of this.#kubelet.running.values()) pod.requests?.serve(pod, this.#loadRandom);
  }

  /** The gateway listens there; the status of Gateways and Ingresses says so. */
  announce(address: GatewayAddress): void {
    this.#status.announce(address);
  }

  resolve(request: RouteRequest): Resolution {
    return this.#status.table.resolve(request);
  }

  request(request: RouteRequest): GatewayAnswer {
    return this.#gateway.request(request);
  }

  /** Requests of a host's load that have found no pod since it was set. */
  unrouted(kind: string, namespace: string, name: string): number {
    return this.#loads.unrouted(kind, namespace, name);
  }
}
