import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AgentClient, connectToAgent } from '../../agent/cli/agentClient';
import { listReleases } from '../../agent/cluster/listReleases';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import { ExperimentRun, type Mode, type Params } from '../../agent/protocol';
import { noteOf } from '../../agent/safety/releaseFacts';
import { runsDirectory } from '../../agent/server/stateDirectory';
import { AGENT_BUNDLE } from '../support/cli';
import { CHECKOUT, ChaosFixture, RATE } from './chaosFixture';
import { AgentProcess, bundleScript } from './journalProcess';
import { keeperOf } from './scalingFixture';

const WAIT_MS = 45_000;

/** One run for each provider, long enough to be killed in. */
const RUNS = [
  {
    workloadId: CHECKOUT,
    provider: 'chaos-mesh',
    yaml: 'name: mesh\nduration: 30m\nfault: { kind: network-delay }\n',
  },
  {
    workloadId: 'shop/Deployment/cart',
    provider: 'native',
    yaml: 'name: native\nduration: 30m\nfault: { kind: scale-down }\n',
  },
  {
    workloadId: 'shop/Deployment/catalog',
    provider: 'litmus',
    yaml: 'name: litmus\nduration: 30m\nfault: { kind: cpu-stress }\n',
  },
] as const;

const STOREFRONT = 'release/Deployment/storefront';
/** Of wall time. */
const ALONE_MS = 1000;

const CONFIG: Partial<Config> = {
  mode: 'approve',
  namespaces: ['shop', 'release'],
  canary: { ...DEFAULT_CONFIG.canary, steering: 'own', aloneFor: ALONE_MS },
};

