import type { ClusterSnapshot, RunningFault } from '../cluster/snapshot';
import { type ChaosProviderName, FAULT_TITLES, type Fault, type FaultKind, workloadId } from '../protocol';

/** How long after its end a fault may still explain what is wrong, and is remembered once its object is gone. */
const MEMORY_MS = 120_000;

/** A fault, and the uid of its object: one of the same name made anew is another fault. */
interface Known {
  fault: Fault;
  uid: string;
  /** What it was called when it was ordered; null for those of others. */
  title: string | null;
}

/** Follows the chaos objects of the cluster, ours and those of others, and reports each change of one once. */
export class FaultTracker {
  readonly #known = new Map<string, Known>();
  /** What was said of faults when they were ordered, until the watch shows them. */
  readonly #begun = new Map<string, Fault>();
  #hasLooked = false;

  /** A fault was ordered: what it is in words, and whom it is aimed at, is known before the watch shows it. */
  begin(fault: Fault): void {
    this.#begun.set(fault.id, fault);
  }

  /** What was ordered could not be done. */
  giveUp(id: string): void {
    this.#begun.delete(id);
  }

  /** What was ordered, and no watch has shown yet. */
  begun(id: string): Fault | undefined {
    return this.#begun.get(id);
  }

  /** A fault is over as soon as it is done, and no object tells of it: nothing of it comes through the watch. */
  addOver(fault: Fault): void {
    this.#begun.delete(fault.id);
    this.#known.set(fault.id, { fault, uid: fault.id, title: fault.text });
  }

  /**
   * What is new or different since the last call. Objects that are gone have ended. What was over before the first
   * call is history and not news: Chaos Mesh keeps the objects of experiments that have ended.
   */
  update(snapshot: ClusterSnapshot, nowMs: number): Fault[] {
    const changed: Fault[] = [];
    const seen = new Set<string>();
    for (const running of snapshot.faults) {
      const fault = this.#toFault(running, snapshot, nowMs);
      if (fault === null) continue;
      seen.add(fault.id);
      const before = this.#known.get(fault.id);
      const title = this.#begun.get(fault.id)?.text ?? (before?.uid === running.id ? before.title : null);
      this.#begun.delete(fault.id);
      this.#known.set(fault.id, {
        fault: title === null ? fault : { ...fault, text: title },
        uid: running.id,
        title,
      });
      const isHistory = !this.#hasLooked && fault.state === 'ended';
      if (!isHistory && isNews(fault, before?.uid === running.id ? before.fault : null)) {
        changed.push(this.get(fault.id) ?? fault);
      }
    }
    this.#hasLooked = true;
    return [...changed, ...this.#gone(seen, nowMs)];
  }

  /** The latest fault that may explain what is wrong with a workload now. */
  behind(workload: string, nowMs: number): Fault | null {
    const candidates = [...this.#known.values()]
      .map(({ fault }) => fault)
      .filter(
        ({ workloadId, state, endedAtMs }) =>
          workloadId === workload &&
          state !== 'failed' &&
          (endedAtMs === null || nowMs - endedAtMs < MEMORY_MS),
      );
    return candidates.toSorted((a, b) => b.startedAtMs - a.startedAtMs)[0] ?? null;
  }

  get(id: string): Fault | undefined {
    return this.#known.get(id)?.fault;
  }

  /** The ends of faults whose objects are gone. */
  #gone(seen: ReadonlySet<string>, nowMs: number): Fault[] {
    const ended: Fault[] = [];
    for (const [id, { fault, uid, title }] of this.#known) {
      if (seen.has(id)) continue;
      if (fault.endedAtMs === null) {
        const neverRan = fault.state === 'starting' || fault.state === 'failed';
        const over: Fault = { ...fault, state: neverRan ? 'failed' : 'ended', endedAtMs: nowMs };
        this.#known.set(id, { fault: over, uid, title });
        ended.push(over);
      } else if (nowMs - fault.endedAtMs > MEMORY_MS) this.#known.delete(id);
    }
    return ended;
  }

  #toFault(running: RunningFault, snapshot: ClusterSnapshot, nowMs: number): Fault | null {
    if (running.kind === 'other') return null;
    const id = faultId(running);
    const known = this.#known.get(id);
    const begun = this.#begun.get(id);
    const before = known?.uid === running.id ? known.fault : null;
    const target = before?.workloadId ?? begun?.workloadId ?? targetOf(running, snapshot);
    if (target === null) return null;
    // Nobody says when one ended that was over at first sight: at the latest when its time was up.
    const endedAtMs = this.#hasLooked
      ? nowMs
      : Math.min(nowMs, running.createdAtMs + (running.durationMs ?? 0));
    return {
      id,
      workloadId: target,
      kind: running.kind,
      provider: running.provider,
      runId: running.runId ?? before?.runId ?? begun?.runId ?? null,
      pods: running.pods.length > 0 ? [...running.pods] : [...(before?.pods ?? begun?.pods ?? [])],
      startedAtMs: running.createdAtMs,
      endedAtMs: running.state === 'ended' ? (before?.endedAtMs ?? endedAtMs) : null,
      state: running.state,
      text: describeFault(running.kind, running.pods),
    };
  }
}

function isNews(fault: Fault, before: Fault | null): boolean {
  return before?.state !== fault.state || before.pods.length !== fault.pods.length;
}

/**
 * The id of a fault: `namespace/plural/name` of its chaos object; for a native one those of the object that it has
 * changed, and its own name, as one object may be changed again and again.
 */
export function faultId(fault: Pick<RunningFault, 'provider' | 'resource' | 'native'>): string {
  return faultIdOf(fault.provider, fault.resource, faultName(fault));
}

export function faultIdOf(
  provider: ChaosProviderName,
  { namespace, plural, name }: RunningFault['resource'],
  ownName: string,
): string {
  const object = `${namespace}/${plural}/${name}`;
  return provider === 'native' ? `${object}/${ownName}` : object;
}

/** The name that a fault was given when it was ordered. */
export function faultName({ resource, native }: Pick<RunningFault, 'resource' | 'native'>): string {
  return native === null ? resource.name : (native.record?.name ?? 'unknown');
}

/** The id of the workload that a fault aims at: the one of its pods, or the one whose selector it uses. */
function targetOf(fault: RunningFault, snapshot: ClusterSnapshot): string | null {
  const workloads = [...snapshot.workloads.values()].filter((workload) =>
    fault.namespaces.includes(workload.ref.namespace),
  );
  const changed = workloads.find(
    ({ ref }) => fault.resource.plural === 'deployments' && ref.name === fault.resource.name,
  );
  const byPod = workloads.find((workload) => workload.pods.some((pod) => fault.pods.includes(pod.name)));
  const target =
    changed ?? byPod ?? workloads.find((workload) => isSubset(fault.podLabels, workload.selector));
  return target ? workloadId(target.ref) : null;
}

function isSubset(labels: Readonly<Record<string, string>>, of: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(labels);
  return entries.length > 0 && entries.every(([key, value]) => of[key] === value);
}

function describeFault(kind: FaultKind, pods: readonly string[]): string {
  const where = pods.length === 0 ? '' : ` on ${pods.length === 1 ? pods[0] : `${pods.length} pods`}`;
  return `${FAULT_TITLES[kind]}${where}`;
}
