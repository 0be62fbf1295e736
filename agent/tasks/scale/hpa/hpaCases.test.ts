import { describe, expect, it } from 'vitest';
import { decideHpa } from './hpa';
import { HpaState } from './hpaState';
import type { MetricReading } from './metrics';
import {
  absent,
  allAt,
  averageValue,
  cpu,
  cpuOf,
  externalMetric,
  memory,
  memoryOf,
  NOW_SECONDS,
  objectMetric,
  pod,
  podsMetric,
  qpsOf,
  resource,
  single,
  specOf,
  usages,
  value,
} from './testing/hpaTesting';

/*
 * From the public documentation and API reference. `docs` are sections of
 * https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/, `api` fields of
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/, `conditions`
 * the appendix of the walkthrough, `upstream` names of test cases of pkg/controller/podautoscaler of Kubernetes, whose
 * numbers are facts about the algorithm.
 */
interface HpaCase {
  from: string;
  what: string;
  /** As in a manifest; else CPU at 50 % between 1 and 100. */
  spec?: Record<string, unknown>;
  replicas: number;
  statusReplicas?: number;
  readings: MetricReading[];
  /** Earlier recommendations and rescales by how many seconds ago they were, oldest first. */
  recommended?: [secondsAgo: number, replicas: number][];
  rescaled?: [secondsAgo: number, from: number, to: number][];
  /** What the metrics ask for. */
  asks?: number | null;
  /** What the target is set to. */
  becomes?: number;
  /** `type=status reason`, each of which has to be there. */
  conditions?: string[];
  /** Reasons. */
  events?: string[];
  why?: string;
}

const behavior = (behavior: object, more: Record<string, unknown> = {}) => ({ ...more, behavior });
const AT_ONCE = { scaleDown: { stabilizationWindowSeconds: 0 } };
/** Has just become ready: its sample is partly of the time before. */
const HOT = {
  startedSeconds: NOW_SECONDS - 30,
  ready: { isReady: true, sinceSeconds: NOW_SECONDS - 10 },
};
const UNREADY = {
  startedSeconds: NOW_SECONDS - 60,
  ready: { isReady: false, sinceSeconds: NOW_SECONDS - 60 },
};

const RATIO: HpaCase[] = [
  {
    from: 'docs, algorithm details',
    what: '200m against 100m doubles',
    spec: { metrics: [podsMetric('100m')] },
    replicas: 3,
    readings: [usages([200, 200, 200])],
    asks: 6,
    becomes: 6,
  },
  {
    from: 'docs, algorithm details',
    what: '50m against 100m halves',
    spec: { metrics: [podsMetric('100m')] },
    replicas: 4,
    readings: [usages([50, 50, 50, 50])],
    asks: 2,
  },
  {
    from: 'docs, algorithm details',
    what: 'a ratio of 1.1 is close enough',
    replicas: 10,
    readings: [allAt(10, 55)],
    asks: 10,
    becomes: 10,
  },
  {
    from: 'docs, algorithm details',
    what: 'a ratio of 0.9 is close enough',
    replicas: 10,
    readings: [allAt(10, 45)],
    asks: 10,
  },
  {
    from: 'docs, algorithm details',
    what: 'a ratio of 1.12 is not, and is rounded up',
    replicas: 10,
    readings: [allAt(10, 56)],
    asks: 12,
  },
  {
    from: 'docs, algorithm details',
    what: 'a ratio of 0.88 is not, and is rounded up',
    replicas: 10,
    readings: [allAt(10, 44)],
    asks: 9,
  },
  {
    from: 'docs, how does it work',
    what: 'utilisation is a share of the request, by whole percent: 55.9 % is 55 %',
    replicas: 10,
    readings: [allAt(10, 55.9)],
    asks: 10,
  },
  {
    from: 'docs, how does it work',
    what: 'utilisation is of the sum of requests, not the mean of shares',
    spec: { metrics: [cpu(50)] },
    replicas: 2,
    // 900m of 1000m and 100m of 3000m: 25 % together, 47 % in the mean of shares.
    readings: [usages([900, 100], { requestMilli: 4000 })],
    asks: 1,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUp',
    what: '50 % against 30 %',
    spec: { metrics: [cpu(30)] },
    replicas: 3,
    readings: [usages([300, 500, 700])],
    asks: 5,
    becomes: 5,
    why: 'cpu resource utilization (percentage of request) above target',
  },
  {
    from: 'upstream, TestReplicaCalcScaleDown',
    what: '28 % against 50 %',
    replicas: 5,
    readings: [usages([100, 300, 500, 250, 250])],
    asks: 3,
  },
  {
    from: 'upstream, TestReplicaCalcTolerance',
    what: '102 % against 100 %',
    spec: { metrics: [cpu(100)] },
    replicas: 3,
    readings: [usages([1010, 1030, 1020])],
    asks: 3,
  },
  {
    from: 'upstream, TestReplicaCalcContainerScaleUp',
    what: 'of one container',
    spec: {
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'cpu',
            container: 'app',
            target: { type: 'Utilization', averageUtilization: 30 },
          },
        },
      ],
    },
    replicas: 3,
    readings: [usages([300, 500, 700])],
    asks: 5,
    why: 'cpu container resource utilization (percentage of request) above target',
  },
  {
    from: 'api, MetricTarget.averageValue',
    what: 'memory by its mean amount',
    spec: { metrics: [memory('100Mi')] },
    replicas: 2,
    readings: [usages([157286400000, 157286400000])],
    asks: 3,
    why: 'memory resource above target',
  },
  {
    from: 'api, spec.metrics',
    what: 'none are 80 % of the CPU request',
    spec: { metrics: [] },
    replicas: 2,
    readings: [allAt(2, 120)],
    asks: 3,
  },
];

