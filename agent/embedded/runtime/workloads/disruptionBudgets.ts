import type { KubeObject } from '../../objectStore';
import { DEPLOYMENTS, POD_DISRUPTION_BUDGETS, PODS, REPLICA_SETS, sameType } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import {
  type BudgetSpec,
  budgetSpec,
  condition,
  controllerOf,
  deploymentSpec,
  isPodActive,
  isPodReady,
  keyOf,
  matches,
  replicaSetSpec,
  resolveShare,
  splitKey,
} from '../kinds';
import { WorkQueue } from '../workQueue';

/** Keeps `status.disruptionsAllowed` of PodDisruptionBudgets, by which evictions are granted. */
export class DisruptionController implements Controller {
  readonly name = 'disruption-controller';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object }) => {
      const { namespace } = object.metadata;
      if (sameType(resource, POD_DISRUPTION_BUDGETS)) this.queue.add(keyOf(object.metadata));
      // Pods and the wanted replica counts both move a budget; there are few of them, so all are looked at.
      if (!sameType(resource, PODS) && !sameType(resource, DEPLOYMENTS)) return;
      for (const budget of cluster.store.list(POD_DISRUPTION_BUDGETS, namespace)) {
        this.queue.add(keyOf(budget.metadata));
      }
    });
  }

  reconcile(key: string): void {
    const { store, clock } = this.#cluster;
    const { namespace, name } = splitKey(key);
    const budget = store.get(POD_DISRUPTION_BUDGETS, namespace, name);
    if (!budget) return;
    const spec = budgetSpec(budget);
    const pods = store.list(PODS, namespace).filter((pod) => matches(spec.selector, pod) && isPodActive(pod));
    const expected = this.#expectedPods(spec, pods);
    const desiredHealthy = minimumHealthy(spec, expected);
    const currentHealthy = pods.filter(isPodReady).length;
    const disruptionsAllowed = pods.length === 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
    const allowed = disruptionsAllowed > 0 ? 'True' : 'False';
    const before = condition(budget, 'DisruptionAllowed');
    store.update(POD_DISRUPTION_BUDGETS, namespace, name, (draft) => {
      draft.status = {
        observedGeneration: budget.metadata.generation,
        expectedPods: expected,
        desiredHealthy,
        currentHealthy,
        disruptionsAllowed,
        conditions: [
          {
            type: 'DisruptionAllowed',
            status: allowed,
            reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
            message: '',
            observedGeneration: budget.metadata.generation,
            lastTransitionTime:
              before?.status === allowed ? before.lastTransitionTime : rfc3339(clock.nowMs()),
          },
        ],
      };
    });
  }

  /** With a share or `maxUnavailable`, what the pods' controllers want; else the pods that there are. */
  #expectedPods(spec: BudgetSpec, pods: readonly KubeObject[]): number {
    if (spec.maxUnavailable === undefined && typeof spec.minAvailable !== 'string') return pods.length;
    const wanted = new Map<string, number>();
    for (const pod of pods) {
      const { key, replicas } = this.#scaleOf(pod);
      wanted.set(key, replicas);
    }
    return [...wanted.values()].reduce((total, replicas) => total + replicas, 0);
  }

  #scaleOf(pod: KubeObject): { key: string; replicas: number } {
    const { store } = this.#cluster;
    const { namespace, uid } = pod.metadata;
    const owner = controllerOf(pod);
    const replicaSet = owner && store.get(REPLICA_SETS, namespace, owner.name);
    if (!replicaSet) return { key: uid, replicas: 1 };
    const top = controllerOf(replicaSet);
    const deployment = top && store.get(DEPLOYMENTS, namespace, top.name);
    return deployment
      ? { key: deployment.metadata.uid, replicas: deploymentSpec(deployment).replicas }
      : { key: replicaSet.metadata.uid, replicas: replicaSetSpec(replicaSet).replicas };
  }
}

function minimumHealthy(spec: BudgetSpec, expected: number): number {
  if (spec.maxUnavailable !== undefined) {
    return Math.max(0, expected - resolveShare(spec.maxUnavailable, expected, 'up'));
  }
  return resolveShare(spec.minAvailable ?? 1, expected, 'up');
}
