import type { KubeObject } from '../../objectStore';
import { fromLabelSelector, labelsMatch } from '../../store/labelSelector';
import { hostIntersection } from './hosts';
import type { RouteObjects } from './resolution';
import { gatewaySpec, httpRouteSpec, type Listener, type ParentRef } from './routeObjects';

/** What a Gateway makes of an HTTPRoute that names it as its parent. */
export interface Attachment {
  parent: ParentRef;
  gateway: KubeObject;
  /** The reason of the condition `Accepted`. */
  reason: 'Accepted' | 'NoMatchingParent' | 'NotAllowedByListeners' | 'NoMatchingListenerHostname';
  message: string;
  /** Names of the listeners that have it, and the hosts that it has there; `''` is any host. */
  listeners: readonly string[];
  hosts: readonly string[];
}

/**
 * The Gateways that a route names, each with what it says. Parents that do not exist, or whose class nobody has,
 * say nothing. https://gateway-api.sigs.k8s.io/guides/http-routing/#attaching-to-gateways
 */
export function attachmentsOf(objects: RouteObjects, route: KubeObject): Attachment[] {
  const { parentRefs, hostnames } = httpRouteSpec(route);
  return parentRefs.flatMap((parent) => {
    const gateway = parentOf(objects, parent, route);
    if (!gateway || !isOurs(objects, gateway)) return [];
    const named = gatewaySpec(gateway).listeners.filter(
      ({ name, port }) =>
        (parent.sectionName === undefined || parent.sectionName === name) &&
        (parent.port === undefined || parent.port === port),
    );
    const allowing = named.filter((listener) => allows(objects, gateway, listener, route));
    const attached = allowing
      .map((listener) => ({ name: listener.name, hosts: commonHosts(listener, hostnames) }))
      .filter(({ hosts }) => hosts.length > 0);
    return [
      {
        parent,
        gateway,
        ...verdict(named.length, allowing.length, attached.length),
        listeners: attached.map(({ name }) => name),
        hosts: [...new Set(attached.flatMap(({ hosts }) => hosts))],
      },
    ];
  });
}

/** Whether its class is there: the embedded cluster's gateway serves every class. */
export function isOurs({ gatewayClasses }: RouteObjects, gateway: KubeObject): boolean {
  return gatewayClasses.some(({ metadata }) => metadata.name === gatewaySpec(gateway).gatewayClassName);
}

function verdict(named: number, allowing: number, attached: number): Pick<Attachment, 'reason' | 'message'> {
  if (named === 0) return { reason: 'NoMatchingParent', message: 'No listener of that name or port' };
  if (allowing === 0) {
    return { reason: 'NotAllowedByListeners', message: 'No listener takes HTTP routes of this namespace' };
  }
  if (attached === 0) {
    return { reason: 'NoMatchingListenerHostname', message: 'No listener has one of the hostnames' };
  }
  return { reason: 'Accepted', message: 'Route is accepted' };
}

function parentOf({ gateways }: RouteObjects, parent: ParentRef, route: KubeObject): KubeObject | undefined {
  if (parent.kind !== 'Gateway' || parent.group !== 'gateway.networking.k8s.io') return undefined;
  const namespace = parent.namespace ?? route.metadata.namespace;
  return gateways.find(({ metadata }) => metadata.namespace === namespace && metadata.name === parent.name);
}

function allows(
  { namespaces }: RouteObjects,
  { metadata }: KubeObject,
  { protocol, allowedRoutes }: Listener,
  route: KubeObject,
): boolean {
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return false;
  const { from, selector } = allowedRoutes.namespaces;
  if (from === 'All') return true;
  if (from === 'Same') return metadata.namespace === route.metadata.namespace;
  const home = namespaces.find((one) => one.metadata.name === route.metadata.namespace);
  const requirements = fromLabelSelector(selector);
  return !!requirements && labelsMatch(requirements, home?.metadata.labels ?? {});
}

/** A route without hostnames has the listener's; a listener without one has them all. */
function commonHosts({ hostname = '' }: Listener, hostnames: readonly string[]): string[] {
  if (hostnames.length === 0) return [hostname];
  return hostnames.flatMap((host) => hostIntersection(hostname, host) ?? []);
}
