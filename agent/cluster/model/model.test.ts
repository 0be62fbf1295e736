import { describe, expect, it } from 'vitest';
import { reduceDeployment } from './deployment';
import { type ChaosPlural, reduceChaos } from './fault';
import { reducePod } from './pod';

const metadata = { name: 'p', namespace: 'shop', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };
const at = (time: string) => Date.parse(time);

function pod(status: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return reducePod({ metadata: { ...metadata, ...more }, spec: {}, status: { phase: 'Running', ...status } })
    .pod;
}

const running = { ready: true, restartCount: 0, state: { running: { startedAt: '2026-01-01T00:00:01Z' } } };
const waiting = (reason: string) => ({ ready: false, restartCount: 3, state: { waiting: { reason } } });
const terminated = (more: Record<string, unknown>) => ({
  ready: false,
  restartCount: 0,
  state: { terminated: more },
});

describe('the status of a pod, as kubectl prints it', () => {
  const cases: [string, Record<string, unknown>, Record<string, unknown>?][] = [
    ['Running', { containerStatuses: [running] }],
    ['Pending', { phase: 'Pending' }],
    ['Evicted', { phase: 'Failed', reason: 'Evicted' }],
    ['CrashLoopBackOff', { containerStatuses: [running, waiting('CrashLoopBackOff')] }],
    ['ContainerCreating', { phase: 'Pending', containerStatuses: [waiting('ContainerCreating')] }],
    ['OOMKilled', { containerStatuses: [terminated({ reason: 'OOMKilled', exitCode: 137 })] }],
    ['Signal:9', { containerStatuses: [terminated({ signal: 9, exitCode: 137 })] }],
    ['ExitCode:2', { containerStatuses: [terminated({ exitCode: 2 })] }],
    ['Terminating', { containerStatuses: [running] }, { deletionTimestamp: '2026-01-01T00:01:00Z' }],
    ['Unknown', { reason: 'NodeLost' }, { deletionTimestamp: '2026-01-01T00:01:00Z' }],
    ['Init:0/2', { phase: 'Pending', initContainerStatuses: [running, waiting('PodInitializing')] }],
    ['Init:CrashLoopBackOff', { phase: 'Pending', initContainerStatuses: [waiting('CrashLoopBackOff')] }],
    ['Init:Error', { initContainerStatuses: [terminated({ reason: 'Error', exitCode: 1 })] }],
    [
      'Running',
      {
        initContainerStatuses: [
          { ...running, started: true },
          terminated({ exitCode: 0, reason: 'Completed' }),
        ],
        containerStatuses: [running],
      },
    ],
    ['NotReady', { containerStatuses: [terminated({ reason: 'Completed', exitCode: 0 }), running] }],
  ];
  for (const [text, status, more] of cases) {
    it(`${text} for ${JSON.stringify(status).slice(0, 80)}`, () =>
      expect(pod(status, more).status).toBe(text));
  }
});

