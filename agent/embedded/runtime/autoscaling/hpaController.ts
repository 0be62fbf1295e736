import {
  ambiguousSelector,
  type HpaCondition,
  type HpaEvent,
  rescaled,
  rescaleFailed,
  scaleUnknown,
} from '../../../tasks/scale/hpa/conditions';
import { decideHpa, type HpaDecision } from '../../../tasks/scale/hpa/hpa';
import { HPA_SYNC_SECONDS, HpaSpec } from '../../../tasks/scale/hpa/hpaSpec';
import { HpaState } from '../../../tasks/scale/hpa/hpaState';
import type { KubeObject } from '../../objectStore';
import { formatLabelSelector } from '../../store/labelSelector';
import { HORIZONTAL_POD_AUTOSCALERS, PODS, sameType } from '../../store/resourceTypes';
import { StatusError } from '../../store/statusError';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import { conditions, keyOf, matches, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import { readMetric } from './hpaReadings';
import type { MetricsServer } from './metricsServer';
import { type ScaleTarget, scaleTarget, setReplicas } from './scaleTarget';

const SYNC_MS = HPA_SYNC_SECONDS * 1000;

/** Scales the targets of HorizontalPodAutoscalers every 15 s, and the first time 15 s after an HPA was made. */
export class HpaController implements Controller {
  readonly name = 'horizontal-pod-autoscaler';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  readonly #usages: MetricsServer;
  /** By uid. */
  readonly #states = new Map<string, HpaState>();

  constructor(cluster: Cluster, usages: MetricsServer) {
    this.#cluster = cluster;
    this.#usages = usages;
    cluster.store.subscribe(({ resource, type, object }) => {
      if (!sameType(resource, HORIZONTAL_POD_AUTOSCALERS)) return;
      if (type === 'DELETED') this.#states.delete(object.metadata.uid);
      else this.queue.add(keyOf(object.metadata), cluster.clock.nowMs() + SYNC_MS);
    });
  }

  reconcile(key: string): void {
    const { store, clock } = this.#cluster;
    const { namespace, name } = splitKey(key);
    const hpa = store.get(HORIZONTAL_POD_AUTOSCALERS, namespace, name);
    if (!hpa || hpa.metadata.deletionTimestamp !== undefined) return;
    this.queue.add(key, clock.nowMs() + SYNC_MS);
    const spec = HpaSpec.parse(hpa.spec);
    const target = this.#targetOf(hpa, spec);
    if (!target) return;
    const { uid } = hpa.metadata;
    const state = this.#states.get(uid) ?? new HpaState();
    this.#states.set(uid, state);
    const decision = this.#decide(hpa, spec, state, target);
    const outcome = decision.isRescale ? this.#rescale(state, target, decision) : undefined;
    this.#tell(hpa, [...decision.events, ...(outcome ? [outcome.event] : [])]);
    this.#writeStatus(hpa, [...decision.conditions, ...(outcome ? [outcome.condition] : [])], {
      currentReplicas: target.specReplicas,
      desiredReplicas: decision.desiredReplicas,
      currentMetrics: decision.currentMetrics,
      ...(outcome?.isDone && { lastScaleTime: rfc3339(clock.nowMs()) }),
    });
  }

  /** Undefined where it cannot be scaled, which the HPA then says. */
  #targetOf(hpa: KubeObject, spec: HpaSpec): ScaleTarget | undefined {
    try {
      return scaleTarget(this.#cluster.store, hpa.metadata.namespace, spec.scaleTargetRef);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const { condition, event } = scaleUnknown(error.message);
      this.#tell(hpa, [event]);
      this.#writeStatus(hpa, [condition], {});
      return undefined;
    }
  }

  #decide(hpa: KubeObject, spec: HpaSpec, state: HpaState, target: ScaleTarget): HpaDecision {
    const nowMs = this.#cluster.clock.nowMs();
    const pods = this.#cluster.store
      .list(PODS, hpa.metadata.namespace)
      .filter((pod) => matches(target.selector, pod));
    const { specReplicas, statusReplicas } = target;
    return decideHpa(spec, state, {
      nowSeconds: nowMs / 1000,
      specReplicas,
      statusReplicas,
      readings: spec.metrics.map((metric) => readMetric(metric, pods, this.#usages, nowMs)),
      refusal: this.#ambiguity(hpa, target, pods),
    });
  }

  /** Several HPAs for the same pods would undo each other's work, so that none of them scales. */
  #ambiguity(hpa: KubeObject, { selector }: ScaleTarget, pods: readonly KubeObject[]) {
    const { store } = this.#cluster;
    const { namespace } = hpa.metadata;
    const rivals = store.list(HORIZONTAL_POD_AUTOSCALERS, namespace).filter((other) => {
      const chosen = selectorOf(this.#cluster, other);
      return pods.some((pod) => matches(chosen, pod));
    });
    if (rivals.length < 2) return undefined;
    const names = rivals.map(({ metadata }) => keyOf(metadata)).sort();
    return ambiguousSelector(formatLabelSelector(selector), names);
  }

  #rescale(state: HpaState, target: ScaleTarget, { desiredReplicas, why }: HpaDecision) {
    try {
      setReplicas(this.#cluster.store, target, desiredReplicas);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return { isDone: false, ...rescaleFailed(desiredReplicas, why, error.message) };
    }
    state.noteRescale(this.#cluster.clock.nowMs() / 1000, target.specReplicas, desiredReplicas);
    return { isDone: true, ...rescaled(desiredReplicas, why) };
  }

  #tell(hpa: KubeObject, events: readonly HpaEvent[]): void {
    for (const event of events) this.#cluster.events.record(hpa, { ...event, component: this.name });
  }

  #writeStatus(hpa: KubeObject, news: readonly HpaCondition[], status: Record<string, unknown>): void {
    const { store, clock } = this.#cluster;
    const { namespace, name, generation } = hpa.metadata;
    const at = rfc3339(clock.nowMs());
    store.update(HORIZONTAL_POD_AUTOSCALERS, namespace, name, (draft) => {
      draft.status = {
        currentReplicas: 0,
        desiredReplicas: 0,
        ...draft.status,
        ...status,
        observedGeneration: generation,
        conditions: withNews(hpa, news, at),
      };
    });
  }
}

/** Of one type the latest counts; its time moves only with its status. */
function withNews(hpa: KubeObject, news: readonly HpaCondition[], at: string): Record<string, unknown>[] {
  const merged = new Map<string, Record<string, unknown>>(
    conditions(hpa).map((known) => [known.type, known]),
  );
  for (const condition of news) {
    const before = merged.get(condition.type);
    const isSame = before?.status === condition.status;
    merged.set(condition.type, {
      ...condition,
      lastTransitionTime: isSame ? before.lastTransitionTime : at,
    });
  }
  return [...merged.values()];
}

/** Of the target's pods; empty, which selects nothing, where there is no target. */
function selectorOf({ store }: Cluster, { metadata, spec }: KubeObject): ScaleTarget['selector'] {
  const parsed = HpaSpec.safeParse(spec);
  if (!parsed.success) return [];
  try {
    return scaleTarget(store, metadata.namespace, parsed.data.scaleTargetRef).selector;
  } catch (error) {
    if (error instanceof StatusError) return [];
    throw error;
  }
}
