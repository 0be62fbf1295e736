import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { DENY_CHAOS_ANNOTATION } from '../../agent/embedded/api/chaosDenial';
import { STUCK_ANNOTATION } from '../../agent/embedded/runtime/chaos/chaosController';
import { type ChaosProviderName, ExperimentRun } from '../../agent/protocol';
import { type Running, runCli, startCli } from '../support/cli';
import { ChaosFixture } from './chaosFixture';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const Definition = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({ versions: z.array(z.looseObject({ name: z.string() })) }),
});
const Definitions = z.object({ items: z.array(Definition) });
const Names = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

const DELAY = 'name: delay\nfault: { kind: network-delay }\nduration: 1m\n';
const LASTING = 'name: lasting\nfault: { kind: network-delay }\nduration: 1h\n';
/** Its steady state is back only when the latency is. */
const SLOW = `${DELAY}steadyState:
  recoverWithin: 1m
  probes:
    - name: p95
      promql: >-
        histogram_quantile(0.95, sum by (le) (
        rate(http_request_duration_seconds_bucket{namespace="$namespace",pod=~"$pods"}[$window])))
      atMost: 0.2
`;
const ALL = 'name: all\nfault: { kind: network-delay }\nmode: all\nduration: 1m\n';

/** What people get wrong, or clusters, as a terminal shows it: an error or a verdict, and nothing left behind. */
describe('an experiment from the terminal', () => {
  let fixture: ChaosFixture;
  let server: ReturnType<typeof openApiServer>;
  beforeEach(async () => {
    fixture = await ChaosFixture.open();
    server = openApiServer(loadKubeconfig({ path: fixture.cluster.kubeconfigPath }));
    mkdirSync(join(fixture.directory, 'files'));
    for (const [name, text] of Object.entries({ delay: DELAY, lasting: LASTING, slow: SLOW, all: ALL })) {
      writeFileSync(file(name), text);
    }
  });
  afterEach(async () => {
    await server.close();
    await fixture.close();
  });

  const file = (name: string) => join(fixture.directory, 'files', `${name}.yaml`);
  const command = (name: string, args: readonly string[]) => {
    const target = args.includes('--workload') ? [] : ['--workload', 'shop/checkout'];
    return ['chaos', 'run', file(name), ...target, ...args, '--state-dir', fixture.directory];
  };
  const run = (name: string, ...args: string[]) => runCli(command(name, args));
  const patch = (path: string, body: unknown) =>
    server.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });

  /** Takes away what a tool has defined, and may define something else in its place. */
  async function redefine(
    group: string,
    replacement: (definition: z.infer<typeof Definition>) => unknown,
  ): Promise<void> {
    const { items } = Definitions.parse((await server.send({ method: 'GET', path: CRDS })).body);
    for (const definition of items.filter(({ metadata }) => metadata.name.endsWith(`.${group}`))) {
      await server.send({ method: 'DELETE', path: `${CRDS}/${definition.metadata.name}` });
      const body = replacement(definition);
      if (body !== null) await server.send({ method: 'POST', path: CRDS, body });
    }
  }

  /** What it says, and that neither a fault nor a running experiment is left. */
  async function expectRefused(finished: Promise<unknown>, code: number, says: RegExp): Promise<void> {
    expect(await finished).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(says) });
    expect(fixture.agent.snapshot().runs).toEqual([]);
    expect(await fixture.leftovers()).toEqual([]);
  }

  it('needs a tool that is installed', async () => {
    await redefine('litmuschaos.io', () => null);
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    await expectRefused(
      run('delay', '--provider', 'litmus'),
      1,
      /capability-missing: .*LitmusChaos cannot be used.*no API group litmuschaos\.io/,
    );
    // Where the other tool is left to do it, it is done.
    expect(await run('delay')).toMatchObject({ code: 0, stdout: expect.stringContaining(': passed') });
  });

  it('needs it in the version that Coxswain writes', async () => {
    await redefine(
      'chaos-mesh.org',
      ({ metadata: { name }, spec: { versions, ...spec }, ...definition }) => ({
        ...definition,
        metadata: { name },
        spec: { ...spec, versions: versions.map((version) => ({ ...version, name: 'v1beta1' })) },
      }),
    );
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    await expectRefused(
      run('delay', '--provider', 'chaos-mesh'),
      1,
      /capability-missing: .*chaos-mesh\.org is there as v1beta1 alone, and Coxswain knows v1alpha1/,
    );
  });

  it('needs a target that is there, and not too much of it, in a namespace that is allowed', async () => {
    await patch('/apis/apps/v1/namespaces/shop/deployments/cart', { spec: { replicas: 0 } });
    await fixture.start({ mode: 'approve', protectedNamespaces: ['kube-system', 'payments'] });
    await fixture.untilHealthy();
    await fixture.until(() => expect(fixture.workload('shop/Deployment/cart')?.pods).toEqual([]));
    const refusals: [name: string, workload: string, code: number, says: RegExp][] = [
      ['delay', 'shop/none', 1, /not-found: .*shop\/Deployment\/none/],
      ['delay', 'shop/cart', 1, /hit nothing: shop\/cart has no pod/],
      ['all', 'shop/checkout', 1, /guard-denied: .*4 of the 4 pods of shop\/checkout, 2 allowed/],
      ['delay', 'kube-system/coredns', 1, /kube-system/],
    ];
    for (const [name, workload, code, says] of refusals) {
      await expectRefused(run(name, '--workload', workload), code, says);
    }
  });

  it('stays out of a protected namespace, also where the agent watches it', async () => {
    await fixture.start({ mode: 'approve', namespaces: ['shop'], protectedNamespaces: ['shop'] });
    await fixture.until(() => expect(fixture.workload()).toBeDefined());
    await expectRefused(run('delay'), 1, /guard-denied: .*namespace shop is protected/);
  });

  it('is an error where an admission webhook refuses its fault', async () => {
    const annotations = { [DENY_CHAOS_ANNOTATION]: 'chaos is not allowed here' };
    await patch('/api/v1/namespaces/shop', { metadata: { annotations } });
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const finished = await run('delay', '--provider', 'chaos-mesh', '-o', 'json');
    expect(finished.code).toBe(22);
    expect(ExperimentRun.parse(JSON.parse(finished.stdout))).toMatchObject({
      verdict: 'error',
      injectedAtMs: null,
      text: expect.stringContaining('denied the request: chaos is not allowed here'),
    });
    expect(await fixture.leftovers()).toEqual([]);
  });

  it.each<[provider: ChaosProviderName, path: string]>([
    ['chaos-mesh', '/apis/chaos-mesh.org/v1alpha1/namespaces/shop/networkchaos'],
    ['litmus', '/apis/litmuschaos.io/v1alpha1/namespaces/shop/chaosengines'],
  ])('of %s whose fault will not recover has it cleaned up by force', async (provider, path) => {
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const running = startCli(command('lasting', ['--provider', provider, '-o', 'json']));
    await untilInjected(running);
    await holdBack(path);
    const { stdout, code } = await running.kill('SIGINT');
    expect(ExperimentRun.parse(JSON.parse(stdout))).toMatchObject({ verdict: 'aborted', phase: 'finished' });
    expect(code).toBe(20);
    await expectForced();
  });

  it('fails where what its fault has done stays, although nothing of the fault is left', async () => {
    await fixture.start({ mode: 'approve' });
    await fixture.untilHealthy();
    const running = startCli(command('slow', ['--provider', 'chaos-mesh', '-o', 'json']));
    await untilInjected(running);
    await holdBack('/apis/chaos-mesh.org/v1alpha1/namespaces/shop/networkchaos');
    const { stdout, code } = await running.finished;
    expect(ExperimentRun.parse(JSON.parse(stdout))).toMatchObject({ verdict: 'failed' });
    expect(code).toBe(1);
    await expectForced();
  });

  it('says that its agent was killed, which takes the fault back when it is there again', async () => {
    const place = ['--state-dir', fixture.directory];
    const program = ['agent', '--kubeconfig', fixture.cluster.kubeconfigPath, '--mode', 'approve', ...place];
    const killed = startCli(program);
    await untilReady();
    const running = startCli(command('lasting', []));
    await fixture.until(() => expect(running.stdout).toContain('injected'));
    await killed.kill('SIGKILL');
    expect(await running.finished).toMatchObject({
      code: 10,
      stderr: expect.stringMatching(/agent-not-running: .*lasting.*\n.*takes back what is left/),
    });
    expect(await fixture.leftovers()).toHaveLength(1);
    const again = startCli(program);
    try {
      await fixture.untilClean();
      await vi.waitFor(
        async () =>
          expect((await runCli(['chaos', 'runs', ...place])).stdout).toMatch(/ aborted .*Interrupted/),
        { timeout: 30_000, interval: 200 },
      );
    } finally {
      expect((await again.kill('SIGTERM')).code).toBe(0);
    }

    function untilReady(): Promise<void> {
      return vi.waitFor(
        async () => {
          const { stdout } = await runCli(['status', ...place]);
          expect(stdout).toMatch(/shop +checkout +4\/4 +healthy/);
        },
        { timeout: 45_000, interval: 200 },
      );
    }
  });

  async function holdBack(path: string): Promise<void> {
    const { items } = Names.parse((await server.send({ method: 'GET', path })).body);
    expect(items).toHaveLength(1);
    const annotations = { [STUCK_ANNOTATION]: 'recover' };
    for (const { metadata } of items) await patch(`${path}/${metadata.name}`, { metadata: { annotations } });
  }

  async function expectForced(): Promise<void> {
    const intents = fixture.rows.filter(({ event }) => event.kind === 'intent');
    expect(JSON.stringify(intents)).toContain('by force');
    expect(await fixture.leftovers()).toEqual([]);
    expect(fixture.agent.snapshot().faults.filter(({ endedAtMs }) => endedAtMs === null)).toEqual([]);
  }

  function untilInjected(running: Running): Promise<void> {
    return fixture.until(() => expect(running.stderr).toContain('injected'));
  }
});
