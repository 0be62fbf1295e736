import { type WorkloadRef, workloadId } from '../protocol';
import { EventLog } from './eventLog';
import { FaultEvents } from './faultEvents';
import { faultView } from './faultView';
import type { ScalerRecord } from './model/autoscaler';
import type { DeploymentRecord } from './model/deployment';
import type { ChaosPlural, FaultRecord } from './model/fault';
import type { ChaosResultRecord } from './model/faultLitmus';
import { hasLabels, isSelected } from './model/meta';
import { isSignificantPodChange, type PodRecord } from './model/pod';
import type {
  BudgetRecord,
  EventRecord,
  NodeRecord,
  ReplicaSetRecord,
  ServiceRecord,
} from './model/relations';
import { PodIndex } from './podIndex';
import type { ReleaseTables } from './releaseTables';
import { ReleaseView } from './releaseView';
import type { Autoscaler, ClusterSnapshot, Node, Owner, RunningFault, Workload } from './snapshot';
import { Table } from './table';

/** What became different. `significant` is what healing wants to hear at once. */
export interface ClusterChange {
  /** Also of releases, which have ids of the same kind. */
  workloadIds: readonly string[];
  significant: boolean;
}

export interface SnapshotStoreOptions {
  /** At most two for each turn of `defer`: what is significant, and the rest. */
  onChange(change: ClusterChange): void;
  /** Calls back once the changes at hand have been taken in; `setImmediate` in production. */
  defer(callback: () => void): void;
}

export type FaultPlural = ChaosPlural | 'schedules' | 'workflows' | 'chaosengines';

type Relations = Pick<Workload, 'services' | 'disruptionBudgets' | 'owners' | 'autoscalers'>;

/**
 * Keeps what the watches say, and makes snapshots of it. A change touches its own workload only, which is rebuilt
 * when the next snapshot is asked for.
 */
