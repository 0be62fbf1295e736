import * as z from 'zod';
import type { ApiServer } from '../../agent/cluster/api';
import { ApiStatusError } from '../../agent/cluster/apiErrors';
import type { ResourceType } from '../../agent/embedded/objectStore';
import { DEPLOYMENTS, INGRESSES, PODS, SERVICES } from '../../agent/embedded/store/resourceTypes';
import type { ReleasePhase } from '../../agent/protocol';
import type { GatewayClient } from './gatewayClient';
import { type RoutedApp, routedWeight } from './routedApps';

/** How many requests each version has answered. */
export type VersionCounts = Map<string, number>;

export interface FollowPorts {
  api: ApiServer;
  client: GatewayClient;
  /** As the agent shows it. */
  phase(): ReleasePhase;
}

const REQUESTS = 20;
const REQUESTS_BY_HEADER = 2;
/** At one weight; more would cost time alone. */
const ENOUGH_REQUESTS = 60;

const Named = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });
const Pods = z.object({
  items: z.array(z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) })),
});

/** A release in the embedded cluster that real requests are sent to all the while. */
export class FollowedRelease {
  readonly app: RoutedApp;
  /** What has answered, by the percent of the traffic that the route sent to the canary at that time. */
  readonly byWeight = new Map<number, VersionCounts>();
  /** What has answered requests that ask for the canary, while it had a part of the traffic. */
  readonly byHeader: VersionCounts = new Map();
  readonly #ports: FollowPorts;

  constructor(app: RoutedApp, ports: FollowPorts) {
    this.app = app;
    this.#ports = ports;
  }

  ask(requests: number): Promise<VersionCounts> {
    return this.#ports.client.count(this.app.host, requests);
  }

  /** Sends some requests. They count where the route's weight was the same before and after them. */
  async sample(): Promise<void> {
    const { app } = this;
    const weight = await this.#weight();
    const known: VersionCounts = this.byWeight.get(weight) ?? new Map();
    if (!this.#isSplit() || weight <= 0 || sumOf(known) >= ENOUGH_REQUESTS) return;
    const counts = await this.ask(REQUESTS);
    const headed = app.hasHeader ? REQUESTS_BY_HEADER : 0;
    const byHeader = await this.#ports.client.count(app.host, headed, { 'x-canary': 'true' });
    if (!this.#isSplit() || (await this.#weight()) !== weight) return;
    this.byWeight.set(weight, known);
    add(known, counts);
    add(this.byHeader, byHeader);
  }

  /** What there is of the app but pods: all names, and its routes but for what counts changes. */
  async objects(): Promise<unknown> {
    const lists = await Promise.all([DEPLOYMENTS, SERVICES, INGRESSES].map((type) => this.#namesOf(type)));
    const routes = await this.#routes();
    return { lists, routes: routes.map(withoutCounters) };
  }

  /** Of all its pods. */
  async images(): Promise<Set<string>> {
    const { name } = this.app;
    const selector = encodeURIComponent(`app in (${name},${name}-canary,${name}-primary)`);
    const { items } = Pods.parse(await this.#get(`${this.#path(PODS)}?labelSelector=${selector}`));
    return new Set(items.flatMap(({ spec }) => spec.containers.map(({ image }) => image)));
  }

  /** One of its objects by type and name. */
  read(type: ResourceType, name: string): Promise<unknown> {
    return this.#get(this.#path(type, name));
  }

  /** The stable version has not been replaced yet, and what a Rollout does between two pauses is done. */
  #isSplit(): boolean {
    return this.#ports.phase() === (this.app.kind === 'argo-rollouts' ? 'paused' : 'progressing');
  }

  async #weight(): Promise<number> {
    return routedWeight(this.app.kind, await this.#routes());
  }

  #routes(): Promise<unknown[]> {
    return Promise.all(this.app.routes.map(({ type, name }) => this.#find(this.#path(type, name))));
  }

  async #namesOf(type: ResourceType): Promise<string[]> {
    const { items } = z.object({ items: z.array(Named) }).parse(await this.#get(this.#path(type)));
    const names = items.map(({ metadata }) => metadata.name);
    return names.filter((name) => name.startsWith(this.app.name)).toSorted();
  }

  async #find(path: string): Promise<unknown> {
    try {
      return await this.#get(path);
    } catch (error) {
      if (error instanceof ApiStatusError && error.status === 404) return null;
      throw error;
    }
  }

  async #get(path: string): Promise<unknown> {
    return (await this.#ports.api.send({ method: 'GET', path })).body;
  }

  #path(type: ResourceType, name?: string): string {
    return objectPath(type, this.app.namespace, name);
  }
}

/** Of an object in the API, or of all of its type. */
export function objectPath(
  { group, version, plural }: ResourceType,
  namespace: string,
  name?: string,
): string {
  const root = group === '' ? '/api' : `/apis/${group}`;
  return `${root}/${version}/namespaces/${namespace}/${plural}${name === undefined ? '' : `/${name}`}`;
}

export function sumOf(counts: VersionCounts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function add(to: VersionCounts, counts: VersionCounts): void {
  for (const [version, count] of counts) to.set(version, (to.get(version) ?? 0) + count);
}

function withoutCounters(object: unknown): unknown {
  if (object === null) return null;
  const { status: _status, metadata, ...rest } = Named.parse(object);
  const { resourceVersion: _version, generation: _generation, managedFields: _fields, ...kept } = metadata;
  return { ...rest, metadata: kept };
}
