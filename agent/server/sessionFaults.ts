import { FaultHistory } from '../chaos/faultHistory';
import { type FaultTracker, faultId, faultIdOf, faultName } from '../chaos/faultTracker';
import type { FaultPlan } from '../chaos/providers/provider';
import type { ClusterConnection } from '../cluster/connection';
import type { RunningFault } from '../cluster/snapshot';
import type { Journal } from '../journal/journal';
import { CoxswainError, type Fault, type JournalEvent, toErrorInfo, workloadId } from '../protocol';
import type { FaultOrder } from '../safety/faultOrder';
import type { ActionGate } from '../safety/gate';

interface Ports {
  cluster: Pick<ClusterConnection, 'clock' | 'snapshot'>;
  journal: { query: Journal['query']; append(event: JournalEvent): void };
  gate: Pick<ActionGate, 'mode' | 'control' | 'runFault' | 'endFault' | 'pauseFault'>;
  /** Whether the run of an experiment goes on, and ends its faults by itself. */
  isRunning(runId: string): boolean;
  publish(fault: Fault): void;
  warn(text: string): void;
}

/** How long the object of a fault of ours stays for people to look at once the fault is over, cluster time. */
const KEEP_MS = 60_000;
/** What could not be tidied away is tried again after so long, cluster time. */
const RETRY_MS = 30_000;
/** What a chaos tool has not ended so long after its time will not end by itself, cluster time. */
const TOOL_LATE_MS = 120_000;
/** A run that goes on ends its fault by itself; after so long it has not done so, cluster time. */
const RUN_LATE_MS = 60_000;
/** Of the clocks of two machines. */
const CLOCK_SKEW_MS = 60_000;
/** So many rows about faults are read at the start to know which of them have been recorded. */
const REMEMBERED_ROWS = 1000;

/** The faults of one connected cluster: followed, recorded, injected, ended, and tidied away. */
export class SessionFaults {
  readonly #ports: Ports;
  readonly #tracker: FaultTracker;
  readonly #history: FaultHistory;
  /** Until when what was tidied away, or could not be, is left alone; by id of the fault. */
  readonly #tidied = new Map<string, number>();
  /** Ids of faults whose end was asked for here, and has not been answered. */
  readonly #ending = new Set<string>();
  /** Ids of faults of which mode observe could only tell. */
  readonly #told = new Set<string>();
  /** The objects of faults that were ordered here, by the id of the fault. */
  readonly #ordered = new Map<string, readonly RunningFault['resource'][]>();

  /** @param tracker whom the gate asks as well, and so is there before it. */
  constructor(tracker: FaultTracker, ports: Ports) {
    this.#tracker = tracker;
    this.#ports = ports;
    const kinds = ['fault-started', 'fault-ended'] as const;
    const recorded = ports.journal.query({ kinds, limit: REMEMBERED_ROWS });
    this.#history = new FaultHistory(recorded.map(({ event }) => event));
  }

  /** The first look, which also finds what has ended while nobody looked. */
  start(): void {
    this.follow();
    for (const event of this.#history.endedUnseen((id) => this.#tracker.get(id))) {
      this.#ports.journal.append(event);
    }
  }

  /** Takes in what the watches show now. */
  follow(): void {
    const { cluster } = this.#ports;
    const snapshot = cluster.snapshot();
    const changed = this.#tracker.update(snapshot, cluster.clock.nowMs());
    // From now on the watch tells where it is.
    for (const fault of snapshot.faults) this.#ordered.delete(faultId(fault));
    for (const fault of changed) this.#tell(fault);
  }

