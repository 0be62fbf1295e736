import type { KubeObject } from '../../objectStore';
import type { Resolution, RouteObjects, RouteRequest } from './resolution';
import { resolveRoute } from './resolver';

export const HOST = 'shop.example';
/** Which Services there are in the namespace `shop`, all on port 80. */
const SERVICES = ['stable', 'canary', 'cart', 'copy'];

export function made(
  kind: string,
  name: string,
  spec: Record<string, unknown>,
  metadata: Partial<KubeObject['metadata']> = {},
): KubeObject {
  return {
    apiVersion: 'test/v1',
    kind,
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec,
  };
}

/** Routes in a cluster with the classes, a Gateway of each router for all hosts, and four Services. */
export function routes(objects: Partial<RouteObjects>): RouteObjects {
  return {
    ingresses: [],
    ingressClasses: [
      made(
        'IngressClass',
        'nginx',
        {},
        {
          annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
        },
      ),
    ],
    gatewayClasses: [made('GatewayClass', 'coxswain', { controllerName: 'coxswain.dev/gateway' })],
    gateways: [
      made('Gateway', 'gate', {
        gatewayClassName: 'coxswain',
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
      }),
    ],
    httpRoutes: [],
    virtualServices: [],
    destinationRules: [],
    istioGateways: [
      made('Gateway', 'gate', {
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
      }),
    ],
    services: SERVICES.map((name) => made('Service', name, { ports: [{ name: 'http', port: 80 }] })),
    namespaces: [made('Namespace', 'shop', {})],
    ...objects,
  };
}

export function resolve(objects: Partial<RouteObjects>, request: Partial<RouteRequest> = {}): Resolution {
  return resolveRoute(routes(objects), { host: HOST, path: '/', headers: {}, ...request });
}

/** `stable 90, canary 10 → copy 100%`, or the status that clients get. */
export function summary({ outcome }: Resolution): string {
  if (outcome.kind === 'unrouted') return String(outcome.status);
  const where = outcome.destinations.map(({ service, subset, weight, problem }) => {
    const labels = subset ? `{${Object.values(subset).join(',')}}` : '';
    return `${service}${labels} ${weight}${problem ? ` (${problem.status})` : ''}`;
  });
  const copies = outcome.mirrors.map(({ service, share }) => ` → ${service} ${share * 100}%`);
  return `${where.join(', ')}${copies.join('')}`;
}