describe('a pod', () => {
  it('is deleted since the beginning of its grace period', () => {
    const { deletingSinceMs } = pod(
      {},
      { deletionTimestamp: '2026-01-01T00:01:00Z', deletionGracePeriodSeconds: 30 },
    );
    expect(deletingSinceMs).toBe(at('2026-01-01T00:00:30Z'));
  });

  it('is ready since its condition changed', () => {
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:09Z' }];
    expect(pod({ conditions })).toMatchObject({ ready: true, readyChangedAtMs: at('2026-01-01T00:00:09Z') });
    expect(pod({})).toMatchObject({ ready: false, readyChangedAtMs: at('2026-01-01T00:00:00Z') });
  });

  it('remembers its latest termination and sums up its restarts', () => {
    const ended = (reason: string, finishedAt: string) => ({
      terminated: { reason, exitCode: 137, finishedAt },
    });
    const containerStatuses = [
      { ...running, restartCount: 2, lastState: ended('Error', '2026-01-01T00:01:00Z') },
      { ...running, restartCount: 1, lastState: ended('OOMKilled', '2026-01-01T00:02:00Z') },
    ];
    expect(pod({ containerStatuses })).toMatchObject({
      restarts: 3,
      lastTermination: { reason: 'OOMKilled', exitCode: 137, atMs: at('2026-01-01T00:02:00Z') },
    });
  });

  it('waits for what its own containers wait for', () => {
    const status = {
      initContainerStatuses: [waiting('CrashLoopBackOff')],
      containerStatuses: [waiting('PodInitializing')],
    };
    expect(pod(status).waitingReason).toBe('CrashLoopBackOff');
  });

  it('keeps nothing that is not needed', () => {
    const record = reducePod({
      metadata: { ...metadata, managedFields: [{ manager: 'kubectl' }] },
      spec: { containers: [{ env: [{ name: 'PASSWORD', value: 'hunter2' }] }] },
      status: {},
    });
    expect(JSON.stringify(record)).not.toMatch(/hunter2|managedFields/);
  });

  it('that is none is refused', () => {
    expect(() => reducePod({ metadata: {} })).toThrow();
    expect(() => reducePod('pod')).toThrow();
  });
});

