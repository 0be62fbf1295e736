import { describe, expect, it } from 'vitest';
import { hasRealDefinitions, realDefinitions } from '../../../../test/support/realDefinitions';
import { checkDefinition, DefinitionSpec } from '../../api/customResources';
import { applySchema } from '../../api/schema';
import { createObjectStore } from '../../store/memoryStore';
import { CUSTOM_RESOURCE_DEFINITIONS } from '../../store/resourceTypes';
import { TickClock } from '../tickClock';
import { ARGO_DEFINITIONS, ROLLOUTS } from './definitions';
import { addServices, addTemplate, RolloutCluster, testRollout } from './testing';

const analysis = {
  templates: [{ templateName: 'good', clusterScope: false }],
  args: [
    { name: 'a', value: 'b' },
    { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
    { name: 'field', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  ],
  dryRun: [{ metricName: 'e.*' }],
  measurementRetention: [{ metricName: 'e.*', limit: 20 }],
  analysisRunMetadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
};
/** Every field that the embedded controller heeds. */
const CANARY = {
  canaryService: 'canary',
  stableService: 'stable',
  maxSurge: '25%',
  maxUnavailable: 0,
  minPodsPerReplicaSet: 1,
  scaleDownDelaySeconds: 30,
  scaleDownDelayRevisionLimit: 2,
  abortScaleDownDelaySeconds: 30,
  steps: [
    { setWeight: 5 },
    { pause: { duration: '2m' } },
    { pause: { duration: 60 } },
    { setCanaryScale: { replicas: 2 } },
    { setHeaderRoute: { name: 'a', match: [{ headerName: 'x-canary', headerValue: { exact: 'true' } }] } },
    {
      setMirrorRoute: {
        name: 'b',
        percentage: 10,
        match: [{ method: { exact: 'GET' }, path: { prefix: '/' } }],
      },
    },
    { analysis },
  ],
  analysis: { ...analysis, startingStep: 1 },
  trafficRouting: {
    managedRoutes: [{ name: 'a' }, { name: 'b' }],
    istio: {
      virtualService: { name: 'web', routes: ['primary'] },
      destinationRule: { name: 'web', canarySubsetName: 'canary', stableSubsetName: 'stable' },
    },
    nginx: { stableIngress: 'web', additionalIngressAnnotations: { 'canary-by-header': 'x-canary' } },
    plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web', namespace: 'shop' } },
  },
};
const BLUE_GREEN = {
  activeService: 'active',
  previewService: 'preview',
  autoPromotionEnabled: false,
  autoPromotionSeconds: 30,
  previewReplicaCount: 1,
  prePromotionAnalysis: analysis,
  postPromotionAnalysis: analysis,
};
const MORE = {
  progressDeadlineSeconds: 600,
  progressDeadlineAbort: true,
  revisionHistoryLimit: 3,
  minReadySeconds: 5,
  paused: false,
  restartAt: '2026-01-01T00:00:00Z',
  rollbackWindow: { revisions: 3 },
  analysis: { successfulRunHistoryLimit: 1, unsuccessfulRunHistoryLimit: 1 },
  workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', scaleDown: 'never' },
};
const ROLLOUT_OBJECTS = [testRollout({ canary: CANARY }, MORE), testRollout({ blueGreen: BLUE_GREEN })];

describe("Argo Rollouts' definitions", () => {
  it('are definitions that the API serves, with status and scale where the real ones have them', () => {
    const store = createObjectStore(new TickClock(0, 1));
    const subresources = ARGO_DEFINITIONS.map((definition) => {
      const created = store.create(CUSTOM_RESOURCE_DEFINITIONS, definition);
      expect(checkDefinition(created)).toEqual([]);
      const { names, versions, scope } = DefinitionSpec.parse(created.spec);
      return [names.kind, scope, Object.keys(versions[0]?.subresources ?? {}).join()];
    });
    expect(subresources).toEqual([
      ['Rollout', 'Namespaced', 'status,scale'],
      ['AnalysisRun', 'Namespaced', ''],
      ['AnalysisTemplate', 'Namespaced', ''],
      ['ClusterAnalysisTemplate', 'Cluster', ''],
      ['Experiment', 'Namespaced', ''],
    ]);
  });

  it('take every field that the controller heeds', () => {
    const definition = ARGO_DEFINITIONS.find(
      ({ metadata }) => 'name' in metadata && metadata.name === 'rollouts.argoproj.io',
    );
    const schema = DefinitionSpec.parse(definition?.spec).versions[0]?.schema.openAPIV3Schema;
    for (const rollout of ROLLOUT_OBJECTS) {
      expect(schema && applySchema(schema, structuredClone(rollout))).toMatchObject({
        causes: [],
        pruned: [],
      });
    }
  });

  it.skipIf(!hasRealDefinitions)('know nothing that the real ones do not', () => {
    const check = realDefinitions('argo-rollouts');
    expect(ROLLOUT_OBJECTS.flatMap(check)).toEqual([]);
  });
});

describe.skipIf(!hasRealDefinitions)('what the controllers write', () => {
  it('is what the real definitions take, at each moment', () => {
    const check = realDefinitions('argo-rollouts');
    const cluster = new RolloutCluster();
    const problems = new Set<string>();
    /** By the fields that they have, so that each kind of object is checked once. */
    const written = new Map<string, unknown>();
    cluster.store.subscribe(({ resource, object }) => {
      if (resource.group === ROLLOUTS.group) written.set(fieldsOf(object), object);
    });
    addServices(cluster, 'active', 'preview');
    addTemplate(cluster, 'good', 0.01);
    addTemplate(cluster, 'bad', 0.5, { failureLimit: 2, count: 5, interval: '5s' });
    const use = (templateName: string) => ({ templates: [{ templateName }] });
    const steps = [
      { setWeight: 50 },
      { analysis: use('good') },
      { pause: { duration: 5 } },
      { analysis: use('bad') },
    ];
    cluster.deploy({ canary: { steps } });
    cluster.setImage('web:2');
    cluster.until('Degraded');
    cluster.patchSpec({
      strategy: {
        blueGreen: { activeService: 'active', previewService: 'preview', autoPromotionEnabled: false },
      },
    });
    cluster.run(60);
    for (const object of written.values()) for (const problem of check(object)) problems.add(problem);
    expect([...problems]).toEqual([]);
    expect(written.size).toBeGreaterThan(10);
  });
});

function fieldsOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null ? inner : typeof inner,
  );
}
