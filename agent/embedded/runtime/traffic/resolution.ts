import type { RouterKind } from '../../../protocol';
import type { KubeObject } from '../../objectStore';
import type { Labels } from '../../store/labelSelector';

/** All that decides where a request goes. */
export interface RouteObjects {
  ingresses: readonly KubeObject[];
  ingressClasses: readonly KubeObject[];
  gatewayClasses: readonly KubeObject[];
  gateways: readonly KubeObject[];
  httpRoutes: readonly KubeObject[];
  virtualServices: readonly KubeObject[];
  destinationRules: readonly KubeObject[];
  istioGateways: readonly KubeObject[];
  services: readonly KubeObject[];
  namespaces: readonly KubeObject[];
}

export interface RouteRequest {
  /** Without its port, in lower case. */
  host: string;
  /** Without its query. */
  path: string;
  /** By name in lower case. */
  headers: Readonly<Record<string, string>>;
  /** GET where absent. */
  method?: string;
  query?: Readonly<Record<string, string>>;
}

export interface RouteRef {
  router: RouterKind;
  kind: 'HTTPRoute' | 'VirtualService' | 'Ingress';
  namespace: string;
  name: string;
}

/** Some of a Service's pods. */
export interface Destination {
  namespace: string;
  service: string;
  /** Labels that its pods have to have beside those of the Service's selector; null for all of its pods. */
  subset: Labels | null;
  /** Port of the Service, by number or name; undefined for its first. */
  port: string | undefined;
  /** Why nothing can be sent there, in words, and what clients get in its place; null where all is well. */
  problem: { text: string; status: number } | null;
}

export interface WeightedDestination extends Destination {
  /** Relative to the weights of the others. */
  weight: number;
  /** Left out, with its weight, while none of its pods is ready. */
  optional: boolean;
  responseHeaders: readonly HeaderChange[];
}

export interface Mirror extends Destination {
  /** 0…1 of the requests. */
  share: number;
}

export interface HeaderChange {
  op: 'set' | 'add' | 'remove';
  name: string;
  value: string;
}

/** What becomes of a request at the router that has its host. */
export type RouteOutcome =
  | {
      kind: 'routed';
      route: RouteRef;
      /** At least one. */
      destinations: readonly WeightedDestination[];
      mirrors: readonly Mirror[];
      requestHeaders: readonly HeaderChange[];
      responseHeaders: readonly HeaderChange[];
    }
  | { kind: 'unrouted'; status: number; text: string };

export interface Resolution {
  /** The routes that claim the host, those of the router that serves it first. */
  claims: readonly RouteRef[];
  /** Set where two claim what only one of them can have: who serves, and who does not. */
  conflict: string | null;
  outcome: RouteOutcome;
}

/** What one router does with a request. */
export interface RouterAnswer {
  /** Its routes that claim the host, the one that goes first before the others; empty where the host is none of its. */
  claims: readonly RouteRef[];
  outcome: RouteOutcome;
  /** Routes of the same router that want the very same requests, and do not get them. */
  conflict: string | null;
}

export const unrouted = (status: number, text: string): RouteOutcome => ({ kind: 'unrouted', status, text });

export function routeText({ kind, namespace, name }: RouteRef): string {
  return `${kind} ${namespace}/${name}`;
}
