import type { KubeObject } from '../../objectStore';
import { byAge, hostMatches, hostRank } from './hosts';
import { matchesText } from './matching';
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
  destinationRuleSpec,
  type IstioDestination,
  type IstioHeaders,
  type IstioMatch,
  type IstioRule,
  istioGatewaySpec,
  virtualServiceSpec,
} from './routeObjects';
import { serviceDestination } from './services';

const MESH = 'mesh';
const DOMAIN = 'svc.cluster.local';
/** Envoy answers so for a cluster that it does not know. */
const NO_CLUSTER = 503;

interface Claim {
  service: KubeObject;
  rank: number;
}

/**
 * VirtualServices as https://istio.io/latest/docs/reference/config/networking/virtual-service/ says: the closest host,
 * and of its routes the first that matches. Of several VirtualServices for one host at a gateway the routes are joined,
 * those that take everything last (https://istio.io/latest/docs/ops/best-practices/traffic-management/), here the
 * oldest first. Within the mesh only the oldest counts. The listener stands for a gateway and for a client in the mesh.
 */
export function resolveIstio(objects: RouteObjects, request: RouteRequest): RouterAnswer {
  const claiming = closest(
    objects.virtualServices
      .map((service) => ({ service, rank: rankOf(objects, service, request.host) }))
      .filter(({ rank }) => rank >= 0)
      .sort((a, b) => b.rank - a.rank || byAge(a.service, b.service)),
  );
  const [first, second] = claiming;
  const claims = claiming.map(refOf);
  if (!first) return { claims, conflict: null, outcome: unrouted(404, 'no VirtualService has this host') };
  const isMesh = onlyInMesh(first.service);
  const found = rulesOf(isMesh ? [first] : claiming).find(({ rule }) => isRuleMatch(rule, request));
  const conflict = second
    ? `${refText(first)} and ${refText(second)} have the same host; ${
        isMesh ? 'the older one has its requests' : 'their routes are joined, in no order that Istio promises'
      }`
    : null;
  if (!found) return { claims, conflict, outcome: unrouted(404, 'no route of a VirtualService matches') };
  return { claims, conflict, outcome: outcomeOf(objects, found.service, found.rule) };
}

/** In the order in which they are asked. */
function rulesOf(serving: readonly Claim[]): { service: KubeObject; rule: IstioRule }[] {
  const rules = serving.flatMap(({ service }) =>
    virtualServiceSpec(service).http.map((rule) => ({ service, rule })),
  );
  if (serving.length === 1) return rules;
  return rules.sort((a, b) => Number(takesAll(a.rule)) - Number(takesAll(b.rule)));
}

/** Those whose host is as close as the closest one. */
function closest(sorted: readonly Claim[]): Claim[] {
  return sorted.filter(({ rank }) => rank === sorted[0]?.rank);
}

function takesAll({ match }: IstioRule): boolean {
  return match.length === 0;
}

function onlyInMesh(service: KubeObject): boolean {
  return virtualServiceSpec(service).gateways.every((name) => name === MESH);
}

function rankOf(objects: RouteObjects, service: KubeObject, host: string): number {
  const { hosts, gateways } = virtualServiceSpec(service);
  const namespace = service.metadata.namespace ?? '';
  const ranks = hosts
    .filter((pattern) => isHostOf(pattern, namespace, host))
    .filter((pattern) => gateways.some((name) => name === MESH || has(objects, name, namespace, pattern)))
    .map(hostRank);
  return Math.max(-1, ...ranks);
}

