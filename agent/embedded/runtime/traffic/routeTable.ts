import type { ObjectStore, ResourceType } from '../../objectStore';
import {
  DESTINATION_RULES,
  GATEWAY_CLASSES,
  GATEWAYS,
  HTTP_ROUTES,
  INGRESS_CLASSES,
  INGRESSES,
  ISTIO_GATEWAYS,
  NAMESPACES,
  SERVICES,
  sameType,
  VIRTUAL_SERVICES,
} from '../../store/resourceTypes';
import type { Resolution, RouteObjects, RouteRequest } from './resolution';
import { resolveRoute } from './resolver';

const SOURCES: Readonly<Record<keyof RouteObjects, ResourceType>> = {
  ingresses: INGRESSES,
  ingressClasses: INGRESS_CLASSES,
  gatewayClasses: GATEWAY_CLASSES,
  gateways: GATEWAYS,
  httpRoutes: HTTP_ROUTES,
  virtualServices: VIRTUAL_SERVICES,
  destinationRules: DESTINATION_RULES,
  istioGateways: ISTIO_GATEWAYS,
  services: SERVICES,
  namespaces: NAMESPACES,
};

/** The routes as they are in the store now. */
export class RouteTable {
  /** Counts up with each change of what routes are made of. */
  version = 0;
  readonly #store: ObjectStore;
  #objects: RouteObjects | null = null;

  /** `onChange` is called after each of them. */
  constructor(store: ObjectStore, onChange: () => void = () => {}) {
    this.#store = store;
    store.subscribe(({ resource }) => {
      if (!Object.values(SOURCES).some((type) => sameType(type, resource))) return;
      this.#objects = null;
      this.version++;
      onChange();
    });
  }

  get objects(): RouteObjects {
    this.#objects ??= {
      ingresses: this.#store.list(SOURCES.ingresses),
      ingressClasses: this.#store.list(SOURCES.ingressClasses),
      gatewayClasses: this.#store.list(SOURCES.gatewayClasses),
      gateways: this.#store.list(SOURCES.gateways),
      httpRoutes: this.#store.list(SOURCES.httpRoutes),
      virtualServices: this.#store.list(SOURCES.virtualServices),
      destinationRules: this.#store.list(SOURCES.destinationRules),
      istioGateways: this.#store.list(SOURCES.istioGateways),
      services: this.#store.list(SOURCES.services),
      namespaces: this.#store.list(SOURCES.namespaces),
    };
    return this.#objects;
  }

  resolve(request: RouteRequest): Resolution {
    return resolveRoute(this.objects, request);
  }
}
