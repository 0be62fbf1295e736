import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { defaultFault } from '../agent/chaos/experiment/faultSpec';
import { WorkflowStep } from '../agent/chaos/experiment/workflow';
import { PROVIDERS, providerNamed } from '../agent/chaos/providers/providers';
import type { ApiRequest, ClusterReader } from '../agent/cluster/api';
import { describeRequest, statusError } from '../agent/cluster/apiErrors';
import { checkPermissions } from '../agent/cluster/permissions';
import { readPodLogs } from '../agent/cluster/podLogs';
import { forEachResource } from '../agent/cluster/resources';
import { SnapshotStore } from '../agent/cluster/snapshotStore';
import { collectFromMetricsServer } from '../agent/metrics/metricsServer';
import { proxyTransport } from '../agent/metrics/proxyTransport';
import { RouterKind } from '../agent/protocol';
import type { ReversibleChange } from '../agent/safety/change';
import type { ActingAction } from '../agent/safety/guardInput';
import { takeOverChange } from '../agent/safety/handover/changes';
import { anAutoscaler, STAMP } from '../agent/safety/testing/autoscalers';
import { Releasing } from '../agent/safety/testing/releasing';
import { ClusterWriter } from '../agent/safety/writer';
import { planHeal } from '../agent/tasks/heal/plan';
import { aNode, aPod, aRunningFault, aWorkload } from './support/builders';

const ROOT = join(import.meta.dirname, '..');
const ORIGIN = { context: 'test', server: 'https://test.example' };
const POD = { pod: 'a', podUid: 'uid-a' };

const ClusterRole = z.object({
  kind: z.literal('ClusterRole'),
  metadata: z.object({ name: z.string() }),
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
    }),
  ),
});

/** What each role grants, written as the agent's own error messages have it: `patch deployments.apps/scale`. */
const roles = new Map(
  parseAllDocuments(readFileSync(join(ROOT, 'manifests/rbac.yaml'), 'utf8'))
    .map((document) => ClusterRole.safeParse(document.toJS()).data)
    .filter((role) => role !== undefined)
    .map(({ metadata, rules }) => [metadata.name, new Set(rules.flatMap(grantsOf))]),
);

function grantsOf({ apiGroups, resources, verbs }: z.infer<typeof ClusterRole>['rules'][number]): string[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((path) => {
      const [resource, subresource] = path.split('/');
      const name = `${resource}${group && `.${group}`}${subresource ? `/${subresource}` : ''}`;
      return verbs.map((verb) => `${verb} ${name}`);
    }),
  );
}

function granted(role: string): string[] {
  return [...(roles.get(role) ?? [])].sort();
}

function sorted(needs: Iterable<string>): string[] {
  return [...new Set(needs)].sort();
}

/** An API server that writes down what it was asked, in the words of RBAC, and answers with `body`. */
function recorder(body: unknown = {}) {
  const needs: string[] = [];
  const answer = (request: Pick<ApiRequest, 'method' | 'path'>): unknown => {
    const { verb, resource } = describeRequest(request);
    needs.push(`${verb} ${resource}`);
    // As for a pod of several containers, so that the pod is looked at as well.
    if (/\/log\?tailLines=\d+$/.test(request.path)) throw statusError(ORIGIN, request, 400, 'choose one');
    return body;
  };
  const send = async (request: ApiRequest) => ({ status: 200, body: answer(request) });
  const reader: ClusterReader = {
    get: async (path) => answer({ method: 'GET', path }),
    getText: async (path) => String(answer({ method: 'GET', path })),
  };
  return { needs, send, reader };
}

/** All that carrying out a change, taking it back, and finding out what became of it asks of the API server. */
async function needsOfWriting({ write, inverse }: ReversibleChange): Promise<string[]> {
  const { needs, send } = recorder();
  const writer = new ClusterWriter({ ...ORIGIN, send });
  for (const each of inverse.kind === 'write' ? [write, inverse.write] : [write]) {
    await writer.dryRun(each);
    await writer.send(each);
    await writer.read(each.resource);
  }
  return needs;
}

