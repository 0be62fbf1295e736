import type { RouterKind } from '../../protocol';
import type { NewObject, ResourceType } from '../objectStore';
import { LOAD_ANNOTATION } from '../runtime/podSettings';
import {
  DEPLOYMENTS,
  DESTINATION_RULES,
  GATEWAYS,
  HTTP_ROUTES,
  INGRESSES,
  ISTIO_GATEWAYS,
  POD_DISRUPTION_BUDGETS,
  SERVICES,
  VIRTUAL_SERVICES,
} from '../store/resourceTypes';
import { type DemoWorkload, demoObjects } from './app';

export const RELEASE_NAMESPACE = 'release';
export const RELEASE_HOST = 'storefront.example';
/** On a Deployment that can be released step by step: how. */
const CANARY_ANNOTATION = 'coxswain.dev/canary';
export const GATEWAY_CLASS = 'coxswain';
export const INGRESS_CLASS = 'nginx';

/** Of the requests to each route. */
const PATHS = { '/': 6, '/cart': 3, '/checkout': 1 };

/**
 * An app with a host, whose versions can be told apart. A pod serves 125 requests per second at full CPU: with so much
 * to spare that latencies hardly depend on how traffic is split, so that what differs is the version's.
 */
export const RELEASE_WORKLOAD: DemoWorkload = {
  name: 'storefront',
  replicas: 4,
  cpuLimit: '500m',
  memoryLimit: '256Mi',
  model: {
    baseLatencySeconds: 0.02,
    memoryBaseBytes: 96 * 2 ** 20,
    startupSeconds: 6,
    errorShare: 0.002,
    routes: PATHS,
  },
  load: { kind: 'constant', requestsPerSecond: 60, noise: 0.05, startAfterSeconds: 30 },
  minAvailable: 3,
};

export interface ReleaseObject {
  type: ResourceType;
  object: NewObject;
}

/** What an app needs to be released over a router: its Deployment, Service and budget, and the route with its load. */
export function releaseObjects(
  router: RouterKind,
  { namespace = RELEASE_NAMESPACE, host = RELEASE_HOST, workload = RELEASE_WORKLOAD } = {},
): ReleaseObject[] {
  const { deployment, service, budget } = demoObjects(workload, namespace);
  const settings = { router, route: workload.name, service: workload.name };
  return [
    { type: SERVICES, object: withoutLoad(service) },
    { type: POD_DISRUPTION_BUDGETS, object: budget },
    { type: DEPLOYMENTS, object: annotated(deployment, CANARY_ANNOTATION, settings) },
    ...ROUTES[router]({ namespace, host, workload }),
  ];
}

interface RouteOptions {
  namespace: string;
  host: string;
  workload: DemoWorkload;
}

const ROUTES: Readonly<Record<RouterKind, (options: RouteOptions) => ReleaseObject[]>> = {
  nginx: ({ namespace, host, workload }) => {
    const { name } = workload;
    const backend = { service: { name, port: { number: 80 } } };
    const rules = [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
    return [route(INGRESSES, 'Ingress', namespace, workload, { ingressClassName: INGRESS_CLASS, rules })];
  },
  'gateway-api': ({ namespace, host, workload }) => {
    const { name } = workload;
    const gateway = {
      gatewayClassName: GATEWAY_CLASS,
      listeners: [
        { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } },
      ],
    };
    const rule = {
      matches: [{ path: { type: 'PathPrefix', value: '/' } }],
      backendRefs: [{ group: '', kind: 'Service', name, port: 80, weight: 1 }],
    };
    const parent = { group: GATEWAYS.group, kind: 'Gateway', name };
    return [
      plain(GATEWAYS, 'Gateway', namespace, name, gateway),
      route(HTTP_ROUTES, 'HTTPRoute', namespace, workload, {
        parentRefs: [parent],
        hostnames: [host],
        rules: [rule],
      }),
    ];
  },
  istio: ({ namespace, host, workload }) => {
    const { name } = workload;
    const servers = [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [host] }];
    const gateway = { selector: { istio: 'ingressgateway' }, servers };
    return [
      plain(ISTIO_GATEWAYS, 'Gateway', namespace, name, gateway),
      plain(DESTINATION_RULES, 'DestinationRule', namespace, name, { host: name }),
      route(VIRTUAL_SERVICES, 'VirtualService', namespace, workload, {
        hosts: [host],
        gateways: [name],
        http: [
          { name: 'primary', route: [{ destination: { host: name, port: { number: 80 } }, weight: 100 }] },
        ],
      }),
    ];
  },
};

function plain(
  type: ResourceType,
  kind: string,
  namespace: string,
  name: string,
  spec: Record<string, unknown>,
): ReleaseObject {
  const apiVersion = `${type.group}/${type.version}`;
  return { type, object: { apiVersion, kind, metadata: { name, namespace, labels: { app: name } }, spec } };
}

/** With the load of its host, which asks for every route of the app. */
function route(
  type: ResourceType,
  kind: string,
  namespace: string,
  { name, load }: DemoWorkload,
  spec: Record<string, unknown>,
): ReleaseObject {
  const { object } = plain(type, kind, namespace, name, spec);
  return { type, object: annotated(object, LOAD_ANNOTATION, { ...load, paths: PATHS }) };
}

/** Its clients come by the host. */
function withoutLoad({ metadata, ...service }: NewObject): NewObject {
  const { annotations: _, ...rest } = metadata;
  return { ...service, metadata: rest };
}

function annotated({ metadata, ...object }: NewObject, name: string, value: object): NewObject {
  const annotations = { ...metadata.annotations, [name]: JSON.stringify(value) };
  return { ...object, metadata: { ...metadata, annotations } };
}
