import { LATENCY_BOUNDS_SECONDS } from '../../../sim/histogram';
import type { SimPod } from '../../../sim/pod';
import type { Random } from '../../../sim/random';
import type { RunningPod } from '../nodes/kubelet';
import { type HttpOutcome, requestPod, VERSION_PATH } from '../nodes/podHttp';
import type { ServiceRouter } from '../nodes/serviceRouter';
import type { Destination, HeaderChange, Resolution, RouteRequest } from './resolution';
import type { RouteTable } from './routeTable';
import { versionOf } from './scenarios';
import { drawShare, sharesOf } from './shares';

/** What became of a client's request to a host. */
export interface GatewayAnswer {
  resolution: Resolution;
  /** What the pod did; null where none was asked. */
  outcome: HttpOutcome | null;
  /** Where no pod was asked: the router's own answer. */
  refusal: { status: number; text: string } | null;
  /** `namespace/name` of the pod, and the tag of its image. */
  pod: string | null;
  version: string | null;
  /** Changes of the answer's headers, in their order. */
  headers: readonly HeaderChange[];
}

/** Sends requests to hosts by their routes, one by one, and counts them at the pods that they reach. */
export class TrafficGateway {
  readonly #table: RouteTable;
  readonly #router: ServiceRouter;
  readonly #random: Random;

  constructor(table: RouteTable, router: ServiceRouter, random: Random) {
    this.#table = table;
    this.#router = router;
    this.#random = random;
  }

  request(request: RouteRequest): GatewayAnswer {
    const resolution = this.#table.resolve(request);
    const { outcome: routed } = resolution;
    if (routed.kind === 'unrouted') return refused(resolution, routed.status, routed.text);
    for (const mirror of routed.mirrors) {
      if (mirror.problem || this.#random.uniform() >= mirror.share) continue;
      const copy = this.#drawPod(this.#router.podsOf(mirror));
      // Nobody waits for the answer to a copy.
      if (copy) this.#ask(copy, mirror, request.path);
    }
    const shares = sharesOf(routed.destinations, (destination) => this.#router.podsOf(destination));
    const chosen = drawShare(shares, this.#random.uniform());
    if (!chosen) return refused(resolution, 503, 'nothing to send the request to');
    const { destination } = chosen;
    if (destination.problem) return refused(resolution, destination.problem.status, destination.problem.text);
    const pod = this.#drawPod(chosen.pods);
    if (!pod) {
      const text = `Service ${destination.namespace}/${destination.service} has no ready pods`;
      return refused(resolution, 503, text);
    }
    return {
      resolution,
      outcome: this.#ask(pod, destination, request.path),
      refusal: null,
      pod: pod.key,
      version: versionOf(pod.image),
      headers: [...routed.responseHeaders, ...destination.responseHeaders],
    };
  }

  #drawPod(pods: readonly RunningPod[]): RunningPod | undefined {
    return pods[this.#random.below(Math.max(1, pods.length))];
  }

  #ask(pod: RunningPod, { namespace, service, port }: Destination, path: string): HttpOutcome {
    const target = this.#router.targetPort(namespace, service, port);
    const named = target === undefined ? undefined : pod.namedPorts.get(target);
    const number = named ?? Number(target ?? pod.ports[0] ?? 80);
    const outcome = requestPod(pod, { port: number, path }, this.#random);
    countRequest(pod, path, outcome);
    return outcome;
  }
}

function refused(resolution: Resolution, status: number, text: string): GatewayAnswer {
  return {
    resolution,
    outcome: null,
    refusal: { status, text },
    pod: null,
    version: null,
    headers: [],
  };
}

/** As the app would count it. Health checks and the question for the version are not traffic. */
function countRequest({ sim, behaviour, requests }: RunningPod, path: string, outcome: HttpOutcome): void {
  if (path === VERSION_PATH || behaviour.paths.includes(path)) return;
  if (requests) requests.routeOf(path)?.add(outcome);
  else countInModel(sim, outcome);
}

/** Keeps the model's sum: arrivals are what succeeded, failed, was refused, timed out, was lost, or is inside. */
function countInModel(sim: SimPod, outcome: HttpOutcome): void {
  sim.arrivals++;
  if (outcome.kind === 'lost') sim.lost++;
  else if (outcome.kind !== 'answered' || outcome.status === 503) sim.refused++;
  else {
    if (outcome.status === 504) sim.timedOut++;
    else if (outcome.status >= 500) sim.failed++;
    else sim.succeeded++;
    sim.latencySecondsSum += outcome.latencySeconds;
    for (const [index, bound] of LATENCY_BOUNDS_SECONDS.entries()) {
      if (outcome.latencySeconds <= bound) sim.latencyBuckets[index] = (sim.latencyBuckets[index] ?? 0) + 1;
    }
  }
}
