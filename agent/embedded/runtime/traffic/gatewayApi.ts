import type { KubeObject } from '../../objectStore';
import { attachmentsOf } from './gatewayAttachment';
import { byAge, hostMatches, hostRank } from './hosts';
import { matchesPrefix, matchesText } from './matching';
import {
  type Destination,
  type HeaderChange,
  type Mirror,
  type RouteObjects,
  type RouteRef,
  type RouteRequest,
  type RouterAnswer,
  unrouted,
  type WeightedDestination,
} from './resolution';
import {
  type BackendRef,
  type HttpMatch,
  type HttpRouteRule,
  httpRouteSpec,
  type RouteFilter,
} from './routeObjects';
import { serviceDestination } from './services';

/** What clients get for the share of requests that goes to a backend that is not there. */
const NO_BACKEND = 500;

interface Candidate {
  route: KubeObject;
  rule: HttpRouteRule;
  match: HttpMatch;
  hostRank: number;
}

/**
 * HTTPRoutes as https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule says: the closest host first, then an
 * exact path, the longest prefix, a method, more headers, more query parameters, the oldest route, the first rule.
 * Where patterns stand among paths is each implementation's own; here they come last.
 */
export function resolveGatewayApi(objects: RouteObjects, request: RouteRequest): RouterAnswer {
  const claiming = objects.httpRoutes
    .map((route) => ({ route, rank: rankOf(objects, route, request.host) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => b.rank - a.rank || byAge(a.route, b.route));
  const claims = claiming.map(({ route }) => refOf(route));
  const candidates = claiming
    .flatMap(({ route, rank }) =>
      httpRouteSpec(route).rules.flatMap((rule) =>
        rule.matches.map((match): Candidate => ({ route, rule, match, hostRank: rank })),
      ),
    )
    .filter(({ match }) => isMatch(match, request))
    .sort(byPrecedence);
  const [best] = candidates;
  if (!best) return { claims, conflict: null, outcome: unrouted(404, 'no rule of an HTTPRoute matches') };
  const equal = candidates.find((other) => other.route !== best.route && byPrecedence(best, other) === 0);
  const { filters } = best.rule;
  const destinations = backendsOf(objects, best);
  const outcome =
    destinations.length === 0
      ? unrouted(NO_BACKEND, `${refText(best.route)} sends these requests nowhere`)
      : {
          kind: 'routed' as const,
          route: refOf(best.route),
          destinations,
          mirrors: filters.flatMap((filter) => mirrorOf(objects, best.route, filter)),
          requestHeaders: changes(filters, 'requestHeaderModifier'),
          responseHeaders: changes(filters, 'responseHeaderModifier'),
        };
  const conflict = equal
    ? `${refText(best.route)} and ${refText(equal.route)} want the same requests; the older one has them`
    : null;
  return { claims, conflict, outcome };
}

/** How close a route's own hosts are to the one asked for; −1 where it has no such host. */
function rankOf(objects: RouteObjects, route: KubeObject, host: string): number {
  const hosts = attachmentsOf(objects, route).flatMap((attachment) => attachment.hosts);
  const ranks = hosts.filter((pattern) => hostMatches(pattern, host)).map(hostRank);
  return Math.max(-1, ...ranks);
}

const PATH_RANKS: Readonly<Record<string, number>> = { Exact: 2, PathPrefix: 1 };

/** Negative where `a` goes first. The sort is stable, so that older routes and earlier rules stay in front. */
function byPrecedence(a: Candidate, b: Candidate): number {
  const rank = ({ match }: Candidate) => PATH_RANKS[match.path.type] ?? 0;
  return (
    b.hostRank - a.hostRank ||
    rank(b) - rank(a) ||
    b.match.path.value.length - a.match.path.value.length ||
    Number(b.match.method !== undefined) - Number(a.match.method !== undefined) ||
    b.match.headers.length - a.match.headers.length ||
    b.match.queryParams.length - a.match.queryParams.length
  );
}

function isMatch({ path, headers, queryParams, method }: HttpMatch, request: RouteRequest): boolean {
  return (
    isPathMatch(path, request.path) &&
    (method === undefined || method === (request.method ?? 'GET')) &&
    headers.every(({ type, name, value }) => isValue(type, value, request.headers[name.toLowerCase()])) &&
    queryParams.every(({ type, name, value }) => isValue(type, value, request.query?.[name]))
  );
}

function isPathMatch({ type, value }: HttpMatch['path'], path: string): boolean {
  if (type === 'Exact') return path === value;
  return type === 'PathPrefix' ? matchesPrefix(value, path) : matchesText({ regex: value }, path);
}

function isValue(type: string, wanted: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  return matchesText(type === 'RegularExpression' ? { regex: wanted } : { exact: wanted }, value);
}

/** Without those of weight 0; empty where that leaves none. */
function backendsOf(objects: RouteObjects, { route, rule }: Candidate): WeightedDestination[] {
  return rule.backendRefs
    .filter(({ weight }) => weight > 0)
    .map((backend) => ({
      ...backendDestination(objects, route, backend),
      weight: backend.weight,
      optional: false,
      responseHeaders: changes(backend.filters, 'responseHeaderModifier'),
    }));
}

/** There is no ReferenceGrant by which a route could send to another namespace. */
export function backendDestination(
  objects: RouteObjects,
  { metadata }: KubeObject,
  { group, kind, name, namespace, port }: BackendRef,
): Destination {
  const home = metadata.namespace ?? '';
  const address = { namespace: namespace ?? home, service: name, port: port?.toString() };
  const refused = refusalOf(group, kind, address.namespace === home);
  const destination = serviceDestination(objects, address, NO_BACKEND);
  return refused ? { ...destination, problem: { text: refused, status: NO_BACKEND } } : destination;
}

function refusalOf(group: string, kind: string, isHome: boolean): string | null {
  if (group !== '' || kind !== 'Service') return `backends of kind ${kind} are not supported`;
  return isHome ? null : 'no ReferenceGrant permits a backend in another namespace';
}

function mirrorOf(objects: RouteObjects, route: KubeObject, { requestMirror }: RouteFilter): Mirror[] {
  if (!requestMirror) return [];
  const { backendRef, percent, fraction } = requestMirror;
  const share = fraction ? fraction.numerator / fraction.denominator : (percent ?? 100) / 100;
  return [{ ...backendDestination(objects, route, backendRef), share: Math.min(1, share) }];
}

function changes(
  filters: readonly RouteFilter[],
  which: 'requestHeaderModifier' | 'responseHeaderModifier',
): HeaderChange[] {
  return filters.flatMap((filter) => {
    const { set = [], add = [], remove = [] } = filter[which] ?? {};
    return [
      ...set.map(({ name, value }) => ({ op: 'set' as const, name, value })),
      ...add.map(({ name, value }) => ({ op: 'add' as const, name, value })),
      ...remove.map((name) => ({ op: 'remove' as const, name, value: '' })),
    ];
  });
}

function refOf({ metadata }: KubeObject): RouteRef {
  return {
    router: 'gateway-api',
    kind: 'HTTPRoute',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  };
}

function refText({ metadata }: KubeObject): string {
  return `HTTPRoute ${metadata.namespace}/${metadata.name}`;
}