async function reviewed(): Promise<string[]> {
  const { needs, send } = recorder({ status: { allowed: true } });
  const server = {
    ...ORIGIN,
    clock: { originMs: 0, wallOriginMs: 0, rate: 1 },
    send,
    async *stream() {},
  };
  const permissions = await checkPermissions(
    server,
    [],
    new Set([
      ...['keda.sh', 'chaos-mesh.org', 'litmuschaos.io', 'argoproj.io', 'flagger.app'],
      ...['gateway.networking.k8s.io', 'networking.istio.io'],
    ]),
  );
  expect(needs).toHaveLength(permissions.length);
  return permissions.map(({ verb, resource }) => `${verb} ${resource}`);
}

/** With the hand-back as its inverse. */
function takeOver(kind: 'hpa' | 'keda'): ReversibleChange {
  return takeOverChange(anAutoscaler({ kind }), 'shop', STAMP);
}

function watched(): string[] {
  const needs: string[] = [];
  const store = new SnapshotStore({ onChange: () => undefined, defer: () => undefined });
  forEachResource(store, new Map(), ({ base, plural }) => {
    const { resource } = describeRequest({ method: 'GET', path: `${base}/${plural}` });
    needs.push(`list ${resource}`, `watch ${resource}`);
  });
  return needs;
}

/** All that "Make Canary…" may create, each with what takes it back. */
function adoptions(): ReversibleChange[] {
  const kinds = [
    ['argoproj.io/v1alpha1', 'rollouts'],
    ['argoproj.io/v1alpha1', 'analysistemplates'],
    ['flagger.app/v1beta1', 'canaries'],
    ['flagger.app/v1beta1', 'metrictemplates'],
    ['gateway.networking.k8s.io/v1', 'httproutes'],
    ['networking.istio.io/v1', 'virtualservices'],
    ['networking.k8s.io/v1', 'ingresses'],
    ['v1', 'services'],
  ] as const;
  return kinds.map(([apiVersion, plural]) => {
    const resource = { apiVersion, plural, namespace: 'shop', name: 'x' };
    return {
      description: '',
      write: { verb: 'create', resource, object: {} },
      inverse: { kind: 'write', write: { verb: 'delete', resource }, safe: true },
    };
  });
}

/** Every write that any provider makes for any kind: the injection, its pause, and both ways to end it. */
function faultWrites(): ReversibleChange[] {
  const workload = aWorkload([aPod('a')]);
  const nodes = new Map([['node-1', aNode('node-1')]]);
  const target = { workload, nodes, name: 'x', runId: 'run-1', nowMs: 0, random: () => 0 };
  const plans = PROVIDERS.flatMap((provider) =>
    provider.kinds.map((kind) =>
      provider.inject({ ...target, fault: defaultFault(kind), mode: 'one', value: null, durationMs: 1000 }),
    ),
  );
  const steps = [WorkflowStep.parse({ fault: { kind: 'pod-failure' } })];
  plans.push(providerNamed('chaos-mesh').injectWorkflow({ ...target, steps, durationMs: 1000 }));
  return plans.flatMap(({ changes, provider, kind }) =>
    changes.flatMap((change) => {
      const { resource } = change.write;
      const fault = { ...aRunningFault(), kind, provider, resource };
      const { recover, forceRecovery, pause } = providerNamed(provider);
      const isPod = resource.plural === 'pods';
      const ends = isPod ? [] : [...recover(fault), ...forceRecovery(fault), ...(pause(fault, true) ?? [])];
      return [change, ...ends];
    }),
  );
}

