import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { ActionGate } from '../../agent/safety/gate';
import { aTakenOver } from '../../agent/safety/testing/autoscalers';
import { FakeCluster } from '../../agent/safety/testing/fakeCluster';
import { FakeWorld } from '../../agent/safety/testing/fakeWorld';
import { meshFault } from '../../agent/safety/testing/faultPlans';
import { aScaledWorkload } from '../../agent/safety/testing/scaling';
import { ClusterWriter } from '../../agent/safety/writer';
import { FakeClock } from '../support/fakeClock';
import { startSilentServer } from '../support/silentServer';

const HPAS = 20;
const BOUND_MS = 2000;

it('an emergency stop with twenty HPAs taken over is over in two seconds though the API server never answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-silent-'));
  const silent = await startSilentServer(join(folder, 'kubeconfig'));
  const server = openApiServer(loadKubeconfig({ path: join(folder, 'kubeconfig') }));
  try {
    const cluster = new FakeCluster(
      Array.from({ length: HPAS }, (_, index) => {
        const name = `w${index}`;
        const ref = { kind: 'Deployment', namespace: 'shop', name } as const;
        return aScaledWorkload([aTakenOver({ name, uid: `uid-${name}` })], { ref });
      }),
    );
    cluster.faults = [meshFault('f')];
    const world = new FakeWorld(cluster, new FakeClock());
    const writer = new ClusterWriter(server);
    world.writer = () => writer;
    const startedMs = performance.now();
    const { handedBack, failed } = await new ActionGate(world, 'approve').emergencyStop('ada');
    const tookMs = performance.now() - startedMs;
    console.info('emergency stop, API server silent', { HPAS, tookMs: Math.round(tookMs) });
    expect([silent.wasAsked, handedBack]).toEqual([true, []]);
    expect(failed).toHaveLength(HPAS + 1);
    expect(
      failed.filter(({ remedy }) => remedy.includes('kubectl get horizontalpodautoscalers')),
    ).toHaveLength(HPAS);
    expect(tookMs).toBeLessThan(BOUND_MS);
  } finally {
    await server.close();
    silent.close();
    rmSync(folder, { recursive: true });
  }
});