const SET_ASIDE: HpaCase[] = [
  {
    from: 'upstream, TestReplicaCalcScaleUpUnreadyLessScale',
    what: 'an unready pod uses nothing before scaling up',
    spec: { metrics: [cpu(30)] },
    replicas: 3,
    readings: [cpuOf(pod(300, UNREADY), pod(500), pod(700))],
    asks: 4,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpHotCpuLessScale',
    what: 'nor does one whose sample begins before it was ready',
    spec: { metrics: [cpu(30)] },
    replicas: 3,
    readings: [cpuOf(pod(300, HOT), pod(500), pod(700))],
    asks: 4,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpUnreadyNoScale',
    what: 'unready pods do not turn up into down',
    spec: { metrics: [cpu(30)] },
    replicas: 3,
    readings: [cpuOf(pod(400), pod(500, UNREADY), pod(700, UNREADY))],
    asks: 3,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpIgnoresFailedPods',
    what: 'failed pods do not count',
    spec: { metrics: [cpu(30)] },
    replicas: 2,
    readings: [cpuOf(pod(500), pod(700), pod(null, { phase: 'Failed' }), pod(null, { phase: 'Failed' }))],
    asks: 4,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpIgnoresDeletionPods',
    what: 'pods that are being deleted do not count',
    spec: { metrics: [cpu(30)] },
    replicas: 2,
    readings: [cpuOf(pod(500), pod(700), pod(900, { isDeleting: true }), pod(900, { isDeleting: true }))],
    asks: 4,
  },
  {
    from: 'docs, algorithm details',
    what: 'pending pods are not ready: they dampen a scale-up',
    spec: { metrics: [cpu(50)] },
    replicas: 4,
    readings: [
      cpuOf(
        pod(1000),
        pod(1000),
        pod(null, { phase: 'Pending', startedSeconds: null, ready: null }),
        pod(1000),
      ),
    ],
    // (3 × 100 %) ÷ 4 = 75 %: 1.5 × 4.
    asks: 6,
  },
  {
    from: 'upstream, TestReplicaCalcScaleDownExcludeUnreadyPods',
    what: 'unready pods are left out of a scale-down',
    replicas: 5,
    readings: [cpuOf(pod(100), pod(300), pod(500), pod(250, UNREADY), pod(250, UNREADY))],
    asks: 2,
  },
  {
    from: 'docs, pod readiness: --horizontal-pod-autoscaler-cpu-initialization-period',
    what: 'after five minutes a pod that is unready now but was ready counts',
    spec: { metrics: [cpu(30)] },
    replicas: 2,
    readings: [
      cpuOf(
        pod(600, {
          startedSeconds: NOW_SECONDS - 301,
          ready: { isReady: false, sinceSeconds: NOW_SECONDS - 100 },
        }),
        pod(600),
      ),
    ],
    asks: 4,
  },
  {
    from: 'docs, pod readiness: --horizontal-pod-autoscaler-initial-readiness-delay',
    what: 'one that never was ready does not, however old it is',
    spec: { metrics: [cpu(30)] },
    replicas: 2,
    readings: [
      cpuOf(
        pod(600, {
          startedSeconds: NOW_SECONDS - 3600,
          ready: { isReady: false, sinceSeconds: NOW_SECONDS - 3590 },
        }),
        pod(600),
      ),
    ],
    // 60 % for one of two: 30 %, a ratio of 1.
    asks: 2,
  },
  {
    from: 'docs, algorithm details',
    what: 'only CPU waits for readiness, memory does not',
    spec: { metrics: [resource('memory', { type: 'Utilization', averageUtilization: 30 })] },
    replicas: 2,
    readings: [memoryOf(pod(600, UNREADY), pod(600))],
    asks: 4,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpCMUnreadyHotCpuNoLessScale',
    what: 'nor do Pods metrics',
    spec: { metrics: [podsMetric('15')] },
    replicas: 3,
    readings: [qpsOf(pod(50_000, HOT), pod(10_000), pod(30_000, UNREADY))],
    asks: 6,
  },
  {
    from: 'upstream, TestReplicaCalcMissingMetrics',
    what: 'before scaling down pods without a metric use all of their request',
    spec: { metrics: [cpu(100)] },
    replicas: 4,
    readings: [cpuOf(pod(400), pod(95), pod(null), pod(null))],
    asks: 3,
  },
  {
    from: 'upstream, TestReplicaCalcMissingMetricsNoChangeEq',
    what: 'at the target exactly they change nothing',
    spec: { metrics: [cpu(100)] },
    replicas: 2,
    readings: [cpuOf(pod(1000), pod(null))],
    asks: 2,
  },
  {
    from: 'upstream, TestReplicaCalcMissingMetricsNoChangeGt',
    what: 'before scaling up they use nothing, and do not turn it',
    spec: { metrics: [cpu(100)] },
    replicas: 2,
    readings: [cpuOf(pod(1900), pod(null))],
    asks: 2,
  },
  {
    from: 'upstream, TestReplicaCalcMissingMetricsNoChangeLt',
    what: '60 % and one without: 80 % of two',
    spec: { metrics: [cpu(100)] },
    replicas: 2,
    readings: [cpuOf(pod(600), pod(null))],
    asks: 2,
  },
  {
    from: 'upstream, TestReplicaCalcMissingMetricsUnreadyChange',
    what: 'missing and unready: down is turned, so nothing',
    replicas: 3,
    readings: [cpuOf(pod(100, UNREADY), pod(450), pod(null))],
    asks: 3,
  },
  {
    from: 'upstream, TestReplicaCalcMissingMetricsUnreadyScaleUp',
    what: 'missing and unready: up by less',
    replicas: 3,
    readings: [cpuOf(pod(100, UNREADY), pod(2000), pod(null))],
    asks: 4,
  },
  {
    from: 'upstream, TestReplicaCalcMissingMetricsUnreadyScaleDown',
    what: 'missing and unready: down by less',
    replicas: 4,
    readings: [cpuOf(pod(100, UNREADY), pod(100), pod(100), pod(null))],
    asks: 3,
  },
  {
    from: 'docs, algorithm details: 100 % of the desired value',
    what: 'a target above 100 % is what a missing pod uses',
    spec: { metrics: [cpu(300)] },
    replicas: 4,
    // 100 % measured, 300 % assumed: 200 % of 300 % for four.
    readings: [cpuOf(pod(1000), pod(1000), pod(null), pod(null))],
    asks: 3,
  },
  {
    from: 'docs, algorithm details: 100 % of the desired value',
    what: 'a Pods metric that is missing is at its target before scaling down',
    spec: { metrics: [podsMetric('10')] },
    replicas: 4,
    // (2 × 2 + 2 × 10) ÷ 4 = 6.
    readings: [qpsOf(pod(2000), pod(2000), pod(null), pod(null))],
    asks: 3,
  },
];

