import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ClosableApiServer, openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { HANDOVER } from '../../agent/cluster/model/handoverNote';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import type { ConfigListener, ConfigSource } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { openEmbeddedClient } from '../../agent/embedded/control/client';
import type { JournalRow, ScalingState } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import { programHealService } from '../../agent/tasks/heal/service/programHealService';
import { ExperienceStore } from '../../agent/tasks/online/experienceStore';
import { AGENT_BUNDLE, runCli } from '../support/cli';

const FRONTEND = 'web/Deployment/frontend';
const HPA = '/apis/autoscaling/v2/namespaces/web/horizontalpodautoscalers/frontend';
const DEPLOYMENT = '/apis/apps/v1/namespaces/web/deployments/frontend';
/** A control step takes 0.75 s of wall time. */
const RATE = 20;
const WAIT_MS = 50_000;

interface Hpa {
  metadata: { annotations?: Record<string, string> };
  spec: { minReplicas: number; behavior?: unknown; metrics: unknown };
}

/** The embedded cluster's own HPA and load, and an agent over it as it is started for a user. */
describe('scaling a live workload', () => {
  let directory: string;
  let cluster: EmbeddedCluster;
  let api: ClosableApiServer;
  let agent: Agent;
  let config: Config;
  let listener: ConfigListener;
  let before: Hpa;
  const rows: JournalRow[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-scaling-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    cluster = await startEmbeddedCluster({
      kubeconfigPath,
      rate: RATE,
      seed: 7,
      demo: false,
      scaledDemo: true,
    });
    api = openApiServer(loadKubeconfig({ path: kubeconfigPath }));
    await load(100);
    before = await hpa();
    const onlineLearning = { ...DEFAULT_CONFIG.scale.onlineLearning, enabled: true };
    const scale = { ...DEFAULT_CONFIG.scale, onlineLearning };
    config = { ...DEFAULT_CONFIG, namespaces: ['web'], mode: 'approve', scale };
    agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: join(directory, 'state'),
      openConfig: (asked): ConfigSource => {
        listener = asked;
        return { path: null, current: () => config, close: () => undefined };
      },
      trusted: true,
      assetsDirectory: dirname(AGENT_BUNDLE),
      createHealService: programHealService({ version: '0.0.0', assetsDirectory: dirname(AGENT_BUNDLE) }),
      log: () => undefined,
    });
    agent.onRow((row) => rows.push(row));
    await agent.handle('connect', { kubeconfig: kubeconfigPath }, 'test');
  });
  afterAll(async () => {
    await agent?.close('the test is over');
    await api?.close();
    await cluster?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: WAIT_MS, interval: 50 });
  const read = async (path: string) => (await api.send({ method: 'GET', path })).body;
  const hpa = async () => (await read(HPA)) as Hpa;
  const replicas = async () => ((await read(DEPLOYMENT)) as { spec: { replicas: number } }).spec.replicas;
  const events = <Kind extends JournalRow['event']['kind']>(kind: Kind) =>
    rows.flatMap(({ event }) =>
      event.kind === kind ? [event as Extract<JournalRow['event'], { kind: Kind }>] : [],
    );
  const steps = () => events('intent').flatMap(({ action }) => (action?.kind === 'scale' ? [action] : []));

  async function load(requestsPerSecond: number): Promise<void> {
    const client = await openEmbeddedClient(cluster.kubeconfigPath);
    const constant = { kind: 'constant', requestsPerSecond, noise: 0, startAfterSeconds: 0 } as const;
    await client.setLoad({ namespace: 'web', service: 'frontend', load: constant });
    await client.close();
  }

  const frontend = () => agent.snapshot().workloads.find(({ id }) => id === FRONTEND);

  function scaling(): ScalingState {
    const state = agent.snapshot().scaling.find(({ id }) => id === FRONTEND);
    if (!state) throw new Error('it is not scaled');
    return state;
  }

  function configure(changes: Partial<Config>): void {
    config = { ...config, ...changes };
    listener.onChange(config);
  }

  const takeOver = () =>
    agent.handle('takeOver', { workloadId: FRONTEND, how: 'own', confirmed: true }, 'test');

  it('decides in shadow at first, with what the HPA wants beside it', async () => {
    await until(() => expect(scaling()).toMatchObject({ steering: 'shadow', problem: null }));
    await until(() => {
      const point = agent.snapshot().scalingPoints[FRONTEND]?.at(-1);
      expect(point).toMatchObject({ hpaReplicas: 2, replicas: 2, policyReplicas: expect.any(Number) });
      expect(point?.demandPods).toBeGreaterThan(0.7);
      expect(point?.demandPods).toBeLessThan(1.4);
      expect(point?.costPerHour).toBeGreaterThan(0);
      expect(point?.withinSlo).toBeGreaterThan(0.9);
    });
    // Healing looks by itself; nothing is taken over before it has data too.
    await until(() =>
      expect(frontend()).toMatchObject({
        ...{ health: 'healthy', tasks: ['heal', 'scale'], replicasOwner: 'HPA frontend' },
      }),
    );
    expect(await hpa()).toMatchObject({ spec: before.spec });
  });

  it('is told by the commands, which also move the price', async () => {
    const cli = (...args: string[]) => runCli([...args, '--state-dir', join(directory, 'state')]);
    const { stdout } = await cli('scaling');
    expect(stdout).toMatch(/web\/frontend +shadow +hpa frontend \(cpu 70 %\) +2…12 +predictive 1 +20 +would/);
    expect(await cli('price', 'web/frontend', '40')).toMatchObject({ code: 0 });
    expect(scaling().violationPrice).toBe(40);
    expect(await cli('price', '--all', '20')).toMatchObject({ code: 0 });
    expect(scaling().violationPrice).toBe(20);
    expect((await cli('price', '20')).stderr).toContain('coxswain price shop/checkout 20');
    expect((await cli('hand-back', 'web/frontend')).stdout).toContain('nothing was taken over');
    const off = await cli('scaling', 'web/frontend', '--set', 'off');
    expect(off.stdout).toContain('The scaler does not look at web/frontend');
    expect(agent.snapshot().scaling.map(({ id }) => id)).not.toContain(FRONTEND);
    expect((await cli('scaling', '--set', 'shadow')).stderr).toContain('none is named');
    expect((await cli('scaling', 'web/frontend', '--set', 'shadow')).stdout).toMatch(/web\/frontend +shadow/);
    const asked = await cli('take-over', 'web/frontend', '--how', 'own');
    expect(asked.stdout).toContain('waits for approval');
    expect(asked.stdout).toContain('averageUtilization: 90');
    expect(events('price-changed')).toHaveLength(2);
  });

  it('takes over by a person’s yes, and scales up before the net of the HPA does', async () => {
    const { proposal } = await takeOver();
    expect(proposal).toMatchObject({ state: { kind: 'acted' }, action: { kind: 'take-over' } });
    await until(() =>
      expect(scaling()).toMatchObject({ steering: 'own', autoscalers: [{ handover: { ours: true } }] }),
    );
    const suspended = await hpa();
    expect(suspended.spec.behavior).toMatchObject({ scaleDown: { selectPolicy: 'Disabled' } });
    expect(JSON.stringify(suspended.spec.metrics)).toContain('"averageUtilization":90');
    await until(() => expect(frontend()?.replicasOwner).toBe('Coxswain'));
    // Two pods at 85 %: the net is at 90 %.
    await load(170);
    await until(async () => expect(await replicas()).toBeGreaterThan(2));
    expect(steps()[0]).toMatchObject({ from: 2 });
    expect(await replicas()).toBe(steps().at(-1)?.to);
    await until(() => expect(events('outcome').length).toBeGreaterThan(0));
    // What was done is what there is to learn from.
    const store = new ExperienceStore(join(directory, 'state'));
    const steps36 = store.newest('scale/36', 1000);
    store.close();
    expect(steps36.length).toBeGreaterThan(3);
    expect(new Set(steps36.map(({ source }) => source))).toEqual(new Set([FRONTEND]));
  });

  it('hands back when its metrics are lost, and the HPA scales again', async () => {
    const done = steps().length;
    configure({ metrics: { ...config.metrics, queries: { requests: 'nothing_of_that_name' } } });
    await until(() => {
      expect(scaling().handedBack?.why).toContain('requests per second is missing');
      expect(scaling()).toMatchObject({ steering: 'shadow', problem: expect.stringContaining('missing') });
    });
    expect(events('breaker').at(-1)).toMatchObject({ workloadId: FRONTEND, breaker: { kind: 'open' } });
    expect(scaling().handedBack?.retryAtMs).toBeGreaterThan(scaling().handedBack?.atMs ?? Number.NaN);
    const after = await hpa();
    expect(after.metadata.annotations?.[HANDOVER]).toBeUndefined();
    expect(after.spec).toEqual(before.spec);
    expect(events('handover').map(({ how }) => how)).toEqual(['own', 'handed-back']);
    await load(600);
    await until(async () => expect(await replicas()).toBeGreaterThan(5));
    expect(steps()).toHaveLength(done);
  });

  it('has handed back when it has ended', async () => {
    configure({ metrics: DEFAULT_CONFIG.metrics });
    await load(150);
    await until(() => {
      expect(scaling().problem).toBeNull();
      // While one is open nothing is taken over.
      expect(frontend()?.incident).toBeNull();
    });
    await takeOver();
    expect((await hpa()).metadata.annotations?.[HANDOVER]).toBeDefined();
    await agent.close('the test is over');
    await until(async () => {
      const after = await hpa();
      expect(after.metadata.annotations?.[HANDOVER]).toBeUndefined();
      expect(after.spec).toEqual(before.spec);
    });
  });
});
