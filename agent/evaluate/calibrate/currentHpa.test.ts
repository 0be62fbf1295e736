import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../../test/support/builders';
import type { Autoscaler } from '../../cluster/snapshot';
import { currentHpaOf } from './currentHpa';
import { anAutoscaler, cpuAt } from './testing/autoscalers';

const of = (autoscalers: readonly Autoscaler[], requestShare = 1) =>
  currentHpaOf(aWorkload([aPod('a')], { autoscalers }), requestShare);

describe('the HPA as it is', () => {
  it('is taken from its spec: target, windows, policies and tolerance', () => {
    const behavior = {
      scaleUp: { policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }], tolerance: '0.05' },
      scaleDown: { stabilizationWindowSeconds: 60 },
    };
    const { behaviour, warnings } = of([anAutoscaler({ behavior })]);
    expect(behaviour.target).toBe(0.7);
    expect(behaviour.scaleUp).toMatchObject({
      tolerance: 0.05,
      policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }],
    });
    expect(behaviour.scaleDown).toMatchObject({ tolerance: 0.1, stabilizationWindowSeconds: 60 });
    expect(warnings).toEqual([]);
  });

  it('has its target by what a pod can use, where it requests less', () => {
    expect(of([anAutoscaler()], 0.5).behaviour.target).toBeCloseTo(0.35, 12);
  });

  it('is a default one where there is none, and that is said', () => {
    const { behaviour, autoscaler, warnings } = of([]);
    expect(behaviour.target).toBe(0.7);
    expect(autoscaler).toBeNull();
    expect(warnings).toEqual([expect.stringMatching(/Nothing scales shop\/checkout/)]);
  });

  it('is what it was before Coxswain took it over', () => {
    const handover = {
      how: 'own' as const,
      by: 'ada',
      atMs: 1,
      agent: 'x',
      text: '{}',
      original: { minReplicas: 2, metrics: [cpuAt(60)], behavior: null, annotations: {} },
    };
    const disabled = { scaleDown: { selectPolicy: 'Disabled' } };
    const { behaviour } = of([anAutoscaler({ targetUtilisation: 0.9, behavior: disabled, handover })]);
    expect(behaviour.target).toBe(0.6);
    expect(behaviour.scaleDown.selectPolicy).toBe('Max');
  });

  it('says that other metrics than CPU are not simulated', () => {
    const pods = {
      type: 'Pods',
      pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '100' } },
    };
    expect(of([anAutoscaler({ metrics: [pods], targetUtilisation: null })]).warnings[0]).toMatch(
      /does not go by CPU/,
    );
    expect(of([anAutoscaler({ metrics: [cpuAt(70), pods] })]).warnings[0]).toMatch(/only CPU is simulated/);
  });

  it('has the default behaviour where its own is not understood, and that is said', () => {
    const { behaviour, warnings } = of([anAutoscaler({ behavior: { scaleUp: 'fast' } })]);
    expect(behaviour.scaleUp.selectPolicy).toBe('Max');
    expect(warnings).toEqual([expect.stringMatching(/was not understood/)]);
  });

  it('is refused where two scale the same workload', () => {
    const two = [anAutoscaler(), anAutoscaler({ kind: 'keda', name: 'queue' })];
    expect(() => of(two)).toThrow(
      expect.objectContaining({
        code: 'conflict',
        message: expect.stringMatching(/hpa checkout and keda queue/),
      }),
    );
  });
});
