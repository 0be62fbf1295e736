import { CANARY } from '../../cluster/model/releaseNote';
import type { RouterKind } from '../../protocol';

export interface ApiObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [key: string]: unknown;
  };
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
}

export const OLD_IMAGE = 'shop/checkout:1.4';
export const NEW_IMAGE = 'shop/checkout:1.5';

const ROUTES: Record<RouterKind, ApiObject> = {
  'gateway-api': {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'checkout' },
    spec: {
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }],
      hostnames: ['checkout.shop.test'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/assets' } }],
          backendRefs: [{ group: '', kind: 'Service', name: 'assets', port: 80, weight: 1 }],
        },
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ group: '', kind: 'Service', name: 'checkout', port: 80, weight: 1 }],
        },
      ],
    },
  },
  istio: {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'checkout', annotations: { team: 'shop' } },
    spec: {
      hosts: ['checkout.shop.test'],
      gateways: ['public'],
      http: [
        { match: [{ uri: { prefix: '/assets' } }], route: [{ destination: { host: 'assets' } }] },
        { route: [{ destination: { host: 'checkout.shop.svc.cluster.local', port: { number: 80 } } }] },
      ],
    },
  },
  nginx: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'checkout', annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '8m' } },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'checkout.shop.test',
          http: {
            paths: [
              {
                path: '/assets',
                pathType: 'Prefix',
                backend: { service: { name: 'assets', port: { number: 80 } } },
              },
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'checkout', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  },
};

/** A Deployment with three pods. */
export function aDeployment(
  name: string,
  image: string,
  labels: Record<string, string>,
  annotations: Record<string, string> = {},
): ApiObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels, annotations },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate' },
      template: {
        metadata: { labels: { ...labels, tier: 'web' } },
        spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 8080 }] }] },
      },
    },
  };
}

export function aService(name: string, selector: Record<string, string>): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { team: 'shop', 'app.kubernetes.io/instance': 'shop' } },
    spec: {
      selector,
      clusterIP: '10.0.0.1',
      ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }],
    },
  };
}

/** What a release of `shop/checkout` begins with. @param settings more of the annotation */
export function objectsOf(router: RouterKind, settings: Record<string, string> = {}): ApiObject[] {
  const text = JSON.stringify({ router, route: 'checkout', service: 'checkout', ...settings });
  return [
    aDeployment('checkout', OLD_IMAGE, { app: 'checkout' }, { [CANARY]: text }),
    aService('checkout', { app: 'checkout' }),
    structuredClone(ROUTES[router]),
  ];
}

/** The Deployment with all its pods as they are wanted; those of a broken image are never ready. */
export function deploymentObject(object: ApiObject, isBroken: boolean): ApiObject {
  const replicas = Number(object.spec.replicas);
  const reason = isBroken ? 'ReplicaSetUpdated' : 'NewReplicaSetAvailable';
  return {
    ...object,
    status: {
      observedGeneration: object.metadata.generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: isBroken ? 0 : replicas,
      conditions: [{ type: 'Progressing', status: 'True', reason }],
    },
  };
}

/** The ReplicaSet and the pods of a Deployment. */
export function podsOf({ metadata, spec }: ApiObject, isBroken: boolean): ApiObject[] {
  const { name } = metadata;
  const { template, replicas } = spec as {
    replicas: number;
    template: { metadata: { labels: Record<string, string> } };
  };
  const uid = `uid-replicasets-${name}-h1`;
  const owner = (kind: string, of: string, ownerUid: string) => [
    { kind, name: of, uid: ownerUid, controller: true },
  ];
  const replicaSet: ApiObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-h1`,
      labels: { deployment: name },
      ownerReferences: owner('Deployment', name, metadata.uid ?? ''),
    },
    spec: { replicas },
  };
  const waiting = { waiting: { reason: 'ImagePullBackOff' } };
  const pods = Array.from({ length: replicas }, (_, index): ApiObject => {
    const state = isBroken ? waiting : { running: {} };
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-h1-${index}`,
        labels: { ...template.metadata.labels, 'pod-template-hash': 'h1', deployment: name },
        ownerReferences: owner('ReplicaSet', `${name}-h1`, uid),
      },
      spec: {},
      status: {
        phase: isBroken ? 'Pending' : 'Running',
        conditions: [{ type: 'Ready', status: isBroken ? 'False' : 'True' }],
        containerStatuses: [{ ready: !isBroken, restartCount: 0, state }],
      },
    };
  });
  return [replicaSet, ...pods];
}