export class SnapshotStore {
  readonly deployments = new Table<DeploymentRecord>({
    onChange: (...change) => this.#deployment(...change),
  });
  readonly replicaSets = new Table<ReplicaSetRecord>({
    onChange: (...change) => this.#replicaSet(...change),
  });
  readonly pods = new Table<PodRecord>({
    onChange: (...change) => this.#pod(...change),
    // Pods of Jobs, DaemonSets and the like are none of ours.
    keep: (record) => record.replicaSet !== null || record.drainedFrom !== null,
  });
  readonly services = new Table<ServiceRecord>({
    onChange: (...change) => {
      this.#relation(change, serves);
      this.#releases.service(...change);
    },
  });
  readonly budgets = new Table<BudgetRecord>({ onChange: (...change) => this.#relation(change, protects) });
  readonly hpas = this.#scalerTable();
  readonly scaledObjects = this.#scalerTable();
  readonly nodes = new Table<NodeRecord>({ onChange: (...change) => this.#node(...change) });
  readonly faults: Readonly<Record<FaultPlural, Table<FaultRecord>>> = {
    podchaos: this.#faultTable(),
    stresschaos: this.#faultTable(),
    networkchaos: this.#faultTable(),
    httpchaos: this.#faultTable(),
    dnschaos: this.#faultTable(),
    iochaos: this.#faultTable(),
    timechaos: this.#faultTable(),
    schedules: this.#faultTable(),
    workflows: this.#faultTable(),
    chaosengines: this.#faultTable(),
  };
  readonly chaosResults = new Table<ChaosResultRecord>({ onChange: () => this.#faultsChanged() });
  readonly faultEvents = new FaultEvents(() => this.#faultsChanged());
  readonly events = new EventLog({
    workloadOf: (event) => this.#workloadOfEvent(event),
    onChange: (id, alarming) => this.#mark(id, alarming),
  });

  readonly #options: SnapshotStoreOptions;
  readonly #podIndex = new PodIndex(this.replicaSets);
  readonly #releases: ReleaseView = new ReleaseView({
    deployments: this.deployments,
    services: this.services,
    scalers: (namespace) => this.#scalersIn(namespace),
    podsOf: (id) => this.#podIndex.podsOf(id),
    onChange: (id) => this.#changedLater(id, false),
  });
  readonly #relations = new Map<string, Relations>();
  /** Workloads that the latest snapshot does not show as they are. */
  readonly #outdated = new Set<string>();
  #changed = { significant: new Set<string>(), other: new Set<string>() };
  #isFlushDue = false;
  #nodesView: ReadonlyMap<string, Node> | null = null;
  #faultsView: readonly RunningFault[] | null = null;
  #workloadsView: ReadonlyMap<string, Workload> = new Map();

  constructor(options: SnapshotStoreOptions) {
    this.#options = options;
  }

  /** What only releases go by. */
  get releases(): ReleaseTables {
    return this.#releases.tables;
  }

  /** `atMs` and `generation` are what the watches know of themselves. */
  snapshot(atMs: number, generation: number): ClusterSnapshot {
    this.#workloadsView = this.#rebuiltWorkloads();
    this.#nodesView ??= new Map([...this.nodes.all()].map(({ name, node }) => [name, node]));
    this.#faultsView ??= this.#faultsNow();
    return {
      atMs,
      generation,
      workloads: this.#workloadsView,
      nodes: this.#nodesView,
      faults: this.#faultsView,
      releases: this.#releases.rebuilt(this.#workloadsView),
    };
  }

  #faultsNow(): readonly RunningFault[] {
    const changed = [...this.deployments.all(), ...this.nodes.all()];
    return faultView({
      records: Object.values(this.faults).flatMap((table) => [...table.all()]),
      results: this.chaosResults.all(),
      native: changed.flatMap(({ fault }) => fault ?? []),
      events: this.faultEvents,
    });
  }

  #rebuiltWorkloads(): ReadonlyMap<string, Workload> {
    if (this.#outdated.size === 0) return this.#workloadsView;
    const workloads = new Map(this.#workloadsView);
    for (const id of this.#outdated) {
      const { namespace, name } = parseWorkloadId(id);
      const deployment = this.deployments.get(namespace, name);
      if (deployment) workloads.set(id, this.#build(id, deployment));
      else workloads.delete(id);
    }
    this.#outdated.clear();
    return workloads;
  }

  #build(id: string, deployment: DeploymentRecord): Workload {
    const { templateLabels: _, fault: _f, spec: _s, isObserved: _o, namespace, name, ...own } = deployment;
    return {
      ...own,
      ref: refOf(deployment),
      ...this.#relationsOf(id, deployment),
      pods: this.#podIndex.podsOf(id),
      events: this.events.eventsOf(id),
    };
  }

  #relationsOf(id: string, deployment: DeploymentRecord): Relations {
    const { namespace } = deployment;
    const scalersIn = (table: Table<ScalerRecord>) =>
      [...table.inNamespace(namespace)].filter((scaler) => scales(scaler, deployment));
    const hpas = scalersIn(this.hpas);
    const scaledObjects = scalersIn(this.scaledObjects);
    const scalers = [...hpas, ...scaledObjects].map(
      ({ autoscaler: { kind, name } }): Owner => ({ kind, name, owns: 'replicas' }),
    );
    const relations = this.#relations.get(id) ?? {
      services: [...this.services.inNamespace(namespace)]
        .filter((service) => serves(service, deployment))
        .map(({ name, selector }) => ({ name, selector })),
      disruptionBudgets: [...this.budgets.inNamespace(namespace)]
        .filter((budget) => protects(budget, deployment))
        .map(({ name, disruptionsAllowed }) => ({ name, disruptionsAllowed })),
      owners: [...scalers, ...deployment.owners],
      autoscalers: autoscalersOf(hpas, scaledObjects),
    };
    this.#relations.set(id, relations);
    return relations;
  }

  #deployment(before: DeploymentRecord | undefined, after: DeploymentRecord | undefined): void {
    const record = after ?? before;
    if (!record) return;
    const id = workloadId(refOf(record));
    this.#relations.delete(id);
    if (before?.fault || after?.fault) this.#faultsChanged();
    if (!after) this.events.forget(id);
    this.#releases.deploymentRecord(before, after);
    this.#mark(id, isSignificantDeploymentChange(before, after));
  }

  #replicaSet(before: ReplicaSetRecord | undefined, after: ReplicaSetRecord | undefined): void {
    this.#releases.replicaSet(before, after);
    for (const uid of new Set([before?.uid, after?.uid])) {
      if (uid === undefined) continue;
      for (const record of this.#podIndex.ofReplicaSet(uid)) {
        this.#mark(this.#podIndex.remove(record), false);
        this.#mark(this.#podIndex.add(record), false);
      }
    }
  }

  #pod(before: PodRecord | undefined, after: PodRecord | undefined): void {
    const significant = isSignificantPodChange(before?.pod, after?.pod);
    if (before) this.#mark(this.#podIndex.remove(before), significant);
    if (after) this.#mark(this.#podIndex.add(after), significant);
  }

