import * as z from 'zod';
import { type Capability, isCoxswainError } from '../protocol';
import type { ClusterReader } from './api';
import { isIngressNginx } from './model/releaseRoute';

/** The API groups of a cluster, by name, with the version that the server prefers. */
export type ApiGroups = ReadonlyMap<string, string>;

const GroupList = z.object({
  groups: z.array(z.object({ name: z.string(), preferredVersion: z.object({ version: z.string() }) })),
});

/** Throws CoxswainError. An answer that is no group list counts as an empty one. */
export async function discoverGroups(reader: ClusterReader, signal?: AbortSignal): Promise<ApiGroups> {
  const parsed = GroupList.safeParse(await reader.get('/apis', signal));
  const groups = parsed.success ? parsed.data.groups : [];
  return new Map(groups.map(({ name, preferredVersion }) => [name, preferredVersion.version]));
}

/** Present where the group is there. */
const BY_GROUP: readonly { key: string; title: string; group: string }[] = [
  { key: 'flagger', title: 'Flagger', group: 'flagger.app' },
  { key: 'istio', title: 'Istio', group: 'networking.istio.io' },
  { key: 'gateway-api', title: 'Gateway API', group: 'gateway.networking.k8s.io' },
  { key: 'keda', title: 'KEDA', group: 'keda.sh' },
  { key: 'hpa', title: 'Horizontal Pod Autoscaler', group: 'autoscaling' },
];

/** Present where the group is there in the version that Coxswain writes. */
const BY_VERSION: readonly { key: string; title: string; group: string; version: string }[] = [
  { key: 'chaos-mesh', title: 'Chaos Mesh', group: 'chaos-mesh.org', version: 'v1alpha1' },
  { key: 'litmus', title: 'LitmusChaos', group: 'litmuschaos.io', version: 'v1alpha1' },
];

/** What the cluster can do for Coxswain. What cannot be asked for is absent, with the reason as its detail. */
export function detectCapabilities(
  reader: ClusterReader,
  groups: ApiGroups,
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<Capability[]> {
  const byGroup = BY_GROUP.map(async ({ key, title, group }): Promise<Capability> => {
    const version = groups.get(group);
    const detail = version ? `${group}/${version}` : `no API group ${group}`;
    return { key, title, present: version !== undefined, detail };
  });
  return Promise.all([
    detect('metrics-server', 'metrics-server', () => metricsServer(reader, groups, signal)),
    detect('prometheus', 'Prometheus', () => prometheus(reader, groups, namespaces, signal)),
    detect('argo-rollouts', 'Argo Rollouts', () => argoRollouts(reader, groups, signal)),
    detect('nginx-ingress', 'NGINX Ingress', () => nginxIngress(reader, signal)),
    ...BY_VERSION.map((needed) =>
      detect(needed.key, needed.title, () => inVersion(reader, groups, needed, signal)),
    ),
    ...byGroup,
  ]);
}

type Finding = Pick<Capability, 'present' | 'detail'>;

async function detect(key: string, title: string, find: () => Promise<Finding>): Promise<Capability> {
  const finding = await find().catch(
    (error: unknown): Finding => ({
      present: false,
      detail: error instanceof Error ? error.message : String(error),
    }),
  );
  return { key, title, ...finding };
}

/** Another version may be preferred, and ours be served all the same. */
async function inVersion(
  reader: ClusterReader,
  groups: ApiGroups,
  { group, version }: { group: string; version: string },
  signal?: AbortSignal,
): Promise<Finding> {
  const preferred = groups.get(group);
  if (preferred === undefined) return { present: false, detail: `no API group ${group}` };
  const detail = `${group}/${version}`;
  if (preferred === version) return { present: true, detail };
  try {
    await reader.get(`/apis/${detail}`, signal);
    return { present: true, detail };
  } catch (error) {
    if (!(isCoxswainError(error) && error.code === 'not-found')) throw error;
    return {
      present: false,
      detail: `${group} is there as ${preferred} alone, and Coxswain knows ${version}`,
    };
  }
}

/** The group is registered even while the server behind it is down, so it is asked. */
async function metricsServer(
  reader: ClusterReader,
  groups: ApiGroups,
  signal?: AbortSignal,
): Promise<Finding> {
  const version = groups.get('metrics.k8s.io');
  if (!version) return { present: false, detail: 'no API group metrics.k8s.io' };
  await reader.get(`/apis/metrics.k8s.io/${version}`, signal);
  return { present: true, detail: `metrics.k8s.io/${version}` };
}

const ServiceList = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }) })),
});

async function prometheus(
  reader: ClusterReader,
  groups: ApiGroups,
  namespaces: readonly string[],
  signal?: AbortSignal,
): Promise<Finding> {
  const query = 'services?labelSelector=app.kubernetes.io%2Fname%3Dprometheus&limit=1';
  const paths = [
    '/api/v1/',
    ...namespaces.map((namespace) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/`),
  ];
  for (const path of paths) {
    // Seeing all namespaces is often forbidden; then ours are looked at.
    const parsed = ServiceList.safeParse(await reader.get(`${path}${query}`, signal).catch(() => null));
    const [service] = parsed.data?.items ?? [];
    if (service) {
      return { present: true, detail: `service ${service.metadata.namespace}/${service.metadata.name}` };
    }
  }
  const operator = groups.get('monitoring.coreos.com');
  if (operator) return { present: true, detail: `Prometheus operator, monitoring.coreos.com/${operator}` };
  return { present: false, detail: 'no Service with the label app.kubernetes.io/name=prometheus' };
}

const ResourceList = z.object({ resources: z.array(z.object({ name: z.string() })) });

/** Argo CD and Argo Workflows share the group. */
async function argoRollouts(
  reader: ClusterReader,
  groups: ApiGroups,
  signal?: AbortSignal,
): Promise<Finding> {
  const version = groups.get('argoproj.io');
  if (!version) return { present: false, detail: 'no API group argoproj.io' };
  const parsed = ResourceList.safeParse(await reader.get(`/apis/argoproj.io/${version}`, signal));
  const present = parsed.data?.resources.some(({ name }) => name === 'rollouts') ?? false;
  return { present, detail: present ? `argoproj.io/${version}` : 'argoproj.io is there, without rollouts' };
}

const IngressClassList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ controller: z.string().optional() }),
    }),
  ),
});

async function nginxIngress(reader: ClusterReader, signal?: AbortSignal): Promise<Finding> {
  const parsed = IngressClassList.safeParse(
    await reader.get('/apis/networking.k8s.io/v1/ingressclasses', signal),
  );
  const found = parsed.data?.items.find(({ spec }) => isIngressNginx(spec.controller ?? ''));
  if (!found) return { present: false, detail: 'no IngressClass of an NGINX controller' };
  return { present: true, detail: `IngressClass ${found.metadata.name} (${found.spec.controller})` };
}