const OTHER_METRICS: HpaCase[] = [
  {
    from: 'upstream, TestReplicaCalcScaleUpCM',
    what: 'Pods: 20 against 15',
    spec: { metrics: [podsMetric('15')] },
    replicas: 3,
    readings: [usages([20_000, 10_000, 30_000])],
    asks: 4,
    why: 'pods metric qps above target',
  },
  {
    from: 'upstream, TestReplicaCalcToleranceCM',
    what: 'Pods: within the tolerance',
    spec: { metrics: [podsMetric('20')] },
    replicas: 3,
    readings: [usages([20_000, 21_000, 21_000])],
    asks: 3,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpCMObject',
    what: 'Object by its value',
    spec: { metrics: [objectMetric(value('15'))] },
    replicas: 3,
    readings: [single(20_000, 3)],
    asks: 4,
    why: 'Ingress metric qps above target',
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpCMObjectIgnoresUnreadyPods',
    what: 'Object: by the pods that are ready',
    spec: { metrics: [objectMetric(value('10'))] },
    replicas: 3,
    readings: [single(50_000, 1)],
    asks: 5,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpCMPerPodObject',
    what: 'Object by its value per pod',
    spec: { metrics: [objectMetric(averageValue('10'))] },
    replicas: 3,
    readings: [single(40_000, 3)],
    asks: 4,
  },
  {
    from: 'upstream, TestReplicaCalcScaleDownCMObject',
    what: 'Object, down',
    spec: { metrics: [objectMetric(value('20'))] },
    replicas: 5,
    readings: [single(12_000, 5)],
    asks: 3,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpCMExternal',
    what: 'External by its value',
    spec: { metrics: [externalMetric(value('4400m'))] },
    replicas: 1,
    readings: [single(8600, 1)],
    asks: 2,
    why: 'external metric queue above target',
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpCMExternalIgnoresUnreadyPods',
    what: 'External: by the pods that are ready',
    spec: { metrics: [externalMetric(value('4400m'))] },
    replicas: 3,
    readings: [single(8600, 1)],
    asks: 2,
  },
  {
    from: 'upstream, TestReplicaCalcScaleUpPerPodCMExternal',
    what: 'External by its value per pod',
    spec: { metrics: [externalMetric(averageValue('2150m'))] },
    replicas: 3,
    readings: [single(8600, 3)],
    asks: 4,
  },
  {
    from: 'upstream, TestReplicaCalcScaleDownPerPodCMExternal',
    what: 'External by its value per pod, down',
    spec: { metrics: [externalMetric(averageValue('2867m'))] },
    replicas: 5,
    readings: [single(8600, 5)],
    asks: 3,
  },
  {
    from: 'api, spec.minReplicas',
    what: 'from zero, by the ratio alone',
    spec: { minReplicas: 0, metrics: [externalMetric(value('10'))] },
    replicas: 0,
    readings: [single(25_000, 0)],
    asks: 3,
    becomes: 3,
  },
  {
    from: 'api, spec.minReplicas',
    what: 'to zero, where there is nothing to do',
    spec: behavior(AT_ONCE, { minReplicas: 0, metrics: [externalMetric(value('10'))] }),
    replicas: 2,
    readings: [single(0, 2)],
    becomes: 0,
    conditions: ['ScalingLimited=False DesiredWithinRange'],
  },
];

