import { describe, expect, it } from 'vitest';
import { aPod, aRunningFault, aWorkload } from '../../../test/support/builders';
import { hasRealDefinitions, realDefinitions } from '../../../test/support/realDefinitions';
import type { Capability } from '../../protocol';
import type { ReversibleChange } from '../../safety/change';
import { defaultFault, FaultSpec } from '../experiment/faultSpec';
import { ExperimentSchedule } from '../experiment/schedule';
import { SelectorMode, valueProblem } from '../experiment/selectorMode';
import { WorkflowStep } from '../experiment/workflow';
import { chaosMesh, chaosMeshSchedule } from './chaosMesh';
import { litmus } from './litmus';
import type { FaultRequest, FaultTarget } from './provider';
import { chooseProvider, PROVIDERS, providerNamed } from './providers';

const workload = aWorkload(['a', 'b', 'c', 'd'].map((name) => aPod(name)));
const target: FaultTarget = {
  workload,
  nodes: new Map(),
  name: 'coxswain-x',
  runId: 'run-1',
  nowMs: 1_000_000,
  random: () => 0.5,
};
const request = (fault: FaultSpec, changes: Partial<FaultRequest> = {}): FaultRequest => ({
  ...target,
  fault,
  mode: 'one',
  value: null,
  durationMs: 90_500,
  ...changes,
});
const valueFor = (mode: SelectorMode) => (mode === 'one' || mode === 'all' ? null : 50);

function created({ write }: ReversibleChange): unknown {
  if (write.verb !== 'create') throw new Error(`not a create: ${write.verb}`);
  return write.object;
}

/** The object with which Chaos Mesh or Litmus does a fault. */
function objectOf(provider: 'chaos-mesh' | 'litmus', fault: FaultSpec, changes: Partial<FaultRequest> = {}) {
  return created(providerNamed(provider).inject(request(fault, changes)).changes[0]);
}

const STEPS = [
  { fault: { kind: 'network-delay' }, mode: 'all', duration: '1m' },
  { wait: '30s' },
  {
    parallel: [
      { fault: { kind: 'cpu-stress' }, mode: 'fixed', value: 2 },
      { fault: { kind: 'pod-kill' } },
      { wait: '10s' },
    ],
  },
].map((step) => WorkflowStep.parse(step));
const SCHEDULE = ExperimentSchedule.parse({ cron: '*/5 * * * *', startingDeadline: '30s' });

describe.skipIf(!hasRealDefinitions)('what a provider writes (needs ../shared/schemas)', () => {
  const problems = hasRealDefinitions ? realDefinitions('chaos-mesh', 'litmus') : () => [];
  const cases = [chaosMesh, litmus].flatMap((provider) =>
    provider.kinds.flatMap((kind) =>
      SelectorMode.options
        .filter((mode) => valueProblem(kind, mode, valueFor(mode)) === null)
        .map((mode) => ({ provider, kind, mode })),
    ),
  );

  it.each(cases)('$provider.name writes $kind with mode $mode as its own definition wants it', (each) => {
    const { provider, kind, mode } = each;
    const plan = provider.inject(request(defaultFault(kind), { mode, value: valueFor(mode) }));
    expect(plan.changes).toHaveLength(1);
    expect(problems(created(plan.changes[0]))).toEqual([]);
  });

  const variants: FaultSpec[] = [
    { kind: 'network-delay', latency: '1500ms', jitter: '0s', direction: 'both' },
    { kind: 'network-bandwidth', rateKbps: 1, direction: 'from' },
    { kind: 'dns-error', random: true, patterns: ['*.example.com'] },
    { kind: 'memory-stress', sizeMb: 64 },
    { kind: 'http-delay', latency: '1ms', path: '/api/*' },
  ].map((fault) => FaultSpec.parse(fault));
  it.each(variants)('is right with other parameters: %j', (fault) => {
    expect(problems(objectOf('chaos-mesh', fault))).toEqual([]);
  });

  it('is right as a Workflow, and repeated by a Schedule', () => {
    const workflow = { ...target, steps: STEPS, durationMs: 60_000 };
    expect(problems(created(chaosMesh.injectWorkflow(workflow).changes[0]))).toEqual([]);
    expect(problems(chaosMeshSchedule(target, { workflow }, SCHEDULE))).toEqual([]);
    for (const kind of chaosMesh.kinds) {
      expect(problems(chaosMeshSchedule(target, { fault: request(defaultFault(kind)) }, SCHEDULE))).toEqual(
        [],
      );
    }
  });

  it('is checked by something that finds mistakes', () => {
    const object = objectOf('chaos-mesh', defaultFault('network-delay')) as { spec: Record<string, unknown> };
    const wrong = { ...object, spec: { ...object.spec, mode: 'some', odd: 1, delay: { latency: 'late' } } };
    expect(problems(wrong).join('\n')).toMatch(/mode[\s\S]*latency[\s\S]*odd: unknown/);
  });
});

