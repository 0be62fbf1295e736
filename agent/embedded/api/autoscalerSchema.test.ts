import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../objectStore';
import { AUTOSCALER_SCHEMA, checkAutoscaler } from './autoscalerSchema';
import { applySchema } from './schema';

function hpaWith(spec: Record<string, unknown>): KubeObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 5,
      ...spec,
    },
  };
}

/** As admission does it: the rules are asked where the schema finds nothing. */
function problemsOf(spec: Record<string, unknown>): string[] {
  const hpa = hpaWith(spec);
  const { causes } = applySchema(AUTOSCALER_SCHEMA, hpa);
  return [...causes, ...(causes.length === 0 ? checkAutoscaler(hpa) : [])].map(
    ({ field, message }) => `${field}: ${message}`,
  );
}

describe('an HPA that somebody writes', () => {
  it('gets the defaults that the API server fills in', () => {
    const hpa = hpaWith({ behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } });
    expect(applySchema(AUTOSCALER_SCHEMA, hpa)).toEqual({ causes: [], pruned: [] });
    expect(hpa.spec).toMatchObject({
      minReplicas: 1,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: 'Max',
          policies: [
            { type: 'Pods', value: 4, periodSeconds: 15 },
            { type: 'Percent', value: 100, periodSeconds: 15 },
          ],
        },
        scaleDown: {
          stabilizationWindowSeconds: 60,
          selectPolicy: 'Max',
          policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
        },
      },
    });
  });

  it('stays without a behavior where it has none', () => {
    const hpa = hpaWith({});
    applySchema(AUTOSCALER_SCHEMA, hpa);
    expect(hpa.spec).not.toHaveProperty('behavior');
  });

  it('loses fields that the API does not know, with a warning', () => {
    expect(applySchema(AUTOSCALER_SCHEMA, hpaWith({ minReplica: 3 })).pruned).toEqual(['spec.minReplica']);
  });

  it.each([
    [{ maxReplicas: undefined }, 'spec.maxReplicas: Required value'],
    [{ maxReplicas: 0 }, 'spec.maxReplicas: Invalid value: 0: must be greater than or equal to 1'],
    [
      { minReplicas: 6 },
      'spec.maxReplicas: Invalid value: must be greater than or equal to minReplicas (6), is 5',
    ],
    [{ scaleTargetRef: { kind: 'Deployment' } }, 'spec.scaleTargetRef.name: Required value'],
    [{ metrics: [{ type: 'Load' }] }, 'spec.metrics[0].type: Unsupported value: "Load"'],
    [{ metrics: [{ type: 'Resource' }] }, 'spec.metrics.0.resource: Invalid value'],
    [
      { behavior: { scaleDown: { selectPolicy: 'Never' } } },
      'spec.behavior.scaleDown.selectPolicy: Unsupported value: "Never"',
    ],
    [
      { behavior: { scaleDown: { stabilizationWindowSeconds: 4000 } } },
      'spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value',
    ],
  ])('is refused where it makes no sense: %j', (spec, problem) => {
    expect(problemsOf(spec)).toEqual([expect.stringContaining(problem)]);
  });
});
