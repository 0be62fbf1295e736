import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { defaultFault, type FaultSpec } from '../../agent/chaos/experiment/faultSpec';
import { WorkflowStep } from '../../agent/chaos/experiment/workflow';
import type { ChaosProvider, FaultPlan, FaultTarget } from '../../agent/chaos/providers/provider';
import { PROVIDERS, providerNamed } from '../../agent/chaos/providers/providers';
import { type ClusterConnection, connectCluster } from '../../agent/cluster/connection';
import type { RunningFault } from '../../agent/cluster/snapshot';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import type { FaultKind } from '../../agent/protocol';
import { ClusterWriter } from '../../agent/safety/writer';

const RATE = 20;
const CHECKOUT = 'shop/Deployment/checkout';

/** What the demo shop has to offer to a fault that needs it. */
const SPECS: Partial<Record<FaultKind, FaultSpec>> = {
  'dns-error': { kind: 'dns-error', patterns: ['catalog'], random: false },
};

const Deployment = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    replicas: z.number(),
    template: z.object({ spec: z.object({ containers: z.array(z.unknown()) }) }),
  }),
});

/** What every provider writes, done to the embedded cluster over its API, as the watches then show it. */
describe('the providers', () => {
  let directory: string;
  let cluster: EmbeddedCluster;
  let connection: ClusterConnection;
  let writer: ClusterWriter;
  let count = 0;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-providers-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    cluster = await startEmbeddedCluster({ kubeconfigPath, rate: RATE, seed: 7, demo: true });
    connection = await connectCluster({
      kubeconfigPath,
      namespaces: ['shop'],
      onChange: () => undefined,
      onTrouble: () => undefined,
      onWarning: () => undefined,
    });
    writer = new ClusterWriter(connection.api);
    await untilHealthy();
  }, 60_000);
  afterAll(async () => {
    await connection?.close();
    await cluster?.close();
    rmSync(directory, { recursive: true });
  });

  // Also where a test has failed.
  afterEach(() => recoverAll(), 60_000);

  const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

  function checkout() {
    const workload = connection.snapshot().workloads.get(CHECKOUT);
    if (!workload) throw new Error('no checkout');
    return workload;
  }

  const untilHealthy = () =>
    until(() => {
      const { readyReplicas, desiredReplicas, rollingOut } = checkout();
      expect({ readyReplicas, desiredReplicas, rollingOut }).toEqual({
        readyReplicas: 4,
        desiredReplicas: 4,
        rollingOut: false,
      });
    });

  function aTarget(): FaultTarget {
    count += 1;
    return {
      workload: checkout(),
      nodes: connection.snapshot().nodes,
      name: `coxswain-test-${count}`,
      runId: `run-${count}`,
      nowMs: connection.clock.nowMs(),
      random: () => 0.4,
    };
  }

  const ours = () => connection.snapshot().faults.filter((fault) => fault.ours);

  async function send({ changes }: Pick<FaultPlan, 'changes'>): Promise<void> {
    for (const { write } of changes) {
      await writer.dryRun(write);
      await writer.send(write);
    }
  }

  /** Takes back all that is ours, as the watches show it, until nothing of it is there. */
  async function recoverAll(): Promise<void> {
    await vi.waitFor(
      async () => {
        for (const fault of ours()) {
          for (const { write } of providerNamed(fault.provider).recover(fault)) {
            await writer.send(write).catch(() => undefined);
          }
        }
        expect(ours()).toEqual([]);
      },
      { timeout: 30_000, interval: 100 },
    );
    await untilHealthy();
  }

  const cases = PROVIDERS.flatMap((provider) =>
    provider.kinds.map((kind) => ({ provider, kind, name: provider.name })),
  );

  it.each(cases)(
    '$name does $kind and takes it back',
    async ({ provider, kind }) => {
      const target = aTarget();
      const before = await whatMayChange();
      const fault = SPECS[kind] ?? defaultFault(kind);
      const plan = provider.inject({ ...target, fault, mode: 'one', value: null, durationMs: 600_000 });
      await send(plan);
      if (plan.pods.length > 0) await untilGone(plan.pods);
      else await until(() => expectDone(plan, provider, ours()));
      await recoverAll();
      expect(await whatMayChange()).toEqual(before);
    },
    60_000,
  );

  it('Chaos Mesh paces a workflow, whose steps are ours as well, and which goes as a whole', async () => {
    const steps = [{ fault: { kind: 'network-delay' } }, { wait: '5s' }].map((step) =>
      WorkflowStep.parse(step),
    );
    await send(providerNamed('chaos-mesh').injectWorkflow({ ...aTarget(), steps, durationMs: 600_000 }));
    await until(() =>
      expect(
        ours()
          .map(({ resource, state }) => `${resource.plural} ${state}`)
          .sort(),
      ).toEqual(['networkchaos running', 'workflows running']),
    );
    await recoverAll();
  }, 60_000);

  it('pauses a fault of Chaos Mesh and lets it go on', async () => {
    const fault = defaultFault('network-delay');
    const provider = providerNamed('chaos-mesh');
    await send(provider.inject({ ...aTarget(), fault, mode: 'one', value: null, durationMs: 600_000 }));
    const inState = (state: RunningFault['state']) =>
      until(() => expect(ours().map((each) => each.state)).toEqual([state]));
    await inState('running');
    await send({ changes: pausesOf(provider, true) });
    await inState('paused');
    await send({ changes: pausesOf(provider, false) });
    await inState('running');
    await recoverAll();
  }, 60_000);

  it('says why a fault does not begin', async () => {
    const target = aTarget();
    const workload = { ...target.workload, selector: { app: 'nobody' } };
    const fault = defaultFault('cpu-stress');
    const provider = providerNamed('chaos-mesh');
    await send(
      provider.inject({ ...target, workload, fault, mode: 'one', value: null, durationMs: 600_000 }),
    );
    await until(() => expect(ours()[0]?.trouble).toMatch(/no (pod|target)/));
    expect(ours()[0]?.state).not.toBe('running');
    await recoverAll();
  }, 60_000);

  function pausesOf(provider: ChaosProvider, paused: boolean): FaultPlan['changes'] {
    const [fault] = ours();
    const [first, ...others] = (fault && provider.pause(fault, paused)) ?? [];
    if (!first) throw new Error('it cannot be paused');
    return [first, ...others];
  }

  const untilGone = (pods: readonly string[]) =>
    until(() => {
      const left = checkout().pods.filter((pod) => pods.includes(pod.name) && pod.deletingSinceMs === null);
      expect(left).toEqual([]);
    });

  /** What a fault may change. The rest of a template gets its defaults with its first change. */
  async function whatMayChange(): Promise<unknown> {
    const object = await connection.reader.get('/apis/apps/v1/namespaces/shop/deployments/checkout');
    const { metadata, spec } = Deployment.parse(object);
    return {
      annotations: Object.keys(metadata.annotations),
      replicas: spec.replicas,
      spec: spec.template.spec,
    };
  }
});

function expectDone(plan: FaultPlan, provider: ChaosProvider, faults: readonly RunningFault[]): void {
  expect(faults).toHaveLength(1);
  const [fault] = faults;
  expect(fault).toMatchObject({ kind: plan.kind, provider: provider.name, trouble: '' });
  expect(fault?.runId).toMatch(/^run-\d+$/);
  expect(fault?.state).toBe(plan.isInstant ? 'ended' : 'running');
  // Of what it kills Litmus names the Deployment alone.
  const namesPods = provider.name === 'chaos-mesh' || (provider.name === 'litmus' && !plan.isInstant);
  expect(fault?.pods).toHaveLength(namesPods ? 1 : 0);
}
