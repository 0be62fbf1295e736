import type { KubeObject, NewObject } from '../../objectStore';
import { SERVICES } from '../../store/resourceTypes';
import { TestCluster, testDeployment } from '../testing/testCluster';
import { ANALYSIS_RUNS, ANALYSIS_TEMPLATES, ROLLOUTS } from './definitions';
import { RolloutSpec } from './rolloutSpec';
import { RolloutStatus } from './rolloutStatus';
import { HASH_LABEL } from './version';

/** A cluster for tests with one Rollout `web` in the namespace `shop`, and what people do to it. */
export class RolloutCluster extends TestCluster {
  get rollout(): KubeObject {
    const found = this.store.get(ROLLOUTS, 'shop', 'web');
    if (!found) throw new Error('there is no Rollout web');
    return found;
  }

  get status(): RolloutStatus {
    return RolloutStatus.parse(this.rollout.status ?? {});
  }

  /** Phase and message, as one. */
  get phase(): string {
    const { phase, message } = this.status;
    return message === '' ? phase : `${phase}: ${message}`;
  }

  /** Pods by version, the oldest revision first. */
  get replicas(): number[] {
    return this.replicaSets()
      .filter(({ metadata }) => metadata.labels?.[HASH_LABEL] !== undefined)
      .toSorted((a, b) => this.#revision(a) - this.#revision(b))
      .map(({ spec }) => Number(spec?.replicas));
  }

  get runs(): readonly KubeObject[] {
    return this.store.list(ANALYSIS_RUNS, 'shop');
  }

  #revision({ metadata }: KubeObject): number {
    return Number(metadata.annotations?.['rollout.argoproj.io/revision']);
  }

  patchStatus(fields: Record<string, unknown>): void {
    this.update(ROLLOUTS, 'web', (draft) => {
      draft.status = { ...draft.status, ...fields };
    });
  }

  patchSpec(fields: Record<string, unknown>): void {
    this.update(ROLLOUTS, 'web', (draft) => {
      draft.spec = { ...draft.spec, ...fields };
    });
  }

  /** As `kubectl argo rollouts set image`. */
  setImage(image: string): void {
    const { template } = RolloutSpec.parse(this.rollout.spec);
    const spec = { ...template?.spec, containers: [{ name: 'app', image }] };
    this.patchSpec({ template: { ...template, spec } });
    this.run(0.25);
  }

  /** Makes the Rollout and lets its first version come up. */
  deploy(strategy: Record<string, unknown>, spec: Record<string, unknown> = {}): void {
    this.store.create(ROLLOUTS, testRollout(strategy, spec));
    this.runUntil(() => this.status.phase === 'Healthy', 120);
  }

  /** Until it is in a phase, which is given as the start of `phase`. */
  until(phase: string, limitSeconds = 300): void {
    try {
      this.runUntil(() => this.phase.startsWith(phase), limitSeconds);
    } catch {
      throw new Error(
        `${this.errors.join()}: not ${phase} but ${this.phase}; ${JSON.stringify(this.rollout.status)}`,
      );
    }
  }
}

export function testRollout(
  strategy: Record<string, unknown>,
  spec: Record<string, unknown> = {},
): NewObject {
  const { selector, template } = testDeployment({ name: 'web' }).spec ?? {};
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    spec: { replicas: 4, selector, template, strategy, ...spec },
  };
}

export function plainService(name: string): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  };
}

/** The two Services of a canary. */
export function addServices(cluster: TestCluster, ...names: string[]): void {
  for (const name of names) cluster.store.create(SERVICES, plainService(name));
}

/** A template that asks for a constant. */
export function addTemplate(
  cluster: TestCluster,
  name: string,
  value: number,
  metric: Record<string, unknown> = {},
  args: readonly unknown[] = [],
): void {
  cluster.store.create(ANALYSIS_TEMPLATES, {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name, namespace: 'shop' },
    spec: {
      args,
      metrics: [
        {
          name: 'errors',
          successCondition: 'result[0] < 0.05',
          provider: { prometheus: { address: 'http://prometheus:9090', query: `vector(${value})` } },
          ...metric,
        },
      ],
    },
  });
}
