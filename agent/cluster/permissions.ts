import * as z from 'zod';
import type { Permission } from '../protocol';
import type { ApiServer } from './api';
import { mapLimited } from './mapLimited';
import { CHAOS_PLURALS } from './model/fault';

/** One thing that Coxswain does with the cluster, for as many verbs. */
interface Need {
  verbs: readonly string[];
  group: string;
  resource: string;
  subresource?: string;
  scope: 'namespace' | 'cluster';
  purpose: string;
  /** Only asked for where this API group is present. */
  optional?: true;
}

const WATCH = ['list', 'watch'];
const CHAOS = { group: 'chaos-mesh.org', scope: 'namespace', optional: true } as const;
const LITMUS = { group: 'litmuschaos.io', scope: 'namespace', optional: true } as const;

const NEEDS: readonly Need[] = [
  watching('apps', 'deployments', 'show workloads'),
  watching('apps', 'replicasets', 'tell which pods belong to a workload'),
  watching('', 'pods', 'show the health of pods'),
  watching('', 'services', 'know which pods get traffic'),
  watching('', 'events', 'explain what happened'),
  watching('policy', 'poddisruptionbudgets', 'respect disruption budgets'),
  watching('autoscaling', 'horizontalpodautoscalers', 'leave replicas to the autoscaler that owns them'),
  { ...watching('keda.sh', 'scaledobjects', 'leave replicas to KEDA where it owns them'), optional: true },
  cluster(WATCH, '', 'nodes', 'notice failing nodes'),
  {
    ...acting(['list'], 'metrics.k8s.io', 'pods', 'read CPU and memory where there is no Prometheus'),
    optional: true,
  },
  acting(['get'], '', 'pods/log', 'show logs'),
  acting(['get'], '', 'services/proxy', 'reach Prometheus through the API server'),
  acting(['patch'], 'apps', 'deployments/scale', 'scale a workload'),
  acting(['get', 'patch'], 'autoscaling', 'horizontalpodautoscalers', 'take over from an HPA, and hand back'),
  {
    ...acting(['get', 'patch'], 'keda.sh', 'scaledobjects', 'take over from KEDA, and hand back'),
    optional: true,
  },
  acting(['create'], '', 'pods/eviction', 'restart a pod'),
  acting(['patch'], '', 'pods', 'drain a pod and return it'),
  acting(['get'], 'apps', 'deployments', 'find out whether a change was done'),
  acting(['get'], '', 'pods', 'find out whether a change was done'),
  acting(['delete'], '', 'pods', 'kill a pod as a fault'),
  acting(['patch'], 'apps', 'deployments', 'break a Deployment as a fault, and mend it'),
  cluster(['get', 'patch'], '', 'nodes', 'cordon a node as a fault, and give it back'),
  ...[...CHAOS_PLURALS, 'workflows'].flatMap((resource) => faults({ ...CHAOS, resource })),
  { ...CHAOS, verbs: WATCH, resource: 'schedules', purpose: 'see faults' },
  ...faults({ ...LITMUS, resource: 'chaosengines' }),
  { ...LITMUS, verbs: WATCH, resource: 'chaosresults', purpose: 'see whom a fault has hit' },
  ...releases(),
];

/** What releases go by, and what they write; the part of a router or a controller only where that is there. */
function releases(): Need[] {
  const see = 'see releases and what splits their traffic';
  const split = 'split the traffic between the stable version and its canary';
  const optional = (need: Need): Need => ({ ...need, optional: true });
  const routes = [
    ['gateway.networking.k8s.io', 'httproutes'],
    ['networking.istio.io', 'virtualservices'],
    ['networking.istio.io', 'destinationrules'],
  ] as const;
  const controllers = [
    ['argoproj.io', 'rollouts'],
    ['flagger.app', 'canaries'],
  ] as const;
  return [
    watching('networking.k8s.io', 'ingresses', see),
    cluster(WATCH, 'networking.k8s.io', 'ingressclasses', 'know the controller of an Ingress'),
    ...[...routes, ...controllers, ['argoproj.io', 'analysisruns'] as const].map(([group, resource]) =>
      optional(watching(group, resource, see)),
    ),
    acting(['create', 'delete'], 'apps', 'deployments', 'make the canary of a release, and take it away'),
    acting(['get', 'create', 'delete'], '', 'services', 'make the canary’s Service, and take it away'),
    acting(['get', 'create', 'patch', 'delete'], 'networking.k8s.io', 'ingresses', split),
    ...routes.map(([group, resource]) => optional(acting(['get', 'patch'], group, resource, split))),
    ...controllers.flatMap(([group, resource]) => [
      optional(acting(['get', 'patch'], group, resource, 'operate releases')),
      optional(acting(['patch'], group, `${resource}/status`, 'operate releases')),
    ]),
  ];
}

function faults(at: Pick<Need, 'group' | 'resource' | 'scope'> & { optional: true }): Need[] {
  return [
    { ...at, verbs: WATCH, purpose: 'see faults' },
    { ...at, verbs: ['create', 'patch', 'delete'], purpose: 'inject faults, pause them and end them' },
    { ...at, verbs: ['get'], purpose: 'find out whether a fault was injected' },
  ];
}

function watching(group: string, resource: string, purpose: string): Need {
  return { verbs: WATCH, group, resource, scope: 'namespace', purpose };
}

function acting(verbs: readonly string[], group: string, path: string, purpose: string): Need {
  const [resource = '', subresource] = path.split('/');
  return { verbs, group, resource, ...(subresource ? { subresource } : {}), scope: 'namespace', purpose };
}

function cluster(verbs: readonly string[], group: string, resource: string, purpose: string): Need {
  return { verbs, group, resource, scope: 'cluster', purpose };
}

const PARALLEL_REVIEWS = 8;
const Review = z.object({ status: z.object({ allowed: z.boolean() }) });

/**
 * Asks the API server, by access reviews, for each permission that Coxswain needs. No namespaces means all of them.
 * `groups` are the API groups that exist. Throws where reviews themselves are refused.
 */
export function checkPermissions(
  api: ApiServer,
  namespaces: readonly string[],
  groups: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<Permission[]> {
  const everywhere = namespaces.length > 0 ? namespaces : [null];
  const questions = NEEDS.filter((need) => !need.optional || groups.has(need.group)).flatMap((need) =>
    (need.scope === 'cluster' ? [null] : everywhere).flatMap((namespace) =>
      need.verbs.map((verb) => ({ need, namespace, verb })),
    ),
  );
  return mapLimited(questions, PARALLEL_REVIEWS, async ({ need, namespace, verb }) => ({
    verb,
    resource: `${need.resource}${need.group ? `.${need.group}` : ''}${need.subresource ? `/${need.subresource}` : ''}`,
    namespace,
    allowed: await isAllowed(api, { ...need, verb, namespace }, signal),
    purpose: need.purpose,
  }));
}

/** One access review. A null namespace stands for all, or for a resource that has none. */
export async function isAllowed(
  api: ApiServer,
  question: { verb: string; group: string; resource: string; subresource?: string; namespace: string | null },
  signal?: AbortSignal,
): Promise<boolean> {
  const { verb, group, resource, subresource, namespace } = question;
  const attributes = { verb, group, resource, subresource, namespace: namespace ?? undefined };
  const { body } = await api.send({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: attributes },
    },
    ...(signal ? { signal } : {}),
  });
  // An answer that can't be read is no permission.
  return Review.safeParse(body).data?.status.allowed ?? false;
}
