import type { KubeObject } from '../../objectStore';
import { byAge, hostMatches, hostRank } from './hosts';
import { matchesPrefix, matchesText } from './matching';
import {
  type RouteObjects,
  type RouteRef,
  type RouteRequest,
  type RouterAnswer,
  unrouted,
  type WeightedDestination,
} from './resolution';
import { type IngressBackend, type IngressPath, ingressSpec } from './routeObjects';
import { serviceDestination } from './services';

const PREFIX = 'nginx.ingress.kubernetes.io/';
/** The default of `canary-weight-total`. */
const WEIGHT_TOTAL = 100;
/** Of a Service that is not there, or has no ready pods. */
const NO_ENDPOINTS = 503;
const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
const OLD_CLASS = 'kubernetes.io/ingress.class';

interface Location extends IngressPath {
  ingress: KubeObject;
  host: string;
}

/**
 * Ingresses as ingress-nginx serves them. Of several for one host and path the oldest has it. A canary Ingress takes
 * part of what the main one with the same host, path and path type gets, and without such a main one nothing; only the
 * oldest of several canaries counts. Its rules go header, then cookie, then weight; without ready pods it gets nothing.
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#canary
 */
export function resolveNginx(objects: RouteObjects, request: RouteRequest): RouterAnswer {
  const ours = objects.ingresses.filter((ingress) => isOurs(objects, ingress)).sort(byAge);
  const locations = closest(ours.filter((ingress) => !isCanary(ingress)).flatMap(locationsOf), request.host);
  const claims = [...new Set(locations.map(({ ingress }) => ingress))].map(refOf);
  const matching = locations.filter((location) => isPathMatch(location, request.path)).sort(byPrecedence);
  const [main] = matching;
  if (!main) return { claims, conflict: null, outcome: unrouted(404, 'default backend - 404') };
  const equal = matching.find((other) => other.ingress !== main.ingress && byPrecedence(main, other) === 0);
  const conflict = equal
    ? `host "${main.host}" and path "${main.path}" is already defined in ingress ${keyText(main.ingress)}; ${keyText(equal.ingress)} gets none of it`
    : null;
  const canary = ours
    .filter(isCanary)
    .flatMap(locationsOf)
    .find((location) => isAlternative(location, main));
  return {
    claims,
    conflict,
    outcome: {
      kind: 'routed',
      route: refOf(main.ingress),
      destinations: split(objects, request, main, canary),
      mirrors: [],
      requestHeaders: [],
      responseHeaders: [],
    },
  };
}

/** Its class is there; one without a class has the default one. */
export function isOurs({ ingressClasses }: RouteObjects, ingress: KubeObject): boolean {
  const named = ingressSpec(ingress).ingressClassName ?? ingress.metadata.annotations?.[OLD_CLASS];
  return ingressClasses.some(({ metadata }) =>
    named === undefined ? metadata.annotations?.[DEFAULT_CLASS] === 'true' : metadata.name === named,
  );
}

export function isCanary(ingress: KubeObject): boolean {
  return annotation(ingress, 'canary') === 'true';
}

function locationsOf(ingress: KubeObject): Location[] {
  const { rules, defaultBackend } = ingressSpec(ingress);
  const listed = rules.flatMap(({ host, http }) =>
    (http?.paths ?? []).map((path) => ({ ...path, host, ingress })),
  );
  // What no rule takes; it stands behind every rule for any host.
  const rest = defaultBackend && { path: '/', pathType: 'Prefix', backend: defaultBackend };
  return rest ? [...listed, { ...rest, host: '', ingress }] : listed;
}

/** Those of the closest host that there is. */
function closest(locations: readonly Location[], host: string): Location[] {
  const having = locations.filter((location) => hostMatches(location.host, host));
  const most = Math.max(...having.map((location) => hostRank(location.host)));
  return having.filter((location) => hostRank(location.host) === most);
}

function isPathMatch({ path, pathType }: Location, asked: string): boolean {
  if (pathType === 'Exact') return asked === path;
  return pathType === 'Prefix' ? matchesPrefix(path, asked) : asked.startsWith(path);
}

