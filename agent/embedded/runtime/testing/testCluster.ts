import { node } from '../../demo/cluster';
import type { KubeObject, NewObject, ResourceType } from '../../objectStore';
import { createPrometheusApi } from '../../prometheus/api';
import { createSeriesStore } from '../../prometheus/seriesStore';
import { createObjectStore, type VersionedStore } from '../../store/memoryStore';
import { DEPLOYMENTS, EVENTS, NODES, PODS, REPLICA_SETS } from '../../store/resourceTypes';
import { conditions, isPodReady } from '../kinds';
import { LOAD_ANNOTATION, MODEL_ANNOTATION } from '../podSettings';
import { Runtime } from '../runtime';
import { TickClock } from '../tickClock';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const TICK_MS = 250;

/** A cluster for tests: the real controllers, stepped by hand. Names and times are the same in every run. */
export class TestCluster {
  readonly clock = new TickClock(START_MS, 1);
  readonly store: VersionedStore = createObjectStore(this.clock);
  readonly errors: string[] = [];
  readonly runtime: Runtime;
  readonly #series = createSeriesStore({ retentionMs: 3_600_000 });

  constructor({ nodes = 3, seed = 1 }: { nodes?: number; seed?: number } = {}) {
    this.runtime = new Runtime({
      store: this.store,
      series: this.#series,
      clock: this.clock,
      seed,
      onError: (controller, key, error) => this.errors.push(`${controller} ${key}: ${error}`),
    });
    for (let index = 1; index <= nodes; index++) {
      this.store.create(NODES, node(index, new Date(START_MS).toISOString()));
    }
  }

  /** Seconds of cluster time since the start. */
  get seconds(): number {
    return (this.clock.nowMs() - START_MS) / 1000;
  }

  /** Lets time pass, and calls `each` after every tick. */
  run(seconds: number, each: () => void = () => {}): void {
    for (let passedMs = 0; passedMs < seconds * 1000; passedMs += TICK_MS) {
      this.runtime.tick(this.clock.nowMs() + TICK_MS);
      each();
    }
  }

  /** Lets time pass until `done`, and returns the seconds that it took. Throws after `limitSeconds`. */
  runUntil(done: () => boolean, limitSeconds = 600): number {
    const startedAt = this.seconds;
    while (!done()) {
      if (this.seconds - startedAt > limitSeconds) throw new Error(`not reached in ${limitSeconds} s`);
      this.run(TICK_MS / 1000);
    }
    return this.seconds - startedAt;
  }

  pods(app?: string): KubeObject[] {
    const all = this.store.list(PODS, 'shop');
    return app === undefined ? [...all] : all.filter(({ metadata }) => metadata.labels?.app === app);
  }

  readyPods(app: string): KubeObject[] {
    return this.pods(app).filter((pod) => isPodReady(pod) && pod.metadata.deletionTimestamp === undefined);
  }

  pod(name: string): KubeObject | undefined {
    return this.store.get(PODS, 'shop', name);
  }

  deployment(name: string): KubeObject {
    return this.#existing(DEPLOYMENTS, name);
  }

  replicaSets(): readonly KubeObject[] {
    return this.store.list(REPLICA_SETS, 'shop');
  }

  update(resource: ResourceType, name: string, mutate: (draft: KubeObject) => void): void {
    this.store.update(resource, 'shop', name, mutate);
  }

  /** `True`, `False` or undefined. */
  conditionOf(object: KubeObject, type: string): string | undefined {
    return conditions(object).find((candidate) => candidate.type === type)?.status;
  }

  /** Events about an object as `reason: message`, oldest first. */
  eventsOf(name: string): string[] {
    return this.store
      .list(EVENTS, 'shop')
      .filter(({ involvedObject }) => (involvedObject as { name?: string } | undefined)?.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** The values of an instant query by pod name, or by '' without one. */
  query(promql: string): Map<string, number> {
    const api = createPrometheusApi(this.#series, this.clock);
    const params = new URLSearchParams({ query: promql });
    const answer = JSON.parse(api({ method: 'GET', path: '/api/v1/query', params }).body) as {
      data: { result: { metric: { pod?: string }; value: [number, string] }[] };
    };
    return new Map(answer.data.result.map(({ metric, value }) => [metric.pod ?? '', Number(value[1])]));
  }

  #existing(resource: ResourceType, name: string): KubeObject {
    const object = this.store.get(resource, 'shop', name);
    if (!object) throw new Error(`there is no ${resource.plural} ${name}`);
    return object;
  }
}

export interface TestApp {
  name?: string;
  replicas?: number;
  image?: string;
  limits?: { cpu?: string; memory?: string };
  model?: Record<string, number>;
  spec?: Record<string, unknown>;
}

/** A Deployment in the namespace `shop` whose pods are ready after 5 s to 7 s. */
export function testDeployment({
  name = 'web',
  replicas = 3,
  image = 'web:1',
  limits = { cpu: '500m', memory: '256Mi' },
  model = {},
  spec = {},
}: TestApp = {}): NewObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: {
          labels: { app: name, tier: 'front' },
          annotations: {
            [MODEL_ANNOTATION]: JSON.stringify({ startupSeconds: 5, cpuVariation: 0, ...model }),
          },
        },
        spec: { containers: [{ name: 'app', image, resources: { limits } }] },
      },
      ...spec,
    },
  };
}

/** A Service over the pods of an app, under a constant load. */
export function testService(app: string, requestsPerSecond: number): NewObject {
  const load = { kind: 'constant', requestsPerSecond };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: app, namespace: 'shop', annotations: { [LOAD_ANNOTATION]: JSON.stringify(load) } },
    spec: { selector: { app } },
  };
}
