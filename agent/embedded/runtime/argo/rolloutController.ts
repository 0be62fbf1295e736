import * as z from 'zod';
import type { KubeObject, ResourceType } from '../../objectStore';
import {
  DEPLOYMENTS,
  DESTINATION_RULES,
  HTTP_ROUTES,
  INGRESSES,
  REPLICA_SETS,
  SERVICES,
  sameType,
  VIRTUAL_SERVICES,
} from '../../store/resourceTypes';
import type { Cluster, Controller } from '../controller';
import { controllerOf, keyOf, splitKey } from '../kinds';
import { templateHash } from '../workloads/names';
import { WorkQueue } from '../workQueue';
import { syncBlueGreen } from './blueGreen';
import { syncCanary } from './canary';
import { ANALYSIS_RUNS, ANALYSIS_TEMPLATES, CLUSTER_ANALYSIS_TEMPLATES, ROLLOUTS } from './definitions';
import { countPods, finishInvalid, notePauses } from './finish';
import { InvalidRollout } from './invalidRollout';
import { keepLatest } from './revisions';
import { RolloutSpec } from './rolloutSpec';
import { isFullyPromoted } from './rolloutStatus';
import { scaleCanary } from './scaling';
import { releaseServices } from './services';
import { COMPONENT, Sync } from './sync';
import { validate } from './validation';
import { noteWorkload, resolvedTemplate } from './workloadRef';

/** After how long an invalid Rollout is looked at again: what it lacks may have come. */
const INVALID_RETRY_MS = 20_000;
/** After how long what a router refused is tried again. */
const ERROR_RETRY_MS = 5000;

/** What a Rollout depends on, besides itself. */
const RELATED: readonly ResourceType[] = [
  REPLICA_SETS,
  DEPLOYMENTS,
  SERVICES,
  INGRESSES,
  HTTP_ROUTES,
  VIRTUAL_SERVICES,
  DESTINATION_RULES,
  ANALYSIS_RUNS,
  ANALYSIS_TEMPLATES,
  CLUSTER_ANALYSIS_TEMPLATES,
];

/** Argo Rollouts' controller: takes a Rollout from one version to the next, step by step or all at once. */
export class RolloutController implements Controller {
  readonly name = COMPONENT;
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    cluster.store.subscribe(({ resource, object }) => {
      if (sameType(resource, ROLLOUTS)) this.queue.add(keyOf(object.metadata));
      if (!RELATED.some((type) => sameType(resource, type))) return;
      // Those of Deployments change all the time, and no Rollout depends on them.
      if (sameType(resource, REPLICA_SETS) && controllerOf(object)?.kind === 'Deployment') return;
      for (const { metadata } of cluster.store.list(ROLLOUTS, object.metadata.namespace)) {
        this.queue.add(keyOf(metadata));
      }
    });
  }

  reconcile(key: string): void {
    const { store } = this.#cluster;
    const { namespace, name } = splitKey(key);
    const rollout = store.get(ROLLOUTS, namespace, name);
    if (!rollout) {
      releaseServices(store, namespace);
      return;
    }
    if (rollout.metadata.deletionTimestamp !== undefined) return;
    if (rollout.spec?.replicas === undefined) {
      // An HPA cannot work with a Rollout that does not say it.
      store.update(ROLLOUTS, namespace, name, (draft) => {
        draft.spec = { ...draft.spec, replicas: 1 };
      });
      return;
    }
    this.#sync(rollout);
  }

  #sync(rollout: KubeObject): void {
    const parsed = RolloutSpec.safeParse(rollout.spec);
    const spec = parsed.data ?? RolloutSpec.parse({});
    let sync = new Sync(this.#cluster, this.queue, rollout, { spec, template: NO_TEMPLATE, hash: '' });
    try {
      if (!parsed.success) throw new InvalidRollout(z.prettifyError(parsed.error));
      const { template, selector } = resolvedTemplate(this.#cluster.store, rollout, spec);
      const wanted = { spec: { ...spec, selector }, template, hash: templateHash({ rollout: template }) };
      sync = new Sync(this.#cluster, this.queue, rollout, wanted);
      validate(sync);
    } catch (error) {
      if (!(error instanceof InvalidRollout)) throw error;
      finishInvalid(sync, error.message);
      sync.lookAgainAt(sync.nowMs + INVALID_RETRY_MS);
      return;
    }
    try {
      syncValid(sync);
    } catch (error) {
      sync.lookAgainAt(sync.nowMs + ERROR_RETRY_MS);
      throw error;
    }
  }
}

const NO_TEMPLATE = { metadata: { labels: {} }, spec: {} };

function syncValid(sync: Sync): void {
  const { canary, blueGreen } = sync.spec.strategy;
  noteWorkload(sync);
  keepLatest(sync);
  if (isFullyPromoted(sync.status) && sync.pauses.isAborted) sync.pauses.removeAbort();
  if (notePauses(sync)) return;
  if (canary && isScaled(sync)) scaleOnly(sync);
  else if (canary) syncCanary(sync, canary);
  else if (blueGreen) syncBlueGreen(sync, blueGreen);
}

/** Whether somebody has changed `spec.replicas` since the versions got their pods. */
function isScaled({ latest, stable, spec }: Sync): boolean {
  return [latest, stable].some(
    (version) =>
      version && version.wanted > 0 && version.desired !== null && version.desired !== spec.replicas,
  );
}

/** The pods alone: a change of scale is no step. */
function scaleOnly(sync: Sync): void {
  scaleCanary(sync);
  const { status } = sync;
  countPods(sync);
  const { replicas, readyReplicas, availableReplicas, updatedReplicas } = sync.next;
  sync.write({
    ...status,
    observedGeneration: String(sync.rollout.metadata.generation ?? 0),
    replicas,
    readyReplicas,
    availableReplicas,
    updatedReplicas,
    HPAReplicas: replicas,
  });
}
