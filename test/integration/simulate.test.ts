import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { setLoad } from '../../agent/cli/loadActions';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { type EmbeddedClient, openEmbeddedClient } from '../../agent/embedded/control/client';
import { SimulationRecord } from '../../agent/embedded/control/controlApi';
import { chooseLoad } from '../../agent/simulate/loadChoice';
import { runSimulation, type SimulationPlan } from '../../agent/simulate/runSimulation';
import { AGENT_BUNDLE, runCli, startCli } from '../support/cli';

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

const List = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string().optional(),
        annotations: z.record(z.string(), z.string()).default({}),
      }),
    }),
  ),
});

let directory: string;
let kubeconfig: string;
let cluster: EmbeddedCluster;
let client: EmbeddedClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'coxswain-simulate-test-'));
  kubeconfig = join(directory, 'kubeconfig');
  cluster = await startEmbeddedCluster({
    kubeconfigPath: kubeconfig,
    rate: 100,
    seed: 1,
    demo: true,
    scaledDemo: true,
  });
  client = await openEmbeddedClient(kubeconfig);
});
afterAll(async () => {
  await client?.close();
  await cluster?.close();
  rmSync(directory, { recursive: true, force: true });
});

async function list(path: string) {
  return List.parse(await client.reader.get(path)).items.map(({ metadata }) => metadata);
}

/** Names of whatever is left of simulations. */
async function left(): Promise<string[]> {
  const kinds = ['pods', 'services', 'events', 'namespaces'].map((plural) => `/api/v1/${plural}`);
  const all = [
    ...kinds,
    '/apis/apps/v1/deployments',
    '/apis/apps/v1/replicasets',
    '/apis/autoscaling/v2/horizontalpodautoscalers',
    '/apis/policy/v1/poddisruptionbudgets',
  ];
  const objects = (await Promise.all(all.map(list))).flat();
  return objects
    .filter(({ name, namespace }) => `${namespace ?? ''}/${name}`.includes('coxswain-sim-'))
    .map(({ name }) => name);
}

async function plan(overrides: Partial<SimulationPlan> = {}): Promise<SimulationPlan> {
  return {
    simulation: 'hpa',
    load: await chooseLoad({ stages: '30s:100,60s:100', scale: 1 }),
    seconds: null,
    rate: 100,
    seed: 1,
    policy: undefined,
    kubeconfig,
    version: '0.0.0',
    assetsDirectory: join(AGENT_BUNDLE, '..'),
    signal: new AbortController().signal,
    progress: () => undefined,
    log: () => undefined,
    ...overrides,
  };
}

describe('the load of a Service of the embedded cluster', () => {
  const loadOf = async (service: string) => {
    const [found] = (await list('/api/v1/namespaces/shop/services')).filter(({ name }) => name === service);
    const text = found?.annotations['sim.coxswain.dev/load'];
    return text === undefined ? null : JSON.parse(text);
  };
  const printed = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  afterAll(() => printed.mockRestore());

  it('is set by its name, and what it was is said', async () => {
    await setLoad('shop/cart', { profile: 'spike', scale: 0.5, kubeconfig });
    expect(await loadOf('cart')).toMatchObject({
      kind: 'stages',
      stages: [{ target: 125 }, { target: 500 }, {}],
    });
    expect(printed).toHaveBeenLastCalledWith(
      'shop/cart: spike (30s:50,1m:200,30s:10), times 0.5; before constant\n',
    );
  });

  it('is set by a trace, and taken away', async () => {
    const trace = join(directory, 'load.csv');
    writeFileSync(trace, 't_seconds,requests_per_second\n0,10\n60,30\n');
    await setLoad('shop/cart', { trace, scale: 2, kubeconfig });
    expect(await loadOf('cart')).toMatchObject({ kind: 'trace', values: [20, 60], intervalSeconds: 60 });
    await setLoad('shop/cart', { scale: 1, off: true, kubeconfig });
    expect(await loadOf('cart')).toBeNull();
  });

  it('is left alone where something is wrong', async () => {
    const before = await loadOf('catalog');
    const wrong = [
      setLoad('shop/catalog', { scale: 1, kubeconfig }),
      setLoad('shop/catalog', { stages: 'soon', scale: 1, kubeconfig }),
      setLoad('catalog', { profile: 'spike', scale: 1, kubeconfig }),
      setLoad('shop/catalog', { profile: 'spike', scale: 1, kubeconfig, context: 'production' }),
    ];
    const errors = (await Promise.allSettled(wrong)).map((one) =>
      String('reason' in one && one.reason.message),
    );
    expect(errors).toEqual([
      'A load is named in one way: by a profile, by stages or by a trace.',
      'The stage "soon" is not a time and a number.',
      '"catalog" is not a workload.',
      expect.stringContaining('production'),
    ]);
    await expect(setLoad('shop/nothing', { profile: 'spike', scale: 1, kubeconfig })).rejects.toThrow(
      'services "nothing" not found',
    );
    expect(await loadOf('catalog')).toEqual(before);
  });
});