/** A host without a dot is a Service of the VirtualService's namespace, and known by its longer names too. */
function isHostOf(pattern: string, namespace: string, host: string): boolean {
  if (pattern.includes('.') || pattern === '*') return hostMatches(pattern, host);
  const names = ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.${DOMAIN}`];
  return names.some((end) => host === `${pattern}${end}`);
}

/** Whether a gateway, named as `name` or `namespace/name`, serves the host. */
function has({ istioGateways }: RouteObjects, reference: string, home: string, host: string): boolean {
  const slash = reference.indexOf('/');
  const namespace = slash < 0 ? home : reference.slice(0, slash);
  const name = reference.slice(slash + 1);
  const gateway = istioGateways.find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  if (!gateway) return false;
  return istioGatewaySpec(gateway).servers.some(
    ({ hosts, port }) =>
      ['HTTP', 'HTTP2', 'GRPC', 'HTTPS'].includes(port.protocol.toUpperCase()) &&
      hosts.some((pattern) => takesHost(pattern, home, namespace, host)),
  );
}

/** A server's host may have a namespace before it: `prod/*.example.com`, `./shop.example.com`, or `*` for all. */
function takesHost(pattern: string, home: string, own: string, host: string): boolean {
  const slash = pattern.indexOf('/');
  const from = slash < 0 ? '*' : pattern.slice(0, slash);
  if (from !== '*' && (from === '.' ? own : from) !== home) return false;
  const name = pattern.slice(slash + 1);
  return hostMatches(name, host) || hostMatches(host, name);
}

function isRuleMatch({ match }: IstioRule, request: RouteRequest): boolean {
  return match.length === 0 || match.some((one) => isMatch(one, request));
}

/** All conditions of a match hold; an empty one on a header asks that it is there. */
function isMatch(match: IstioMatch, request: RouteRequest): boolean {
  const { uri = {}, method = {}, authority = {}, headers, withoutHeaders, queryParams } = match;
  const header = (name: string) => request.headers[name.toLowerCase()];
  return (
    matchesText(uri, request.path, match.ignoreUriCase) &&
    matchesText(method, request.method ?? 'GET') &&
    matchesText(authority, request.host) &&
    Object.entries(headers).every(([name, text]) => isText(text, header(name))) &&
    !Object.entries(withoutHeaders).some(([name, text]) => isText(text, header(name))) &&
    Object.entries(queryParams).every(([name, text]) => isText(text, request.query?.[name]))
  );
}

function isText(text: Parameters<typeof matchesText>[0], value: string | undefined): boolean {
  return value !== undefined && matchesText(text, value);
}

function outcomeOf(objects: RouteObjects, service: KubeObject, rule: IstioRule): RouterAnswer['outcome'] {
  const namespace = service.metadata.namespace ?? '';
  const [only, ...others] = rule.route;
  // The weight of a destination that is alone does not matter.
  const weighted = only && others.length === 0 ? [{ ...only, weight: 100 }] : rule.route;
  const destinations = weighted
    .filter(({ weight }) => weight > 0)
    .map(
      ({ destination, weight, headers }): WeightedDestination => ({
        ...destinationOf(objects, namespace, destination),
        weight,
        optional: false,
        responseHeaders: changes(headers, 'response'),
      }),
    );
  if (destinations.length === 0)
    return unrouted(NO_CLUSTER, 'the route of a VirtualService has no destination');
  const old = rule.mirror ? [{ destination: rule.mirror, percentage: rule.mirrorPercentage }] : [];
  const mirrors = [...old, ...rule.mirrors].map(
    ({ destination, percentage }): Mirror => ({
      ...destinationOf(objects, namespace, destination),
      share: Math.min(1, (percentage?.value ?? 100) / 100),
    }),
  );
  return {
    kind: 'routed',
    route: refOf({ service }),
    destinations,
    mirrors,
    requestHeaders: changes(rule.headers, 'request'),
    responseHeaders: changes(rule.headers, 'response'),
  };
}

/** The pods that a destination means: of a Service, or of one of its subsets by a DestinationRule. */
function destinationOf(
  objects: RouteObjects,
  namespace: string,
  { host, subset, port }: IstioDestination,
): Destination {
  const [service = '', home = ''] = longName(host, namespace).split('.');
  const address = { namespace: home, service, port: port?.number?.toString() };
  const destination = serviceDestination(objects, address, NO_CLUSTER);
  if (!isServiceName(host)) {
    return { ...destination, problem: { text: `no Service has the host ${host}`, status: NO_CLUSTER } };
  }
  if (subset === undefined || destination.problem) return destination;
  const labels = subsetLabels(objects, longName(host, namespace), [namespace, home], subset);
  if (labels) return { ...destination, subset: labels };
  const text = `no DestinationRule has the subset ${subset} of ${host}`;
  return { ...destination, problem: { text, status: NO_CLUSTER } };
}

/** A name without a dot is a Service of the VirtualService's own namespace; with one it has to be whole. */
function longName(host: string, namespace: string): string {
  return host.includes('.') ? host : `${host}.${namespace}.${DOMAIN}`;
}

function isServiceName(host: string): boolean {
  return !host.includes('.') || host.endsWith(`.${DOMAIN}`);
}

/** Looked for in the client's namespace, then in the Service's. */
function subsetLabels(
  { destinationRules }: RouteObjects,
  host: string,
  namespaces: readonly string[],
  subset: string,
): Readonly<Record<string, string>> | undefined {
  for (const namespace of namespaces) {
    const found = destinationRules
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map(destinationRuleSpec)
      .filter((rule) => longName(rule.host, namespace) === host)
      .flatMap(({ subsets }) => subsets)
      .find(({ name }) => name === subset);
    if (found) return found.labels;
  }
  return undefined;
}

function changes(headers: IstioHeaders | undefined, which: 'request' | 'response'): HeaderChange[] {
  const { set = {}, add = {}, remove = [] } = headers?.[which] ?? {};
  return [
    ...Object.entries(set).map(([name, value]) => ({ op: 'set' as const, name, value })),
    ...Object.entries(add).map(([name, value]) => ({ op: 'add' as const, name, value })),
    ...remove.map((name) => ({ op: 'remove' as const, name, value: '' })),
  ];
}

function refOf({ service: { metadata } }: Pick<Claim, 'service'>): RouteRef {
  return {
    router: 'istio',
    kind: 'VirtualService',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  };
}

function refText({ service: { metadata } }: Claim): string {
  return `VirtualService ${metadata.namespace}/${metadata.name}`;
}
