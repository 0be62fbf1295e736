import * as z from 'zod';
import type { KubeObject, ObjectStore } from '../../objectStore';
import { DEPLOYMENTS } from '../../store/resourceTypes';
import { InvalidRollout } from './invalidRollout';
import { type PodTemplate, RolloutSpec } from './rolloutSpec';
import type { Sync } from './sync';

const WORKLOAD_GENERATION = 'rollout.argoproj.io/workload-generation';

const Workload = RolloutSpec.pick({ template: true, selector: true });

/**
 * The template and the selector of a Rollout: its own, or those of the Deployment that it refers to.
 * Throws InvalidRollout where there are none.
 */
export function resolvedTemplate(
  store: ObjectStore,
  { metadata: { namespace } }: KubeObject,
  spec: RolloutSpec,
): { template: PodTemplate; selector: unknown } {
  const { workloadRef, template, selector } = spec;
  if (!workloadRef) {
    if (selector === undefined) {
      throw new InvalidRollout("spec.selector: Required value: Rollout has missing field '.spec.selector'");
    }
    if (!template) {
      throw new InvalidRollout("spec.template: Required value: Rollout has missing field '.spec.template'");
    }
    return { template, selector };
  }
  const { apiVersion, kind, name } = workloadRef;
  const refuse = (why: string) =>
    new InvalidRollout(`spec.workloadRef: Invalid value: ${JSON.stringify(workloadRef)}: ${why}`);
  if (template) throw refuse('template must be empty for workload reference rollout');
  if (kind !== 'Deployment' || apiVersion !== 'apps/v1') {
    throw refuse(`workload of type ${apiVersion}/${kind} is not supported here, only apps/v1 Deployment`);
  }
  const deployment = store.get(DEPLOYMENTS, namespace, name);
  const found = Workload.safeParse(deployment?.spec);
  if (!deployment || !found.data?.template) throw refuse(`deployments.apps "${name}" not found`);
  return { template: found.data.template, selector: selector ?? found.data.selector };
}

/** Notes which generation of the workload was seen. */
export function noteWorkload(sync: Sync): void {
  const { workloadRef } = sync.spec;
  if (!workloadRef) return;
  const deployment = sync.cluster.store.get(DEPLOYMENTS, sync.namespace, workloadRef.name);
  const generation = String(deployment?.metadata.generation ?? 0);
  if (sync.rollout.metadata.annotations?.[WORKLOAD_GENERATION] !== generation) {
    sync.update(({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, [WORKLOAD_GENERATION]: generation };
    });
  }
  sync.next = { ...sync.next, workloadObservedGeneration: generation };
}

/** Takes pods from the Deployment that the Rollout has replaced. */
export function scaleWorkload({ cluster, namespace, spec }: Sync, replicas: number): void {
  const name = spec.workloadRef?.name;
  if (name === undefined || !cluster.store.get(DEPLOYMENTS, namespace, name)) return;
  cluster.store.update(DEPLOYMENTS, namespace, name, (draft) => {
    draft.spec = { ...draft.spec, replicas: z.int().min(0).catch(0).parse(replicas) };
  });
}