describe('any other cluster than an embedded one', () => {
  /** The kubeconfig of the embedded cluster, with something changed. */
  function changed(change: (text: string) => string): string {
    const path = join(directory, 'changed');
    writeFileSync(path, change(readFileSync(kubeconfig, 'utf8')));
    return path;
  }

  it.each([
    ['its context has another name', (text: string) => text.replaceAll('coxswain-embedded', 'minikube')],
    ['it has no clock of its own', (text: string) => text.replace('coxswain.dev/clock', 'example.com/clock')],
    ['it is not on this machine', (text: string) => text.replace('127.0.0.1', 'kube.example.com')],
  ])('is refused where %s', async (_, change) => {
    await expect(openEmbeddedClient(changed(change))).rejects.toThrow('is not an embedded cluster');
  });

  it('is asked for its token first', async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${cluster.url}/coxswain.dev`, { rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.once('error', reject);
      asked.end();
    });
    expect(status).toBe(401);
  });
});

describe('a simulation on a running embedded cluster', () => {
  it('measures the app, and leaves nothing behind', async () => {
    const lines: string[] = [];
    const result = await runSimulation(await plan({ progress: (text) => void lines.push(text) }));
    const [outcome] = result.outcomes;
    expect(result).toMatchObject({ simulation: 'hpa', seconds: 90, rate: 100, seed: null });
    // 30 s on the way to 500 requests per second, and 60 s of them.
    expect((outcome?.requests ?? 0) / (15 * 500 + 60 * 500)).toBeCloseTo(1, 1);
    expect(outcome?.scalingActions).toBeGreaterThan(0);
    expect(outcome?.points.map(({ seconds }) => Math.round(seconds))).toEqual([15, 30, 45, 60, 75, 90]);
    expect(lines[0]).toBe('warming up');
    expect(result.verdict).toMatch(/^By the HPA alone /);
    expect(await left()).toEqual([]);
  });

  it('leaves nothing behind where it is cancelled', async () => {
    const aborter = new AbortController();
    const running = runSimulation(
      await plan({
        load: await chooseLoad({ profile: 'sustained', scale: 1 }),
        signal: aborter.signal,
        progress: (text) => {
          if (/^\d+:\d\d /.test(text)) aborter.abort(new Error('enough'));
        },
      }),
    );
    await expect(running).rejects.toThrow();
    expect(await left()).toEqual([]);
    expect((await client.info()).simulations).toEqual([]);
  });

  it('leaves nothing behind where it fails', async () => {
    const failing = runSimulation(await plan({ simulation: 'side-by-side', policy: 'crystal-ball' }));
    await expect(failing).rejects.toThrow('There is no policy "crystal-ball" for scaling.');
    expect(await left()).toEqual([]);
  });

  it('does not take the place of one that runs', async () => {
    const aborter = new AbortController();
    const first = runSimulation(
      await plan({ signal: aborter.signal, load: await chooseLoad({ profile: 'sustained', scale: 1 }) }),
    );
    await until(async () => expect((await client.info()).simulations).toEqual(['coxswain-sim-hpa']));
    await expect(runSimulation(await plan())).rejects.toThrow('another simulation has the namespace');
    expect((await client.info()).simulations).toEqual(['coxswain-sim-hpa']);
    aborter.abort(new Error('enough'));
    await expect(first).rejects.toThrow();
    expect(await left()).toEqual([]);
  });

  it('has time for what a rehearsal has to show', async () => {
    await expect(runSimulation(await plan({ simulation: 'rehearsal' }))).rejects.toThrow('90 s has no time');
  });
});

describe('a rehearsal', () => {
  it('ends with the HPA in charge again, and leaves nothing behind', { timeout: 150_000 }, async () => {
    // Slow enough that a busy machine keeps up with it.
    const path = join(directory, 'rehearsal');
    await using stack = new AsyncDisposableStack();
    const own = await startEmbeddedCluster({ kubeconfigPath: path, rate: 25, seed: 1, demo: false });
    stack.defer(() => own.close());
    const result = await runSimulation(
      await plan({
        simulation: 'rehearsal',
        load: await chooseLoad({ stages: '2m:20,6m:60', scale: 1 }),
        kubeconfig: path,
        policy: 'predictive',
      }),
    );
    expect(result.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(result.checks).toHaveLength(4);
    expect(result.outcomes.map(({ title }) => title)).toEqual(['HPA alone', 'scaler by the rule predictive']);
    const [hpa, learned] = result.outcomes;
    expect((hpa?.requests ?? 0) / (learned?.requests ?? 1)).toBeCloseTo(1, 1);
    const watcher = await openEmbeddedClient(path);
    stack.defer(() => watcher.close());
    expect((await watcher.info()).simulations).toEqual([]);
  });
});

describe('coxswain simulate', () => {
  it('starts a cluster of its own, and ends it', async () => {
    const folder = mkdtempSync(join(directory, 'tmp-'));
    const args = ['simulate', 'hpa', '--stages', '10s:50,20s:50', '--rate', '200', '--seed', '4'];
    const { code, stdout, stderr } = await runCli([...args, '--format', 'json'], { TMPDIR: folder });
    expect(stderr).toContain('load: stages 10s:50,20s:50, for 30 s of cluster time at ×200');
    expect(code).toBe(0);
    const { outcomes } = z
      .object({
        outcomes: z.array(z.object({ requests: z.number(), points: SimulationRecord.shape.points })),
      })
      .parse(JSON.parse(stdout));
    expect(outcomes[0]?.requests).toBeGreaterThan(5000);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('cleans up on Ctrl-C, and says that nothing was kept', async () => {
    const run = startCli(['simulate', 'hpa', '--load', 'sustained', '--kubeconfig', kubeconfig]);
    await until(() => expect(run.stderr).toContain('load: sustained'));
    const { code, stderr } = await run.kill('SIGINT');
    expect(code).toBe(130);
    expect(stderr).toContain('nothing was kept');
    expect(await left()).toEqual([]);
  });

  it('writes its report to a file', async () => {
    const output = join(directory, 'report.html');
    const args = ['simulate', 'hpa', '--stages', '30s:20', '--kubeconfig', kubeconfig];
    const { code, stdout } = await runCli([...args, '--format', 'html', '--output', output]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^By the HPA alone .* replica-hours\.\n$/);
    expect(readFileSync(output, 'utf8')).toContain('<svg ');
  });

  it.each([
    [['simulate', 'everything'], 'Allowed choices are hpa, learned, side-by-side, rehearsal'],
    [['simulate', 'hpa', '--load', 'tidal'], 'Allowed choices are gradual, spike, sustained'],
    [['simulate', 'hpa', '--load', 'spike', '--stages', '1m:1'], 'A load is named in one way'],
    [['simulate', 'hpa', '--trace', 'nowhere.csv'], 'The trace nowhere.csv cannot be read'],
    [['load', 'shop/cart', '--profile', 'spike', '--scale', '-1'], 'Expected a number above 0'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await runCli(args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
