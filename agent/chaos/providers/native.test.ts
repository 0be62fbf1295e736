import fc from 'fast-check';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../../test/support/builders';
import { reduceDeployment } from '../../cluster/model/deployment';
import { reduceNode } from '../../cluster/model/relations';
import type { RunningFault, Workload } from '../../cluster/snapshot';
import type { ReversibleChange, Write } from '../../safety/change';
import { FaultSpec } from '../experiment/faultSpec';
import { native } from './native';
import type { FaultRequest } from './provider';

type Json = Record<string, unknown>;

/** A Deployment as the API server has it. */
function aDeployment(changes: { annotations?: Json | undefined; container?: Json; replicas?: number } = {}) {
  const {
    annotations = { 'deployment.kubernetes.io/revision': '1' },
    container = {},
    replicas = 3,
  } = changes;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'checkout',
      namespace: 'shop',
      uid: 'uid-checkout',
      resourceVersion: '1',
      ...(Object.keys(annotations).length > 0 && { annotations }),
      labels: { app: 'checkout' },
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'checkout' } },
      template: {
        metadata: { labels: { app: 'checkout' } },
        spec: {
          containers: [
            { name: 'sidecar', image: 'envoy:1' },
            { name: 'app', image: 'registry.example:5000/shop/checkout:1.4', ...container },
          ],
        },
      },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
    },
    status: {},
  };
}

function workloadOf(deployment: object): Workload {
  const { fault: _, templateLabels: __, namespace: ___, name: ____, ...own } = reduceDeployment(deployment);
  return { ...aWorkload(['a', 'b', 'c'].map((name) => aPod(name))), ...own };
}

const request = (fault: unknown, changes: Partial<FaultRequest> = {}): FaultRequest => ({
  fault: FaultSpec.parse(fault),
  workload: workloadOf(aDeployment()),
  nodes: new Map(),
  name: 'coxswain-x',
  runId: 'run-1',
  nowMs: 1_000_000,
  random: () => 0,
  mode: 'one',
  value: null,
  durationMs: 60_000,
  ...changes,
});

/** What the API server makes of a patch; throws where a test in it fails. It leaves out what is empty. */
function patched<T extends object>(object: T, write: Write): T {
  if (write.verb !== 'json-patch') throw new Error(`not a patch: ${write.verb}`);
  const operations = structuredClone(write.operations) as Operation[];
  const after = jsonPatch.applyPatch(structuredClone(object), operations, true, false).newDocument;
  const { metadata } = after as { metadata: Json };
  if (Object.keys(metadata.annotations ?? {}).length === 0) delete metadata.annotations;
  return after;
}

function inverseOf({ inverse }: ReversibleChange): Write {
  if (inverse.kind !== 'write') throw new Error('no inverse');
  return inverse.write;
}

function faultOf(object: object): RunningFault {
  const { fault } =
    'spec' in object && 'template' in (object.spec as Json) ? reduceDeployment(object) : reduceNode(object);
  if (!fault) throw new Error('no fault');
  return fault;
}

