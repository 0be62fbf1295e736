import { randomBytes } from 'node:crypto';
import { chaosMeshFault } from '../chaos/chaosMesh';
import { FaultHistory } from '../chaos/faultHistory';
import { type FaultTracker, faultId } from '../chaos/faultTracker';
import type { ClusterConnection } from '../cluster/connection';
import type { RunningFault, Workload } from '../cluster/snapshot';
import type { Journal } from '../journal/journal';
import { CoxswainError, type Fault, type ParsedParams, toErrorInfo } from '../protocol';
import type { ActionGate } from '../safety/gate';

interface Ports {
  cluster: ClusterConnection;
  journal: Journal;
  gate: ActionGate;
  /** How long a fault lasts unless it is told otherwise, ms. */
  defaultDurationMs(): number;
  publish(fault: Fault): void;
  warn(text: string): void;
}

/** How long the object of a fault of ours stays for people to look at once the fault is over, cluster time. */
const KEEP_MS = 60_000;
/** So many rows about faults are read at the start to know which of them have been recorded. */
const REMEMBERED_ROWS = 1000;

/** The faults of one connected cluster: followed, recorded, injected, ended, and tidied away. */
export class SessionFaults {
  readonly #ports: Ports;
  readonly #tracker: FaultTracker;
  readonly #history: FaultHistory;
  /** Uids of faults whose objects were taken away, or could not be. */
  readonly #tidied = new Set<string>();

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
    const { cluster, journal, publish } = this.#ports;
    for (const fault of this.#tracker.update(cluster.snapshot(), cluster.clock.nowMs())) {
      publish(fault);
      for (const event of this.#history.eventsFor(fault)) journal.append(event);
    }
  }

  /** Creates the chaos object; what comes of it arrives through the watch. */
  async inject(workload: Workload, params: ParsedParams<'injectFault'>, by: string): Promise<Fault> {
    const { cluster, gate, defaultDurationMs } = this.#ports;
    refuseWithoutChaosMesh(cluster);
    refuseWithoutLabels(workload);
    const { kind, workloadId, durationSeconds } = params;
    const durationMs = durationSeconds === undefined ? defaultDurationMs() : durationSeconds * 1000;
    const name = `coxswain-${kind}-${randomBytes(4).toString('hex')}`;
    const { text, ...change } = chaosMeshFault({ kind, workload, name, durationMs });
    const startedAtMs = cluster.clock.nowMs();
    await gate.runFault(workloadId, change, by);
    const id = faultId(change.write.resource);
    const begun: Fault = {
      id,
      workloadId,
      kind,
      pods: [],
      startedAtMs,
      endedAtMs: null,
      state: 'starting',
      text,
    };
    return this.#tracker.get(id) ?? begun;
  }

  /** @throws CoxswainError `not-found`, or as `ActionGate.endFault`. */
  async end(id: string, by: string): Promise<Fault> {
    const { cluster, gate } = this.#ports;
    const running = cluster.snapshot().faults.find((fault) => faultId(fault.resource) === id);
    const fault = this.#tracker.get(id);
    if (!running || !fault) {
      throw new CoxswainError('not-found', `There is no fault ${id}.`, 'Look at the faults that run now.');
    }
    await gate.endFault(running.resource, by);
    return fault;
  }

  /** Chaos Mesh keeps the objects of faults that are over; those that we have made we take away again, once. */
  tidy(): void {
    const { cluster, gate } = this.#ports;
    if (gate.mode === 'observe' || gate.control.kind !== 'running') return;
    for (const fault of cluster.snapshot().faults) {
      if (!this.#isLeftOver(fault)) continue;
      this.#tidied.add(fault.id);
      gate
        .endFault(fault.resource, 'Coxswain')
        .catch((error: unknown) => this.#ports.warn(toErrorInfo(error).message));
    }
  }

  #isLeftOver({ id: uid, ours, resource, state }: RunningFault): boolean {
    if (!ours || state !== 'ended' || this.#tidied.has(uid)) return false;
    const endedAtMs = this.#tracker.get(faultId(resource))?.endedAtMs ?? null;
    return endedAtMs !== null && this.#ports.cluster.clock.nowMs() - endedAtMs >= KEEP_MS;
  }
}

function refuseWithoutChaosMesh({ capabilities, context }: ClusterConnection): void {
  if (capabilities.some(({ key, present }) => key === 'chaos-mesh' && present)) return;
  throw new CoxswainError(
    'capability-missing',
    `Chaos Mesh is not installed in ${context}.`,
    'Install Chaos Mesh there, or try faults on the embedded cluster.',
  );
}

/** Without labels to select by, a fault would hit any pod of the namespace. */
function refuseWithoutLabels({ ref, selector }: Workload): void {
  if (Object.keys(selector).length > 0) return;
  throw new CoxswainError(
    'capability-missing',
    `${ref.namespace}/${ref.name} selects its pods by expressions alone, by which Chaos Mesh cannot be told to hit them.`,
    'Add a label to `spec.selector.matchLabels`, or write the experiment by hand.',
  );
}
