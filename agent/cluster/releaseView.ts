import { isDeepStrictEqual } from 'node:util';
import type { ScalerRecord } from './model/autoscaler';
import type { DeploymentRecord } from './model/deployment';
import type { ReplicaSetRecord, ServiceRecord } from './model/relations';
import { buildArgo } from './model/releaseArgo';
import { buildFlagger } from './model/releaseFlagger';
import { buildManaged } from './model/releaseManaged';
import { readManagedSettings } from './model/releaseNote';
import type { AnalysisRunRecord, ReleaseRecord } from './model/releaseRollout';
import type { RouteRecord } from './model/releaseRoute';
import { dependencyKey, hostKey, idOf, labelKey, ReleaseSources } from './releaseSources';
import type { Release } from './releases';
import { ReleaseTables } from './releaseTables';
import type { Pod, Workload } from './snapshot';
import type { Table } from './table';

export interface ReleaseViewPorts {
  deployments: Table<DeploymentRecord>;
  services: Table<ServiceRecord>;
  scalers(namespace: string): Iterable<ScalerRecord>;
  podsOf(id: string): readonly Pod[];
  /** A release is not any more as the latest snapshot shows it. */
  onChange(id: string): void;
}

/**
 * All releases, as the watches show them. A change touches those that are made of what has changed, which are made anew
 * when the next snapshot is asked for.
 */
export class ReleaseView {
  readonly tables: ReleaseTables;
  readonly #ports: ReleaseViewPorts;
  readonly #outdated = new Set<string>();
  /** By `dependencyKey`: the releases that are made of it. */
  readonly #dependents = new Map<string, Set<string>>();
  readonly #keysOf = new Map<string, ReadonlySet<string>>();
  /** By the Rollout's id and their own names. */
  readonly #revisions = new Map<string, Map<string, ReplicaSetRecord>>();
  readonly #runs = new Map<string, Map<string, AnalysisRunRecord>>();
  /** By their route and their own names. */
  readonly #managed = new Map<string, Map<string, DeploymentRecord>>();
  #view: ReadonlyMap<string, Release> = new Map();

  constructor(ports: ReleaseViewPorts) {
    this.#ports = ports;
    this.tables = new ReleaseTables({
      route: (before, after) => this.#route(before, after),
      ingressClass: () => this.#touchAll(),
      rollout: (before, after) => this.#own('Rollout', before ?? after),
      flagger: (before, after) => this.#own('Canary', before ?? after),
      analysisRun: (before, after) => this.#run(before, after),
    });
  }

