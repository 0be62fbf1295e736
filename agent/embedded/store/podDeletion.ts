import type { Clock } from '../../clock';
import type { KubeObject, ObjectStore } from '../objectStore';
import { PODS } from './resourceTypes';
import { notFound } from './statusError';
import { rfc3339 } from './timestamp';

const DEFAULT_GRACE_SECONDS = 30;

/**
 * Deletes a pod as the API server does: one that runs on a node is marked, and removed by its kubelet; one that does
 * not, or gets no grace, is removed at once. As in Kubernetes `deletionTimestamp` is when the grace period *ends*.
 * A second call can only shorten it. Returns the pod as it was left, or as it was before it was removed.
 */
export function deletePod(
  store: Pick<ObjectStore, 'get' | 'update' | 'delete'>,
  clock: Clock,
  namespace: string | undefined,
  name: string,
  graceSeconds?: number,
): KubeObject {
  const pod = store.get(PODS, namespace, name);
  if (!pod) throw notFound(PODS, name);
  const grace = graceSeconds ?? Number(pod.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
  if (grace <= 0 || !isOnNode(pod)) {
    store.delete(PODS, namespace, name);
    return pod;
  }
  const endsAt = rfc3339(clock.nowMs() + grace * 1000);
  return store.update(PODS, namespace, name, ({ metadata }) => {
    if (metadata.deletionTimestamp !== undefined && metadata.deletionTimestamp <= endsAt) return;
    metadata.deletionTimestamp = endsAt;
    metadata.deletionGracePeriodSeconds = grace;
  });
}

function isOnNode({ spec, status }: KubeObject): boolean {
  return Boolean(spec?.nodeName) && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}
