import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { HpaSpec } from './hpaSpec';
import { cpu, externalMetric, specOf, value } from './testing/hpaTesting';

const scaleTargetRef = { kind: 'Deployment', name: 'web' };

describe('the spec of an HPA', () => {
  it('gets the defaults that the API reference names', () => {
    expect(HpaSpec.parse({ scaleTargetRef, maxReplicas: 5 })).toEqual({
      scaleTargetRef,
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
      scaleUp: {
        selectPolicy: 'Max',
        stabilizationWindowSeconds: 0,
        tolerance: 0.1,
        policies: [
          { type: 'Pods', value: 4, periodSeconds: 15 },
          { type: 'Percent', value: 100, periodSeconds: 15 },
        ],
      },
      scaleDown: {
        selectPolicy: 'Max',
        stabilizationWindowSeconds: 300,
        tolerance: 0.1,
        policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
      },
    });
  });

  it('keeps what is said and fills in the rest, also of what the API writes out as null', () => {
    const { scaleUp, scaleDown } = specOf({
      behavior: {
        scaleUp: { tolerance: '50m', selectPolicy: null },
        scaleDown: { selectPolicy: 'Disabled' },
      },
    });
    expect(scaleUp).toMatchObject({ tolerance: 0.05, selectPolicy: 'Max', stabilizationWindowSeconds: 0 });
    expect(scaleDown).toMatchObject({ selectPolicy: 'Disabled', stabilizationWindowSeconds: 300 });
  });

  it('lets zero pods be the least where a metric says when to begin', () => {
    expect(specOf({ minReplicas: 0, metrics: [externalMetric(value('1'))] }).minReplicas).toBe(0);
  });

  it.each([
    [
      { minReplicas: 5, maxReplicas: 3 },
      'maxReplicas',
      'must be greater than or equal to minReplicas (5), is 3',
    ],
    [{ maxReplicas: 0 }, 'maxReplicas', 'Too small'],
    [{ maxReplicas: undefined }, 'maxReplicas', 'expected number'],
    [{ maxReplicas: 2.5 }, 'maxReplicas', 'expected int'],
    [{ minReplicas: -1 }, 'minReplicas', 'Too small'],
    [{ minReplicas: 0 }, 'metrics', 'at least one Object or External metric'],
    [{ metrics: [cpu(0)] }, 'metrics.0.resource.target.averageUtilization', 'Too small'],
    [{ metrics: [{ type: 'Load' }] }, 'metrics.0.type', 'Invalid'],
    [{ metrics: [externalMetric(value('-3'))] }, 'metrics.0.external.target.value', 'must be positive'],
    [{ metrics: [externalMetric(value('much'))] }, 'metrics.0.external.target.value', 'not a quantity: much'],
    [
      { behavior: { scaleUp: { policies: [] } } },
      'behavior.scaleUp.policies',
      'must specify at least one policy',
    ],
    [
      { behavior: { scaleDown: { stabilizationWindowSeconds: 3601 } } },
      'behavior.scaleDown.stabilizationWindowSeconds',
      'Too big',
    ],
    [
      { behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 1801 }] } } },
      'behavior.scaleDown.policies.0.periodSeconds',
      'Too big',
    ],
    [{ behavior: { scaleUp: { selectPolicy: 'Most' } } }, 'behavior.scaleUp.selectPolicy', 'Invalid'],
    [{ behavior: { scaleUp: { tolerance: -0.1 } } }, 'behavior.scaleUp.tolerance', 'Too small'],
  ])('is refused with a clear problem: %j', (spec, field, problem) => {
    let error: unknown;
    try {
      specOf(spec);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ZodError);
    const issues = (error as ZodError).issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    expect(issues).toEqual([expect.stringContaining(problem)]);
    expect(issues[0]?.startsWith(`${field}: `)).toBe(true);
  });
});
