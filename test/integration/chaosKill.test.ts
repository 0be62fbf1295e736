import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AgentClient, connectToAgent } from '../../agent/cli/agentClient';
import { ExperimentRun, type Mode } from '../../agent/protocol';
import { runsDirectory } from '../../agent/server/stateDirectory';
import { CHECKOUT, ChaosFixture } from './chaosFixture';
import { AgentProcess, bundleScript } from './journalProcess';

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

describe('an agent that is killed in the middle of experiments', () => {
  let fixture: ChaosFixture;
  let script: string;
  let killed: AgentProcess | null = null;
  beforeEach(async () => {
    fixture = await ChaosFixture.open();
    script = await bundleScript('chaosAgent.ts', fixture.directory);
  });
  afterEach(async () => {
    await killed?.kill();
    await fixture.close();
  });

  /** Starts an agent as a process, lets it begin its runs, and kills it once their faults are there. */
  async function killInTheMiddle(): Promise<void> {
    killed = new AgentProcess(script, fixture.cluster.kubeconfigPath, fixture.directory, 'approve');
    await killed.spoke();
    expect(killed.lines).toEqual(['connected']);
    const client = await connectToAgent(fixture.directory);
    client.closed.catch(() => undefined);
    for (const run of RUNS) await begun(client, run);
    const inject = vi.waitFor(
      async () => {
        const { snapshot } = await client.request('snapshot', {});
        const running = snapshot.faults.filter(({ state }) => state === 'running');
        expect(running.map(({ provider }) => provider).toSorted()).toEqual([
          'chaos-mesh',
          'litmus',
          'native',
        ]);
      },
      { timeout: WAIT_MS, interval: 100 },
    );
    await inject;
    await killed.kill();
    client.close();
    expect(await fixture.leftovers()).toHaveLength(RUNS.length);
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

  it('takes everything back when it starts again, and calls the runs aborted', async () => {
    await killInTheMiddle();
    expect(journals().map(({ phase }) => phase)).not.toContain('finished');
    await fixture.start({ mode: 'approve' });
    await fixture.untilClean();
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
    await killInTheMiddle();
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