describe('an agent that is killed in the middle of experiments and a release', () => {
  let fixture: ChaosFixture;
  let script: string;
  let killed: AgentProcess | null = null;
  beforeEach(async () => {
    fixture = await ChaosFixture.open(RATE, true);
    script = await bundleScript('chaosAgent.ts', fixture.directory);
  });
  afterEach(async () => {
    await killed?.kill();
    await fixture.close();
  });

  /**
   * Starts an agent as a process, lets it begin its runs, and kills it once their faults are there: with its keeper, or
   * alone and with 30 % of a release's traffic on the canary.
   */
  async function killInTheMiddle(withKeeper: boolean): Promise<void> {
    const { kubeconfigPath } = fixture.cluster;
    const changes = JSON.stringify(CONFIG);
    const program = dirname(AGENT_BUNDLE);
    killed = new AgentProcess(script, kubeconfigPath, fixture.directory, 'approve', program, changes);
    await killed.spoke();
    expect(killed.lines).toEqual(['connected']);
    const client = await connectToAgent(fixture.directory);
    client.closed.catch(() => undefined);
    for (const run of RUNS) await begun(client, run);
    if (!withKeeper) await moveCanary(client);
    const isThere = vi.waitFor(
      async () => {
        const { snapshot } = await client.request('snapshot', {});
        const running = snapshot.faults.filter(({ state }) => state === 'running');
        expect(running.map(({ provider }) => provider).toSorted()).toEqual([
          'chaos-mesh',
          'litmus',
          'native',
        ]);
        if (!withKeeper) expect((await release())?.weight).toBe(30);
      },
      { timeout: WAIT_MS, interval: 100 },
    );
    await isThere;
    const keeper = keeperOf(killed);
    if (withKeeper) process.kill(keeper, 'SIGSTOP');
    await killed.kill();
    if (withKeeper) process.kill(keeper, 'SIGKILL');
    client.close();
  }

  const release = async () =>
    (await fixture.asking((reader) => listReleases(reader, 'release'))).get(STOREFRONT);

  async function moveCanary(client: AgentClient): Promise<void> {
    const image = 'coxswain.dev/demo/storefront:2.0.0-healthy';
    await operate(client, { kind: 'start', images: [{ container: 'app', image }] });
    await operate(client, { kind: 'weight', from: 0, to: 30 });
  }

  /** The next step may have to wait for the one before. */
  function operate(client: AgentClient, operation: Params<'releaseOperation'>['operation']): Promise<void> {
    return vi.waitFor(
      async () => {
        const params = { releaseId: STOREFRONT, operation, confirmed: true };
        const { proposal } = await client.request('releaseOperation', params);
        expect(proposal?.state.kind).toBe('acted');
      },
      { timeout: WAIT_MS, interval: 200 },
    );
  }

  /** Its target may still be rolling out after the start of the cluster. */
  function begun(client: AgentClient, run: (typeof RUNS)[number]): Promise<void> {
    return vi.waitFor(
      async () => {
        const { snapshot } = await client.request('snapshot', {});
        const workload = snapshot.workloads.find(({ id }) => id === run.workloadId);
        expect(workload?.readyReplicas).toBe(workload?.desiredReplicas);
        expect(workload?.readyReplicas ?? 0).toBeGreaterThan(1);
        await client.request('runExperiment', { ...run, trigger: 'test' });
      },
      { timeout: WAIT_MS, interval: 200 },
    );
  }

  const journals = () => {
    const directory = runsDirectory(fixture.directory, 'coxswain-embedded');
    return readdirSync(directory).map((name) =>
      ExperimentRun.parse(JSON.parse(readFileSync(join(directory, name), 'utf8'))),
    );
  };
  const cartReplicas = () => fixture.workload('shop/Deployment/cart')?.desiredReplicas;

  it('leaves no native fault and no traffic on the canary, and the next one takes back the rest', async () => {
    await killInTheMiddle(false);
    const alone = { timeout: WAIT_MS, interval: 50 };
    const diedAtMs = performance.now();
    // The tools end theirs by themselves.
    await vi.waitFor(async () => expect(await fixture.leftovers()).toHaveLength(RUNS.length - 1), alone);
    const faultMs = performance.now() - diedAtMs;
    await vi.waitFor(async () => {
      const left = await release();
      expect({ weight: left?.weight, goal: noteOf(left)?.goal }).toEqual({ weight: null, goal: 'roll-back' });
    }, alone);
    console.info(
      `the native fault was gone after ${Math.round(faultMs)} ms, the canary's traffic ${ALONE_MS} ms of grace later, after ${Math.round(performance.now() - diedAtMs)} ms`,
    );
    expect(journals().map(({ phase }) => phase)).not.toContain('finished');
    await fixture.start(CONFIG);
    await fixture.untilClean();
    await vi.waitFor(async () => expect(await release()).toMatchObject({ note: null, canary: null }), alone);
    await fixture.until(() => expect(cartReplicas()).toBe(3));
    expect(journals().map(({ phase, verdict }) => `${phase} ${verdict}`)).toEqual(
      RUNS.map(() => 'finished aborted'),
    );
    const finished = fixture.agent.snapshot().runs.map(({ text }) => text);
    expect(finished).toEqual(RUNS.map(() => 'Interrupted: the agent ended while it ran.'));
    const rows = fixture.rows.flatMap(({ event }) =>
      event.kind === 'experiment-finished' ? [event.runId] : [],
    );
    expect(rows.toSorted()).toEqual(
      journals()
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('says what is left in mode observe, and ends it all by an emergency stop', async () => {
    await killInTheMiddle(true);
    await fixture.start({ mode: 'observe' satisfies Mode });
    const warnings = () =>
      fixture.rows.flatMap(({ event }) => (event.kind === 'warning' ? [event.text] : []));
    await fixture.until(() =>
      expect(warnings().filter((text) => text.includes('mode observe never writes'))).toHaveLength(
        RUNS.length,
      ),
    );
    expect(await fixture.leftovers()).toHaveLength(RUNS.length);
    const stopped = await fixture.agent.handle('emergencyStop', {}, 'test');
    expect(stopped).toMatchObject({ faultsEnded: RUNS.length, failed: [], control: { kind: 'stopped' } });
    await fixture.untilClean();
    await fixture.until(() => expect(cartReplicas()).toBe(3));
  });
});
