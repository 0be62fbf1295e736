import type { KubeObject } from '../../objectStore';
import { deletePod } from '../../store/podDeletion';
import { NODES, PODS, sameType } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import { condition, conditions, isPodReady, nodeView, podSpec } from '../kinds';
import { WorkQueue } from '../workQueue';

/** On a Node: `true` switches the machine off, anything else switches it on again. */
export const FAIL_ANNOTATION = 'embedded.coxswain.dev/fail';

/** Whether the machine is switched off. */
export function isFailedNode({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[FAIL_ANNOTATION] === 'true';
}

/** As kube-controller-manager's default `--node-monitor-grace-period`. */
const GRACE_MS = 50_000;
/** As the default tolerations that the API server gives every pod. */
const TOLERATION_MS = 300_000;
const QUARANTINE_MS = 40_000;
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

type Taint = Readonly<Record<string, unknown>>;

/**
 * The node lifecycle and taint eviction controllers: a node that is not heard of becomes `Unknown` and tainted, its
 * pods not ready, and five minutes later they are evicted. A cordoned node gets the taint that says so.
 */
export class NodeLifecycleController implements Controller {
  readonly name = 'node-controller';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  /** When a node was last heard of, for those that are silent. */
  readonly #silentSinceMs = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, NODES)) this.queue.add(object.metadata.name);
    });
  }

  reconcile(name: string): void {
    const node = this.#cluster.store.get(NODES, undefined, name);
    if (!node) {
      this.#removeOrphans(name);
      return;
    }
    if (isFailedNode(node)) this.#watchSilence(node);
    else this.#welcomeBack(node);
    this.#followCordon(name);
  }

  /** The pods of a node that was deleted go by force, after the quarantine of the pod garbage collector. */
  #removeOrphans(name: string): void {
    const { store, clock } = this.#cluster;
    const sinceMs = this.#silentSinceMs.get(name) ?? clock.nowMs();
    this.#silentSinceMs.set(name, sinceMs);
    if (clock.nowMs() < sinceMs + QUARANTINE_MS) {
      this.queue.add(name, sinceMs + QUARANTINE_MS);
      return;
    }
    this.#silentSinceMs.delete(name);
    for (const { metadata } of this.#podsOn(name)) store.delete(PODS, metadata.namespace, metadata.name);
  }

  #watchSilence(node: KubeObject): void {
    const { name } = node.metadata;
    const nowMs = this.#cluster.clock.nowMs();
    const sinceMs = this.#silentSinceMs.get(name) ?? nowMs;
    this.#silentSinceMs.set(name, sinceMs);
    const unreadyAtMs = sinceMs + GRACE_MS;
    if (nowMs < unreadyAtMs) {
      this.queue.add(name, unreadyAtMs);
      return;
    }
    if (condition(node, 'Ready')?.status !== 'Unknown') this.#declareUnreachable(node);
    this.#evictPods(name, unreadyAtMs);
  }

  #declareUnreachable(node: KubeObject): void {
    const { store, clock } = this.#cluster;
    const { name } = node.metadata;
    const timeAdded = rfc3339(clock.nowMs());
    store.update(NODES, undefined, name, (draft) => {
      draft.spec = withTaints(node, UNREACHABLE, [
        { key: UNREACHABLE, effect: 'NoSchedule', timeAdded },
        { key: UNREACHABLE, effect: 'NoExecute', timeAdded },
      ]);
      draft.status = withConditions(node, timeAdded, () => SILENT);
    });
    this.#record(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
    for (const pod of this.#podsOn(name)) if (isPodReady(pod)) this.#markUnready(pod, timeAdded);
  }

  #markUnready(pod: KubeObject, at: string): void {
    const { namespace, name } = pod.metadata;
    this.#cluster.store.update(PODS, namespace, name, (draft) => {
      draft.status = {
        ...draft.status,
        conditions: conditions(pod).map((one) =>
          one.type === 'Ready' ? { ...one, status: 'False', lastTransitionTime: at } : one,
        ),
      };
    });
    this.#record(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
  }

  #evictPods(nodeName: string, taintedAtMs: number): void {
    const { store, clock } = this.#cluster;
    for (const pod of this.#podsOn(nodeName)) {
      if (pod.metadata.deletionTimestamp !== undefined) continue;
      const dueAtMs = taintedAtMs + tolerationMs(pod);
      if (clock.nowMs() < dueAtMs) {
        if (Number.isFinite(dueAtMs)) this.queue.add(nodeName, dueAtMs);
        continue;
      }
      const { namespace, name } = pod.metadata;
      this.#record(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`);
      deletePod(store, clock, namespace, name);
    }
  }

  #welcomeBack(node: KubeObject): void {
    const { store, clock } = this.#cluster;
    const { name } = node.metadata;
    this.#silentSinceMs.delete(name);
    if (condition(node, 'Ready')?.status !== 'Unknown') return;
    store.update(NODES, undefined, name, (draft) => {
      draft.spec = withTaints(node, UNREACHABLE, []);
      draft.status = withConditions(node, rfc3339(clock.nowMs()), (type) => HEALTHY[type] ?? null);
    });
    this.#record(node, 'Normal', 'NodeReady', `Node ${name} status is now: NodeReady`);
  }

  #followCordon(name: string): void {
    const { store, clock } = this.#cluster;
    const node = store.get(NODES, undefined, name);
    if (!node) return;
    const { unschedulable, taints } = nodeView(node);
    if (unschedulable === taints.some(({ key }) => key === UNSCHEDULABLE)) return;
    const taint = { key: UNSCHEDULABLE, effect: 'NoSchedule', timeAdded: rfc3339(clock.nowMs()) };
    store.update(NODES, undefined, name, (draft) => {
      draft.spec = withTaints(node, UNSCHEDULABLE, unschedulable ? [taint] : []);
    });
  }

  #podsOn(nodeName: string): KubeObject[] {
    return this.#cluster.store.list(PODS).filter((pod) => podSpec(pod).nodeName === nodeName);
  }

  #record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#cluster.events.record(about, { type, reason, message, component: this.name });
  }
}

interface Finding {
  status: string;
  reason: string;
  message: string;
}

const SILENT: Finding = {
  status: 'Unknown',
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
};

const HEALTHY: Readonly<Record<string, Finding>> = {
  MemoryPressure: {
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  DiskPressure: {
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'kubelet has no disk pressure',
  },
  PIDPressure: {
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'kubelet has sufficient PID available',
  },
  Ready: { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
};

/** How long a pod stays bound to a node that cannot be reached. */
function tolerationMs(pod: KubeObject): number {
  const own = podSpec(pod).tolerations.find(
    ({ key, effect }) => (key === undefined || key === UNREACHABLE) && (!effect || effect === 'NoExecute'),
  );
  if (!own) return TOLERATION_MS;
  return own.tolerationSeconds === undefined ? Number.POSITIVE_INFINITY : own.tolerationSeconds * 1000;
}

/** The node's spec with those taints in place of its own of that key. */
function withTaints(node: KubeObject, key: string, taints: readonly Taint[]): Record<string, unknown> {
  const others = nodeView(node).taints.filter((taint) => taint.key !== key);
  return { ...node.spec, taints: [...others, ...taints] };
}

function withConditions(
  node: KubeObject,
  at: string,
  next: (type: string) => Finding | null,
): Record<string, unknown> {
  const changed = conditions(node).map((one) => ({ ...one, ...next(one.type), lastTransitionTime: at }));
  return { ...node.status, conditions: changed };
}
