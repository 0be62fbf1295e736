import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import type { ChaosProviderName, FaultKind, JournalRow } from '../../agent/protocol';
import { clusterNowMs } from '../../agent/protocol/clusterTime';
import { ChaosFixture, RATE } from './chaosFixture';

/** As many faults as there are workloads: on one there is never more than one. */
const EXTRA_WORKLOADS = 21;
const BOUND_MS = 2000;

const FAULTS: readonly [ChaosProviderName, FaultKind][] = [
  ['chaos-mesh', 'network-delay'],
  ['litmus', 'cpu-stress'],
  ['native', 'scale-down'],
  ['chaos-mesh', 'cpu-stress'],
  ['chaos-mesh', 'pod-failure'],
  ['native', 'bad-image'],
];

describe('the emergency stop', () => {
  let fixture: ChaosFixture;
  beforeEach(async () => {
    fixture = await ChaosFixture.openApart();
  });
  afterEach(() => fixture.close());

  it('ends many faults of every provider in less than two seconds, and leaves nothing', async () => {
    const ids = await createWorkloads(fixture, EXTRA_WORKLOADS);
    const chaos = { ...DEFAULT_CONFIG.chaos, maxConcurrent: 100 };
    await fixture.start({ mode: 'approve', chaos });
    await fixture.until(() => {
      for (const id of ids) expect(fixture.workload(id)?.readyReplicas).toBe(3);
    });
    for (const [index, workloadId] of ids.entries()) {
      const [provider, kind] = FAULTS[index % FAULTS.length] ?? ['chaos-mesh', 'network-delay'];
      await fixture.agent.handle(
        'injectFault',
        { workloadId, provider, kind, durationSeconds: 3600 },
        'test',
      );
    }
    const running = () => fixture.agent.snapshot().faults.filter(({ state }) => state === 'running');
    await fixture.until(() => expect(running()).toHaveLength(ids.length));
    // One more, of which no watch has told yet when the stop comes.
    const injecting = fixture.agent.handle(
      'injectFault',
      { workloadId: 'shop/Deployment/checkout', kind: 'network-delay' },
      'test',
    );
    await injecting;
    const stopped = await fixture.agent.handle('emergencyStop', {}, 'test');
    expect(stopped).toMatchObject({ faultsEnded: ids.length + 1, failed: [] });
    const tookMs = stopTook(fixture.rows);
    await fixture.until(() => expect(running()).toEqual([]));
    let left = await fixture.leftovers();
    const leftAtFirst = left.length;
    while (left.length > 0) left = await fixture.leftovers();
    const goneMs = nowMs(fixture) - stopAtMs(fixture.rows);
    console.info('emergency stop under load', {
      faults: ids.length + 1,
      stopMs: Math.round(tookMs / RATE),
      objectsAtFirstLook: leftAtFirst,
      goneClusterMs: Math.round(goneMs),
      leftovers: left.length,
    });
    expect(tookMs / RATE).toBeLessThan(BOUND_MS);
    for (const id of ids) await fixture.until(() => expect(fixture.workload(id)?.desiredReplicas).toBe(3));
  });
});

function stopAtMs(rows: readonly JournalRow[]): number {
  const row = rows.find(({ event }) => event.kind === 'control-changed' && event.control.kind === 'stopped');
  if (!row) throw new Error('nothing was stopped');
  return row.atMs;
}

/** By the cluster's own time. */
function nowMs(fixture: ChaosFixture): number {
  return clusterNowMs(fixture.agent.snapshot().clock, Date.now());
}

/** From the stop to the last answer of the API server, by the journal's own times, which are those of the cluster. */
function stopTook(rows: readonly JournalRow[]): number {
  const from = stopAtMs(rows);
  const results = rows.filter(({ event, atMs }) => event.kind === 'result' && atMs >= from);
  return Math.max(...results.map(({ atMs }) => atMs)) - from;
}

/** Small Deployments beside the shop. */
async function createWorkloads(fixture: ChaosFixture, count: number): Promise<string[]> {
  const server = openApiServer(loadKubeconfig({ path: fixture.cluster.kubeconfigPath }));
  try {
    const names = Array.from({ length: count }, (_, index) => `extra-${index + 1}`);
    const path = '/apis/apps/v1/namespaces/shop/deployments';
    await Promise.all(names.map((name) => server.send({ method: 'POST', path, body: deployment(name) })));
    return names.map((name) => `shop/Deployment/${name}`);
  } finally {
    await server.close();
  }
}

function deployment(name: string) {
  const labels = { app: name };
  const resources = { requests: { cpu: '20m', memory: '32Mi' }, limits: { cpu: '250m', memory: '128Mi' } };
  const container = { name: 'app', image: 'shop/extra:1.0', resources };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}
