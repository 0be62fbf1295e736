import type { KubeObject } from '../../objectStore';
import { NODES, PODS, sameType } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import { condition, controllerOf, isPodActive, keyOf, nodeView, podPhase, podSpec, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';

interface Demand {
  cpu: number;
  memory: number;
}

/** Binds pods to nodes that are ready, not cordoned and have room: the least loaded, with the fewest siblings. */
export class Scheduler implements Controller {
  readonly name = 'default-scheduler';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  readonly #waiting = new Set<string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, type, object }) => {
      const room = sameType(resource, NODES) || (sameType(resource, PODS) && type === 'DELETED');
      if (room) for (const key of this.#waiting) this.queue.add(key);
      if (sameType(resource, PODS) && type === 'ADDED') this.queue.add(keyOf(object.metadata));
    });
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const pod = this.#cluster.store.get(PODS, namespace, name);
    this.#waiting.delete(key);
    if (!pod || podSpec(pod).nodeName || !isPodActive(pod)) return;
    const nodes = this.#cluster.store.list(NODES);
    const refusals: string[] = [];
    const candidates = nodes.filter((node) => {
      const refusal = this.#refusal(node, pod);
      if (refusal) refusals.push(refusal);
      return refusal === null;
    });
    const [best] = candidates
      .map((node) => ({ node, score: this.#score(node, pod) }))
      .sort((a, b) => b.score - a.score);
    if (best) {
      this.#bind(pod, best.node);
    } else {
      this.#waiting.add(key);
      this.#refuse(pod, nodes.length, refusals);
    }
  }

  #refusal(node: KubeObject, pod: KubeObject): string | null {
    const { allocatable, unschedulable, taints } = nodeView(node);
    const labels = node.metadata.labels ?? {};
    if (unschedulable) return 'node(s) were unschedulable';
    const taint = taints.find(({ key, effect }) => effect !== 'PreferNoSchedule' && !tolerates(pod, key));
    if (taint) return `node(s) had untolerated taint(s) {${taint.key}}`;
    if (condition(node, 'Ready')?.status !== 'True')
      return 'node(s) had untolerated taint(s) {node.kubernetes.io/not-ready}';
    if (Object.entries(podSpec(pod).nodeSelector).some(([label, value]) => labels[label] !== value)) {
      return "node(s) didn't match Pod's node affinity/selector";
    }
    const pods = this.#podsOn(node);
    const used = totalDemand(pods);
    const wanted = demandOf(pod);
    if (pods.length + 1 > allocatable.pods) return 'Too many pods';
    if (used.cpu + wanted.cpu > allocatable.cpu) return 'Insufficient cpu';
    if (used.memory + wanted.memory > allocatable.memory) return 'Insufficient memory';
    return null;
  }

  /** The free share, less for each sibling there. */
  #score(node: KubeObject, pod: KubeObject): number {
    const { allocatable } = nodeView(node);
    const pods = this.#podsOn(node);
    const used = totalDemand(pods);
    const owner = controllerOf(pod)?.uid;
    const siblings = pods.filter((other) => owner !== undefined && controllerOf(other)?.uid === owner).length;
    return 2 - used.cpu / allocatable.cpu - used.memory / allocatable.memory - siblings;
  }

  #podsOn(node: KubeObject): KubeObject[] {
    return this.#cluster.store
      .list(PODS)
      .filter(
        (pod) =>
          podSpec(pod).nodeName === node.metadata.name && !['Succeeded', 'Failed'].includes(podPhase(pod)),
      );
  }

  #bind(pod: KubeObject, node: KubeObject): void {
    const { store, clock, events } = this.#cluster;
    const { namespace, name } = pod.metadata;
    const nodeName = node.metadata.name;
    store.update(PODS, namespace, name, (draft) => {
      draft.spec = { ...draft.spec, nodeName };
      draft.status = {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'True',
            lastProbeTime: null,
            lastTransitionTime: rfc3339(clock.nowMs()),
          },
        ],
      };
    });
    events.record(pod, {
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${namespace}/${name} to ${nodeName}`,
      component: this.name,
    });
  }

  #refuse(pod: KubeObject, nodeCount: number, refusals: readonly string[]): void {
    const { store, clock, events } = this.#cluster;
    const { namespace, name } = pod.metadata;
    const counts = Map.groupBy(refusals, (refusal) => refusal);
    const reasons = [...counts].map(([reason, all]) => `${all.length} ${reason}`).join(', ');
    const message = `0/${nodeCount} nodes are available: ${reasons || 'no nodes'}.`;
    const before = condition(pod, 'PodScheduled');
    store.update(PODS, namespace, name, (draft) => {
      draft.status = {
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message,
            lastProbeTime: null,
            lastTransitionTime:
              before?.status === 'False' ? before.lastTransitionTime : rfc3339(clock.nowMs()),
          },
        ],
      };
    });
    events.record(pod, { type: 'Warning', reason: 'FailedScheduling', message, component: this.name });
  }
}

function tolerates(pod: KubeObject, taint: string): boolean {
  // The default tolerations only put off an eviction.
  return podSpec(pod).tolerations.some(
    ({ key, effect }) => (key === undefined || key === taint) && effect !== 'NoExecute',
  );
}

function demandOf(pod: KubeObject): Demand {
  const demands = podSpec(pod).containers.map(({ resources: { limits, requests } }) => ({
    cpu: requests?.cpu ?? limits.cpu ?? 0,
    memory: requests?.memory ?? limits.memory ?? 0,
  }));
  return addUp(demands);
}

function totalDemand(pods: readonly KubeObject[]): Demand {
  return addUp(pods.map(demandOf));
}

function addUp(demands: readonly Demand[]): Demand {
  return demands.reduce(
    (total, { cpu, memory }) => ({ cpu: total.cpu + cpu, memory: total.memory + memory }),
    {
      cpu: 0,
      memory: 0,
    },
  );
}
