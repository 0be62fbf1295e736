import { LoadGenerator } from '../../../sim/load';
import { Random } from '../../../sim/random';
import type { LoadSource, Simulation } from '../../../sim/simulation';
import type { KubeObject, ResourceType } from '../../objectStore';
import { HTTP_ROUTES, INGRESSES, PODS, sameType, VIRTUAL_SERVICES } from '../../store/resourceTypes';
import type { Cluster, Controller } from '../controller';
import type { RunningPod } from '../nodes/kubelet';
import type { ServiceRouter } from '../nodes/serviceRouter';
import { type HostLoad, hostLoad, LOAD_ANNOTATION } from '../podSettings';
import { WorkQueue } from '../workQueue';
import { httpRouteSpec, ingressSpec, virtualServiceSpec } from './routeObjects';
import type { RouteTable } from './routeTable';
import type { ScenarioController } from './scenarioController';
import { trafficLimit } from './scenarios';
import { sharesOf } from './shares';

const KINDS: Readonly<Record<string, ResourceType>> = {
  Ingress: INGRESSES,
  HTTPRoute: HTTP_ROUTES,
  VirtualService: VIRTUAL_SERVICES,
};

/** Where a part of a host's load goes. */
interface Target {
  /** Of the whole load. */
  share: number;
  /** What its clients ask for; null where they do not say. */
  path: string | null;
  /** Empty for requests that go nowhere. */
  pods: readonly RunningPod[];
  /** Gets copies, beside what the others get. */
  isMirror: boolean;
}

interface Found {
  /** Of the routes and pods that they were found by. */
  version: string;
  targets: Target[];
  /** The most requests per second that the versions behind the host let through; null for no limit. */
  limit: number | null;
}

interface Running {
  annotation: string;
  load: HostLoadSource;
}

/** Sends the load of hosts, an annotation on their route, wherever the routes send it now. */
export class RouteLoads implements Controller {
  readonly name = 'gateway-load';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #table: RouteTable;
  readonly #router: ServiceRouter;
  readonly #scenarios: ScenarioController;
  readonly #loads = new Map<string, Running>();
  /** Counts up with each change of a pod. */
  #podsVersion = 0;