describe('a Deployment', () => {
  const deployment = (containers: unknown[], status: Record<string, unknown> = {}, more: object = {}) =>
    reduceDeployment({
      metadata: { ...metadata, ...more },
      spec: { selector: { matchLabels: {} }, template: { metadata: { labels: {} }, spec: { containers } } },
      status,
    });

  it('sums up the limits that are set', () => {
    const { cpuLimitCores, memoryLimitBytes } = deployment([
      { resources: { limits: { cpu: '250m', memory: '64Mi' } } },
      { resources: { limits: { cpu: '1' } } },
      {},
    ]);
    expect([cpuLimitCores, memoryLimitBytes]).toEqual([1.25, 64 * 2 ** 20]);
    expect(deployment([{}])).toMatchObject({
      cpuLimitCores: null,
      memoryLimitBytes: null,
      desiredReplicas: 1,
    });
  });

  const resources = (requests: object, limits: object = {}) => ({ resources: { requests, limits } });
  const requests: [string, unknown[], [number | null, number | null]][] = [
    [
      'are added up',
      [resources({ cpu: '250m', memory: '1Gi' }), resources({ cpu: 1, memory: '1Gi' })],
      [1.25, 2 ** 31],
    ],
    ['are the limit where there is only that', [resources({}, { cpu: '500m', memory: '1Ki' })], [0.5, 1024]],
    [
      'are none where a container has neither',
      [resources({ cpu: '1' }), resources({ memory: '1Ki' })],
      [null, null],
    ],
    ['are none of no container', [], [null, null]],
  ];
  it.each(requests)('its requests %s', (_what, containers, expected) => {
    const { cpuRequestCores, memoryRequestBytes } = deployment(containers);
    expect([cpuRequestCores, memoryRequestBytes]).toEqual(expected);
  });

  it('its requests are the pod’s own, and count sidecars but not what runs before', () => {
    const requested = (spec: object) =>
      reduceDeployment({ metadata, spec: { selector: {}, template: { spec } } }).cpuRequestCores;
    const containers = [resources({ cpu: 1 })];
    expect(requested({ containers, resources: { requests: { cpu: 3 } } })).toBe(3);
    expect(requested({ containers, initContainers: [resources({ cpu: 5 })] })).toBe(1);
    const sidecar = { restartPolicy: 'Always', ...resources({ cpu: '500m' }) };
    expect(requested({ containers, initContainers: [sidecar] })).toBe(1.5);
    expect(requested({ containers, initContainers: [{ restartPolicy: 'Always' }] })).toBeNull();
  });

  it('is known to be scaled by GitOps from who has set its replicas', () => {
    const fieldsV1 = { 'f:spec': { 'f:replicas': {} } };
    const owners = (manager: string, fields: unknown = fieldsV1) =>
      deployment([], {}, { managedFields: [{ manager, fieldsV1: fields }] }).owners;
    expect(owners('argocd-controller')).toEqual([
      { kind: 'argo-cd', name: 'argocd-controller', owns: 'replicas' },
    ]);
    expect(owners('helm-controller')).toEqual([{ kind: 'flux', name: 'helm-controller', owns: 'replicas' }]);
    expect(owners('kube-controller-manager')).toEqual([]);
    expect(owners('argocd-controller', { 'f:spec': { 'f:template': {} } })).toEqual([]);
    expect(owners('argocd-controller', 'odd')).toEqual([]);
  });

  const progressing = (reason: string) => [{ type: 'Progressing', status: 'True', reason }];
  const rollouts: [string, Record<string, unknown>, boolean][] = [
    ['pods of an old template are left', { replicas: 3, updatedReplicas: 1 }, true],
    [
      'the new template is not complete',
      { replicas: 2, updatedReplicas: 2, conditions: progressing('ReplicaSetUpdated') },
      true,
    ],
    [
      'it is scaled up',
      {
        replicas: 5,
        updatedReplicas: 5,
        readyReplicas: 2,
        conditions: progressing('NewReplicaSetAvailable'),
      },
      false,
    ],
    [
      'it is scaled down',
      { replicas: 2, updatedReplicas: 2, conditions: progressing('NewReplicaSetAvailable') },
      false,
    ],
    [
      'it is paused and up to date',
      { replicas: 2, updatedReplicas: 2, conditions: progressing('DeploymentPaused') },
      false,
    ],
    [
      'it is paused on the way',
      { replicas: 3, updatedReplicas: 1, conditions: progressing('DeploymentPaused') },
      true,
    ],
    [
      'its progress deadline is over',
      { replicas: 2, updatedReplicas: 2, conditions: progressing('ProgressDeadlineExceeded') },
      true,
    ],
  ];
  for (const [what, status, rollingOut] of rollouts) {
    it(`${rollingOut ? 'rolls out' : 'does not roll out'} when ${what}`, () => {
      expect(deployment([], status).rollingOut).toBe(rollingOut);
    });
  }

  it('is stalled when its rollout is paused or past its deadline', () => {
    const stalled = (reason: string) => deployment([], { conditions: progressing(reason) }).rolloutStalled;
    expect(stalled('DeploymentPaused')).toBe(true);
    expect(stalled('ProgressDeadlineExceeded')).toBe(true);
    expect(stalled('ReplicaSetUpdated')).toBe(false);
    expect(deployment([]).rolloutStalled).toBe(false);
  });

  it('does not keep kubectl’s copy of itself', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"secret":1}', team: 'a' };
    expect(deployment([], {}, { annotations }).annotations).toEqual({ team: 'a' });
  });
});