  /** @param workloads as they are now */
  rebuilt(workloads: ReadonlyMap<string, Workload>): ReadonlyMap<string, Release> {
    if (this.#outdated.size === 0) return this.#view;
    const releases = new Map(this.#view);
    for (const id of this.#outdated) {
      const release = this.#build(id, workloads);
      if (release) releases.set(id, release);
      else releases.delete(id);
    }
    this.#outdated.clear();
    this.#view = releases;
    return releases;
  }

  /** A Deployment, or what belongs to it, is not as it was. @returns the releases that are made of it */
  deploymentChanged(id: string): readonly string[] {
    return this.#touch(id);
  }

  /** A Deployment says, or has said, that it is to be released. */
  deploymentRecord(before: DeploymentRecord | undefined, after: DeploymentRecord | undefined): void {
    const isOurs = (record: DeploymentRecord | undefined) => (record?.spec ?? null) !== null;
    if (!isOurs(before) && !isOurs(after)) return;
    this.#own('Deployment', before ?? after);
    for (const [record, isThere] of [
      [before, false],
      [after, true],
    ] as const) {
      const read = record ? readManagedSettings(record.annotations) : null;
      if (!record || !read || 'broken' in read) continue;
      const key = dependencyKey(record.namespace, 'Managed', read.route);
      put(this.#managed, key, record.name, isThere ? record : null);
      this.#touch(key);
    }
  }

  service(before: ServiceRecord | undefined, after: ServiceRecord | undefined): void {
    const record = before ?? after;
    if (!record) return;
    this.#touch(dependencyKey(record.namespace, 'Service', record.name));
    if (isDeepStrictEqual(before?.selector, after?.selector)) return;
    // Pods that it finds have all of its labels: one of them is enough.
    for (const { selector } of [before, after].filter((each) => each !== undefined)) {
      const [label] = Object.entries(selector);
      if (label) this.#touch(labelKey(record.namespace, label));
    }
  }

  scaler({ namespace, rollout }: ScalerRecord): void {
    if (rollout !== null) this.#touch(dependencyKey(namespace, 'Scaler', '*'));
  }

  podsChanged(rolloutId: string): void {
    this.#outdate(rolloutId);
  }

  replicaSet(before: ReplicaSetRecord | undefined, after: ReplicaSetRecord | undefined): void {
    for (const [record, isThere] of [
      [before, false],
      [after, true],
    ] as const) {
      if (!record?.revision) continue;
      const { namespace, name } = record;
      const id = idOf('Rollout', { namespace, name: record.revision.rollout, uid: '' });
      put(this.#revisions, id, name, isThere ? record : null);
      this.#outdate(id);
    }
  }

  #run(before: AnalysisRunRecord | undefined, after: AnalysisRunRecord | undefined): void {
    for (const [record, isThere] of [
      [before, false],
      [after, true],
    ] as const) {
      if (!record || record.rollout === null) continue;
      const { namespace, name, rollout } = record;
      const id = idOf('Rollout', { namespace, name: rollout, uid: '' });
      put(this.#runs, id, name, isThere ? record : null);
      this.#outdate(id);
    }
  }

  #route(before: RouteRecord | undefined, after: RouteRecord | undefined): void {
    const record = after ?? before;
    if (!record) return;
    const { kind } = record.route;
    this.#touch(dependencyKey(record.namespace, kind, record.name));
    if (kind === 'DestinationRule') this.#touch(dependencyKey(record.namespace, kind, '*'));
    if (isDeepStrictEqual(before?.route.hosts, after?.route.hosts)) return;
    for (const host of [...(before?.route.hosts ?? []), ...(after?.route.hosts ?? [])])
      this.#touch(hostKey(host));
  }

  #own(
    kind: 'Deployment' | 'Rollout' | 'Canary',
    record: ReleaseRecord | DeploymentRecord | undefined,
  ): void {
    if (record) this.#outdate(idOf(kind, record));
  }

  #touch(key: string): readonly string[] {
    const ids = [...(this.#dependents.get(key) ?? [])];
    for (const id of ids) this.#outdate(id);
    return ids;
  }

  #touchAll(): void {
    for (const id of this.#keysOf.keys()) this.#outdate(id);
  }

  #outdate(id: string): void {
    this.#outdated.add(id);
    this.#ports.onChange(id);
  }

  #build(id: string, workloads: ReadonlyMap<string, Workload>): Release | null {
    const [namespace = '', kind, name = ''] = id.split('/');
    const sources = new ReleaseSources(
      {
        tables: this.tables,
        ...this.#ports,
        revisionsOf: (rollout) => this.#revisions.get(rollout)?.values() ?? [],
        runsOf: (rollout) => this.#runs.get(rollout)?.values() ?? [],
        managedOver: (key) => this.#managed.get(key)?.values() ?? [],
      },
      workloads,
      namespace,
    );
    const release = this.#made(kind ?? '', namespace, name, sources);
    this.#remember(id, release ? sources.keys : new Set());
    return release;
  }

  #made(kind: string, namespace: string, name: string, sources: ReleaseSources): Release | null {
    switch (kind) {
      case 'Rollout': {
        const record = this.tables.rollouts.get(namespace, name);
        return record ? buildArgo(record, sources) : null;
      }
      case 'Canary': {
        const record = this.tables.flaggerCanaries.get(namespace, name);
        return record ? buildFlagger(record, sources) : null;
      }
      default: {
        const record = sources.deployment(name);
        return record ? buildManaged(record, sources) : null;
      }
    }
  }

  #remember(id: string, keys: ReadonlySet<string>): void {
    for (const key of this.#keysOf.get(id) ?? []) {
      const ids = this.#dependents.get(key);
      ids?.delete(id);
      if (ids?.size === 0) this.#dependents.delete(key);
    }
    if (keys.size === 0) this.#keysOf.delete(id);
    else this.#keysOf.set(id, keys);
    for (const key of keys) {
      const ids = this.#dependents.get(key) ?? new Set();
      this.#dependents.set(key, ids.add(id));
    }
  }
}

function put<T>(map: Map<string, Map<string, T>>, key: string, name: string, value: T | null): void {
  const inner = map.get(key) ?? new Map<string, T>();
  if (value === null) inner.delete(name);
  else inner.set(name, value);
  if (inner.size === 0) map.delete(key);
  else map.set(key, inner);
}
