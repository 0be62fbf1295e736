import type { RouterKind } from '../../../protocol';
import type { FoundService } from './surroundings';

export interface NewRoute {
  name: string;
  namespace: string;
  host: string;
  /** `namespace/name`. The Gateway API needs it; of Istio it is a Gateway of its own, or absent within the mesh. */
  gateway: string | undefined;
  service: FoundService;
}

/** Everything of a host to a Service: what a router needs before it can split. */
export function routeManifest(router: RouterKind, route: NewRoute): Record<string, unknown> {
  const { name, namespace, host, service } = route;
  const metadata = { name, namespace };
  const port = service.ports[0]?.port ?? 80;
  switch (router) {
    case 'gateway-api':
      return {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata,
        spec: {
          parentRefs: [parentOf(route)],
          hostnames: [host],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/' } }],
              backendRefs: [{ name: service.name, port, weight: 100 }],
            },
          ],
        },
      };
    case 'istio':
      return {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata,
        spec: {
          hosts: [host],
          ...(route.gateway === undefined ? {} : { gateways: [route.gateway] }),
          http: [
            {
              name: 'primary',
              route: [{ destination: { host: service.name, port: { number: port } }, weight: 100 }],
            },
          ],
        },
      };
    case 'nginx': {
      const backend = { service: { name: service.name, port: { number: port } } };
      return {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata,
        spec: {
          ingressClassName: 'nginx',
          rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
        },
      };
    }
  }
}

function parentOf({ gateway = '', namespace }: NewRoute): Record<string, unknown> {
  const [first = '', second] = gateway.split('/');
  return second === undefined || first === namespace
    ? { name: second ?? first }
    : { name: second, namespace: first };
}
