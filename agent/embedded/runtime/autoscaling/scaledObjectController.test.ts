import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { DefinitionSpec } from '../../api/customResources';
import { applySchema, type Schema } from '../../api/schema';
import type { KubeObject, NewObject } from '../../objectStore';
import { DEPLOYMENTS, HORIZONTAL_POD_AUTOSCALERS, SERVICES } from '../../store/resourceTypes';
import { condition } from '../kinds';
import { TestCluster, testDeployment, testService } from '../testing/testCluster';
import { KEDA_DEFINITIONS, SCALED_OBJECTS } from './kedaDefinitions';

const CPU = { type: 'cpu', metricType: 'Utilization', metadata: { value: '50' } };

function scaledObject(spec: Record<string, unknown> = {}): NewObject {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      scaleTargetRef: { name: 'web' },
      minReplicaCount: 2,
      maxReplicaCount: 8,
      triggers: [CPU],
      ...spec,
    },
  };
}

function clusterOf(spec: Record<string, unknown> = {}, requestsPerSecond = 290): TestCluster {
  const cluster = new TestCluster();
  cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 2 }));
  cluster.store.create(SERVICES, testService('web', requestsPerSecond));
  cluster.store.create(SCALED_OBJECTS, scaledObject(spec));
  cluster.run(1);
  return cluster;
}

const hpa = (cluster: TestCluster) => cluster.store.get(HORIZONTAL_POD_AUTOSCALERS, 'shop', 'keda-hpa-web');
const replicas = (cluster: TestCluster) => cluster.deployment('web').spec?.replicas;
const told = (cluster: TestCluster, type: string) => {
  const object = cluster.store.get(SCALED_OBJECTS, 'shop', 'web');
  const found = object && condition(object, type);
  return { status: found?.status, reason: found?.reason, message: found?.message };
};

function annotate(cluster: TestCluster, annotations: Record<string, string>): void {
  cluster.update(SCALED_OBJECTS, 'web', ({ metadata }) => {
    metadata.annotations = annotations;
  });
  cluster.run(1);
}

describe('a ScaledObject of KEDA', () => {
  it('gets an HPA, which scales', () => {
    const cluster = clusterOf({
      advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { selectPolicy: 'Min' } } } },
    });
    const { metadata, spec } = hpa(cluster) as KubeObject;
    expect(metadata.ownerReferences).toMatchObject([{ kind: 'ScaledObject', name: 'web', controller: true }]);
    expect(metadata.labels?.['app.kubernetes.io/managed-by']).toBe('keda-operator');
    expect(spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 8,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
      behavior: { scaleDown: { selectPolicy: 'Min' } },
    });
    expect(told(cluster, 'Ready')).toMatchObject({ status: 'True', reason: 'ScaledObjectReady' });
    expect(told(cluster, 'Paused')).toMatchObject({ status: 'Unknown' });
    cluster.run(120);
    expect(replicas(cluster)).toBeGreaterThan(3);
    expect(cluster.eventsOf('web')).toContain('ScaledObjectReady: ScaledObject is ready for scaling');
    expect(cluster.errors).toEqual([]);
  });

  it('keeps one pod where it names no least count, as cpu alone cannot bring the first one back', () => {
    const cluster = clusterOf({ minReplicaCount: 0, maxReplicaCount: undefined });
    expect(hpa(cluster)?.spec).toMatchObject({ minReplicas: 1, maxReplicas: 100 });
  });

  it('makes its HPA again what it should be', () => {
    const cluster = clusterOf();
    cluster.update(HORIZONTAL_POD_AUTOSCALERS, 'keda-hpa-web', (draft) => {
      draft.spec = { ...draft.spec, maxReplicas: 90 };
    });
    cluster.run(1);
    expect(hpa(cluster)?.spec?.maxReplicas).toBe(8);
    cluster.store.delete(HORIZONTAL_POD_AUTOSCALERS, 'shop', 'keda-hpa-web');
    cluster.run(1);
    expect(hpa(cluster)).toBeDefined();
    cluster.update(SCALED_OBJECTS, 'web', (draft) => {
      draft.spec = { ...draft.spec, maxReplicaCount: 5 };
    });
    cluster.run(1);
    expect(hpa(cluster)?.spec?.maxReplicas).toBe(5);
  });

  it('takes its HPA with it when it is deleted', () => {
    const cluster = clusterOf();
    cluster.store.delete(SCALED_OBJECTS, 'shop', 'web');
    cluster.run(1);
    expect(hpa(cluster)).toBeUndefined();
  });

  it('is paused by its annotation: the HPA goes, the count stays, until it is removed', () => {
    const cluster = clusterOf();
    cluster.run(120);
    const before = replicas(cluster);
    annotate(cluster, { 'autoscaling.keda.sh/paused': 'true' });
    expect(hpa(cluster)).toBeUndefined();
    expect(told(cluster, 'Paused')).toEqual({
      status: 'True',
      reason: 'ScaledObjectPaused',
      message: 'ScaledObject is paused',
    });
    cluster.update(DEPLOYMENTS, 'web', (draft) => {
      draft.spec = { ...draft.spec, replicas: 3 };
    });
    cluster.run(60);
    expect(replicas(cluster)).toBe(3);
    annotate(cluster, {});
    expect(hpa(cluster)).toBeDefined();
    expect(told(cluster, 'Paused')).toMatchObject({ status: 'False', reason: 'ScaledObjectUnpaused' });
    cluster.run(120);
    expect(replicas(cluster)).toBe(before);
  });

  it('is paused at a count', () => {
    const cluster = clusterOf();
    annotate(cluster, { 'autoscaling.keda.sh/paused-replicas': '6' });
    expect(hpa(cluster)).toBeUndefined();
    expect(replicas(cluster)).toBe(6);
    expect(told(cluster, 'Paused').status).toBe('True');
  });

  it('is not paused by an annotation that says so', () => {
    const cluster = clusterOf();
    annotate(cluster, { 'autoscaling.keda.sh/paused': 'false' });
    expect(hpa(cluster)).toBeDefined();
  });

  it.each([
    [{ triggers: [{ type: 'kafka', metadata: {} }] }, 'triggers of type kafka need an event source'],
    [{ triggers: [{ ...CPU, metadata: {} }] }, 'the cpu trigger has no metadata.value'],
    [{ triggers: [{ ...CPU, metricType: 'Value' }] }, 'metricType Value with value 50 is neither'],
    [{ triggers: [] }, 'no triggers defined'],
    [{ minReplicaCount: 9 }, 'MinReplicaCount=9 must be less than or equal to MaxReplicaCount=8'],
    [{ scaleTargetRef: { name: 'gone' } }, 'deployments.apps "gone" not found'],
  ])('says that it cannot work: %j', (spec, problem) => {
    const cluster = clusterOf(spec);
    expect(hpa(cluster)).toBeUndefined();
    const ready = told(cluster, 'Ready');
    expect(ready).toMatchObject({ status: 'False', reason: 'ScaledObjectCheckFailed' });
    expect(ready.message).toContain(problem);
    expect(
      cluster.eventsOf('web').filter((event) => event.startsWith('ScaledObjectCheckFailed')),
    ).toHaveLength(1);
  });

  it('leaves an HPA of that name that is not its own alone', () => {
    const cluster = new TestCluster();
    cluster.store.create(DEPLOYMENTS, testDeployment({ replicas: 2 }));
    const { spec } = scaledObject();
    cluster.store.create(HORIZONTAL_POD_AUTOSCALERS, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'keda-hpa-web', namespace: 'shop' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 3 },
    });
    cluster.store.create(SCALED_OBJECTS, { ...scaledObject(), ...(spec && { spec }) });
    cluster.run(1);
    expect(hpa(cluster)?.spec?.maxReplicas).toBe(3);
    expect(told(cluster, 'Ready').message).toContain('does not belong to this ScaledObject');
  });
});