const SEVERAL: HpaCase[] = [
  {
    from: 'docs, scaling on multiple metrics',
    what: 'the greatest proposal counts',
    spec: { metrics: [cpu(50), podsMetric('10')] },
    replicas: 2,
    readings: [allAt(2, 75), usages([20_000, 20_000])],
    asks: 4,
    why: 'pods metric qps above target',
  },
  {
    from: 'docs, scaling on multiple metrics',
    what: 'also where one asks for less',
    spec: { metrics: [cpu(50), podsMetric('10')] },
    replicas: 4,
    readings: [allAt(4, 10), usages([10_000, 10_000, 10_000, 10_000])],
    asks: 4,
    becomes: 4,
  },
  {
    from: 'docs, algorithm details',
    what: 'one that cannot be had prevents scaling down',
    spec: behavior(AT_ONCE, { metrics: [cpu(50), podsMetric('10')] }),
    replicas: 4,
    readings: [allAt(4, 10), absent()],
    asks: null,
    becomes: 4,
    conditions: ['ScalingActive=False FailedGetPodsMetric'],
    events: ['FailedGetPodsMetric', 'FailedComputeMetricsReplicas'],
  },
  {
    from: 'docs, algorithm details',
    what: 'but not scaling up',
    spec: { metrics: [podsMetric('10'), cpu(50)] },
    replicas: 2,
    readings: [absent(), allAt(2, 100)],
    becomes: 4,
    conditions: ['ScalingActive=True ValidMetricFound', 'AbleToScale=True ReadyForNewScale'],
    events: ['FailedGetPodsMetric'],
  },
  {
    from: 'conditions, ScalingActive',
    what: 'no metric at all: nothing is done',
    replicas: 2,
    readings: [absent()],
    asks: null,
    becomes: 2,
    conditions: ['ScalingActive=False FailedGetResourceMetric', 'AbleToScale=True SucceededGetScale'],
    events: ['FailedGetResourceMetric', 'FailedComputeMetricsReplicas'],
  },
  {
    from: 'docs, how does it work: no request, no utilisation',
    what: 'a container without a request: nothing is done',
    replicas: 2,
    readings: [cpuOf(pod(900), pod(900, { containerWithoutRequest: 'app' }))],
    becomes: 2,
    conditions: ['ScalingActive=False FailedGetResourceMetric'],
  },
  {
    from: 'docs, how does it work: no request, no utilisation',
    what: 'requests of 0 are none: nothing is done',
    replicas: 2,
    readings: [cpuOf(pod(900, { requestMilli: 0 }), pod(900, { requestMilli: 0 }))],
    becomes: 2,
    conditions: ['ScalingActive=False FailedGetResourceMetric'],
  },
  {
    from: 'api, MetricStatus',
    what: 'a metric that is not a number is one that cannot be had',
    replicas: 2,
    readings: [usages([Number.NaN, 900])],
    becomes: 2,
    conditions: ['ScalingActive=False FailedGetResourceMetric'],
  },
  {
    from: 'upstream, TestConditionFailedGetMetrics',
    what: 'Object: its reason',
    spec: { metrics: [objectMetric(value('10'))] },
    replicas: 2,
    readings: [absent()],
    conditions: ['ScalingActive=False FailedGetObjectMetric'],
  },
  {
    from: 'upstream, TestConditionFailedGetMetrics',
    what: 'External: its reason',
    spec: { metrics: [externalMetric(value('10'))] },
    replicas: 2,
    readings: [absent()],
    conditions: ['ScalingActive=False FailedGetExternalMetric'],
  },
  {
    from: 'upstream, TestConditionFailedGetMetrics',
    what: 'ContainerResource: its reason',
    spec: {
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: { name: 'cpu', container: 'app', target: averageValue('100m') },
        },
      ],
    },
    replicas: 2,
    readings: [absent()],
    conditions: ['ScalingActive=False FailedGetContainerResourceMetric'],
  },
];

