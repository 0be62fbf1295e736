import * as z from 'zod';
import type { KubeObject, ObjectStore } from '../objectStore';
import { fromLabelSelector, labelsMatch } from '../store/labelSelector';
import { POD_DISRUPTION_BUDGETS, PODS } from '../store/resourceTypes';
import { badRequest, StatusError } from '../store/statusError';
import { rfc3339 } from '../store/timestamp';
import { describeIssues } from './describeIssues';
import { parseDeleteOptions, removeObject } from './objects';
import { type Answer, type ApiContext, existing, type ObjectRequest, parseBody, storeFor } from './request';

const Eviction = z.looseObject({
  kind: z.literal('Eviction').optional(),
  metadata: z.looseObject({ name: z.string().optional() }).optional(),
  deleteOptions: z.unknown().optional(),
});

/** Deletes a pod where its PodDisruptionBudget allows it; otherwise throws StatusError 429. */
export function evictPod(context: ApiContext, request: ObjectRequest): Answer {
  const eviction = Eviction.safeParse(parseBody(request));
  if (!eviction.success) throw badRequest(`the body is not an Eviction: ${describeIssues(eviction.error)}`);
  const { metadata, deleteOptions } = eviction.data;
  if (metadata?.name !== undefined && metadata.name !== request.name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  const options = parseDeleteOptions(deleteOptions);
  const pod = existing(context, request);
  const budget = budgetFor(context, pod);
  markAsTarget(context, request, pod);
  removeObject(context, request, options);
  if (budget) spend(storeFor(context, request), budget);
  return {
    code: 201,
    json: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
  };
}

/** Says in the pod's status why it is being deleted. */
function markAsTarget(context: ApiContext, request: ObjectRequest, pod: KubeObject): void {
  if (pod.metadata.deletionTimestamp) return;
  const found = Conditions.safeParse(pod.status?.conditions).data ?? [];
  const target = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastProbeTime: null,
    lastTransitionTime: rfc3339(context.clock.nowMs()),
  };
  const conditions = [...found.filter(({ type }) => type !== target.type), target];
  storeFor(context, request).update(PODS, pod.metadata.namespace, pod.metadata.name, (draft) => {
    draft.status = { ...draft.status, conditions };
  });
}

/** The budget that the eviction takes from, if any. Throws StatusError 429 where it has nothing left. */
function budgetFor({ store }: ApiContext, pod: KubeObject): KubeObject | undefined {
  const { namespace, deletionTimestamp } = pod.metadata;
  const phase = pod.status?.phase;
  if (deletionTimestamp || phase === 'Pending' || phase === 'Succeeded' || phase === 'Failed')
    return undefined;
  const [budget, second] = store
    .list(POD_DISRUPTION_BUDGETS, namespace)
    .filter((candidate) => isProtectedBy(candidate, pod));
  if (second) {
    const message =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new StatusError(500, 'InternalError', message);
  }
  if (!budget) return undefined;
  const status = BudgetStatus.parse(budget.status ?? {});
  if (isFree(status, budget, pod)) return undefined;
  if (status.disruptionsAllowed <= 0 || status.observedGeneration < (budget.metadata.generation ?? 0)) {
    throw overBudget(budget, status);
  }
  return budget;
}

/** Until the disruption controller has counted again. */
function spend(store: ObjectStore, { metadata }: KubeObject): void {
  store.update(POD_DISRUPTION_BUDGETS, metadata.namespace, metadata.name, (draft) => {
    draft.status = { ...draft.status, disruptionsAllowed: Number(draft.status?.disruptionsAllowed) - 1 };
  });
}

const Conditions = z.array(z.looseObject({ type: z.string(), status: z.string() }));

const BudgetStatus = z.looseObject({
  observedGeneration: z.number().default(0),
  currentHealthy: z.number().default(0),
  desiredHealthy: z.number().default(0),
  disruptionsAllowed: z.number().default(0),
});
type BudgetStatus = z.infer<typeof BudgetStatus>;

function isProtectedBy(budget: KubeObject, pod: KubeObject): boolean {
  const requirements = fromLabelSelector(budget.spec?.selector);
  return requirements !== null && labelsMatch(requirements, pod.metadata.labels);
}

/** Evicting a pod that is not ready costs the budget nothing (`unhealthyPodEvictionPolicy`). */
function isFree(status: BudgetStatus, { spec }: KubeObject, pod: KubeObject): boolean {
  const found = Conditions.safeParse(pod.status?.conditions).data ?? [];
  if (found.some(({ type, status: value }) => type === 'Ready' && value === 'True')) return false;
  const isHealthy = status.desiredHealthy > 0 && status.currentHealthy >= status.desiredHealthy;
  return isHealthy || spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow';
}

function overBudget({ metadata }: KubeObject, { desiredHealthy, currentHealthy }: BudgetStatus): StatusError {
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  const cause = `The disruption budget ${metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return new StatusError(429, 'TooManyRequests', message, {
    causes: [{ reason: 'DisruptionBudget', message: cause }],
  });
}
