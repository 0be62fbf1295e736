import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ApiServer } from '../../agent/cluster/api';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { DENY_CHAOS_ANNOTATION } from '../../agent/embedded/api/chaosDenial';
import { ExperimentRun } from '../../agent/protocol';
import { runsDirectory } from '../../agent/server/stateDirectory';
import { CHECKOUT, ChaosFixture } from './chaosFixture';

const Definitions = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

const TARGET = 'target: { namespace: shop, deployment: checkout }';
const KILL = `
name: kill
fault: { kind: pod-kill }
${TARGET}
duration: 1m
steadyState:
  recoverWithin: 5m
  probes:
    - { name: replicas are ready, kubernetes: missingReplicas, atMost: 0 }
    - { name: half of the pods are ready, kubernetes: readyShare, atLeast: 0.5, during: true }
`;
const DELAY = `
name: delay
fault: { kind: network-delay, latency: 300ms }
${TARGET}
duration: 2m
steadyState:
  recoverWithin: 5m
  probes:
    - { name: replicas are ready, kubernetes: missingReplicas, atMost: 0, during: true }
    - name: p95
      promql: >-
        histogram_quantile(0.95, sum by (le) (
        rate(http_request_duration_seconds_bucket{namespace="$namespace",pod=~"$pods"}[$window])))
      atMost: 0.2
`;
const LONG = `name: long\nfault: { kind: network-delay }\n${TARGET}\nduration: 1h\n`;