const BOUNDS: HpaCase[] = [
  {
    from: 'upstream, TestMaxReplicas',
    what: 'not above maxReplicas',
    spec: { minReplicas: 2, maxReplicas: 5, metrics: [cpu(90)] },
    replicas: 3,
    readings: [usages([8000, 9500, 1000])],
    becomes: 5,
    conditions: ['ScalingLimited=True TooManyReplicas'],
  },
  {
    from: 'upstream, TestMinReplicas',
    what: 'not below minReplicas',
    spec: behavior(AT_ONCE, { minReplicas: 2, maxReplicas: 5, metrics: [cpu(90)] }),
    replicas: 3,
    readings: [usages([10, 95, 10])],
    becomes: 2,
    conditions: ['ScalingLimited=True TooFewReplicas'],
    why: 'All metrics below target',
  },
  {
    from: 'upstream, TestTooManyReplicas',
    what: 'found above maxReplicas: down at once, whatever the metrics',
    spec: { minReplicas: 3, maxReplicas: 5 },
    replicas: 10,
    readings: [allAt(10, 100)],
    asks: null,
    becomes: 5,
    why: 'Current number of replicas above Spec.MaxReplicas',
  },
  {
    from: 'upstream, TestTooFewReplicas',
    what: 'found below minReplicas: up at once',
    spec: { minReplicas: 3, maxReplicas: 5 },
    replicas: 2,
    readings: [absent()],
    becomes: 3,
    why: 'Current number of replicas below Spec.MinReplicas',
  },
  {
    from: 'docs, implicit maintenance-mode deactivation',
    what: 'zero replicas: the HPA is off',
    spec: { minReplicas: 3, maxReplicas: 5 },
    replicas: 0,
    readings: [allAt(1, 100)],
    becomes: 0,
    conditions: ['ScalingActive=False ScalingDisabled', 'AbleToScale=True SucceededGetScale'],
  },
  {
    from: 'api, spec.minReplicas: defaults to 1 pod',
    what: 'no load leaves one pod',
    spec: behavior(AT_ONCE),
    replicas: 3,
    readings: [allAt(3, 0)],
    asks: 0,
    becomes: 1,
    conditions: ['ScalingLimited=True TooFewReplicas'],
  },
];

