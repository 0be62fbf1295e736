import { describe, expect, it } from 'vitest';
import { SnapshotStore } from '../snapshotStore';
import { reduceDeployment } from './deployment';
import { reduceChaos } from './fault';
import { reduceSchedule, reduceWorkflow } from './faultFlow';
import { reduceChaosEngine, reduceChaosResult } from './faultLitmus';
import { reduceEvent } from './relations';

const OURS = { 'app.kubernetes.io/managed-by': 'coxswain', 'coxswain.dev/run-id': 'run-1' };
const metadata = (more: object = {}) => ({
  name: 'f',
  namespace: 'shop',
  uid: 'u',
  creationTimestamp: '2026-01-01T00:00:00Z',
  ...more,
});
const DELETED = { deletionTimestamp: '2026-01-01T00:01:00Z' };
const condition = (type: string) => ({ conditions: [{ type, status: 'True', reason: '' }] });

describe('a Workflow', () => {
  const templates = [
    { name: 'entry', templateType: 'Serial', deadline: '2m30s' },
    {
      name: 'step-1',
      templateType: 'PodChaos',
      podChaos: { action: 'pod-kill', selector: { labelSelectors: { app: 'x' } } },
    },
  ];
  const workflow = (status: object = {}, more: object = {}) =>
    reduceWorkflow({ metadata: metadata(more), spec: { entry: 'entry', templates }, status }).fault;

  it('is known by its label, its deadline, and whom it aims at', () => {
    expect(workflow({}, { labels: OURS })).toMatchObject({
      kind: 'pod-kill',
      ours: true,
      runId: 'run-1',
      durationMs: 150_000,
      podLabels: { app: 'x' },
      namespaces: ['shop'],
      resource: { plural: 'workflows', namespace: 'shop', name: 'f' },
    });
  });

  it.each<[string, object, object, string]>([
    ['is new', {}, {}, 'starting'],
    ['has begun', { startTime: '2026-01-01T00:00:01Z' }, {}, 'running'],
    ['has done all', { startTime: 'x', ...condition('Accomplished') }, {}, 'ended'],
    ['was over in time', { startTime: 'x', endTime: '2026-01-01T00:01:00Z' }, {}, 'ended'],
    ['is deleted', { startTime: 'x' }, DELETED, 'recovering'],
  ])('that %s is told', (_, status, more, state) => expect(workflow(status, more).state).toBe(state));
});

describe('a Schedule', () => {
  const spec = {
    schedule: '@every 5m',
    type: 'PodChaos',
    podChaos: { action: 'pod-kill', selector: { labelSelectors: { app: 'x' } } },
  };
  const schedule = (more: object = {}) => reduceSchedule({ metadata: metadata(more), spec }).fault;

  it('goes on until it is paused or deleted', () => {
    expect(schedule()).toMatchObject({
      state: 'running',
      durationMs: null,
      podLabels: { app: 'x' },
      ours: false,
    });
    const annotations = { 'experiment.chaos-mesh.org/pause': 'true' };
    expect(schedule({ annotations }).state).toBe('paused');
    expect(schedule({ annotations, ...DELETED }).state).toBe('recovering');
  });
});