describe('Chaos Mesh', () => {
  it('is told whom to hit, how many, for how long, and who has asked', () => {
    expect(objectOf('chaos-mesh', defaultFault('network-delay'), { mode: 'fixed', value: 2 })).toEqual({
      apiVersion: 'chaos-mesh.org/v1alpha1',
      kind: 'NetworkChaos',
      metadata: {
        name: 'coxswain-x',
        namespace: 'shop',
        labels: { 'app.kubernetes.io/managed-by': 'coxswain', 'coxswain.dev/run-id': 'run-1' },
        annotations: { 'experiment.chaos-mesh.org/pause': 'false' },
      },
      spec: {
        mode: 'fixed',
        value: '2',
        selector: { namespaces: ['shop'], labelSelectors: { app: 'checkout' } },
        action: 'delay',
        delay: { latency: '300ms', jitter: '30ms', correlation: '25' },
        direction: 'to',
        duration: '90500ms',
      },
    });
  });

  it('counts a rate in bytes', () => {
    const fault = FaultSpec.parse({ kind: 'network-bandwidth', rateKbps: 1000 });
    expect(objectOf('chaos-mesh', fault)).toMatchObject({ spec: { bandwidth: { rate: '125000bps' } } });
  });

  it('needs peers for packets that reach a pod, but for a partition', () => {
    const from = FaultSpec.parse({ kind: 'network-loss', direction: 'from' });
    expect(objectOf('chaos-mesh', from)).toMatchObject({
      spec: { target: { mode: 'all', selector: { namespaces: ['shop'] } } },
    });
    expect(objectOf('chaos-mesh', defaultFault('network-partition'))).not.toHaveProperty('spec.target');
  });

  it('kills once: without a duration, and with the first container where none is named', () => {
    expect(objectOf('chaos-mesh', defaultFault('pod-kill'))).not.toHaveProperty('spec.duration');
    expect(objectOf('chaos-mesh', defaultFault('container-kill'))).toMatchObject({
      spec: { containerNames: ['app'] },
    });
  });

  it('fills as much memory as the limit has', () => {
    expect(objectOf('chaos-mesh', defaultFault('memory-stress'))).toMatchObject({
      spec: { stressors: { memory: { size: '512MB' } } },
    });
  });

  it('paces a workflow by the deadlines of its steps, and gives its faults no durations', () => {
    const { changes, kind, affectedPods } = chaosMesh.injectWorkflow({
      ...target,
      steps: STEPS,
      durationMs: 60_000,
    });
    expect({ kind, affectedPods }).toEqual({ kind: 'network-delay', affectedPods: 4 });
    const { spec } = created(changes[0]) as { spec: { templates: Record<string, unknown>[] } };
    expect(
      spec.templates.map(({ name, templateType, deadline, children }) => [
        name,
        templateType,
        deadline,
        children,
      ]),
    ).toEqual([
      ['entry', 'Serial', '210s', ['step-1', 'step-2', 'step-3']],
      ['step-1', 'NetworkChaos', '60s', undefined],
      ['step-2', 'Suspend', '30s', undefined],
      ['step-3', 'Parallel', '120s', ['step-3-1', 'step-3-2', 'step-3-3']],
      ['step-3-1', 'StressChaos', '60s', undefined],
      ['step-3-2', 'PodChaos', '60s', undefined],
      ['step-3-3', 'Suspend', '10s', undefined],
    ]);
    expect(JSON.stringify(spec)).not.toContain('"duration"');
  });

  it('ends a fault by deleting it, by force with its finalizer cleaned, and pauses by an annotation', () => {
    const fault = aRunningFault();
    expect(chaosMesh.recover(fault)).toMatchObject([{ write: { verb: 'delete', uid: 'uid-fault' } }]);
    expect(chaosMesh.forceRecovery(fault)).toMatchObject([
      {
        write: {
          operations: [
            { op: 'test', path: '/metadata/uid', value: 'uid-fault' },
            { path: '/metadata/annotations/chaos-mesh.chaos-mesh.org~1cleanFinalizer', value: 'forced' },
          ],
        },
      },
      { write: { verb: 'delete' } },
    ]);
    const [pause] = chaosMesh.pause(fault, true) ?? [];
    expect(pause?.write).toMatchObject({
      operations: [{}, { path: '/metadata/annotations/experiment.chaos-mesh.org~1pause', value: 'true' }],
    });
    expect(pause?.inverse).toMatchObject({ write: chaosMesh.pause(fault, false)?.[0]?.write });
    expect(chaosMesh.pause({ ...fault, kind: 'pod-kill' }, true)).toBeNull();
  });

  it('refuses what it cannot aim, what hits nothing, and kinds of others', () => {
    const inject =
      (changes: Partial<FaultRequest>, fault = defaultFault('cpu-stress')) =>
      () =>
        chaosMesh.inject(request(fault, changes));
    expect(inject({ workload: aWorkload([aPod('a')], { selector: {} }) })).toThrow(/expressions alone/);
    expect(inject({ workload: aWorkload([]) })).toThrow(/hit nothing/);
    expect(inject({ mode: 'fixed-percent', value: 24 })).toThrow(/less than one pod/);
    expect(inject({}, defaultFault('bad-image'))).toThrow(/Chaos Mesh has no bad image/);
  });
});