describe('manifests/rbac.yaml', () => {
  it('has the six roles, without a wildcard', () => {
    expect([...roles.keys()]).toEqual([
      'coxswain-observe',
      'coxswain-metrics',
      'coxswain-act',
      'coxswain-release',
      'coxswain-chaos',
      'coxswain-chaos-nodes',
    ]);
    expect([...roles.values()].flatMap((grants) => [...grants]).join()).not.toContain('*');
  });

  it('lets mode observe see what is watched, logs, and metrics-server: nothing else, and nothing that writes', async () => {
    const { needs, reader } = recorder({ items: [], metadata: {}, spec: { containers: [{ name: 'app' }] } });
    await readPodLogs(reader, { namespace: 'shop', name: 'a' }, 10).catch(() => undefined);
    await collectFromMetricsServer(reader, { workload: aWorkload([]), nowMs: 0, staleAfterMs: 1 });
    expect(granted('coxswain-observe')).toEqual(sorted([...watched(), ...needs]));
    expect(granted('coxswain-observe').join()).not.toMatch(/\b(create|update|patch|delete)/);
  });

  it('lets Prometheus be reached through the API server', async () => {
    const { needs, reader } = recorder();
    const service = { namespace: 'monitoring', name: 'prometheus', port: '9090', scheme: 'http' } as const;
    await proxyTransport(reader, service).send('/api/v1/query', new URLSearchParams({ query: '1' }));
    expect(granted('coxswain-metrics')).toEqual(sorted(needs));
  });

  it('lets modes approve and auto do each action, take it back and settle it, and no more', async () => {
    const actions: ActingAction[] = [
      { kind: 'scale', from: 2, to: 3 },
      { kind: 'restart-pod', ...POD },
      { kind: 'drain-pod', ...POD },
    ];
    const workload = aWorkload([aPod('a'), aPod('b')]);
    const needs: string[] = [];
    for (const action of actions) {
      const plan = planHeal(action, workload);
      if (plan.kind === 'impossible') throw new Error(plan.why);
      needs.push(...(await needsOfWriting(plan.change)));
    }
    for (const kind of ['hpa', 'keda'] as const) needs.push(...(await needsOfWriting(takeOver(kind))));
    expect(granted('coxswain-act')).toEqual(sorted(needs));
  });

  it('lets a release over each router go to its end, Rollouts and Canaries be operated, and no more', async () => {
    const needs: string[] = [];
    for (const router of RouterKind.options) {
      const end = router === 'istio' ? 'promote' : 'rollback';
      const run = await new Releasing('auto', router).begin(75);
      await run.propose({ kind: end }, { orderedBy: 'ada' });
      await run.drive();
      for (const request of run.cluster.requests) {
        const { verb, resource } = describeRequest(request);
        needs.push(`${verb} ${resource}`, `get ${resource.replace('/scale', '')}`);
      }
    }
    for (const change of adoptions()) needs.push(...(await needsOfWriting(change)));
    const operated = ['rollouts.argoproj.io', 'canaries.flagger.app'];
    needs.push(...operated.flatMap((resource) => [`patch ${resource}`, `patch ${resource}/status`]));
    // The subset of a stable version that its VirtualService goes by.
    needs.push('get destinationrules.networking.istio.io', 'patch destinationrules.networking.istio.io');
    expect(granted('coxswain-release')).toEqual(sorted(needs));
  });

  it('lets each fault of each provider be injected, paused, ended and settled, and no more', async () => {
    const writes = faultWrites();
    const nodes = writes.filter(({ write }) => write.resource.plural === 'nodes');
    const others = writes.filter((change) => !nodes.includes(change));
    const needsOf = async (changes: readonly ReversibleChange[]) =>
      sorted((await Promise.all(changes.map(needsOfWriting))).flat());
    expect(granted('coxswain-chaos')).toEqual(await needsOf(others));
    expect(granted('coxswain-chaos-nodes')).toEqual(await needsOf(nodes));
  });

  it('grants every permission that the agent reviews when it connects', async () => {
    const all = [...roles.values()].flatMap((grants) => [...grants]);
    const needs = await reviewed();
    expect(needs.length).toBeGreaterThan(20);
    expect(needs.filter((need) => !all.includes(need))).toEqual([]);
  });
});

describe('the permissions in the README', () => {
  it('name every resource that a role grants', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const resources = [...roles.values()].flatMap((grants) => [...grants].map((need) => need.split(' ')[1]));
    expect(sorted(resources.filter((resource) => !readme.includes(`\`${resource}\``)).map(String))).toEqual(
      [],
    );
  });
});
