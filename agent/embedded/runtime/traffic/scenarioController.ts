import { SCENARIO_NAMES, type ScenarioName } from '../../../sim/canary/scenario';
import type { KubeObject, ResourceType } from '../../objectStore';
import { DEPLOYMENTS, PODS, REPLICA_SETS, sameType } from '../../store/resourceTypes';
import { NO_EFFECTS } from '../chaos/effects';
import type { Injector } from '../chaos/injector';
import type { Cluster, Controller } from '../controller';
import { controllerOf, keyOf, splitKey } from '../kinds';
import type { Kubelet, RunningPod } from '../nodes/kubelet';
import { WorkQueue } from '../workQueue';
import { Noise } from './noise';
import { SCENARIO_ANNOTATION, scenarioEffect, scenarioOfImage } from './scenarios';

/** What the effects are kept under in the injector. */
const CAUSE = 'coxswain.dev/scenario';
const ROLLOUTS: ResourceType = { group: 'argoproj.io', version: 'v1alpha1', plural: 'rollouts' };
/** What pods may belong to, directly or by a ReplicaSet. */
export const OWNER_KINDS: Readonly<Record<string, ResourceType>> = {
  Deployment: DEPLOYMENTS,
  ReplicaSet: REPLICA_SETS,
  Rollout: ROLLOUTS,
};

interface Version {
  uid: string;
  name: ScenarioName;
  sinceMs: number;
}

/** Lets each pod behave as its version does: by its annotation, that of what owns it, or its image. */
export class ScenarioController implements Controller {
  readonly name = 'scenarios';
  readonly queue = new WorkQueue();
  /** Counts up with each pod whose scenario has become another. */
  changes = 0;
  readonly #cluster: Cluster;
  readonly #kubelet: Kubelet;
  readonly #injector: Injector;
  readonly #noise: Noise;
  readonly #versions = new Map<string, Version>();
  /** Pods behind hosts that have a noisy version. */
  #noisy: ReadonlySet<RunningPod> = new Set();

  constructor(cluster: Cluster, kubelet: Kubelet, injector: Injector, seed: number) {
    this.#cluster = cluster;
    this.#kubelet = kubelet;
    this.#injector = injector;
    this.#noise = new Noise(seed);
    cluster.store.subscribe(({ resource, object, previous }) => {
      if (sameType(resource, PODS)) this.queue.add(keyOf(object.metadata));
      if (!Object.values(OWNER_KINDS).some((type) => sameType(type, resource))) return;
      if (ownAnnotation(object) === (previous && ownAnnotation(previous))) return;
      for (const pod of cluster.store.list(PODS, object.metadata.namespace)) {
        this.queue.add(keyOf(pod.metadata));
      }
    });
  }

  /** What a pod's version is like. */
  scenarioOf({ uid, key }: RunningPod): ScenarioName {
    const version = this.#versions.get(key);
    return version?.uid === uid ? version.name : 'healthy';
  }

  reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const running = this.#kubelet.running.get(key);
    const pod = this.#cluster.store.get(PODS, namespace, name);
    const known = this.#versions.get(key);
    if (!pod || !running) {
      this.#versions.delete(key);
      if (known) this.#injector.recover(key, CAUSE);
      return;
    }
    const scenario = this.#named(pod) ?? scenarioOfImage(running.image);
    if (known?.uid === running.uid && known.name === scenario) return;
    const sinceMs = this.#cluster.clock.nowMs();
    this.#versions.set(key, { uid: running.uid, name: scenario, sinceMs });
    this.changes++;
    this.#inject(key, running);
  }

  /** Brings what changes with time up to `nowMs`. `hosts`: the pods that share a host's load. */
  apply(nowMs: number, hosts: Iterable<readonly RunningPod[]>): void {
    this.#noise.advance(nowMs);
    const noisy = new Set<RunningPod>();
    for (const pods of hosts) {
      const isNoisy = pods.some((pod) => this.scenarioOf(pod) === 'noisy-stable');
      for (const pod of isNoisy ? pods : []) noisy.add(pod);
    }
    const touched = new Set([...noisy, ...this.#noisy]);
    this.#noisy = noisy;
    for (const [key, { uid, name }] of this.#versions) {
      const running = this.#kubelet.running.get(key);
      if (running?.uid !== uid) continue;
      if (CHANGING.has(name) || touched.has(running)) this.#inject(key, running);
    }
  }

  #inject(key: string, running: RunningPod): void {
    const version = this.#versions.get(key);
    if (!version) return;
    const { sim, behaviour, requests, image } = running;
    const isNoisy = version.name === 'noisy-stable' || this.#noisy.has(running);
    if (version.name === 'healthy' && behaviour.errorShare === 0 && !isNoisy) {
      this.#injector.recover(key, CAUSE);
      if (requests) requests.brokenShares = new Map();
      return;
    }
    const sinceSeconds = (this.#cluster.clock.nowMs() - version.sinceMs) / 1000;
    const { faults, brokenShares } = scenarioEffect(version.name, {
      ageSeconds: Math.min(sim.ageSeconds, sinceSeconds),
      spike: this.#noise.uniform(image),
      noise: isNoisy ? this.#noise.factor(image) : 1,
      memoryBytes: sim.memoryBytes,
      memoryBaseBytes: sim.model.memoryBaseBytes,
      memoryLimitBytes: sim.model.memoryLimitBytes,
      errorShare: behaviour.errorShare,
      routes: Object.keys(behaviour.routes),
    });
    if (requests) requests.brokenShares = brokenShares;
    this.#injector.inject(running, CAUSE, { ...NO_EFFECTS, faults });
  }

  /** The nearest annotation: the pod's own, its ReplicaSet's, that of what owns this. */
  #named(pod: KubeObject): ScenarioName | undefined {
    for (let object: KubeObject | undefined = pod; object; object = this.#ownerOf(object)) {
      const text = ownAnnotation(object);
      if (text === undefined) continue;
      const name = SCENARIO_NAMES.find((candidate) => candidate === text);
      if (name) return name;
      this.#cluster.events.record(pod, {
        type: 'Warning',
        reason: 'InvalidScenario',
        message: `annotation ${SCENARIO_ANNOTATION} is not heeded: ${text} is none of ${SCENARIO_NAMES.join(', ')}`,
        component: this.name,
      });
    }
    return undefined;
  }

  #ownerOf(object: KubeObject): KubeObject | undefined {
    const owner = controllerOf(object);
    const type = owner && OWNER_KINDS[owner.kind];
    return type && this.#cluster.store.get(type, object.metadata.namespace, owner.name);
  }
}

/** Those whose effect is not the same at all times. */
const CHANGING: ReadonlySet<ScenarioName> = new Set(['degrading', 'flaky', 'slow-leak', 'noisy-stable']);

function ownAnnotation({ metadata }: KubeObject): string | undefined {
  return metadata.annotations?.[SCENARIO_ANNOTATION];
}
