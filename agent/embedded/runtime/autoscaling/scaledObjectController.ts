import { HpaSpec } from '../../../tasks/scale/hpa/hpaSpec';
import type { KubeObject, NewObject } from '../../objectStore';
import { HORIZONTAL_POD_AUTOSCALERS, sameType } from '../../store/resourceTypes';
import { sameJson } from '../../store/sameJson';
import type { Cluster, Controller } from '../controller';
import { condition, controllerOf, keyOf, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import { SCALED_OBJECTS } from './kedaDefinitions';
import { hpaName, hpaOf, pauseOf, type ScaledObjectSpec, scaledObjectSpec } from './scaledObject';
import { type ScaleTarget, scaleTarget, setReplicas } from './scaleTarget';

/** KEDA's default `pollingInterval`, by which what went wrong is tried again. */
const RETRY_MS = 30_000;

interface Told {
  type: 'Ready' | 'Active' | 'Fallback' | 'Paused';
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
}

const READY: Told = {
  type: 'Ready',
  status: 'True',
  reason: 'ScaledObjectReady',
  message: 'ScaledObject is defined correctly and is ready for scaling',
};
const ACTIVE: Told = {
  type: 'Active',
  status: 'True',
  reason: 'ScalerActive',
  message: 'Scaling is performed because triggers are active',
};
const PAUSED: Told = {
  type: 'Paused',
  status: 'True',
  reason: 'ScaledObjectPaused',
  message: 'ScaledObject is paused',
};
const FALLBACK: Told = {
  type: 'Fallback',
  status: 'False',
  reason: 'NoFallbackFound',
  message: 'No fallbacks are active on this scaled object',
};

/** Makes an HPA of each ScaledObject of KEDA, keeps it as it should be, and takes it away while scaling is paused. */
export class ScaledObjectController implements Controller {
  readonly name = 'keda-operator';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, SCALED_OBJECTS)) this.queue.add(keyOf(object.metadata));
      if (!sameType(resource, HORIZONTAL_POD_AUTOSCALERS)) return;
      const owner = controllerOf(object);
      if (owner?.kind === 'ScaledObject') this.queue.add(keyOf({ ...object.metadata, name: owner.name }));
    });
  }

  reconcile(key: string): void {
    const { store, clock } = this.#cluster;
    const { namespace, name } = splitKey(key);
    const scaledObject = store.get(SCALED_OBJECTS, namespace, name);
    if (!scaledObject || scaledObject.metadata.deletionTimestamp !== undefined) return;
    try {
      const spec = scaledObjectSpec(scaledObject);
      const target = scaleTarget(store, namespace, spec.scaleTargetRef);
      const hpa = hpaOf(scaledObject, spec);
      const pause = pauseOf(scaledObject);
      if (pause) this.#pause(scaledObject, spec, target, pause.replicas);
      else this.#keepHpa(hpa);
      this.#writeStatus(scaledObject, pauseConditions(scaledObject, pause !== null), {
        ...targetStatus(spec, target, scaledObject),
        hpaName: pause ? '' : hpaName(scaledObject, spec),
        ...(pause && pause.replicas !== null && { pausedReplicaCount: pause.replicas }),
      });
    } catch (error) {
      this.#refuse(scaledObject, error instanceof Error ? error.message : String(error));
      this.queue.add(key, clock.nowMs() + RETRY_MS);
    }
  }

  #pause(
    scaledObject: KubeObject,
    spec: ScaledObjectSpec,
    target: ScaleTarget,
    replicas: number | null,
  ): void {
    const { store } = this.#cluster;
    const { namespace, uid } = scaledObject.metadata;
    const hpa = store.get(HORIZONTAL_POD_AUTOSCALERS, namespace, hpaName(scaledObject, spec));
    if (hpa && controllerOf(hpa)?.uid === uid) {
      store.delete(HORIZONTAL_POD_AUTOSCALERS, namespace, hpa.metadata.name);
    }
    if (replicas !== null && target.specReplicas !== replicas) setReplicas(store, target, replicas);
    if (condition(scaledObject, 'Paused')?.status !== 'True') {
      this.#record(scaledObject, 'Normal', 'ScaledObjectPaused', 'ScaledObject is paused');
    }
  }

  /** Makes the HPA, or makes it again what it should be. Throws Error where somebody else has one of that name. */
  #keepHpa(wanted: NewObject): void {
    const { store } = this.#cluster;
    const { namespace, name = '', ownerReferences: [owner] = [] } = wanted.metadata;
    const known = store.get(HORIZONTAL_POD_AUTOSCALERS, namespace, name);
    if (!known) {
      store.create(HORIZONTAL_POD_AUTOSCALERS, wanted);
    } else if (controllerOf(known)?.uid !== owner?.uid) {
      throw new Error(`the HPA ${name} is there already, and does not belong to this ScaledObject`);
    } else if (!sameJson(HpaSpec.parse(known.spec), HpaSpec.parse(wanted.spec))) {
      store.update(HORIZONTAL_POD_AUTOSCALERS, namespace, name, (draft) => {
        draft.spec = { ...wanted.spec };
      });
    }
  }

  #refuse(scaledObject: KubeObject, message: string): void {
    const reason = 'ScaledObjectCheckFailed';
    if (condition(scaledObject, 'Ready')?.message !== message) {
      this.#record(scaledObject, 'Warning', reason, message);
    }
    const conditions: Told[] = [
      { type: 'Ready', status: 'False', reason, message },
      { type: 'Active', status: 'Unknown', reason: 'UnknownState', message: 'ScaledObject check failed' },
    ];
    this.#writeStatus(scaledObject, [...conditions, FALLBACK, unpaused(scaledObject)], {});
  }

  #writeStatus(scaledObject: KubeObject, conditions: readonly Told[], status: Record<string, unknown>): void {
    const { namespace, name } = scaledObject.metadata;
    const wasReady = condition(scaledObject, 'Ready')?.status === 'True';
    this.#cluster.store.update(SCALED_OBJECTS, namespace, name, (draft) => {
      draft.status = { ...draft.status, ...status, conditions };
    });
    if (!wasReady && conditions.includes(READY)) {
      this.#record(scaledObject, 'Normal', 'ScaledObjectReady', 'ScaledObject is ready for scaling');
    }
  }

  #record(scaledObject: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#cluster.events.record(scaledObject, { type, reason, message, component: this.name });
  }
}

