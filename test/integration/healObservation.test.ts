import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClosableApiServer, openApiServer } from '../../agent/cluster/apiServer';
import { type ClusterConnection, connectCluster } from '../../agent/cluster/connection';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { ControlLoop } from '../../agent/loop/controlLoop';
import type { ReadyObservation } from '../../agent/loop/task';
import { MetricsFeed } from '../../agent/metrics/metricsFeed';
import type { HealFacts } from '../../agent/tasks/heal/facts';
import { createHealTask } from '../../agent/tasks/heal/heal';
import { HEAL_RICH } from '../../agent/tasks/heal/rich/richSpec';
import { HEAL_9 } from '../../agent/tasks/heal/spec';

const CHECKOUT = 'shop/Deployment/checkout';
const RATE = 10;
const CHAOS = '/apis/chaos-mesh.org/v1alpha1/namespaces/shop/networkchaos';
const SLOW_POD = {
  apiVersion: 'chaos-mesh.org/v1alpha1',
  kind: 'NetworkChaos',
  metadata: { name: 'slow', namespace: 'shop' },
  spec: {
    ...{ action: 'delay', mode: 'one', delay: { latency: '600ms' } },
    selector: { namespaces: ['shop'], labelSelectors: { app: 'checkout' } },
  },
};

let folder: string;
let cluster: EmbeddedCluster;
let connection: ClusterConnection;
let api: ClosableApiServer;
let loop: ControlLoop<HealFacts>;
const trace: ReadyObservation<HealFacts>[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-observation-'));
  const kubeconfigPath = join(folder, 'kubeconfig');
  cluster = await startEmbeddedCluster({ kubeconfigPath, rate: RATE, seed: 4, demo: true });
  const later: { loop: ControlLoop<HealFacts> | null } = { loop: null };
  connection = await connectCluster({
    ...{ kubeconfigPath, namespaces: ['shop'] },
    onChange: (change) => later.loop?.clusterChanged(change),
    ...{ onTrouble: () => undefined, onWarning: () => undefined },
  });
  api = openApiServer(loadKubeconfig({ path: kubeconfigPath }));
  loop = await watchingLoop();
  later.loop = loop;
  loop.start();
});
afterAll(async () => {
  loop?.stop();
  await connection?.close();
  await api?.close();
  await cluster?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The agent's loop over the real cluster and its Prometheus, with nobody who would act. */
async function watchingLoop(): Promise<ControlLoop<HealFacts>> {
  const config = () => ({ ...DEFAULT_CONFIG, namespaces: ['shop'] });
  const metrics = await MetricsFeed.open({ ...connection, config });
  const task = createHealTask(
    config,
    () => 0.5,
    () => null,
    {
      looked: (id, observation) => id === CHECKOUT && trace.push(observation),
      ...{ decided: () => undefined, feedback: () => undefined, forget: () => undefined },
    },
  );
  return new ControlLoop({
    ...{ clock: connection.clock, monotonicMs: () => performance.now(), config, metrics, task },
    snapshot: () => connection.snapshot(),
    watchAgeMs: (namespace) => connection.ageMs(namespace) ?? Number.POSITIVE_INFINITY,
    proposer: {
      propose: () => new Promise(() => undefined),
      withdraw: () => undefined,
      recordOutcome: async () => undefined,
    },
    faultBehind: () => null,
    replicasLeft: () => null,
    ...{ record: () => undefined, publish: () => undefined },
    onError: ({ message }) => expect.fail(message),
  });
}

function numberOf(name: string, { others }: ReadyObservation<HealFacts>): number {
  return others[0]?.values[HEAL_RICH.fields.findIndex((field) => field.name === name)] ?? Number.NaN;
}

describe('the rich observation of a live workload', () => {
  it('tells a calm workload from one with a slow pod', async () => {
    const isServing = () =>
      trace.at(-1)?.facts.readyReplicas === 4 && (trace.at(-1)?.facts.latencyP95Ms ?? null) !== null;
    await expect.poll(isServing, { timeout: 30_000 }).toBe(true);
    const isCalm = () => trace.slice(-3).every(({ assessment }) => assessment.health === 'healthy');
    await expect.poll(isCalm, { timeout: 30_000 }).toBe(true);
    const calm = trace.at(-1);
    await api.send({ method: 'POST', path: CHAOS, body: SLOW_POD });
    const standsOut = () => trace.some((seen) => numberOf('suspect_stands_out', seen) > 0.3);
    await expect.poll(standsOut, { timeout: 30_000 }).toBe(true);
    const bad = trace.findLast((seen) => numberOf('suspect_stands_out', seen) > 0.3);
    if (!calm || !bad) throw new Error('both were seen');
    expect(numberOf('latency_gap', bad)).toBeGreaterThan(numberOf('latency_gap', calm));
    expect(numberOf('latency_to_objective', calm)).toBeLessThan(0);
    expect(numberOf('common_evidence', bad)).toBeLessThan(0.5);
    expect(numberOf('ready_share', calm)).toBe(1);
  });

  it('stays within the ranges of its contract in every look, and begins with the nine numbers', () => {
    expect(trace.length).toBeGreaterThan(10);
    for (const { values, others } of trace) {
      const [rich] = others;
      expect(rich?.spec).toBe(HEAL_RICH.name);
      expect(rich?.values).toHaveLength(HEAL_RICH.fields.length);
      expect(values).toEqual(rich?.values.slice(0, HEAL_9.fields.length));
      for (const [index, { name, min, max }] of HEAL_RICH.fields.entries()) {
        const value = rich?.values[index] ?? Number.NaN;
        expect(value >= min && value <= max, `${name} is ${value}`).toBe(true);
      }
    }
  });
});
