import type { ClusterSnapshot, RunningFault, Workload } from '../cluster/snapshot';
import { type Fault, type FaultKind, workloadId } from '../protocol';

/** Follows the chaos objects of the cluster, ours and those of others, and reports each change of one once. */
export class FaultTracker {
  readonly #known = new Map<string, Fault>();

  /** What is new or different since the last call. Objects that are gone have ended. */
  update(snapshot: ClusterSnapshot, nowMs: number): Fault[] {
    const changed: Fault[] = [];
    const seen = new Set<string>();
    for (const running of snapshot.faults) {
      const fault = this.#toFault(running, snapshot, nowMs);
      if (fault === null) continue;
      seen.add(fault.id);
      if (this.#store(fault)) changed.push(fault);
    }
    for (const fault of this.#known.values()) {
      if (seen.has(fault.id) || fault.endedAtMs !== null) continue;
      const ended: Fault = { ...fault, state: 'ended', endedAtMs: nowMs };
      this.#store(ended);
      changed.push(ended);
    }
    return changed;
  }

  /** The latest fault that may explain what is wrong with a workload now. */
  behind(workload: string, nowMs: number, memoryMs = 120_000): Fault | null {
    const candidates = [...this.#known.values()].filter(
      (fault) =>
        fault.workloadId === workload && (fault.endedAtMs === null || nowMs - fault.endedAtMs < memoryMs),
    );
    return candidates.toSorted((a, b) => b.startedAtMs - a.startedAtMs)[0] ?? null;
  }

  get(id: string): Fault | undefined {
    return this.#known.get(id);
  }

  #store(fault: Fault): boolean {
    const before = this.#known.get(fault.id);
    this.#known.set(fault.id, fault);
    return before?.state !== fault.state || before.pods.length !== fault.pods.length;
  }

  #toFault(running: RunningFault, snapshot: ClusterSnapshot, nowMs: number): Fault | null {
    if (running.kind === 'other') return null;
    const target = targetOf(running, snapshot);
    const id = faultId(running.resource);
    const before = this.#known.get(id);
    if (!target && !before) return null;
    // A killed pod is gone at once: what remains of the experiment is only its record.
    const over = running.state === 'ended' || (running.kind === 'pod-kill' && running.state === 'running');
    return {
      id,
      workloadId: before?.workloadId ?? (target ? workloadId(target.ref) : ''),
      kind: running.kind,
      pods: [...running.pods],
      startedAtMs: running.createdAtMs,
      endedAtMs: before?.endedAtMs ?? (over ? nowMs : null),
      state: over ? 'ended' : running.state,
      text: before?.text ?? describeFault(running.kind, running.pods),
    };
  }
}

/** The id of a fault: `namespace/name` of its chaos object. */
export function faultId(resource: { namespace: string; name: string }): string {
  return `${resource.namespace}/${resource.name}`;
}

/** The workload that a fault aims at: the one of its pods, or the one whose selector it uses. */
function targetOf(fault: RunningFault, snapshot: ClusterSnapshot): Workload | undefined {
  const workloads = [...snapshot.workloads.values()].filter((workload) =>
    fault.namespaces.includes(workload.ref.namespace),
  );
  const byPod = workloads.find((workload) => workload.pods.some((pod) => fault.pods.includes(pod.name)));
  return byPod ?? workloads.find((workload) => isSubset(fault.podLabels, workload.selector));
}

function isSubset(labels: Readonly<Record<string, string>>, of: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(labels);
  return entries.length > 0 && entries.every(([key, value]) => of[key] === value);
}

const FAULT_WORDS: Record<FaultKind, string> = {
  'pod-kill': 'pod kill',
  'cpu-stress': 'CPU stress',
  'memory-stress': 'memory stress',
  'network-delay': 'network delay',
};

function describeFault(kind: FaultKind, pods: readonly string[]): string {
  const where = pods.length === 0 ? '' : ` on ${pods.length === 1 ? pods[0] : `${pods.length} pods`}`;
  return `${FAULT_WORDS[kind]}${where}`;
}