describe('a fault', () => {
  const conditions = (...types: string[]) => types.map((type) => ({ type, status: 'True' }));
  const fault = (plural: ChaosPlural, spec: object, status: object = {}, more: object = {}) =>
    reduceChaos(plural)({ metadata: { ...metadata, ...more }, spec, status }).fault;

  const kinds: [ChaosPlural, object, string][] = [
    ['podchaos', { action: 'pod-kill' }, 'pod-kill'],
    ['podchaos', { action: 'pod-failure' }, 'pod-failure'],
    ['podchaos', { action: 'container-kill' }, 'container-kill'],
    ['podchaos', {}, 'other'],
    ['stresschaos', { stressors: { cpu: { workers: 1 } } }, 'cpu-stress'],
    ['stresschaos', { stressors: { memory: { size: '64MB' } } }, 'memory-stress'],
    ['stresschaos', { stressors: { cpu: {}, memory: {} } }, 'other'],
    ['networkchaos', { action: 'delay' }, 'network-delay'],
    ['networkchaos', { action: 'loss' }, 'network-loss'],
    ['networkchaos', { action: 'partition' }, 'network-partition'],
    ['networkchaos', { action: 'bandwidth' }, 'network-bandwidth'],
    ['networkchaos', { action: 'corrupt' }, 'other'],
    ['httpchaos', { target: 'Request', abort: true }, 'http-abort'],
    ['httpchaos', { target: 'Request', delay: '1s' }, 'http-delay'],
    ['httpchaos', { target: 'Request', delay: '1s', abort: true }, 'other'],
    ['dnschaos', { action: 'random' }, 'dns-error'],
    ['iochaos', { action: 'latency', delay: '1s' }, 'io-delay'],
    ['iochaos', { action: 'fault' }, 'io-error'],
    ['iochaos', { action: 'mistake' }, 'other'],
    ['timechaos', { timeOffset: '1h' }, 'time-skew'],
  ];
  for (const [plural, spec, kind] of kinds) {
    it(`${plural} ${JSON.stringify(spec)} is ${kind}`, () => expect(fault(plural, spec).kind).toBe(kind));
  }

  const run = { experiment: { desiredPhase: 'Run' } };
  const stop = { experiment: { desiredPhase: 'Stop' } };
  const failing = {
    experiment: { containerRecords: [{ id: 'a/b', events: [{ operation: 'Apply', type: 'Failed' }] }] },
  };
  const states: [string, object, object, object, string][] = [
    ['is new', { action: 'delay' }, {}, {}, 'starting'],
    [
      'is being injected',
      { action: 'delay' },
      { ...run, conditions: conditions('Selected') },
      {},
      'starting',
    ],
    [
      'is injected',
      { action: 'delay' },
      { ...run, conditions: conditions('Selected', 'AllInjected') },
      {},
      'running',
    ],
    ['could not be injected', { action: 'delay' }, failing, {}, 'failed'],
    ['has run its time', { action: 'delay' }, stop, {}, 'recovering'],
    ['is over', { action: 'delay' }, { ...stop, conditions: conditions('AllRecovered') }, {}, 'ended'],
    [
      'is being paused',
      { action: 'delay' },
      { ...run, conditions: conditions('Paused', 'AllInjected') },
      {},
      'recovering',
    ],
    [
      'is paused',
      { action: 'delay' },
      { ...stop, conditions: conditions('Paused', 'AllRecovered') },
      {},
      'paused',
    ],
    ['is deleted', { action: 'delay' }, run, { deletionTimestamp: '2026-01-01T00:00:00Z' }, 'recovering'],
  ];
  for (const [what, spec, status, more, state] of states) {
    it(`that ${what} is ${state}`, () => expect(fault('networkchaos', spec, status, more).state).toBe(state));
  }

  it('that killed its pods is over', () => {
    expect(
      fault('podchaos', { action: 'pod-kill' }, { ...run, conditions: conditions('AllInjected') }).state,
    ).toBe('ended');
  });

  it('carries whom it aims at, whom it hit, and for how long', () => {
    const experiment = { containerRecords: [{ id: 'shop/a/app' }, { id: 'shop/a/side' }, { id: 'shop/b' }] };
    const spec = { action: 'delay', duration: '1m30s', selector: { labelSelectors: { app: 'x' } } };
    expect(
      fault('networkchaos', spec, { experiment }, { labels: { 'app.kubernetes.io/managed-by': 'coxswain' } }),
    ).toMatchObject({
      id: 'u',
      resource: {
        apiVersion: 'chaos-mesh.org/v1alpha1',
        plural: 'networkchaos',
        namespace: 'shop',
        name: 'p',
      },
      ours: true,
      namespaces: ['shop'],
      podLabels: { app: 'x' },
      pods: ['a', 'b'],
      durationMs: 90_000,
    });
  });

  it('with a duration that is none has none', () => {
    expect(fault('podchaos', { duration: 'soon' }).durationMs).toBeNull();
    expect(fault('podchaos', { duration: '5 m' }).durationMs).toBeNull();
  });
});