describe('experiments on the embedded cluster', () => {
  let fixture: ChaosFixture;
  beforeEach(async () => {
    fixture = await ChaosFixture.open();
  });
  afterEach(() => fixture.close());

  async function withApi<T>(work: (server: ApiServer) => Promise<T>): Promise<T> {
    const server = openApiServer(loadKubeconfig({ path: fixture.cluster.kubeconfigPath }));
    try {
      return await work(server);
    } finally {
      await server.close();
    }
  }
  const patch = (server: ApiServer, path: string, body: unknown) =>
    server.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
  const chaosWith = (changes: Partial<typeof DEFAULT_CONFIG.chaos>) => ({
    mode: 'approve' as const,
    chaos: { ...DEFAULT_CONFIG.chaos, ...changes },
  });
  const kinds = () => fixture.rows.map(({ event }) => event.kind);

  it.each([
    ['pod-kill', 'chaos-mesh', KILL],
    ['pod-kill', 'native', KILL],
    ['pod-kill', 'litmus', KILL],
    ['network-delay', 'chaos-mesh', DELAY],
    ['network-delay', 'litmus', DELAY],
  ] as const)(
    'go with %s by %s to a verdict, and leave nothing but their journal',
    async (kind, provider, yaml) => {
      await fixture.start({ mode: 'approve' });
      await fixture.untilHealthy();
      const run = await fixture.finishedRun({ yaml, provider });
      expect(run).toMatchObject({
        verdict: 'passed',
        resilienceScore: 100,
        effect: { verdict: 'confirmed' },
        kind,
        provider,
        workloadId: CHECKOUT,
      });
      expect(await fixture.leftovers()).toEqual([]);
      const path = join(runsDirectory(fixture.directory, 'coxswain-embedded'), `${run.id}.json`);
      expect(ExperimentRun.parse(JSON.parse(readFileSync(path, 'utf8')))).toEqual(run);
      const { run: kept } = await fixture.agent.handle('experimentRun', { runId: run.id }, 'test');
      expect(kept).toEqual(run);
      for (const row of ['experiment-started', 'fault-started', 'fault-ended', 'experiment-finished']) {
        expect(kinds()).toContain(row);
      }
    },
  );

  it('of those that are shipped are known by name, and can be aimed at a workload', async () => {
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const { experiments } = await fixture.agent.handle('experiments', {}, 'test');
    expect(experiments.length).toBeGreaterThan(15);
    expect(experiments.filter(({ problem }) => problem !== null)).toEqual([]);
    await fixture.until(() => expect(fixture.agent.snapshot().experiments).toEqual(experiments));
    const begun = fixture.begin({ name: 'scale-down' });
    await expect(begun).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('names no target'),
    });
    const run = await fixture.finishedRun({ name: 'scale-down', workloadId: CHECKOUT });
    expect(run).toMatchObject({ provider: 'native', effect: { verdict: 'confirmed' } });
    await fixture.until(() => expect(fixture.workload()?.desiredReplicas).toBe(4));
    await fixture.untilClean();
  });

  it('are checked without anything being sent', async () => {
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const checked = await fixture.agent.handle(
      'verifyExperiment',
      { yaml: DELAY, provider: 'chaos-mesh' },
      'test',
    );
    expect(checked).toMatchObject({
      problems: [],
      experiment: { provider: 'chaos-mesh', workloadId: CHECKOUT },
    });
    expect(checked.probes.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
    expect(checked.manifests).toEqual([expect.stringContaining('kind: NetworkChaos')]);
    expect(kinds()).not.toContain('intent');
    expect(await fixture.leftovers()).toEqual([]);
  });

  it('are ended by their abort condition', async () => {
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const abortWhen = 'abortWhen:\n  - { name: too few are ready, kubernetes: readyReplicas, atMost: 3 }\n';
    const yaml = `${LONG.replace('network-delay', 'scale-down')}${abortWhen}`;
    const run = await fixture.finishedRun({ yaml, provider: 'native' });
    expect(run).toMatchObject({ verdict: 'aborted', text: expect.stringContaining('too few are ready') });
    expect(run.endedAtMs).not.toBeNull();
    expect(await fixture.leftovers()).toEqual([]);
  });

  it('are stopped by a person, and by an emergency stop', async () => {
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    for (const stop of [
      (runId: string) => fixture.agent.handle('stopExperiment', { runId }, 'test'),
      () => fixture.agent.handle('emergencyStop', {}, 'test'),
    ]) {
      const { id } = await fixture.begin({ yaml: LONG });
      await fixture.until(() => expect(fixture.run(id).injectedAtMs).not.toBeNull());
      await stop(id);
      await fixture.until(() => expect(fixture.run(id).phase).toBe('finished'));
      expect(fixture.run(id)).toMatchObject({
        verdict: 'aborted',
        text: expect.stringMatching(/stop.* by /),
      });
      await fixture.untilClean();
    }
    expect(fixture.agent.snapshot().errors).toEqual([]);
  });

  it('are paused and go on, where their tool can', async () => {
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const { id } = await fixture.begin({ yaml: LONG, provider: 'chaos-mesh' });
    await fixture.until(() => expect(fixture.run(id).phase).toBe('verifying'));
    const [faultId = ''] = fixture.run(id).faultIds;
    const state = () => fixture.agent.snapshot().faults.find((fault) => fault.id === faultId)?.state;
    await fixture.agent.handle('pauseFault', { faultId, paused: true }, 'test');
    await fixture.until(() => expect(state()).toBe('paused'));
    await fixture.agent.handle('pauseFault', { faultId, paused: false }, 'test');
    await fixture.until(() => expect(state()).toBe('running'));
    await fixture.agent.handle('stopExperiment', { runId: id }, 'test');
  });

  it('are not begun where the guard would not let them', async () => {
    const yaml = (mode: string, namespace = 'shop') =>
      `name: x\nfault: { kind: network-delay }\nmode: ${mode}\ntarget: { namespace: ${namespace}, deployment: checkout }\n`;
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const refusals: [params: { yaml: string; workloadId?: string }, code: string, says: string][] = [
      [{ yaml: yaml('all') }, 'guard-denied', '4 of the 4 pods of shop/checkout, 2 allowed'],
      [{ yaml: yaml('one', 'nowhere') }, 'not-found', 'nowhere/Deployment/checkout'],
      [
        { yaml: yaml('one'), workloadId: 'kube-system/Deployment/coredns' },
        'not-found',
        'kube-system/Deployment/coredns',
      ],
      [{ yaml: 'name: x\nfault: { kind: nonsense }\n' }, 'config-invalid', '2:'],
    ];
    for (const [params, code, says] of refusals) {
      await expect(fixture.begin(params)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(says),
      });
    }
    expect(fixture.agent.snapshot().runs).toEqual([]);
    await fixture.agent.handle('setMode', { mode: 'observe' }, 'test');
    await expect(fixture.begin({ yaml: KILL })).rejects.toMatchObject({
      code: 'guard-denied',
      message: expect.stringContaining('mode observe never writes'),
    });
    expect(kinds()).not.toContain('intent');
  });

  it('stay out of namespaces that are not listed', async () => {
    await fixture.start({ mode: 'approve', namespaces: ['shop'], protectedNamespaces: ['shop'] });
    await expect(fixture.begin({ yaml: KILL })).rejects.toMatchObject({
      code: 'guard-denied',
      message: expect.stringContaining('namespace shop is protected'),
    });
    expect(kinds()).not.toContain('intent');
  });

  it('say that a target selects nothing, and which provider is missing', async () => {
    await withApi(async (server) => {
      const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      const { body } = await server.send({ method: 'GET', path });
      const names = Definitions.parse(body).items.map(({ metadata }) => metadata.name);
      for (const name of names.filter((each) => each.endsWith('.litmuschaos.io'))) {
        await server.send({ method: 'DELETE', path: `${path}/${name}` });
      }
      await patch(server, '/apis/apps/v1/namespaces/shop/deployments/cart', { spec: { replicas: 0 } });
    });
    await fixture.start(chaosWith({}));
    await fixture.until(() => expect(fixture.workload('shop/Deployment/cart')?.pods).toEqual([]));
    await expect(fixture.begin({ yaml: DELAY, provider: 'litmus' })).rejects.toMatchObject({
      code: 'capability-missing',
      message: expect.stringContaining('LitmusChaos cannot be used'),
    });
    for (const provider of ['chaos-mesh', 'native'] as const) {
      await expect(
        fixture.begin({ yaml: KILL, workloadId: 'shop/Deployment/cart', provider }),
      ).rejects.toMatchObject({ message: expect.stringContaining('hit nothing') });
    }
    expect(readdirSync(fixture.directory)).not.toContain('chaos');
  });

  it('are an error in the words of an admission webhook that refuses the fault', async () => {
    const annotations = { [DENY_CHAOS_ANNOTATION]: 'not in this namespace' };
    await withApi((server) => patch(server, '/api/v1/namespaces/shop', { metadata: { annotations } }));
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    for (const provider of ['chaos-mesh', 'litmus'] as const) {
      const run = await fixture.finishedRun({ yaml: LONG, provider });
      expect(run).toMatchObject({ verdict: 'error', injectedAtMs: null });
      expect(run.text).toContain('admission webhook "vauth.kb.io" denied the request: not in this namespace');
    }
    expect(await fixture.leftovers()).toEqual([]);
  });

  it('are run by the schedule that a person has switched on', async () => {
    const experiments = join(fixture.directory, 'own');
    mkdirSync(experiments);
    writeFileSync(join(experiments, 'kill.yaml'), KILL);
    const schedule = { enabled: true, every: 60_000, jitter: 0, experiments: ['kill'] };
    await fixture.start(chaosWith({ schedule, experiments }));
    const runs = () => fixture.agent.snapshot().runs.filter(({ phase }) => phase === 'finished');
    await fixture.until(() => expect(runs().map(({ trigger }) => trigger)).toContain('schedule'));
    expect(fixture.agent.snapshot().chaosSchedule.enabled).toBe(true);
    expect(runs()[0]).toMatchObject({
      by: 'the schedule',
      experiment: 'kill',
      path: join(experiments, 'kill.yaml'),
    });
  });

  it('leave their turn out where they cannot be run, and say why', async () => {
    const schedule = { enabled: true, every: 60_000, jitter: 0, experiments: ['nothing'] };
    await fixture.start(chaosWith({ schedule }));
    await fixture.until(() =>
      expect(fixture.agent.snapshot().chaosSchedule.text).toContain(
        'left out: nothing: There is no experiment',
      ),
    );
  });

  it('end with the agent, which takes back what nobody else would', async () => {
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const { id } = await fixture.begin({
      yaml: LONG.replace('network-delay', 'scale-down'),
      provider: 'native',
    });
    await fixture.until(() => expect(fixture.workload()?.desiredReplicas).toBe(3));
    await fixture.stopAgent();
    await fixture.untilClean();
    await fixture.start({ mode: 'observe' });
    await fixture.until(() => expect(fixture.workload()?.desiredReplicas).toBe(4));
    expect(fixture.run(id)).toMatchObject({
      verdict: 'aborted',
      text: expect.stringContaining('ended with the agent'),
    });
  });

  it('end when the mode becomes observe, before nothing may be written any more', async () => {
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const { id } = await fixture.begin({
      yaml: LONG.replace('network-delay', 'scale-down'),
      provider: 'native',
    });
    await fixture.until(() => expect(fixture.run(id).injectedAtMs).not.toBeNull());
    await fixture.agent.handle('setMode', { mode: 'observe' }, 'test');
    await fixture.untilClean();
    await fixture.until(() =>
      expect(fixture.run(id)).toMatchObject({ phase: 'finished', verdict: 'aborted' }),
    );
  });
});