const BEHAVIOR: HpaCase[] = [
  {
    from: 'docs, default behavior: 4 pods per 15 s',
    what: 'from one pod to five',
    replicas: 1,
    readings: [allAt(1, 1000)],
    asks: 20,
    becomes: 5,
    conditions: ['ScalingLimited=True ScaleUpLimit'],
  },
  {
    from: 'docs, default behavior: 100 % per 15 s',
    what: 'from ten pods to twenty',
    replicas: 10,
    readings: [allAt(10, 500)],
    asks: 100,
    becomes: 20,
    conditions: ['ScalingLimited=True ScaleUpLimit'],
  },
  {
    from: 'docs, default behavior: 100 % per 15 s',
    what: 'a rescale 15 s ago is of the period before',
    replicas: 20,
    rescaled: [[15, 10, 20]],
    readings: [allAt(20, 500)],
    becomes: 40,
  },
  {
    from: 'docs, default behavior: 100 % per 15 s',
    what: 'one 10 s ago is of this period, which is used up',
    replicas: 20,
    rescaled: [[10, 10, 20]],
    readings: [allAt(20, 500)],
    becomes: 20,
    conditions: ['ScalingLimited=True ScaleUpLimit'],
  },
  {
    from: 'docs, default behavior: scaleDown 100 %',
    what: 'down to the minimum in one step, once the window is over',
    replicas: 50,
    recommended: [[300, 50]],
    readings: [allAt(50, 1)],
    becomes: 1,
    conditions: ['ScalingLimited=False DesiredWithinRange', 'AbleToScale=True ReadyForNewScale'],
  },
  {
    from: 'docs, stabilization window: default 300 s',
    what: 'the highest recommendation of five minutes counts',
    replicas: 10,
    recommended: [
      [299, 9],
      [150, 6],
      [15, 4],
    ],
    readings: [allAt(10, 10)],
    asks: 2,
    becomes: 9,
    conditions: ['AbleToScale=True ScaleDownStabilized'],
  },
  {
    from: 'docs, stabilization window: default 300 s',
    what: 'an HPA that is new takes what it finds for a recommendation',
    replicas: 10,
    readings: [allAt(10, 10)],
    asks: 2,
    becomes: 10,
    conditions: ['AbleToScale=True ScaleDownStabilized'],
  },
  {
    from: 'docs, example: change downscale stabilization window',
    what: 'of one minute',
    spec: behavior({ scaleDown: { stabilizationWindowSeconds: 60 } }),
    replicas: 10,
    recommended: [
      [60, 10],
      [45, 5],
    ],
    readings: [allAt(10, 10)],
    becomes: 5,
  },
  {
    from: 'api, HPAScalingRules.stabilizationWindowSeconds for scaleUp',
    what: 'the lowest recommendation counts',
    spec: behavior({ scaleUp: { stabilizationWindowSeconds: 60 } }),
    replicas: 4,
    recommended: [
      [45, 5],
      [30, 6],
    ],
    readings: [allAt(4, 100)],
    asks: 8,
    becomes: 5,
    conditions: ['AbleToScale=True ScaleUpStabilized'],
  },
  {
    from: 'docs, scaling policies: 80 replicas',
    what: '10 % or 4 pods a minute: 8 in the first step',
    spec: behavior({ scaleDown: { stabilizationWindowSeconds: 0, policies: tenPercentOrFour() } }),
    replicas: 80,
    readings: [allAt(80, 6)],
    asks: 10,
    becomes: 72,
    conditions: ['ScalingLimited=True ScaleDownLimit'],
  },
  {
    from: 'docs, scaling policies: 72 replicas',
    what: '7.2 are rounded up to 8',
    spec: behavior({ scaleDown: { stabilizationWindowSeconds: 0, policies: tenPercentOrFour() } }),
    replicas: 72,
    rescaled: [[60, 80, 72]],
    readings: [allAt(72, 6)],
    becomes: 64,
  },
  {
    from: 'docs, scaling policies: below 40',
    what: 'four pods at a time',
    spec: behavior({ scaleDown: { stabilizationWindowSeconds: 0, policies: tenPercentOrFour() } }),
    replicas: 36,
    readings: [allAt(36, 6)],
    becomes: 32,
  },
  {
    from: 'docs, example: limit scale down rate',
    what: '10 % a minute',
    spec: behavior({
      scaleDown: {
        stabilizationWindowSeconds: 0,
        policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }],
      },
    }),
    replicas: 20,
    readings: [allAt(20, 1)],
    becomes: 18,
  },
  {
    from: 'docs, example: limit scale down rate',
    what: 'selectPolicy Min: no more than five pods',
    spec: behavior({
      scaleDown: {
        stabilizationWindowSeconds: 0,
        policies: [
          { type: 'Percent', value: 10, periodSeconds: 60 },
          { type: 'Pods', value: 5, periodSeconds: 60 },
        ],
        selectPolicy: 'Min',
      },
    }),
    replicas: 90,
    readings: [allAt(90, 1)],
    becomes: 85,
  },
  {
    from: 'docs, example: disable scale down',
    what: 'selectPolicy Disabled',
    spec: behavior({ scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' } }),
    replicas: 10,
    readings: [allAt(10, 1)],
    becomes: 10,
    conditions: ['ScalingLimited=True ScaleDownLimit'],
  },
  {
    from: 'api, HPAScalingRules.selectPolicy',
    what: 'Disabled upwards',
    spec: behavior({ scaleUp: { selectPolicy: 'Disabled' } }),
    replicas: 10,
    readings: [allAt(10, 100)],
    becomes: 10,
    conditions: ['ScalingLimited=True ScaleUpLimit'],
  },
  {
    from: 'api, HPAScalingRules.selectPolicy',
    what: 'Min upwards: the policy that allows least',
    spec: behavior({ scaleUp: { selectPolicy: 'Min' } }),
    replicas: 10,
    readings: [allAt(10, 500)],
    becomes: 14,
  },
  {
    from: 'api, HPAScalingPolicy.periodSeconds',
    what: 'what was scaled up within the period counts',
    spec: behavior({ scaleUp: { policies: [{ type: 'Pods', value: 5, periodSeconds: 60 }] } }),
    replicas: 13,
    rescaled: [
      [70, 5, 10],
      [30, 10, 13],
    ],
    readings: [allAt(13, 100)],
    becomes: 15,
  },
  {
    from: 'api, HPAScalingPolicy.value',
    what: 'a small share is rounded up, so that it is not nothing',
    spec: behavior({ scaleUp: { policies: [{ type: 'Percent', value: 1, periodSeconds: 60 }] } }),
    replicas: 10,
    readings: [allAt(10, 100)],
    becomes: 11,
  },
  {
    from: 'docs, tolerance',
    what: '5 % upwards: 106 MiB against 100 MiB scale up',
    spec: behavior({ scaleUp: { tolerance: 0.05 } }, { metrics: [memory('100Mi')] }),
    replicas: 10,
    readings: [usages(Array<number>(10).fill(106 * 2 ** 20 * 1000))],
    asks: 11,
  },
  {
    from: 'docs, tolerance',
    what: '5 % upwards: 105 MiB do not',
    spec: behavior({ scaleUp: { tolerance: 0.05 } }, { metrics: [memory('100Mi')] }),
    replicas: 10,
    readings: [usages(Array<number>(10).fill(105 * 2 ** 20 * 1000))],
    asks: 10,
  },
  {
    from: 'docs, tolerance',
    what: 'downwards the default of 10 % stays',
    spec: behavior({ scaleUp: { tolerance: 0.05 } }, { metrics: [memory('100Mi')] }),
    replicas: 10,
    readings: [usages(Array<number>(10).fill(92 * 2 ** 20 * 1000))],
    asks: 10,
  },
  {
    from: 'api, HPAScalingRules.tolerance',
    what: 'as a quantity, downwards',
    spec: behavior({ scaleDown: { tolerance: '20m' } }),
    replicas: 10,
    readings: [allAt(10, 48)],
    asks: 10,
  },
];

function tenPercentOrFour() {
  return [
    { type: 'Pods', value: 4, periodSeconds: 60 },
    { type: 'Percent', value: 10, periodSeconds: 60 },
  ];
}

function check(row: HpaCase): void {
  const state = new HpaState();
  for (const [ago, replicas] of row.recommended ?? []) state.recommendations.add(NOW_SECONDS - ago, replicas);
  for (const [ago, from, to] of row.rescaled ?? []) state.noteRescale(NOW_SECONDS - ago, from, to);
  const { replicas, statusReplicas = replicas, readings } = row;
  const look = { nowSeconds: NOW_SECONDS, specReplicas: replicas, statusReplicas, readings };
  const decision = decideHpa(specOf(row.spec), state, look);
  if (row.asks !== undefined) expect(decision.recommended).toBe(row.asks);
  if (row.becomes !== undefined) expect(decision.desiredReplicas).toBe(row.becomes);
  if (row.why !== undefined) expect(decision.why).toBe(row.why);
  if (row.events) expect(decision.events.map(({ reason }) => reason)).toEqual(row.events);
  const conditions = decision.conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`);
  expect(conditions).toEqual(expect.arrayContaining(row.conditions ?? []));
  expect(decision.isRescale).toBe(decision.desiredReplicas !== replicas);
}

describe.each([
  ['ratio and tolerance', RATIO],
  ['pods that are set aside', SET_ASIDE],
  ['metrics of other kinds', OTHER_METRICS],
  ['several metrics, and such that cannot be had', SEVERAL],
  ['bounds', BOUNDS],
  ['behavior', BEHAVIOR],
])('the HPA: %s', (_, rows) => {
  it.each(rows)('$what ($from)', check);
});

it('has at least sixty rows', () => {
  expect([RATIO, SET_ASIDE, OTHER_METRICS, SEVERAL, BOUNDS, BEHAVIOR].flat().length).toBeGreaterThanOrEqual(
    60,
  );
});
