import { expect, it } from 'vitest';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { reduceHpa } from '../../agent/cluster/model/autoscaler';
import { ActionGate } from '../../agent/safety/gate';
import { FakeCluster } from '../../agent/safety/testing/fakeCluster';
import { CHECKOUT_ID, FakeWorld } from '../../agent/safety/testing/fakeWorld';
import { aScaleDraft, aScaledWorkload } from '../../agent/safety/testing/scaling';
import { ClusterWriter } from '../../agent/safety/writer';
import { FakeClock } from '../support/fakeClock';
import { startApi } from './embeddedApiFixture';

const PATH = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/checkout';
const cpu = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } };
const SPECS = [
  ['as short as it may be', {}],
  ['with a behavior', { minReplicas: 2, behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } }],
  [
    'with several metrics',
    {
      metrics: [
        { type: 'Resource', resource: cpu },
        { type: 'ContainerResource', containerResource: { ...cpu, container: 'app' } },
        {
          type: 'Resource',
          resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1500Mi' } },
        },
      ],
    },
  ],
] as const;

it.each(SPECS)('an HPA %s is taken over, advised and handed back over a real API server', async (_, spec) => {
  const api = await startApi();
  const server = openApiServer(loadKubeconfig({ path: api.kubeconfigPath }));
  try {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' };
    const created = await api.request(PATH.replace('/checkout', ''), {
      method: 'POST',
      body: {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'checkout', namespace: 'shop' },
        spec: { scaleTargetRef, maxReplicas: 10, ...spec },
      },
    });
    expect(created.status).toBe(201);
    const read = async () => (await api.request(PATH)).json ?? {};
    const hpa = async () => reduceHpa(await read()).autoscaler;
    const before = await read();

    const cluster = new FakeCluster([]);
    const world = new FakeWorld(cluster, new FakeClock());
    const writer = new ClusterWriter(server);
    world.writer = () => writer;
    const gate = new ActionGate(world, 'auto');
    const look = async () => {
      cluster.put(aScaledWorkload([await hpa()]));
      return cluster.get(CHECKOUT_ID);
    };
    const { kind, name, uid, minReplicas } = await hpa();
    const autoscaler = { kind, name, uid };

    const taken = await gate.propose(aScaleDraft(await look(), { kind: 'take-over', autoscaler }));
    expect(taken.state).toMatchObject({ kind: 'acted' });
    expect(await hpa()).toMatchObject({
      handover: { how: 'own', agent: 'agent-1' },
      behavior: { scaleDown: { selectPolicy: 'Disabled' } },
      targetUtilisation: 0.9,
    });
    await look();
    await gate.handBack(CHECKOUT_ID, 'enough', 'ada');
    expect((await read()).spec).toEqual(before.spec);

    const advice = {
      kind: 'advise',
      autoscaler,
      minReplicas: { from: minReplicas, to: minReplicas + 2 },
    } as const;
    expect((await gate.propose(aScaleDraft(await look(), advice))).state).toMatchObject({ kind: 'acted' });
    expect((await hpa()).minReplicas).toBe(minReplicas + 2);
    await look();
    expect((await gate.emergencyStop('ada')).failed).toEqual([]);
    expect((await read()).spec).toEqual(before.spec);
    expect((await hpa()).annotations).toEqual({});
  } finally {
    await server.close();
    await api.stop();
  }
});
