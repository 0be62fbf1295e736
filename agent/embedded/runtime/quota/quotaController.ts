import { PODS, RESOURCE_QUOTAS, sameType } from '../../store/resourceTypes';
import type { Cluster, Controller } from '../controller';
import { keyOf, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import { hardLimits, quantityText, usedOf } from './quota';

/** Keeps in the status of each ResourceQuota what its namespace uses of it. */
export class ResourceQuotaController implements Controller {
  readonly name = 'resourcequota-controller';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, RESOURCE_QUOTAS)) this.queue.add(keyOf(object.metadata));
      if (!sameType(resource, PODS)) return;
      for (const quota of cluster.store.list(RESOURCE_QUOTAS, object.metadata.namespace)) {
        this.queue.add(keyOf(quota.metadata));
      }
    });
  }

  reconcile(key: string): void {
    const { store } = this.#cluster;
    const { namespace, name } = splitKey(key);
    const quota = store.get(RESOURCE_QUOTAS, namespace, name);
    if (!quota) return;
    const used = usedOf(Object.keys(hardLimits(quota)), store.list(PODS, namespace));
    store.update(RESOURCE_QUOTAS, namespace, name, (draft) => {
      draft.status = {
        hard: quota.spec?.hard ?? {},
        used: Object.fromEntries(
          Object.entries(used).map(([resource, amount]) => [resource, quantityText(amount)]),
        ),
      };
    });
  }
}
