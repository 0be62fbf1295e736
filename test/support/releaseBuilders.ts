import type { ArgoRelease, FlaggerRelease, VersionPods } from '../../agent/cluster/releases';
import { aPod, aWorkload } from './builders';

export function someVersion(revision: string, image: string, pods = 1): VersionPods {
  return {
    containers: [{ name: 'app', image }],
    revision,
    wantedPods: pods,
    pods: Array.from({ length: pods }, (_, index) => aPod(`web-${revision}-${index}`)),
  };
}

const template = (image: string, labels: Readonly<Record<string, string>> = {}) => ({
  metadata: { labels: { app: 'web', ...labels } },
  spec: { containers: [{ name: 'app', image }] },
});

/** Rollout `shop/web` of Argo, which waits at the first pause of its steps with 20 % on version 2. */
export function anArgoRelease(changes: Partial<ArgoRelease> = {}): ArgoRelease {
  return {
    operator: 'argo-rollouts',
    ref: { kind: 'Rollout', namespace: 'shop', name: 'web' },
    uid: 'uid-web',
    resourceVersion: '7',
    annotations: {},
    annotated: false,
    gitOps: [],
    stable: someVersion('h1', 'web:1', 4),
    canary: someVersion('h2', 'web:2'),
    baseline: null,
    weight: 20,
    router: 'Istio VirtualService web',
    autoscalers: [],
    problems: [],
    strategy: 'canary',
    spec: {
      replicas: 5,
      template: template('web:2'),
      strategy: {
        canary: {
          steps: [
            { setWeight: 20 },
            { pause: {} },
            { analysis: { templates: [{ templateName: 'errors' }] } },
            { setWeight: 60 },
            { pause: { duration: '10m' } },
          ],
        },
      },
    },
    status: {
      phase: 'Paused',
      message: 'CanaryPauseStep',
      currentStepIndex: 1,
      currentPodHash: 'h2',
      stableRS: 'h1',
      controllerPause: true,
      pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-01-01T00:00:00Z' }],
    },
    paused: false,
    workloadRef: null,
    revisions: [
      {
        revision: 2,
        replicaSet: 'web-h2',
        hash: 'h2',
        template: template('web:2', { 'rollouts-pod-template-hash': 'h2' }),
        images: ['web:2'],
      },
      {
        revision: 1,
        replicaSet: 'web-h1',
        hash: 'h1',
        template: template('web:1', { 'rollouts-pod-template-hash': 'h1' }),
        images: ['web:1'],
      },
    ],
    analysisRuns: [],
    ...changes,
  };
}

/** Canary `shop/web` of Flagger, which analyses version 2 with 20 % of the traffic. */
export function aFlaggerRelease(changes: Partial<FlaggerRelease> = {}): FlaggerRelease {
  const deployment = (name: string, image: string) =>
    aWorkload([], {
      ref: { kind: 'Deployment', namespace: 'shop', name },
      uid: `uid-${name}`,
      containers: [{ name: 'app', image, readiness: null }],
    });
  return {
    operator: 'flagger',
    ref: { kind: 'Canary', namespace: 'shop', name: 'web' },
    uid: 'uid-canary',
    resourceVersion: '7',
    annotations: {},
    annotated: false,
    gitOps: [],
    stable: someVersion('web-primary', 'web:1', 4),
    canary: someVersion('web', 'web:2'),
    baseline: null,
    weight: 20,
    router: 'Istio VirtualService web',
    autoscalers: [],
    problems: [],
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      analysis: { interval: '1m', threshold: 5, maxWeight: 50, stepWeight: 10 },
    },
    status: { phase: 'Progressing', failedChecks: 1, canaryWeight: 20, iterations: 0 },
    target: deployment('web', 'web:2'),
    primary: deployment('web-primary', 'web:1'),
    route: null,
    ...changes,
  };
}