/** An exact path before a prefix, and a long one before a short one. */
function byPrecedence(a: Location, b: Location): number {
  const isExact = ({ pathType }: Location) => Number(pathType === 'Exact');
  return isExact(b) - isExact(a) || b.path.length - a.path.length;
}

function isAlternative(canary: Location, main: Location): boolean {
  return (
    canary.host === main.host &&
    canary.path === main.path &&
    canary.pathType === main.pathType &&
    !isSameBackend(canary.backend, main.backend, canary.ingress, main.ingress)
  );
}

function isSameBackend(
  { service: a }: IngressBackend,
  { service: b }: IngressBackend,
  one: KubeObject,
  other: KubeObject,
): boolean {
  const isHere = one.metadata.namespace === other.metadata.namespace;
  return isHere && a?.name === b?.name && portText(a?.port) === portText(b?.port);
}

function split(
  objects: RouteObjects,
  request: RouteRequest,
  main: Location,
  canary: Location | undefined,
): WeightedDestination[] {
  const chosen = canary ? choice(canary.ingress, request) : 0;
  const total = canary ? weightTotal(canary.ingress) : WEIGHT_TOTAL;
  const weight = chosen === 'never' ? 0 : chosen === 'always' ? total : Math.min(total, Math.max(0, chosen));
  // The main one takes over what a canary without pods would get, so it stays where it has no weight.
  const stable = destinationOf(objects, main, total - weight, false);
  return canary && weight > 0 ? [stable, destinationOf(objects, canary, weight, true)] : [stable];
}

/** What the canary's annotations say of this request: all, nothing, or a weight. */
function choice(canary: KubeObject, { headers }: RouteRequest): 'always' | 'never' | number {
  return byHeader(canary, headers) ?? byCookie(canary, headers) ?? number(canary, 'canary-weight') ?? 0;
}

function byHeader(canary: KubeObject, headers: RouteRequest['headers']): 'always' | 'never' | undefined {
  const name = annotation(canary, 'canary-by-header');
  const value = name === undefined ? undefined : headers[name.toLowerCase()];
  if (value === undefined) return undefined;
  const wanted = annotation(canary, 'canary-by-header-value');
  if (wanted !== undefined) return value === wanted ? 'always' : undefined;
  const regex = annotation(canary, 'canary-by-header-pattern');
  if (regex !== undefined) return matchesText({ regex: `.*(?:${regex}).*` }, value) ? 'always' : undefined;
  return alwaysOrNever(value);
}

function byCookie(canary: KubeObject, headers: RouteRequest['headers']): 'always' | 'never' | undefined {
  const name = annotation(canary, 'canary-by-cookie');
  if (name === undefined) return undefined;
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  const found = cookies.find((cookie) => cookie.startsWith(`${name}=`));
  return alwaysOrNever(found?.slice(name.length + 1));
}

function alwaysOrNever(value: string | undefined): 'always' | 'never' | undefined {
  return value === 'always' || value === 'never' ? value : undefined;
}

function weightTotal(canary: KubeObject): number {
  return number(canary, 'canary-weight-total') || WEIGHT_TOTAL;
}

/** Whole numbers only; others are not heeded. */
function number(ingress: KubeObject, name: string): number | undefined {
  const text = annotation(ingress, name);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function annotation({ metadata }: KubeObject, name: string): string | undefined {
  return metadata.annotations?.[PREFIX + name];
}

function destinationOf(
  objects: RouteObjects,
  { ingress, backend }: Location,
  weight: number,
  optional: boolean,
): WeightedDestination {
  const { service } = backend;
  const address = {
    namespace: ingress.metadata.namespace ?? '',
    service: service?.name ?? '',
    port: portText(service?.port),
  };
  const destination = serviceDestination(objects, address, NO_ENDPOINTS);
  return { ...destination, weight, optional, responseHeaders: [] };
}

function portText(port: { name?: string | undefined; number?: number | undefined } | undefined) {
  return port?.name ?? port?.number?.toString();
}

function keyText({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function refOf({ metadata }: KubeObject): RouteRef {
  return { router: 'nginx', kind: 'Ingress', namespace: metadata.namespace ?? '', name: metadata.name };
}
