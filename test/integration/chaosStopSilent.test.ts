import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { ActionGate } from '../../agent/safety/gate';
import { FakeCluster } from '../../agent/safety/testing/fakeCluster';
import { FakeWorld } from '../../agent/safety/testing/fakeWorld';
import { FOUR_PODS, meshFault } from '../../agent/safety/testing/faultPlans';
import { ClusterWriter } from '../../agent/safety/writer';
import { FakeClock } from '../support/fakeClock';
import { startSilentServer } from '../support/silentServer';

const FAULTS = 100;
const BOUND_MS = 2000;

it('an emergency stop of a hundred faults is over in two seconds though the API server never answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-silent-'));
  const silent = await startSilentServer(join(folder, 'kubeconfig'));
  const server = openApiServer(loadKubeconfig({ path: join(folder, 'kubeconfig') }));
  try {
    const cluster = new FakeCluster([FOUR_PODS]);
    cluster.faults = Array.from({ length: FAULTS }, (_, index) =>
      meshFault(`f${index}`, index % 2 === 0 ? {} : { provider: 'litmus' }),
    );
    const world = new FakeWorld(cluster, new FakeClock());
    const writer = new ClusterWriter(server);
    world.writer = () => writer;
    const startedMs = performance.now();
    const { ended, failed } = await new ActionGate(world, 'approve').emergencyStop('ada');
    const tookMs = performance.now() - startedMs;
    console.info('emergency stop, API server silent', { faults: FAULTS, tookMs: Math.round(tookMs) });
    expect(silent.wasAsked).toBe(true);
    expect(ended).toBe(0);
    expect(failed).toHaveLength(FAULTS);
    expect(failed[0]?.message).toContain('did not answer');
    expect(tookMs).toBeLessThan(BOUND_MS);
  } finally {
    await server.close();
    silent.close();
    rmSync(folder, { recursive: true });
  }
});
