import type { Random } from '../../../sim/random';
import { type HttpOutcome, type HttpServer, requestPod } from '../nodes/podHttp';
import { matchesPrefix } from './matching';

/**
 * Upper bounds of the latency buckets of apps that declare routes, in seconds. From 30 to 400 ms each is 1.11 to 1.2
 * times the one before, so that for an edge T there are others near 1.09 T and 1.3 T, which the comparison of two
 * versions needs.
 */
export const ROUTE_BOUNDS_SECONDS: readonly number[] = [
  0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.045, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.115, 0.13,
  0.15, 0.175, 0.2, 0.23, 0.26, 0.3, 0.35, 0.4, 0.5, 0.75, 1, 1.5, 2.5, 5,
];

/** The statuses that an app counts by, as the model has them. */
export const STATUSES = [200, 500, 503, 504] as const;

/** Requests to one route of a container since its start. */
export class RouteCounts {
  readonly route: string;
  readonly byStatus = new Map<number, number>();
  /** Cumulative, by `ROUTE_BOUNDS_SECONDS`. */
  readonly buckets = new Float64Array(ROUTE_BOUNDS_SECONDS.length);
  /** Of the requests that were let in. */
  count = 0;
  secondsSum = 0;

  constructor(route: string) {
    this.route = route;
    this.reset();
  }

  reset(): void {
    for (const status of STATUSES) this.byStatus.set(status, 0);
    this.buckets.fill(0);
    this.count = this.secondsSum = 0;
  }

  add(outcome: HttpOutcome): void {
    const status = countedStatus(outcome);
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + 1);
    if (outcome.kind !== 'answered' || status === 503) return;
    const seconds = outcome.latencySeconds;
    this.count++;
    this.secondsSum += seconds;
    for (const [index, bound] of ROUTE_BOUNDS_SECONDS.entries()) {
      if (seconds <= bound) this.buckets[index] = (this.buckets[index] ?? 0) + 1;
    }
  }
}

/**
 * What a container with declared routes counts, request by request: the model's fluid says how long its queue is, and
 * each of its arrivals is asked for by itself, so that counts scatter as those of a real app do.
 */
export class RequestCounts {
  readonly routes: readonly RouteCounts[];
  /** Share of the requests to a route that fail beside all others, by route. */
  brokenShares: ReadonlyMap<string, number> = new Map();
  /** Of the requests whose client does not say what it asks for. */
  readonly #mix: readonly { route: RouteCounts; share: number }[];
  /** Requests per second that clients send to a path in this tick. */
  readonly #offered = new Map<string, number>();
  #arrived = 0;

  /** `mix`: the routes with the shares of the load that they have, in any unit. */
  constructor(mix: Readonly<Record<string, number>>) {
    const total = Object.values(mix).reduce((sum, share) => sum + share, 0);
    this.#mix = Object.entries(mix).map(([path, share]) => ({
      route: new RouteCounts(path),
      share: share / total,
    }));
    this.routes = this.#mix.map(({ route }) => route);
  }

  /** The container begins anew. */
  restart(): void {
    for (const route of this.routes) route.reset();
    this.#arrived = 0;
  }

  /** The route that a path belongs to; none where the app does not know it. */
  routeOf(path: string): RouteCounts | undefined {
    return this.routes
      .filter(({ route }) => route === path || (route !== '/' && matchesPrefix(route, path)))
      .sort((a, b) => b.route.length - a.route.length)[0];
  }

  /** Somebody sends so many of this tick's requests to a path. */
  offer(path: string, requestsPerSecond: number): void {
    this.#offered.set(path, (this.#offered.get(path) ?? 0) + requestsPerSecond);
  }

  /** Asks for what has arrived in this tick. */
  serve(server: HttpServer, random: Random): void {
    const { sim, ports } = server;
    for (; this.#arrived < sim.arrivals; this.#arrived++) {
      const path = this.#path(sim.arrivalRate, random);
      this.routeOf(path)?.add(requestPod(server, { port: ports[0] ?? 80, path }, random));
    }
    this.#offered.clear();
  }

  #path(requestsPerSecond: number, random: Random): string {
    let rest = random.uniform() * requestsPerSecond;
    for (const [path, rate] of this.#offered) {
      rest -= rate;
      if (rest < 0) return path;
    }
    let left = random.uniform();
    for (const { route, share } of this.#mix) {
      left -= share;
      if (left < 0) return route.route;
    }
    return '/';
  }
}

function countedStatus(outcome: HttpOutcome): number {
  switch (outcome.kind) {
    case 'answered':
      return outcome.status < 500
        ? 200
        : outcome.status === 503 || outcome.status === 504
          ? outcome.status
          : 500;
    case 'lost':
      return 504;
    default:
      return 503;
  }
}
