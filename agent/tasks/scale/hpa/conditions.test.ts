import { describe, expect, it } from 'vitest';
import { ambiguousSelector, rescaled, rescaleFailed, scaleUnknown } from './conditions';
import { decideHpa } from './hpa';
import { HpaState } from './hpaState';
import type { MetricReading } from './metrics';
import { milliQuantity } from './metrics';
import { allAt, cpuOf, NOW_SECONDS, pod, podsMetric, qpsOf, specOf } from './testing/hpaTesting';

function decide(readings: MetricReading[], spec: Record<string, unknown> = {}) {
  const look = { nowSeconds: NOW_SECONDS, specReplicas: 2, statusReplicas: 2, readings };
  return decideHpa(specOf(spec), new HpaState(), look);
}

describe('what an HPA says', () => {
  it('names the container without a request, as kubectl describe shows it', () => {
    const problem = 'failed to get cpu utilization: missing request for cpu in container app of Pod web-1';
    const { conditions, events } = decide([cpuOf(pod(900, { containerWithoutRequest: 'app' }))]);
    expect(conditions.at(-1)).toEqual({
      type: 'ScalingActive',
      status: 'False',
      reason: 'FailedGetResourceMetric',
      message: `the HPA was unable to compute the replica count: ${problem}`,
    });
    expect(events).toEqual([
      { type: 'Warning', reason: 'FailedGetResourceMetric', message: problem },
      {
        type: 'Warning',
        reason: 'FailedComputeMetricsReplicas',
        message: `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${problem}`,
      },
    ]);
  });

  it.each([
    [cpuOf(), 'no pods returned by selector while calculating replica count'],
    [
      cpuOf(pod(null)),
      'unable to get metrics for resource cpu: no metrics returned from resource metrics API',
    ],
    [cpuOf(pod(100, { ready: null })), 'did not receive metrics for targeted pods (pods might be unready)'],
    [cpuOf(pod(Number.NaN)), 'did not receive metrics for targeted pods (pods might be unready)'],
    [qpsOf(pod(null)), 'unable to get metric qps: no metrics returned from custom metrics API'],
  ])('says why there is no metric: %j', (reading, problem) => {
    expect(reading).toEqual({ kind: 'invalid', problem });
  });

  it('tells what it has measured, without what it has only guessed', () => {
    expect(decide([cpuOf(pod(600), pod(null))]).currentMetrics).toEqual([
      {
        type: 'Resource',
        resource: { name: 'cpu', current: { averageUtilization: 60, averageValue: '600m' } },
      },
    ]);
    expect(decide([qpsOf(pod(20_000), pod(21_000))], { metrics: [podsMetric('20')] }).currentMetrics).toEqual(
      [{ type: 'Pods', pods: { metric: { name: 'qps' }, current: { averageValue: '20500m' } } }],
    );
  });

  it('tells of a rescale that was made, and of one that failed', () => {
    const { desiredReplicas, why } = decide([allAt(2, 100)]);
    expect(rescaled(desiredReplicas, why)).toEqual({
      condition: {
        type: 'AbleToScale',
        status: 'True',
        reason: 'SucceededRescale',
        message: 'the HPA controller was able to update the target scale to 4',
      },
      event: {
        type: 'Normal',
        reason: 'SuccessfulRescale',
        message: 'New size: 4; reason: cpu resource utilization (percentage of request) above target',
      },
    });
    expect(rescaleFailed(4, 'All metrics below target', 'conflict')).toMatchObject({
      condition: { type: 'AbleToScale', status: 'False', reason: 'FailedUpdateScale' },
      event: {
        reason: 'FailedRescale',
        message: 'New size: 4; reason: All metrics below target; error: conflict',
      },
    });
  });

  it('tells of a target that is not there, and of one with two HPAs', () => {
    expect(scaleUnknown('deployments.apps "web" not found')).toMatchObject({
      condition: { type: 'AbleToScale', status: 'False', reason: 'FailedGetScale' },
      event: { reason: 'FailedGetScale', message: 'deployments.apps "web" not found' },
    });
    expect(ambiguousSelector('app=web', ['shop/a', 'shop/b']).condition).toEqual({
      type: 'ScalingActive',
      status: 'False',
      reason: 'AmbiguousSelector',
      message: 'pods by selector app=web are controlled by multiple HPAs: [shop/a shop/b]',
    });
  });

  it.each([
    [0, '0'],
    [1, '1m'],
    [250, '250m'],
    [2000, '2'],
    [2_000_000, '2k'],
    [134_217_728_000, '134217728'],
    [5_000_000_000, '5M'],
  ])('writes %d thousandths as %s', (milli, text) => {
    expect(milliQuantity(milli)).toBe(text);
  });
});
