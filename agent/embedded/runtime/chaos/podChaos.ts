import type { Clock } from '../../../clock';
import type { KubeObject, ObjectStore } from '../../objectStore';
import { deletePod } from '../../store/podDeletion';
import { PODS } from '../../store/resourceTypes';
import { splitKey } from '../kinds';
import { PAUSE_IMAGE } from '../nodes/images';
import type { Kubelet } from '../nodes/kubelet';
import { isOneShot } from './children';
import { POD_CHAOS, PodChaosSpec } from './experiments';
import type { FaultKindImpl } from './faultKind';

interface World {
  store: ObjectStore;
  clock: Clock;
  kubelet: Kubelet;
}

/** Kills pods or containers, or has pods run an image that does nothing. */
export function podChaos({ store, clock, kubelet }: World): FaultKindImpl {
  return {
    resource: POD_CHAOS,
    hits: ({ spec }) => (spec?.action === 'container-kill' ? 'containers' : 'pods'),
    actsOnce: isOneShot,
    apply(experiment, podKey) {
      const { action, gracePeriod, containerNames } = PodChaosSpec.parse(experiment.spec);
      const { namespace, name } = splitKey(podKey);
      switch (action) {
        case 'pod-kill':
          deletePod(store, clock, namespace, name, gracePeriod);
          return;
        case 'container-kill':
          if (!containerNames?.length)
            throw new Error('the name of container is required on container-kill action');
          kubelet.kill(podKey);
          return;
        case 'pod-failure':
          pauseContainers(store, experiment, namespace, name);
      }
    },
    recover(experiment, podKey) {
      const { namespace, name } = splitKey(podKey);
      if (experiment.spec?.action === 'pod-failure') resumeContainers(store, experiment, namespace, name);
    },
  };
}

interface Container {
  name: string;
  image?: string;
}

/** As Chaos Mesh does: every container gets the pause image, and an annotation remembers its own. */
function pauseContainers(
  store: ObjectStore,
  experiment: KubeObject,
  namespace: string | undefined,
  name: string,
): void {
  store.update(PODS, namespace, name, (pod) => {
    const annotations = { ...pod.metadata.annotations };
    for (const container of containersOf(pod)) {
      const key = annotationKey(experiment, container.name);
      if (annotations[key] !== undefined) continue;
      annotations[key] = container.image ?? '';
      container.image = PAUSE_IMAGE;
    }
    pod.metadata.annotations = annotations;
  });
}

/** A pod that is gone has nothing to resume. */
function resumeContainers(
  store: ObjectStore,
  experiment: KubeObject,
  namespace: string | undefined,
  name: string,
): void {
  if (!store.get(PODS, namespace, name)) return;
  store.update(PODS, namespace, name, (pod) => {
    const annotations = { ...pod.metadata.annotations };
    for (const container of containersOf(pod)) {
      const key = annotationKey(experiment, container.name);
      const image = annotations[key];
      if (image === undefined) continue;
      container.image = image;
      delete annotations[key];
    }
    pod.metadata.annotations = annotations;
  });
}

function containersOf({ spec }: KubeObject): Container[] {
  return Array.isArray(spec?.containers) ? spec.containers : [];
}

function annotationKey({ metadata, spec }: KubeObject, container: string): string {
  return `chaos-mesh-${metadata.name}-${spec?.action}-${container}-normal-image`.slice(0, 63);
}