function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} in place of one`);
  return item;
}

const probes = fc.oneof(
  fc.constant({}),
  fc
    .record({
      handler: fc.constantFrom('httpGet', 'tcpSocket', 'grpc'),
      port: fc.oneof(fc.integer({ min: 1, max: 65_535 }), fc.constantFrom('http', 'health')),
    })
    .map(({ handler, port }) => ({
      readinessProbe: { [handler]: { port, path: '/ready' }, periodSeconds: 3 },
    })),
  fc
    .array(fc.string(), { minLength: 1, maxLength: 4 })
    .map((command) => ({ readinessProbe: { exec: { command }, timeoutSeconds: 2 } })),
);
const deployments = fc
  .record({
    annotations: fc.dictionary(
      fc.constantFrom('team', 'a/b', 'c~d', 'deployment.kubernetes.io/revision'),
      fc.string(),
    ),
    probe: probes,
    image: fc.constantFrom(
      'a',
      'a:1',
      'r.io/a/b',
      'r.io:5000/a/b:1',
      'r.io/a@sha256:0123',
      'r.io/a:1@sha256:0123',
    ),
    replicas: fc.integer({ min: 1, max: 50 }),
  })
  .map(({ annotations, probe, image, replicas }) =>
    aDeployment({ annotations, container: { image, ...probe }, replicas }),
  );
const faults = fc.constantFrom(
  { kind: 'scale-down' },
  { kind: 'bad-image' },
  { kind: 'bad-image', container: 'app' },
  { kind: 'bad-probe', container: 'app' },
);

describe('a native fault on a Deployment', () => {
  it('is taken back byte by byte, by its inverse and from its annotation alone', () => {
    fc.assert(
      fc.property(deployments, faults, fc.constantFrom('run-1', null), (before, fault, runId) => {
        const plan = native.inject(request(fault, { workload: workloadOf(before), runId }));
        const change = only(plan.changes);
        const during = patched(before, change.write);
        expect(JSON.stringify(patched(during, inverseOf(change)))).toBe(JSON.stringify(before));
        const seen = faultOf(during);
        expect(seen).toMatchObject({
          kind: plan.kind,
          provider: 'native',
          ours: true,
          state: 'running',
          trouble: '',
          runId,
        });
        const recovery = only(native.recover(seen));
        expect(JSON.stringify(patched(during, recovery.write))).toBe(JSON.stringify(before));
      }),
    );
  });

  it('changes nothing but what it is about, the annotation apart', () => {
    const before = aDeployment({ container: { readinessProbe: { httpGet: { port: 'http' } } } });
    const diffOf = (fault: unknown) => {
      const { write } = native.inject(request(fault, { workload: workloadOf(before) })).changes[0];
      return jsonPatch
        .compare(before, patched(before, write))
        .filter(({ path }) => !path.startsWith('/metadata/annotations/coxswain.dev'));
    };
    const app = '/spec/template/spec/containers/1';
    expect(diffOf({ kind: 'scale-down', by: 2 })).toEqual([
      { op: 'replace', path: '/spec/replicas', value: 1 },
    ]);
    expect(diffOf({ kind: 'bad-image', container: 'app' })).toEqual([
      { op: 'replace', path: `${app}/image`, value: 'registry.example:5000/shop/checkout:coxswain-missing' },
    ]);
    expect(diffOf({ kind: 'bad-probe', container: 'app' })).toEqual([
      { op: 'replace', path: `${app}/readinessProbe/httpGet/port`, value: 1 },
    ]);
  });

  it('is not done to a Deployment that has changed since it was seen, or was made anew', () => {
    const { write } = native.inject(request({ kind: 'bad-image' })).changes[0];
    const changed = aDeployment();
    changed.metadata.resourceVersion = '2';
    const anew = aDeployment();
    anew.metadata.uid = 'other';
    for (const each of [changed, anew]) expect(() => patched(each, write)).toThrow(/Test operation failed/);
  });

  it('leaves what somebody has changed since, and says so', () => {
    const { write } = native.inject(request({ kind: 'bad-image', container: 'app' })).changes[0];
    const during = patched(aDeployment(), write);
    const container = during.spec.template.spec.containers[1];
    if (container) container.image = 'registry.example:5000/shop/checkout:1.5';
    const seen = faultOf(during);
    expect(seen.trouble).toMatch(/changed again by somebody else/);
    const recovery = only(native.recover(seen));
    expect(recovery.description).toMatch(/^forget coxswain-x on checkout: .* stays$/);
    const after = patched(during, recovery.write);
    expect(after.spec.template.spec.containers[1]?.image).toBe('registry.example:5000/shop/checkout:1.5');
    expect(after.metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
  });

  it('is not restored over a change that the watch has not shown yet', () => {
    const { write } = native.inject(request({ kind: 'scale-down' })).changes[0];
    const during = patched(aDeployment(), write);
    const recovery = only(native.recover(faultOf(during)));
    during.spec.replicas = 7;
    expect(() => patched(during, recovery.write)).toThrow(/Test operation failed/);
  });

  it('that cannot be read is trouble, is left alone, and goes by force', () => {
    for (const text of ['', '{', 'null', '{"kind":"bad-image"}', '{"kind":"scale-up","before":1}']) {
      const seen = faultOf(aDeployment({ annotations: { team: 'a', 'coxswain.dev/native-fault': text } }));
      expect(seen).toMatchObject({ kind: 'other', state: 'failed', ours: true, native: { record: null } });
      expect(seen.trouble).toMatch(/cannot be read/);
      expect(native.recover(seen)).toEqual([]);
      const broken = aDeployment({ annotations: { team: 'a', 'coxswain.dev/native-fault': text } });
      const removal = only(native.forceRecovery(seen));
      expect(patched(broken, removal.write)).toEqual(aDeployment({ annotations: { team: 'a' } }));
    }
  });

  it('never throws over an annotation, whatever it says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(faultOf(aDeployment({ annotations: { 'coxswain.dev/native-fault': text } })).ours).toBe(true);
      }),
    );
  });

  it('is refused where there is one already, and where it does not fit', () => {
    const { write } = native.inject(request({ kind: 'bad-image' })).changes[0];
    const during = workloadOf(patched(aDeployment(), write));
    const inject =
      (fault: unknown, changes: Partial<FaultRequest> = {}) =>
      () =>
        native.inject(request(fault, changes));
    expect(inject({ kind: 'scale-down' }, { workload: during })).toThrow(/carries a native fault already/);
    expect(inject({ kind: 'scale-down', by: 4 })).toThrow(/has 3 replicas, of which 4 cannot be taken away/);
    expect(inject({ kind: 'bad-probe', container: 'db' })).toThrow(/no container db/);
    expect(inject({ kind: 'network-delay' })).toThrow(/has no network delay/);
  });

  it('hits as many pods as a rollout may take away', () => {
    const affected = (fault: unknown, workload: Partial<Workload>) =>
      native.inject(request(fault, { workload: { ...workloadOf(aDeployment()), ...workload } })).affectedPods;
    expect(affected({ kind: 'bad-image' }, { maxUnavailable: 0 })).toBe(1);
    expect(affected({ kind: 'bad-image' }, { maxUnavailable: 3 })).toBe(3);
    expect(affected({ kind: 'scale-down', by: 2 }, {})).toBe(2);
  });
});

describe('pods that are killed or evicted', () => {
  it('are removed by name and uid, at once, and for good', () => {
    const kill = native.inject(
      request({ kind: 'pod-kill', gracePeriodSeconds: 5 }, { mode: 'fixed', value: 2 }),
    );
    expect(kill).toMatchObject({
      isInstant: true,
      affectedPods: 2,
      pods: ['a', 'b'],
      text: 'pod kill on 2 pods',
    });
    expect(kill.changes.map(({ write }) => write)).toEqual(
      ['a', 'b'].map((name) => ({
        verb: 'delete',
        resource: { apiVersion: 'v1', plural: 'pods', namespace: 'shop', name },
        uid: `uid-${name}`,
        gracePeriodSeconds: 5,
      })),
    );
    const evict = native.inject(request({ kind: 'pod-evict' }));
    expect(evict.changes).toMatchObject([
      { write: { verb: 'evict', uid: 'uid-a' }, inverse: { kind: 'none' } },
    ]);
  });

  it('are none that are on their way out already', () => {
    const workload = aWorkload([aPod('a', { deletingSinceMs: 1 }), aPod('b')]);
    expect(native.inject(request({ kind: 'pod-kill' }, { workload, mode: 'all' })).pods).toEqual(['b']);
  });

  it('have to be at least one', () => {
    const none = request({ kind: 'pod-kill' }, { mode: 'fixed-percent', value: 10 });
    expect(() => native.inject(none)).toThrow(/came to no pod of checkout/);
    expect(() => native.inject(request({ kind: 'pod-kill' }, { workload: aWorkload([]) }))).toThrow(
      /has no pod/,
    );
  });
});

describe('a node that is cordoned', () => {
  const aNode = (name: string, spec: Json = { podCIDR: '10.0.0.0/24' }) => ({
    metadata: { name, uid: `uid-${name}`, annotations: { 'node.alpha.kubernetes.io/ttl': '0' } },
    spec,
    status: {},
  });
  const workload = aWorkload([
    aPod('a', { node: 'n1' }),
    aPod('b', { node: 'n1' }),
    aPod('c', { node: 'n2' }),
  ]);
  const nodesOf = (...objects: object[]) =>
    new Map(objects.map((object) => [reduceNode(object).name, reduceNode(object).node]));

  it('is the one of the pod that was chosen, outside of any namespace, and is given back', () => {
    const before = aNode('n1');
    const plan = native.inject(
      request({ kind: 'node-cordon' }, { workload, nodes: nodesOf(before, aNode('n2')) }),
    );
    expect(plan).toMatchObject({ affectedPods: 2, isInstant: false });
    const change = only(plan.changes);
    expect(change.write.resource).toEqual({ apiVersion: 'v1', plural: 'nodes', namespace: '', name: 'n1' });
    const during = patched(before, change.write);
    expect(reduceNode(during).node.schedulable).toBe(false);
    const seen = faultOf(during);
    expect(seen).toMatchObject({ kind: 'node-cordon', namespaces: ['shop'], podLabels: { app: 'checkout' } });
    expect(patched(during, only(native.recover(seen)).write)).toEqual(before);
    expect(patched(during, inverseOf(change))).toEqual(before);
  });

  it('is each one of the pods with mode all, but for those that are cordoned already', () => {
    const nodes = nodesOf(aNode('n1'), aNode('n2', { unschedulable: true }));
    const plan = native.inject(request({ kind: 'node-cordon' }, { workload, nodes, mode: 'all' }));
    expect(plan.changes.map(({ write }) => write.resource.name)).toEqual(['n1']);
    const none = request(
      { kind: 'node-cordon' },
      { workload, nodes: nodesOf(aNode('n1', { unschedulable: true })) },
    );
    expect(() => native.inject(none)).toThrow(/take no pods already: n1/);
    expect(() => native.inject(request({ kind: 'node-cordon' }, { workload }))).toThrow(/are not known/);
  });
});