const REAL = join(import.meta.dirname, '../../../../../shared/schemas/crds/keda/keda.sh_scaledobjects.yaml');

function schemaOf(spec: unknown): Schema {
  const [version] = DefinitionSpec.parse(spec).versions;
  if (!version) throw new Error('the definition has no version');
  return version.schema.openAPIV3Schema;
}

describe('the definition of ScaledObjects', () => {
  const samples = [
    scaledObject(),
    scaledObject({ triggers: [{ ...CPU, metadata: { value: '50', containerName: 'app' } }] }),
    scaledObject({ advanced: { horizontalPodAutoscalerConfig: { name: 'mine' } }, idleReplicaCount: 0 }),
  ];

  it.each(samples)('takes a valid one as it is, %#', (sample) => {
    const object = structuredClone(sample);
    expect(applySchema(schemaOf(KEDA_DEFINITIONS[0]?.spec), object)).toEqual({ causes: [], pruned: [] });
    expect(object).toEqual(sample);
  });

  it('refuses one without a target, or with a trigger that says nothing', () => {
    const { causes } = applySchema(
      schemaOf(KEDA_DEFINITIONS[0]?.spec),
      scaledObject({ scaleTargetRef: {}, triggers: [{ type: 'cpu' }] }),
    );
    expect(causes.map(({ field }) => field)).toEqual([
      'spec.scaleTargetRef.name',
      'spec.triggers[0].metadata',
    ]);
  });

  it.skipIf(!existsSync(REAL))('agrees with the real one, which is in shared/schemas', () => {
    const real = schemaOf(z.object({ spec: z.unknown() }).parse(parse(readFileSync(REAL, 'utf8'))).spec);
    for (const sample of samples) {
      expect(applySchema(real, structuredClone(sample))).toEqual({ causes: [], pruned: [] });
    }
    const cluster = clusterOf();
    annotate(cluster, { 'autoscaling.keda.sh/paused-replicas': '6' });
    const stored = structuredClone(cluster.store.get(SCALED_OBJECTS, 'shop', 'web'));
    expect(applySchema(real, stored)).toEqual({ causes: [], pruned: [] });
  });
});
