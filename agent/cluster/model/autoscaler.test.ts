import { describe, expect, it } from 'vitest';
import { reduceHpa, reduceScaledObject } from './autoscaler';
import { HANDOVER } from './handoverNote';

const metadata = { name: 'checkout', namespace: 'shop', uid: 'u', resourceVersion: '7' };
const utilization = (averageUtilization: unknown) => ({
  target: { type: 'Utilization', averageUtilization },
});
const cpu = (target: unknown) => ({ type: 'Resource', resource: { name: 'cpu', ...utilization(target) } });

function hpa(spec: object = {}, { more = {}, status = {} }: { more?: object; status?: object } = {}) {
  return reduceHpa({
    metadata: { ...metadata, ...more },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'checkout' }, maxReplicas: 10, ...spec },
    status,
  });
}

function scaledObject(spec: object = {}) {
  return reduceScaledObject({ metadata, spec: { scaleTargetRef: { name: 'checkout' }, ...spec } });
}

describe('the CPU utilisation that an autoscaler holds', () => {
  const inContainer = {
    type: 'ContainerResource',
    containerResource: { name: 'cpu', container: 'app', ...utilization(60) },
  };
  const byValue = {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '500m' } },
  };
  const memory = { type: 'Resource', resource: { name: 'memory', ...utilization(50) } };
  const hpas: [string, object, number | null][] = [
    ['is its target', { metrics: [cpu(70)] }, 0.7],
    ['may be that of a container', { metrics: [inContainer] }, 0.6],
    ['is the lowest of several, which wants the most', { metrics: [cpu(70), inContainer] }, 0.6],
    ['is none where it goes by memory', { metrics: [memory] }, null],
    ['is none where it goes by a value', { metrics: [byValue] }, null],
    ['is none where the target is none', { metrics: [cpu('soon')] }, null],
    ['is what the API server fills in where nothing is said', {}, 0.8],
    ['is that of autoscaling/v1 where there is only that', { targetCPUUtilizationPercentage: 55 }, 0.55],
  ];
  it.each(hpas)('%s', (_what, spec, expected) => {
    expect(hpa(spec).autoscaler.targetUtilisation).toBe(expected);
  });

  const trigger = (more: object) => ({ type: 'cpu', metadata: { value: '65' }, ...more });
  const triggers: [string, object[], number | null][] = [
    [
      'is that of the trigger',
      [{ type: 'cron', metadata: {} }, trigger({ metricType: 'Utilization' })],
      0.65,
    ],
    [
      'is in the metadata of old triggers',
      [trigger({ metadata: { type: 'Utilization', value: '50' } })],
      0.5,
    ],
    ['is none by value', [trigger({ metricType: 'AverageValue' })], null],
    ['is none of a queue', [{ type: 'rabbitmq', metadata: { value: '50' } }], null],
  ];
  it.each(triggers)('of a ScaledObject %s', (_what, list, expected) => {
    expect(scaledObject({ triggers: list }).autoscaler.targetUtilisation).toBe(expected);
  });
});

describe('an autoscaler', () => {
  it('keeps what it is to be made again from, and says how it is', () => {
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    const conditions = [
      { type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message: 'no metrics' },
    ];
    const status = { currentReplicas: 2, desiredReplicas: 3, conditions };
    expect(
      hpa({ minReplicas: 2, metrics: [cpu(70)], behavior }, { status, more: { annotations: { team: 'a' } } }),
    ).toEqual({
      namespace: 'shop',
      name: 'checkout',
      uid: 'u',
      deployment: 'checkout',
      rollout: null,
      scaledObject: null,
      autoscaler: {
        kind: 'hpa',
        name: 'checkout',
        uid: 'u',
        resourceVersion: '7',
        annotations: { team: 'a' },
        annotated: true,
        minReplicas: 2,
        maxReplicas: 10,
        metrics: [cpu(70)],
        behavior,
        targetUtilisation: 0.7,
        desiredReplicas: 3,
        currentReplicas: 2,
        conditions,
        gitOps: [],
        handover: null,
      },
    });
  });

  it('has the bounds that the API gives where none are set', () => {
    expect(hpa().autoscaler).toMatchObject({ minReplicas: 1, desiredReplicas: null, conditions: [] });
    expect(scaledObject().autoscaler).toMatchObject({ kind: 'keda', minReplicas: 0, maxReplicas: 100 });
    expect(scaledObject({ minReplicaCount: 1, maxReplicaCount: 7 }).autoscaler).toMatchObject({
      minReplicas: 1,
      maxReplicas: 7,
    });
  });

  it('is not hidden by something odd in it', () => {
    const odd = hpa({ minReplicas: 'few', metrics: 'cpu' }, { status: { conditions: 'fine' } });
    expect(odd.autoscaler).toMatchObject({ minReplicas: 1, metrics: null, conditions: [] });
    expect(() => reduceHpa({ metadata, spec: {} })).toThrow();
  });

  it('of something else than a Deployment is nobody’s', () => {
    expect(hpa({ scaleTargetRef: { kind: 'StatefulSet', name: 'db' } }).deployment).toBeNull();
  });

  it('is known to be GitOps’, by label or by who has set its spec', () => {
    const labels = { 'argocd.argoproj.io/instance': 'shop' };
    const set = (manager: string, fieldsV1: object) => ({ managedFields: [{ manager, fieldsV1 }] });
    const gitOps = (more: object) => hpa({}, { more }).autoscaler.gitOps;
    expect(gitOps({ labels })).toEqual([{ kind: 'argo-cd', name: 'shop', owns: 'object' }]);
    expect(gitOps(set('kustomize-controller', { 'f:spec': { 'f:maxReplicas': {} } }))).toEqual([
      { kind: 'flux', name: 'kustomize-controller', owns: 'object' },
    ]);
    expect(gitOps(set('kustomize-controller', { 'f:metadata': {} }))).toEqual([]);
    expect(gitOps(set('kubectl', { 'f:spec': {} }))).toEqual([]);
    expect(gitOps({ managedFields: 'odd' })).toEqual([]);
  });
});

describe('what is noted on an autoscaler', () => {
  const note = {
    how: 'own',
    by: 'auto',
    atMs: 5,
    agent: 'a1',
    original: { minReplicas: 2, metrics: [cpu(70)], behavior: null, annotations: {} },
  };
  const handover = (text: string) =>
    hpa({}, { more: { annotations: { [HANDOVER]: text } } }).autoscaler.handover;

  it('is read, with the text as it stands there', () => {
    const text = JSON.stringify(note);
    expect(handover(text)).toEqual({ ...note, text });
  });

  const broken: [string, unknown][] = [
    ['no JSON', '{'],
    ['nothing', ''],
    ['another way of taking over', { ...note, how: 'steal' }],
    ['no agent', { ...note, agent: '' }],
    ['fewer than no replicas', { ...note, original: { ...note.original, minReplicas: -1 } }],
    ['something of its own', { ...note, spec: {} }],
  ];
  it.each(broken)('is broken with %s', (_what, content) => {
    expect(handover(typeof content === 'string' ? content : JSON.stringify(content))).toBe('broken');
  });
});