function pauseConditions(scaledObject: KubeObject, isPaused: boolean): Told[] {
  return [READY, ACTIVE, FALLBACK, isPaused ? PAUSED : unpaused(scaledObject)];
}

/** Never paused, or no longer. */
function unpaused(scaledObject: KubeObject): Told {
  return (condition(scaledObject, 'Paused')?.status ?? 'Unknown') === 'Unknown'
    ? { type: 'Paused', status: 'Unknown' }
    : {
        type: 'Paused',
        status: 'False',
        reason: 'ScaledObjectUnpaused',
        message: 'pause annotation removed for ScaledObject',
      };
}

function targetStatus(
  { scaleTargetRef, triggers }: ScaledObjectSpec,
  { resource, specReplicas }: ScaleTarget,
  { status }: KubeObject,
): Record<string, unknown> {
  const { apiVersion, kind } = scaleTargetRef;
  return {
    scaleTargetKind: `${apiVersion}.${kind}`,
    scaleTargetGVKR: { group: resource.group, version: resource.version, kind, resource: resource.plural },
    originalReplicaCount: status?.originalReplicaCount ?? specReplicas,
    resourceMetricNames: triggers.map(({ type }) => type),
    triggersTypes: [...new Set(triggers.map(({ type }) => type))].join(','),
  };
}