describe('a ChaosEngine', () => {
  const engine = (
    status: object | null,
    changes: { state?: string; experiment?: string; more?: object } = {},
  ) =>
    reduceChaosEngine({
      metadata: metadata(changes.more),
      spec: {
        engineState: changes.state ?? 'active',
        appinfo: { appns: 'shop', applabel: 'app=x,tier=web', appkind: 'deployment' },
        experiments: [
          {
            name: changes.experiment ?? 'pod-network-latency',
            spec: { components: { env: [{ name: 'TOTAL_CHAOS_DURATION', value: '60' }] } },
          },
        ],
      },
      ...(status && { status }),
    }).fault;
  const experiments = (status: string, verdict = 'Awaited') => ({
    engineStatus: 'initialized',
    experiments: [{ name: 'pod-network-latency', status, verdict }],
  });

  it('carries whom it aims at and for how long', () => {
    expect(engine(null, { more: { labels: OURS } })).toMatchObject({
      kind: 'network-delay',
      provider: 'litmus',
      ours: true,
      runId: 'run-1',
      podLabels: { app: 'x', tier: 'web' },
      durationMs: 60_000,
      resource: { apiVersion: 'litmuschaos.io/v1alpha1', plural: 'chaosengines' },
    });
    expect(engine(null, { experiment: 'disk-fill' }).kind).toBe('other');
  });

  it.each<[string, object | null, object, string, RegExp]>([
    ['is new', null, {}, 'starting', /^$/],
    ['waits for its job', experiments('Waiting for Job Creation'), {}, 'starting', /^$/],
    ['runs', experiments('Running'), {}, 'running', /^$/],
    ['is being stopped', experiments('Running'), { state: 'stop' }, 'recovering', /^$/],
    [
      'was stopped',
      { ...experiments('Forcefully Aborted'), engineStatus: 'stopped' },
      { state: 'stop' },
      'ended',
      /^$/,
    ],
    ['is deleted', experiments('Running'), { more: DELETED }, 'recovering', /^$/],
    ['has passed', { ...experiments('Completed', 'Pass'), engineStatus: 'completed' }, {}, 'ended', /^$/],
    [
      'has failed',
      { ...experiments('Completed', 'Fail'), engineStatus: 'completed' },
      {},
      'ended',
      /verdict Fail/,
    ],
    [
      'lacks its experiment',
      experiments('ChaosExperiment Not Found'),
      {},
      'failed',
      /ChaosExperiment Not Found/,
    ],
  ])('that %s is told', (_, status, changes, state, trouble) => {
    expect(engine(status, changes).state).toBe(state);
    expect(engine(status, changes).trouble).toMatch(trouble);
  });
});