  #relation<T extends { namespace: string }>(
    change: readonly (T | undefined)[],
    concerns: (record: T, deployment: DeploymentRecord) => boolean,
  ): void {
    const records = change.filter((record) => record !== undefined);
    for (const deployment of this.deployments.inNamespace(records[0]?.namespace ?? '')) {
      if (!records.some((record) => concerns(record, deployment))) continue;
      const id = workloadId(refOf(deployment));
      this.#relations.delete(id);
      this.#mark(id, false);
    }
  }

  /** Looks through all pods, which is fine: the condition of a node changes rarely. */
  #node(before: NodeRecord | undefined, after: NodeRecord | undefined): void {
    this.#nodesView = null;
    if (before?.fault || after?.fault) this.#faultsChanged();
    const name = after?.name ?? before?.name;
    for (const record of this.pods.all()) {
      if (record.pod.node === name) this.#mark(this.#podIndex.homeOf(record), true);
    }
    this.#flushLater();
  }

  #scalerTable(): Table<ScalerRecord> {
    return new Table({
      onChange: (...change) => {
        this.#relation(change, scales);
        for (const scaler of change) if (scaler) this.#releases.scaler(scaler);
      },
    });
  }

  *#scalersIn(namespace: string): Iterable<ScalerRecord> {
    yield* this.hpas.inNamespace(namespace);
    yield* this.scaledObjects.inNamespace(namespace);
  }

  #faultTable(): Table<FaultRecord> {
    return new Table({ onChange: (...change) => this.#fault(...change) });
  }

  #faultsChanged(): void {
    this.#faultsView = null;
    this.#flushLater();
  }

  #fault(before: FaultRecord | undefined, after: FaultRecord | undefined): void {
    this.#faultsView = null;
    for (const fault of [before?.fault, after?.fault]) {
      for (const namespace of fault?.namespaces ?? []) {
        for (const deployment of this.deployments.inNamespace(namespace)) {
          const aimed = isSelected(deployment.templateLabels, { matchLabels: fault?.podLabels ?? {} });
          if (aimed) this.#mark(workloadId(refOf(deployment)), true);
        }
        for (const pod of fault?.pods ?? []) {
          const record = this.pods.get(namespace, pod);
          if (record) this.#mark(this.#podIndex.homeOf(record), true);
        }
      }
    }
    this.#flushLater();
  }

  #workloadOfEvent({ namespace, involved: { kind, name } }: EventRecord): string | null {
    const owner = this.#deploymentOfObject(namespace, kind, name);
    const deployment = owner === null ? undefined : this.deployments.get(namespace, owner);
    return deployment ? workloadId(refOf(deployment)) : null;
  }

  #deploymentOfObject(namespace: string, kind: string, name: string): string | null {
    switch (kind) {
      case 'Deployment':
        return name;
      case 'ReplicaSet':
        return this.replicaSets.get(namespace, name)?.deployment ?? name.replace(/-[^-]+$/, '');
      case 'HorizontalPodAutoscaler':
        return this.hpas.get(namespace, name)?.deployment ?? null;
      case 'Pod': {
        const record = this.pods.get(namespace, name);
        const id = record ? this.#podIndex.homeOf(record) : null;
        if (id?.includes('/Rollout/')) return null;
        // Of a pod that is gone only the name is left: Deployment, template hash and five letters.
        return id ? parseWorkloadId(id).name : name.replace(/-[^-]+-[^-]+$/, '');
      }
      default:
        return null;
    }
  }

  #mark(id: string | null, significant: boolean): void {
    if (id === null) return;
    if (id.includes('/Rollout/')) {
      this.#releases.podsChanged(id);
      return;
    }
    this.#outdated.add(id);
    this.#changedLater(id, significant);
    this.#releases.deploymentChanged(id);
  }

  #changedLater(id: string, significant: boolean): void {
    (significant ? this.#changed.significant : this.#changed.other).add(id);
    this.#flushLater();
  }

  #flushLater(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#options.defer(() => this.#flush());
  }

  #flush(): void {
    const { significant, other } = this.#changed;
    this.#changed = { significant: new Set(), other: new Set() };
    this.#isFlushDue = false;
    if (significant.size > 0) this.#options.onChange({ workloadIds: [...significant], significant: true });
    const rest = [...other].filter((id) => !significant.has(id));
    if (rest.length > 0 || significant.size === 0)
      this.#options.onChange({ workloadIds: rest, significant: false });
  }
}