describe('LitmusChaos', () => {
  it('is given an engine with the experiment of the kind and its environment', () => {
    const fault = defaultFault('network-delay');
    expect(objectOf('litmus', fault, { mode: 'fixed-percent', value: 50 })).toMatchObject({
      kind: 'ChaosEngine',
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'coxswain', 'coxswain.dev/run-id': 'run-1' } },
      spec: {
        engineState: 'active',
        appinfo: { appns: 'shop', applabel: 'app=checkout', appkind: 'deployment' },
        chaosServiceAccount: 'litmus-admin',
        jobCleanUpPolicy: 'delete',
        experiments: [
          {
            name: 'pod-network-latency',
            spec: {
              components: {
                env: [
                  { name: 'TOTAL_CHAOS_DURATION', value: '91' },
                  { name: 'SEQUENCE', value: 'parallel' },
                  { name: 'NETWORK_LATENCY', value: '300' },
                  { name: 'JITTER', value: '30' },
                  { name: 'PODS_AFFECTED_PERC', value: '50' },
                ],
              },
            },
          },
        ],
      },
    });
  });

  it('stops an engine before it deletes it, by force without its finalizers, and cannot pause', () => {
    const fault = aRunningFault({ provider: 'litmus' });
    expect(litmus.recover(fault)).toMatchObject([
      { write: { operations: [{}, { path: '/spec/engineState', value: 'stop' }] } },
      { write: { verb: 'delete' } },
    ]);
    expect(litmus.forceRecovery(fault)).toMatchObject([
      { write: { operations: [{}, { path: '/metadata/finalizers', value: [] }] } },
      { write: { verb: 'delete' } },
    ]);
    expect(litmus.pause(fault, true)).toBeNull();
  });

  it('has no workflows, which it says', () => {
    expect(() => litmus.injectWorkflow({ ...target, steps: STEPS, durationMs: 1 })).toThrow(
      'LitmusChaos has no workflows.',
    );
  });
});

describe('the choice of a provider', () => {
  const capability = (key: string, present: boolean, detail = ''): Capability => ({
    key,
    title: key,
    present,
    detail,
  });
  const both = [capability('chaos-mesh', true), capability('litmus', true)];
  const none = [
    capability('chaos-mesh', false, 'chaos-mesh.org is there as v1beta1 alone, and Coxswain knows v1alpha1'),
    capability('litmus', false, 'no API group litmuschaos.io'),
  ];
  const onlyLitmus = [capability('chaos-mesh', false), capability('litmus', true)];

  it('asks Chaos Mesh, then Litmus, then the API alone', () => {
    expect(chooseProvider('pod-kill', 'auto', both).name).toBe('chaos-mesh');
    expect(chooseProvider('pod-kill', 'auto', onlyLitmus).name).toBe('litmus');
    expect(chooseProvider('pod-kill', 'auto', none).name).toBe('native');
    expect(chooseProvider('bad-image', 'auto', both).name).toBe('native');
    expect(chooseProvider('workflow', 'auto', both).name).toBe('chaos-mesh');
  });

  it('says why nobody can, or why the wanted one cannot', () => {
    expect(() => chooseProvider('network-delay', 'auto', none)).toThrow(
      'Nobody can do a network delay here. Chaos Mesh cannot be used in this cluster: chaos-mesh.org is there as v1beta1 alone, and Coxswain knows v1alpha1. LitmusChaos cannot be used in this cluster: no API group litmuschaos.io.',
    );
    expect(() => chooseProvider('time-skew', 'litmus', both)).toThrow('LitmusChaos has no clock skew.');
    expect(() => chooseProvider('workflow', 'native', both)).toThrow(/has no workflows/);
  });

  it('leaves no kind to nobody', () => {
    const kinds = new Set(PROVIDERS.flatMap((provider) => provider.kinds));
    expect(FaultSpec.options.map(({ shape }) => shape.kind.value).filter((kind) => !kinds.has(kind))).toEqual(
      [],
    );
  });
});
