import * as z from 'zod';
import { parseQuantity } from '../../../cluster/quantity';
import type { KubeObject, NewObject, ObjectStore } from '../../objectStore';
import { PODS, RESOURCE_QUOTAS } from '../../store/resourceTypes';
import { StatusError } from '../../store/statusError';
import { podPhase, podSpec } from '../kinds';

/** What a namespace may have in total: a quantity as text by resource, as a ResourceQuota says it. */
type Amounts = Readonly<Record<string, number>>;

/** How much of a resource one container takes, null where it does not say; `pods` are counted instead. */
type Resources = ReturnType<typeof podSpec>['containers'][number]['resources'];
const COMPUTE: Readonly<Record<string, (resources: Resources) => number | undefined>> = {
  // Requests that are left out are as large as the limits, as the API server fills them in.
  'requests.cpu': ({ requests, limits }) => requests?.cpu ?? limits.cpu,
  'requests.memory': ({ requests, limits }) => requests?.memory ?? limits.memory,
  'limits.cpu': ({ limits }) => limits.cpu,
  'limits.memory': ({ limits }) => limits.memory,
};
const SAME: Readonly<Record<string, string>> = {
  cpu: 'requests.cpu',
  memory: 'requests.memory',
  'count/pods': 'pods',
};

const Quota = z.object({
  hard: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  scopes: z.array(z.string()).default([]),
  scopeSelector: z.unknown().optional(),
});

/** The limits of a quota on what is counted here; none where it has scopes, which are not known. */
export function hardLimits(quota: KubeObject): Amounts {
  const { hard, scopes, scopeSelector } = Quota.parse(quota.spec ?? {});
  if (scopes.length > 0 || scopeSelector !== undefined) return {};
  return Object.fromEntries(
    Object.entries(hard).flatMap(([resource, text]) => {
      const amount = parseQuantity(text);
      return isCounted(resource) && amount !== null ? [[resource, amount]] : [];
    }),
  );
}

/** What the pods take that a quota counts: all that have not ended, also those that are on their way out. */
export function usedOf(resources: readonly string[], pods: readonly KubeObject[]): Amounts {
  const counted = pods.filter((pod) => !['Succeeded', 'Failed'].includes(podPhase(pod)));
  return Object.fromEntries(
    resources.map((resource) => [
      resource,
      counted.reduce((sum, pod) => sum + (takenBy(pod, resource) ?? 0), 0),
    ]),
  );
}

/** An amount as Kubernetes would write it: whole or in thousandths, memory in bytes. */
export function quantityText(amount: number): string {
  const thousandths = Math.round(amount * 1000);
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

/** Throws StatusError 403 where a quota of its namespace has no room for the pod, as the API server refuses it. */
export function checkPodQuota(store: Pick<ObjectStore, 'list'>, pod: NewObject): void {
  const { namespace } = pod.metadata;
  const quotas = store.list(RESOURCE_QUOTAS, namespace);
  if (quotas.length === 0) return;
  const pods = store.list(PODS, namespace);
  for (const quota of quotas) checkQuota(quota, pod as KubeObject, pods);
}

function checkQuota(quota: KubeObject, pod: KubeObject, pods: readonly KubeObject[]): void {
  const hard = hardLimits(quota);
  const resources = Object.keys(hard);
  const unsaid = resources.flatMap((resource) => unsaidIn(pod, resource));
  if (unsaid.length > 0)
    throw forbidden(pod, `failed quota: ${quota.metadata.name}: must specify ${unsaid.join('; ')}`);
  const used = usedOf(resources, pods);
  const exceeded = resources.filter(
    (resource) => (used[resource] ?? 0) + (takenBy(pod, resource) ?? 0) > (hard[resource] ?? 0) + 1e-9,
  );
  if (exceeded.length === 0) return;
  const list = (amounts: Amounts) =>
    exceeded.map((resource) => `${resource}=${quantityText(amounts[resource] ?? 0)}`).join(',');
  const requested = Object.fromEntries(exceeded.map((resource) => [resource, takenBy(pod, resource) ?? 0]));
  const amounts = `requested: ${list(requested)}, used: ${list(used)}, limited: ${list(hard)}`;
  throw forbidden(pod, `exceeded quota: ${quota.metadata.name}, ${amounts}`);
}

function isCounted(resource: string): boolean {
  return resource === 'pods' || Object.hasOwn(COMPUTE, resource) || Object.hasOwn(SAME, resource);
}

/** Null where a container of the pod does not say. */
function takenBy(pod: KubeObject, resource: string): number | null {
  const known = SAME[resource] ?? resource;
  if (known === 'pods') return 1;
  const amounts = podSpec(pod).containers.map(({ resources }) => COMPUTE[known]?.(resources));
  return amounts.reduce<number | null>(
    (sum, amount) => (sum === null || amount === undefined ? null : sum + amount),
    0,
  );
}

/** `limits.cpu for: app` where containers do not say what the quota counts. */
function unsaidIn(pod: KubeObject, resource: string): string[] {
  const known = SAME[resource] ?? resource;
  const read = COMPUTE[known];
  if (!read) return [];
  const silent = podSpec(pod).containers.filter(({ resources }) => read(resources) === undefined);
  return silent.length === 0 ? [] : [`${resource} for: ${silent.map(({ name }) => name).join(',')}`];
}

function forbidden({ metadata }: KubeObject, why: string): StatusError {
  // A pod of a controller has its name from the start; others may leave it to the server.
  const name = metadata.name ?? '';
  return new StatusError(403, 'Forbidden', `pods "${name}" is forbidden: ${why}`, { name, kind: 'pods' });
}