/** Whether healing wants to hear of this change at once: a rollout begins, ends or gets stuck, or the wish changes. */
function isSignificantDeploymentChange(
  before: DeploymentRecord | undefined,
  after: DeploymentRecord | undefined,
): boolean {
  return (
    before?.uid !== after?.uid ||
    before?.rollingOut !== after?.rollingOut ||
    before?.rolloutStalled !== after?.rolloutStalled ||
    before?.desiredReplicas !== after?.desiredReplicas
  );
}

function serves({ selector }: ServiceRecord, { templateLabels }: DeploymentRecord): boolean {
  return hasLabels(templateLabels, selector);
}

function protects({ selector }: BudgetRecord, { templateLabels }: DeploymentRecord): boolean {
  return isSelected(templateLabels, selector);
}

function scales({ deployment }: ScalerRecord, { name }: DeploymentRecord): boolean {
  return deployment === name;
}

/** The HPA that KEDA makes for a ScaledObject only carries it out, and knows how many replicas it wants. */
function autoscalersOf(hpas: readonly ScalerRecord[], scaledObjects: readonly ScalerRecord[]): Autoscaler[] {
  const madeFor = (hpa: ScalerRecord) =>
    hpa.scaledObject ?? scaledObjects.find(({ name }) => hpa.name === `keda-hpa-${name}`)?.name ?? null;
  return [
    ...hpas.filter((hpa) => madeFor(hpa) === null).map(({ autoscaler }) => autoscaler),
    ...scaledObjects.map(({ name, autoscaler }) => {
      const hpa = hpas.find((each) => madeFor(each) === name)?.autoscaler;
      const { desiredReplicas = null, currentReplicas = null } = hpa ?? {};
      return { ...autoscaler, desiredReplicas, currentReplicas };
    }),
  ];
}

function refOf({ namespace, name }: { namespace: string; name: string }): WorkloadRef {
  return { kind: 'Deployment', namespace, name };
}

function parseWorkloadId(id: string): { namespace: string; name: string } {
  const [namespace = '', , name = ''] = id.split('/');
  return { namespace, name };
}