  /**
   * Makes a fault through the guard; what comes of it arrives through the watch, but for what is over at once.
   *
   * @param name under which the plan's objects can be found
   * @throws CoxswainError as `ActionGate.runFault`
   */
  async inject(order: FaultOrder, name: string, runId: string | null): Promise<Fault> {
    const { cluster, gate } = this.#ports;
    const begun = begunFault(order, name, runId, cluster.clock.nowMs());
    this.#tracker.begin(begun);
    try {
      await gate.runFault(order);
    } catch (error) {
      this.#tracker.giveUp(begun.id);
      throw error;
    }
    if (!isOverAtOnce(order.plan)) {
      const lasting = order.plan.changes.filter(isLasting);
      this.#ordered.set(
        begun.id,
        lasting.map(({ write }) => write.resource),
      );
      return this.#tracker.get(begun.id) ?? begun;
    }
    const over: Fault = { ...begun, state: 'ended', endedAtMs: cluster.clock.nowMs() };
    this.#tracker.addOver(over);
    this.#tell(over);
    return over;
  }

  /** @throws CoxswainError `not-found`, or as `ActionGate.endFault`. */
  async end(id: string, by: string): Promise<Fault> {
    const resources = this.#resourcesOf(id);
    const fault = this.#known(id, resources);
    await Promise.all(resources.map((resource) => this.#ports.gate.endFault(resource, by)));
    this.#ordered.delete(id);
    return this.#tracker.get(id) ?? fault;
  }

  /** @throws CoxswainError `not-found`, or as `ActionGate.pauseFault`. */
  async pause(id: string, paused: boolean, by: string): Promise<Fault> {
    const resources = this.#resourcesOf(id);
    const fault = this.#known(id, resources);
    for (const resource of resources) await this.#ports.gate.pauseFault(resource, paused, by);
    return this.#tracker.get(id) ?? fault;
  }

  /** The fault as it is now, and what its tool says of its trouble; undefined once nobody knows it any more. */
  get(id: string): { fault: Fault; trouble: string } | undefined {
    const fault = this.#tracker.get(id);
    return fault && { fault, trouble: this.#shown(id)[0]?.trouble ?? '' };
  }

  /** Whether something of the fault is left in the cluster. */
  isThere(id: string): boolean {
    return this.#shown(id).length > 0;
  }

  /**
   * Chaos tools keep the objects of faults that are over; those that we have made we take away again. Native faults
   * whose time is over, and faults of runs that nobody goes on with, are taken back.
   */
  tidy(): void {
    const { cluster, gate, warn } = this.#ports;
    const nowMs = cluster.clock.nowMs();
    const { faults } = cluster.snapshot();
    this.#forgetGone(faults);
    for (const fault of faults) {
      const isLeftAlone = this.#ending.has(fault.id) || (this.#tidied.get(fault.id) ?? 0) > nowMs;
      const why = fault.ours && !isLeftAlone ? this.#whyTidy(fault, nowMs) : null;
      if (why === null) continue;
      if (gate.mode === 'observe' && gate.control.kind !== 'stopped') {
        if (why !== 'left over' && !this.#told.has(fault.id)) {
          this.#told.add(fault.id);
          warn(observedText(fault, why));
        }
        continue;
      }
      // What has no effect any more may lie there while nothing is to be done.
      if (why === 'left over' && gate.control.kind !== 'running') continue;
      this.#endNow(fault);
    }
  }

  /** Once at a time, however long the answer takes. */
  #endNow({ id, resource }: RunningFault): void {
    const { cluster, gate, warn } = this.#ports;
    this.#ending.add(id);
    gate
      .endFault(resource, 'Coxswain')
      .catch((error: unknown) => warn(toErrorInfo(error).message))
      .finally(() => {
        this.#ending.delete(id);
        this.#tidied.set(id, cluster.clock.nowMs() + RETRY_MS);
      });
  }

  #whyTidy(fault: RunningFault, nowMs: number): string | null {
    const { state, provider, runId } = fault;
    const lateMs = overdueMs(fault, nowMs);
    if (state === 'recovering') return null;
    if (runId !== null && this.#ports.isRunning(runId)) {
      return provider === 'native' && lateMs >= RUN_LATE_MS ? 'its time is over' : null;
    }
    if (state === 'ended') {
      const endedAtMs = this.#tracker.get(faultId(fault))?.endedAtMs ?? null;
      return endedAtMs !== null && nowMs - endedAtMs >= KEEP_MS ? 'left over' : null;
    }
    if (this.#ports.gate.control.kind === 'stopped') return 'an emergency stop is in force';
    if (runId !== null) return 'the run that it belongs to is over';
    return lateMs >= (provider === 'native' ? 0 : TOOL_LATE_MS) ? 'its time is over' : null;
  }

  #forgetGone(faults: readonly RunningFault[]): void {
    const there = new Set(faults.map(({ id }) => id));
    for (const id of this.#tidied.keys()) if (!there.has(id)) this.#tidied.delete(id);
    for (const id of this.#told) if (!there.has(id)) this.#told.delete(id);
  }

  #tell(fault: Fault): void {
    this.#ports.publish(fault);
    for (const event of this.#history.eventsFor(fault)) this.#ports.journal.append(event);
  }

  /** A fault on several nodes is one fault with several objects; they have one name. */
  #shown(id: string): readonly RunningFault[] {
    const { faults } = this.#ports.cluster.snapshot();
    const first = faults.find((fault) => faultId(fault) === id);
    const name = first === undefined ? (id.split('/').at(-1) ?? '') : faultName(first);
    return faults.filter(
      (fault) => faultId(fault) === id || (fault.native !== null && faultName(fault) === name),
    );
  }

  #resourcesOf(id: string): readonly RunningFault['resource'][] {
    const shown = this.#shown(id).map(({ resource }) => resource);
    return shown.length > 0 ? shown : (this.#ordered.get(id) ?? []);
  }

  #known(id: string, resources: readonly RunningFault['resource'][]): Fault {
    const fault = this.#tracker.get(id) ?? this.#tracker.begun(id);
    if (fault && resources.length > 0) return fault;
    throw new CoxswainError(
      'not-found',
      `There is no fault ${id}.`,
      'Look at the faults that run now, in `coxswain status`.',
    );
  }
}