describe('the faults of a snapshot', () => {
  function setUp() {
    const store = new SnapshotStore({ onChange: () => undefined, defer: () => undefined });
    return { store, faults: () => store.snapshot(0, 1).faults };
  }
  const engine = (status: string) =>
    reduceChaosEngine({
      metadata: metadata({ name: 'e' }),
      spec: { experiments: [{ name: 'pod-cpu-hog' }] },
      status: { engineStatus: 'initialized', experiments: [{ name: 'pod-cpu-hog', status }] },
    });
  const result = (chaosStatus: string, experimentStatus: object = { verdict: 'Awaited' }) =>
    reduceChaosResult({
      metadata: metadata({ name: 'e-pod-cpu-hog' }),
      spec: { engine: 'e', experiment: 'pod-cpu-hog' },
      status: { experimentStatus, history: { targets: [{ name: 'x-1', kind: 'pod', chaosStatus }] } },
    });

  it('have with an engine what its result says: the pods, whether they are hit, and why it failed', () => {
    const { store, faults } = setUp();
    store.faults.chaosengines.replace(null, [engine('Running')]);
    expect(faults()).toMatchObject([{ state: 'running', pods: [] }]);
    store.chaosResults.replace(null, [result('targeted')]);
    expect(faults()).toMatchObject([{ state: 'starting', pods: ['x-1'] }]);
    store.chaosResults.replace(null, [result('injected')]);
    expect(faults()).toMatchObject([{ state: 'running', pods: ['x-1'] }]);
    const errorOutput = { errorCode: 'CHAOS_INJECT_ERROR', reason: 'no container runtime' };
    store.chaosResults.replace(null, [result('reverted', { verdict: 'Error', errorOutput })]);
    expect(faults()[0]?.trouble).toBe('verdict Error: no container runtime');
  });

  it('have the pods of a result also while they stand in its annotations only', () => {
    const annotations = { 'pod/x-1': 'injected', 'pod/x-2': 'targeted', 'a/b': 'c' };
    const result = reduceChaosResult({ metadata: metadata({ annotations }), spec: { engine: 'e' } });
    expect(result).toMatchObject({ pods: ['x-1', 'x-2'], injected: true });
  });

  it('are ours where a Workflow or Schedule of ours has started them', () => {
    const { store, faults } = setUp();
    const templates = [{ name: 'entry' }];
    const workflow = (labels: object) =>
      reduceWorkflow({ metadata: metadata({ name: 'w', labels }), spec: { entry: 'entry', templates } });
    const step = reduceChaos('podchaos')({
      metadata: metadata({ name: 's', uid: 's', labels: { 'chaos-mesh.org/workflow': 'w' } }),
      spec: { action: 'pod-failure' },
    });
    store.faults.podchaos.replace(null, [step]);
    store.faults.workflows.replace(null, [workflow({})]);
    expect(faults()[0]).toMatchObject({ kind: 'pod-failure', ours: false, runId: null });
    store.faults.workflows.replace(null, [workflow(OURS)]);
    expect(faults()[0]).toMatchObject({ kind: 'pod-failure', ours: true, runId: 'run-1' });
  });

  it('are ours also when the Workflow of ours that has started them is gone', () => {
    const { store, faults } = setUp();
    const step = (workflow: string) =>
      reduceChaos('podchaos')({
        metadata: metadata({ labels: { 'chaos-mesh.org/workflow': workflow } }),
        spec: { action: 'pod-failure' },
      });
    store.faults.podchaos.replace(null, [step('coxswain-rough-day-1')]);
    expect(faults()[0]?.ours).toBe(true);
    store.faults.podchaos.replace(null, [step('theirs')]);
    expect(faults()[0]?.ours).toBe(false);
  });

  it('that do not begin have the warning that says why, and only those', () => {
    const { store, faults } = setUp();
    const chaos = (status: object) =>
      reduceChaos('networkchaos')({ metadata: metadata({ name: 'n' }), spec: { action: 'delay' }, status });
    const event = (type: string, message: string) =>
      reduceEvent({
        metadata: metadata({ name: message, uid: message }),
        type,
        reason: 'Failed',
        message,
        lastTimestamp: '2026-01-01T00:00:01Z',
        involvedObject: { kind: 'NetworkChaos', name: 'n' },
      });
    store.faults.networkchaos.replace(null, [chaos({})]);
    store.faultEvents.replace(null, [event('Normal', 'Experiment has started')]);
    expect(faults()[0]?.trouble).toBe('');
    store.faultEvents.apply({ type: 'ADDED', item: event('Warning', 'no target has been selected') });
    expect(faults()[0]).toMatchObject({ state: 'starting', trouble: 'no target has been selected' });
    store.faults.networkchaos.replace(null, [chaos({ experiment: {}, ...condition('AllInjected') })]);
    expect(faults()[0]).toMatchObject({ state: 'running', trouble: '' });
  });

  it('have what failed last on a target', () => {
    const events = [{ operation: 'Apply', type: 'Failed', message: 'no such container' }];
    const experiment = { containerRecords: [{ id: 'shop/a', events }] };
    const { fault } = reduceChaos('podchaos')({ metadata: metadata(), spec: {}, status: { experiment } });
    expect(fault).toMatchObject({ state: 'failed', trouble: 'shop/a: no such container' });
  });

  it('come and go with the annotations of Deployments', () => {
    const { store, faults } = setUp();
    const deployment = (annotations: object) =>
      reduceDeployment({
        metadata: metadata({ name: 'x', annotations }),
        spec: { selector: { matchLabels: { app: 'x' } }, template: { spec: {} }, replicas: 1 },
      });
    const record = {
      id: 'i',
      name: 'n',
      runId: null,
      createdAtMs: 5,
      durationMs: 6,
      kind: 'scale-down',
      before: 2,
      during: 1,
    };
    store.deployments.replace('shop', [deployment({ 'coxswain.dev/native-fault': JSON.stringify(record) })]);
    expect(faults()).toMatchObject([
      {
        id: 'i',
        kind: 'scale-down',
        provider: 'native',
        state: 'running',
        podLabels: { app: 'x' },
        createdAtMs: 5,
        durationMs: 6,
        native: { uid: 'u', intact: true },
      },
    ]);
    expect(store.snapshot(0, 1).workloads.get('shop/Deployment/x')).not.toHaveProperty('fault');
    store.deployments.replace('shop', [deployment({})]);
    expect(faults()).toEqual([]);
  });
});

describe('how many pods a rollout may take away', () => {
  it.each<[string, number, object | undefined, number]>([
    ['a quarter where nothing is said', 8, undefined, 2],
    ['none of few', 3, undefined, 0],
    ['a number', 4, { rollingUpdate: { maxUnavailable: 3, maxSurge: 0 } }, 3],
    ['a share, rounded down', 5, { rollingUpdate: { maxUnavailable: '50%', maxSurge: 1 } }, 2],
    ['one where both come to nothing', 3, { rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } }, 1],
    ['all when it recreates', 4, { type: 'Recreate' }, 4],
  ])('is %s', (_, replicas, strategy, expected) => {
    const spec = { replicas, selector: {}, template: { spec: {} }, ...(strategy && { strategy }) };
    expect(reduceDeployment({ metadata: metadata(), spec }).maxUnavailable).toBe(expected);
  });
});
