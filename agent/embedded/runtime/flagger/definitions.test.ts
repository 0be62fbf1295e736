import { describe, expect, it } from 'vitest';
import { hasRealDefinitions, realDefinitions } from '../../../../test/support/realDefinitions';
import { DefinitionSpec } from '../../api/customResources';
import { applySchema, type Schema } from '../../api/schema';
import type { NewObject } from '../../objectStore';
import { FLAGGER_DEFINITIONS } from './definitions';
import { BY_WEIGHT, canaryCluster, canaryOf, reach, release, testCanary } from './testing/canaries';

const hooks = ['confirm-rollout', 'event', ''].map((type) => ({
  name: 'mine',
  type,
  url: 'http://gate.shop/',
  timeout: '5s',
  retries: 2,
  muteAlert: true,
  metadata: { cmd: 'hey' },
}));
const SAMPLES: readonly NewObject[] = [
  testCanary(),
  testCanary({}, { ...BY_WEIGHT, stepWeights: [1, 5], stepWeight: undefined, webhooks: hooks, mirror: true }),
  testCanary(
    {
      provider: 'gatewayapi:v1',
      suspend: false,
      revertOnDeletion: true,
      service: {
        port: 80,
        targetPort: 'http',
        gatewayRefs: [{ name: 'web', namespace: 'infra' }],
        hosts: ['shop'],
      },
      autoscalerRef: {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        name: 'web',
        primaryScalerReplicas: { minReplicas: 2 },
      },
    },
    {
      match: [{ headers: { 'x-canary': { exact: 'true' } } }],
      sessionAffinity: { cookieName: 'flagger', maxAge: 60 },
      alerts: [{ name: 'to us', severity: 'warn', providerRef: { name: 'slack' } }],
    },
  ),
  {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name: 'gpu', namespace: 'shop' },
    spec: { provider: { type: 'prometheus', address: 'http://prometheus:9090' }, query: 'up' },
  },
  {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'AlertProvider',
    metadata: { name: 'slack', namespace: 'shop' },
    spec: { type: 'slack', channel: 'general', username: 'flagger', secretRef: { name: 'slack' } },
  },
];

function schemaOf(kind: string): Schema {
  for (const { spec } of FLAGGER_DEFINITIONS) {
    const { names, versions } = DefinitionSpec.parse(spec);
    const [version] = versions;
    if (names.kind === kind && version) return version.schema.openAPIV3Schema;
  }
  throw new Error(`there is no definition of ${kind}`);
}

/** Without what is undefined, as JSON has it. */
const asJson = (object: unknown): unknown => JSON.parse(JSON.stringify(object));

describe('the kinds of Flagger', () => {
  it.each(SAMPLES)('take a valid object as it is: $kind, %#', (sample) => {
    const object = asJson(sample);
    expect(applySchema(schemaOf(sample.kind), object)).toEqual({ causes: [], pruned: [] });
    expect(object).toEqual(asJson(sample));
  });

  it('turn down what Flagger could not read', () => {
    const object = asJson(
      testCanary({ targetRef: { kind: 'Deployment' } }, { interval: 'soon', threshold: 'x' }),
    );
    const { causes } = applySchema(schemaOf('Canary'), object);
    expect(causes.map(({ field }) => field).sort()).toEqual([
      'spec.analysis.interval',
      'spec.analysis.threshold',
      'spec.targetRef.apiVersion',
      'spec.targetRef.name',
    ]);
  });

  it.skipIf(!hasRealDefinitions)('agree with the real ones, also in the status that is written', () => {
    const check = realDefinitions('flagger');
    for (const sample of SAMPLES) expect(check(asJson(sample))).toEqual([]);
    const cluster = canaryCluster();
    reach(cluster, 'Initialized');
    expect(check(canaryOf(cluster))).toEqual([]);
    release(cluster, 'web:2');
    reach(cluster, 'Promoting');
    expect(check(canaryOf(cluster))).toEqual([]);
  });
});