function begunFault(
  { workload, plan }: FaultOrder,
  name: string,
  runId: string | null,
  nowMs: number,
): Fault {
  return {
    id: faultIdOf(plan.provider, plan.changes[0].write.resource, name),
    workloadId: workloadId(workload),
    kind: plan.kind,
    provider: plan.provider,
    runId,
    pods: [...plan.pods],
    startedAtMs: nowMs,
    endedAtMs: null,
    state: 'starting',
    text: plan.text,
  };
}

/**
 * How long the time of a fault has been over, ms; negative while it lasts. What happens once has no duration, and what
 * goes on until somebody ends it has no end. One that says to come from the future has no time that could be believed.
 */
function overdueMs(fault: RunningFault, nowMs: number): number {
  const { createdAtMs, durationMs, kind, native } = fault;
  const isKill = kind === 'pod-kill' || kind === 'container-kill';
  const lastsMs = durationMs ?? (isKill && native === null ? 0 : Number.POSITIVE_INFINITY);
  if (createdAtMs - nowMs > CLOCK_SKEW_MS) return native === null ? 0 : Number.POSITIVE_INFINITY;
  return nowMs - createdAtMs - lastsMs;
}

function isLasting({ inverse }: FaultPlan['changes'][number]): boolean {
  return inverse.kind === 'write';
}

/** Nothing of it can be seen through the watch. */
function isOverAtOnce({ isInstant, changes }: FaultPlan): boolean {
  return isInstant && !changes.some(isLasting);
}

function observedText({ resource, provider }: RunningFault, why: string): string {
  const object = `${resource.plural} ${resource.namespace === '' ? '' : `${resource.namespace}/`}${resource.name}`;
  return `The ${provider} fault on ${object} is still there, though ${why}: mode observe never writes. Switch to mode approve, or use the emergency stop, which ends all faults in any mode.`;
}