  constructor(
    cluster: Cluster,
    simulation: Simulation,
    routes: { table: RouteTable; router: ServiceRouter; scenarios: ScenarioController; seed: number },
  ) {
    this.#cluster = cluster;
    this.#simulation = simulation;
    this.#random = new Random(routes.seed);
    this.#table = routes.table;
    this.#router = routes.router;
    this.#scenarios = routes.scenarios;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, PODS)) this.#podsVersion++;
      const [kind] = Object.entries(KINDS).find(([, type]) => sameType(type, resource)) ?? [];
      if (kind) this.queue.add(`${kind}/${object.metadata.namespace}/${object.metadata.name}`);
    });
  }

  /** `key`: `kind/namespace/name`. */
  reconcile(key: string): void {
    const [kind = '', namespace, name = ''] = key.split('/');
    const type = KINDS[kind];
    const route = type && this.#cluster.store.get(type, namespace, name);
    const annotation = route?.metadata.annotations?.[LOAD_ANNOTATION];
    const running = this.#loads.get(key);
    const host = route && hostOf(kind, route);
    if (running && running.annotation === annotation && running.load.host === host) return;
    if (running) this.#simulation.removeSource(running.load);
    this.#loads.delete(key);
    if (!route || annotation === undefined) return;
    const { value, problem } = hostLoad(route);
    if (problem) {
      const text = { type: 'Warning', reason: 'InvalidLoad', message: problem } as const;
      this.#cluster.events.record(route, { ...text, component: this.name });
    }
    if (!value) return;
    const load = new HostLoadSource(value, host ?? '', this.#random, (source) => this.#targets(source));
    this.#loads.set(key, { annotation, load });
    this.#simulation.addSource(load);
  }

  /** The pods that share the load of each host. */
  get hosts(): readonly RunningPod[][] {
    return [...this.#loads.values()].map(({ load }) => load.pods);
  }

  /** Requests on a host that have found no pod since its load was set; 0 without one. */
  unrouted(kind: string, namespace: string, name: string): number {
    return this.#loads.get(`${kind}/${namespace}/${name}`)?.load.unrouted ?? 0;
  }

  /** Null where they are still the same. */
  #targets(source: HostLoadSource): Found | null {
    const version = `${this.#table.version}/${this.#podsVersion}/${this.#scenarios.changes}`;
    if (source.version === version) return null;
    const paths = Object.entries(source.paths ?? {});
    const total = paths.reduce((sum, [, share]) => sum + share, 0);
    const targets =
      paths.length === 0
        ? this.#targetsOf(source.host, null, 1)
        : paths.flatMap(([path, share]) => this.#targetsOf(source.host, path, share / total));
    const pods = targets.flatMap((target) => target.pods);
    const limit = trafficLimit(pods.map((pod) => this.#scenarios.scenarioOf(pod)));
    return { version, targets, limit };
  }

  #targetsOf(host: string, path: string | null, part: number): Target[] {
    const { outcome } = this.#table.resolve({ host, path: path ?? '/', headers: {} });
    if (outcome.kind === 'unrouted') return [{ share: part, path, pods: [], isMirror: false }];
    const main = sharesOf(outcome.destinations, (destination) => this.#router.podsOf(destination)).map(
      ({ share, pods }) => ({ share: share * part, path, pods, isMirror: false }),
    );
    const copies = outcome.mirrors
      .filter(({ problem }) => problem === null)
      .map((mirror) => ({
        share: mirror.share * part,
        path,
        pods: this.#router.podsOf(mirror),
        isMirror: true,
      }));
    return [...main, ...copies];
  }
}

/** One host's clients. */
class HostLoadSource implements LoadSource {
  readonly host: string;
  readonly paths: Readonly<Record<string, number>> | null;
  /** Of what its targets were made from. */
  version = '';
  unrouted = 0;
  readonly #generator: LoadGenerator;
  readonly #random: Random;
  readonly #find: (source: HostLoadSource) => Found | null;
  #targets: readonly Target[] = [];
  #limit: number | null = null;

  constructor(
    { shape, paths }: HostLoad,
    host: string,
    random: Random,
    find: (source: HostLoadSource) => Found | null,
  ) {
    this.host = host;
    this.paths = paths;
    this.#generator = new LoadGenerator(shape, random);
    this.#random = random;
    this.#find = find;
  }

  get pods(): RunningPod[] {
    return [...new Set(this.#targets.flatMap(({ pods }) => pods))];
  }

  spread(seconds: number): void {
    const found = this.#find(this);
    if (found) {
      this.version = found.version;
      this.#targets = found.targets;
      this.#limit = found.limit;
    }
    const wanted = this.#generator.advance(seconds);
    const requestsPerSecond = this.#limit === null ? wanted : Math.min(wanted, this.#limit);
    for (const { share, path, pods, isMirror } of this.#targets) {
      const rate = requestsPerSecond * share;
      if (pods.length === 0) {
        if (!isMirror) this.unrouted += this.#random.poisson(rate * seconds);
        continue;
      }
      for (const pod of pods) {
        pod.sim.arrivalRate += rate / pods.length;
        if (path !== null) pod.requests?.offer(path, rate / pods.length);
      }
    }
  }
}

/** The first host of a route; a name of a wildcard's, and anything where it takes any host. */
function hostOf(kind: string, route: KubeObject): string {
  const hosts: Readonly<Record<string, () => readonly string[]>> = {
    Ingress: () => ingressSpec(route).rules.map(({ host }) => host),
    HTTPRoute: () => httpRouteSpec(route).hostnames,
    VirtualService: () => virtualServiceSpec(route).hosts,
  };
  const [host = ''] = hosts[kind]?.() ?? [];
  return host.startsWith('*.') ? `www${host.slice(1)}` : host === '' || host === '*' ? 'localhost' : host;
}
