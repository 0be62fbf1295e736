import type { KubeObject, NewObject } from '../../../objectStore';
import { DEPLOYMENTS, SERVICES } from '../../../store/resourceTypes';
import { LOAD_ANNOTATION, MODEL_ANNOTATION } from '../../podSettings';
import { TestCluster, testDeployment, testService } from '../../testing/testCluster';
import { CANARIES } from '../definitions';

/** An annotation: 20 requests per second. */
export const LOAD = { [LOAD_ANNOTATION]: JSON.stringify({ kind: 'constant', requestsPerSecond: 20 }) };

/** A Canary of the Deployment `web` that is tested beside the primary by a load of its own. */
export function testCanary(
  spec: Record<string, unknown> = {},
  analysis: Record<string, unknown> = {},
): NewObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      provider: 'kubernetes',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      progressDeadlineSeconds: 60,
      service: { port: 80, targetPort: 8080, canary: { annotations: LOAD } },
      analysis: {
        interval: '10s',
        threshold: 3,
        iterations: 3,
        metrics: [
          { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '30s' },
          { name: 'request-duration', thresholdRange: { max: 500 }, interval: '30s' },
        ],
        ...analysis,
      },
      ...spec,
    },
  };
}

/** The analysis that moves traffic by weights; without metrics, as no router has to be there. */
export const BY_WEIGHT = { iterations: undefined, stepWeight: 20, maxWeight: 40, metrics: [] };

/** A cluster with `web` under load, and a Canary of it that has been initialised. */
export function canaryCluster(
  spec: Record<string, unknown> = {},
  analysis: Record<string, unknown> = {},
  prepare: (cluster: TestCluster) => void = () => {},
): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 2 }));
  cluster.store.create(SERVICES, testService('web', 50));
  prepare(cluster);
  cluster.run(15);
  cluster.store.create(CANARIES, testCanary(spec, analysis));
  return cluster;
}

export function canaryOf(cluster: TestCluster): KubeObject {
  const found = cluster.store.get(CANARIES, 'shop', 'web');
  if (!found) throw new Error('the Canary is gone');
  return found;
}

export const phaseOf = (cluster: TestCluster) => String(canaryOf(cluster).status?.phase);

export function reach(cluster: TestCluster, phase: string, limitSeconds = 400): void {
  cluster.runUntil(() => phaseOf(cluster) === phase, limitSeconds);
}

/** Sets another image, and with it how the pods behave. */
export function release(cluster: TestCluster, image: string, model: Record<string, number> = {}): void {
  cluster.update(DEPLOYMENTS, 'web', (draft) => {
    const template = structuredClone(draft.spec?.template) as {
      metadata: { annotations: Record<string, string> };
      spec: { containers: { image: string }[] };
    };
    for (const container of template.spec.containers) container.image = image;
    const settings = { startupSeconds: 5, cpuVariation: 0, ...model };
    template.metadata.annotations[MODEL_ANNOTATION] = JSON.stringify(settings);
    draft.spec = { ...draft.spec, template };
  });
}

/** Flagger's events, in its words. */
export function told(cluster: TestCluster): string[] {
  return cluster.eventsOf('web').flatMap((event) => (event.startsWith('Synced: ') ? [event.slice(8)] : []));
}
