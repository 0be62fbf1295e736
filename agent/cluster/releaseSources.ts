import { type WorkloadRef, workloadId } from '../protocol';
import type { ScalerRecord } from './model/autoscaler';
import type { DeploymentRecord } from './model/deployment';
import { hasLabels, type Identified } from './model/meta';
import type { ReplicaSetRecord, ServiceRecord } from './model/relations';
import type { AnalysisRunRecord } from './model/releaseRollout';
import type { RouteRecord } from './model/releaseRoute';
import type { ReleaseTables } from './releaseTables';
import type { Pod, Workload } from './snapshot';
import type { Table } from './table';

/** What the store knows besides the tables of releases. */
export interface StoreParts {
  tables: ReleaseTables;
  deployments: Table<DeploymentRecord>;
  services: Table<ServiceRecord>;
  scalers(namespace: string): Iterable<ScalerRecord>;
  podsOf(id: string): readonly Pod[];
  revisionsOf(rolloutId: string): Iterable<ReplicaSetRecord>;
  runsOf(rolloutId: string): Iterable<AnalysisRunRecord>;
  /** @param key `dependencyKey` of the kind Managed */
  managedOver(key: string): Iterable<DeploymentRecord>;
}

type RouteTable = 'ingresses' | 'httpRoutes' | 'virtualServices' | 'destinationRules';

/** Looks up what one release is made of, and remembers what for: a change of any of it makes the release anew. */
export class ReleaseSources {
  readonly #parts: StoreParts;
  readonly #workloads: ReadonlyMap<string, Workload>;
  readonly #namespace: string;
  readonly #keys = new Set<string>();

  constructor(parts: StoreParts, workloads: ReadonlyMap<string, Workload>, namespace: string) {
    this.#parts = parts;
    this.#workloads = workloads;
    this.#namespace = namespace;
  }

  /** Of all that was asked for, whether it is there or not: `dependencyKey`. */
  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  get tables(): ReleaseTables {
    return this.#parts.tables;
  }

  workload(name: string): Workload | null {
    const id = this.#key('Deployment', name);
    return this.#workloads.get(id) ?? null;
  }

  deployment(name: string): DeploymentRecord | undefined {
    this.#key('Deployment', name);
    return this.#parts.deployments.get(this.#namespace, name);
  }

  service(name: string): ServiceRecord | undefined {
    this.#key('Service', name);
    return this.#parts.services.get(this.#namespace, name);
  }

  /** Those that find pods with these labels. */
  servicesOver(labels: Readonly<Record<string, string>>): readonly ServiceRecord[] {
    for (const each of Object.entries(labels)) this.#keys.add(labelKey(this.#namespace, each));
    return [...this.#parts.services.inNamespace(this.#namespace)].filter(({ selector }) =>
      hasLabels(labels, selector),
    );
  }

  route(table: RouteTable, name: string): RouteRecord | undefined {
    this.#key(KINDS[table], name);
    return this.#parts.tables[table].get(this.#namespace, name);
  }

  /** DestinationRules are found by their host. */
  destinationRules(): Iterable<RouteRecord> {
    this.#key(KINDS.destinationRules, '*');
    return this.#parts.tables.destinationRules.inNamespace(this.#namespace);
  }

  /** HPAs and ScaledObjects of a Rollout; the HPA that KEDA makes for one is among them. */
  scalersOf(rollout: string): readonly ScalerRecord[] {
    this.#key('Scaler', '*');
    return [...this.#parts.scalers(this.#namespace)].filter((scaler) => scaler.rollout === rollout);
  }

  podsOf(id: string): readonly Pod[] {
    return this.#parts.podsOf(id);
  }

  revisionsOf(id: string): readonly ReplicaSetRecord[] {
    return [...this.#parts.revisionsOf(id)];
  }

  runsOf(id: string): readonly AnalysisRunRecord[] {
    return [...this.#parts.runsOf(id)];
  }

  /** All Deployments that say they are released over this route. */
  managedOver(route: string): readonly DeploymentRecord[] {
    return [...this.#parts.managedOver(this.#key('Managed', route))];
  }

  /** All that claim one of these hosts, in any namespace. */
  claimsOf(hosts: readonly string[]): Iterable<RouteRecord> {
    for (const host of hosts) this.#keys.add(hostKey(host));
    return this.tables.claimsOf(hosts);
  }

  #key(kind: string, name: string): string {
    const key = dependencyKey(this.#namespace, kind, name);
    this.#keys.add(key);
    return key;
  }
}

const KINDS = {
  ingresses: 'Ingress',
  httpRoutes: 'HTTPRoute',
  virtualServices: 'VirtualService',
  destinationRules: 'DestinationRule',
} as const;

/** Like `workloadId`, which it is for Deployments. */
export function dependencyKey(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`;
}

/** For the Services that find pods by a label. */
export function labelKey(namespace: string, [label, value]: readonly [string, string]): string {
  return dependencyKey(namespace, 'Label', `${label}=${value}`);
}

/** For whoever claims a host. */
export function hostKey(host: string): string {
  return dependencyKey('', 'Host', host);
}

export function idOf(kind: WorkloadRef['kind'], { namespace, name }: Identified): string {
  return workloadId({ kind, namespace, name });
}
