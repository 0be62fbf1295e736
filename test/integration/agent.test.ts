import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig, watchedConfig } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { openJournalReader } from '../../agent/journal/reader';
import type { JournalRow, Proposal } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import { journalDirectory } from '../../agent/server/stateDirectory';
import { CuttableRoad } from './cuttableRoad';

const CHECKOUT = 'shop/Deployment/checkout';
const CONTEXT = 'coxswain-embedded';
/** Cluster time runs so much faster that a test takes seconds. */
const RATE = 20;
const WAIT_MS = 45_000;

describe('the agent on the embedded cluster', () => {
  let directory: string;
  let cluster: EmbeddedCluster;
  let agent: Agent;
  let rows: JournalRow[];

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-agent-'));
    cluster = await startEmbeddedCluster({
      kubeconfigPath: join(directory, 'kubeconfig'),
      rate: RATE,
      seed: 7,
      demo: true,
    });
  });
  afterEach(async () => {
    await agent.close('the test is over');
    await cluster.close();
    rmSync(directory, { recursive: true });
  });

  async function start(changes: Partial<Config> = {}, trusted = true): Promise<void> {
    rows = [];
    agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: directory,
      openConfig: () => fixedConfig({ ...DEFAULT_CONFIG, ...changes }),
      trusted,
      assetsDirectory: directory,
      log: () => undefined,
    });
    agent.onRow((row) => rows.push(row));
  }

  const connect = () => agent.handle('connect', { kubeconfig: cluster.kubeconfigPath }, 'test');
  const kinds = () => rows.map((row) => row.event.kind);
  const checkout = () => agent.snapshot().workloads.find((workload) => workload.id === CHECKOUT);
  const until = (check: () => void) => vi.waitFor(check, { timeout: WAIT_MS, interval: 50 });
  const untilHealthy = () => until(() => expect(checkout()?.health).toBe('healthy'));

  async function pendingProposal(): Promise<Proposal> {
    await until(() => expect(agent.snapshot().proposals.map(({ state }) => state.kind)).toContain('pending'));
    const pending = agent.snapshot().proposals.find(({ state }) => state.kind === 'pending');
    if (!pending) throw new Error('it has just been there');
    return pending;
  }

  it('shows the cluster, its permissions and capabilities, and fresh data', async () => {
    await start();
    const { connection } = await connect();
    expect(connection).toMatchObject({
      kind: 'connected',
      context: CONTEXT,
      metrics: { kind: 'prometheus' },
    });
    if (connection.kind !== 'connected') return;
    expect(connection.capabilities.find(({ key }) => key === 'chaos-mesh')?.present).toBe(true);
    expect(connection.permissions.every(({ allowed }) => allowed)).toBe(true);
    await untilHealthy();
    expect(checkout()).toMatchObject({ desiredReplicas: 4, readyReplicas: 4, data: { kind: 'fresh' } });
    expect(checkout()?.pods).toHaveLength(4);
    await until(() =>
      expect(agent.snapshot().samples[CHECKOUT]?.at(-1)?.latencyP95Ms ?? 0).toBeGreaterThan(0),
    );
  });

  it('asks before it acts in mode approve, acts once approved, and measures the recovery', async () => {
    await start({ mode: 'approve' });
    await connect();
    await untilHealthy();
    await agent.handle('injectFault', { workloadId: CHECKOUT, kind: 'cpu-stress' }, 'test');
    const proposal = await pendingProposal();
    expect(proposal).toMatchObject({
      action: { kind: 'restart-pod' },
      verdict: { outcome: 'needs-approval', rule: 'mode' },
    });
    const approved = await agent.handle('approve', { proposalId: proposal.id }, 'test');
    expect(approved.proposal.state.kind).toBe('acted');
    await expect(agent.handle('approve', { proposalId: proposal.id }, 'test')).rejects.toMatchObject({
      code: 'proposal-decided',
    });
    await until(() => expect(kinds()).toContain('outcome'));
    expect(rows.find((row) => row.event.kind === 'outcome')?.event).toMatchObject({ outcome: 'recovered' });
    const order = kinds();
    expect(order.indexOf('intent')).toBeLessThan(order.lastIndexOf('result'));
  });

  it('never writes in mode observe, whatever happens', async () => {
    await start({ mode: 'observe' });
    await connect();
    await untilHealthy();
    const injecting = agent.handle('injectFault', { workloadId: CHECKOUT, kind: 'pod-kill' }, 'test');
    await expect(injecting).rejects.toMatchObject({ code: 'guard-denied' });
    expect(kinds()).not.toContain('intent');
  });

  it('ends its faults and lets nothing act after an emergency stop, also after a restart', async () => {
    await start({ mode: 'auto' });
    await connect();
    await untilHealthy();
    await agent.handle('injectFault', { workloadId: CHECKOUT, kind: 'network-delay' }, 'test');
    const stopped = await agent.handle('emergencyStop', {}, 'test');
    expect(stopped).toMatchObject({ control: { kind: 'stopped' }, faultsEnded: 1 });
    await until(() =>
      expect(agent.snapshot().faults.filter((fault) => fault.endedAtMs === null)).toEqual([]),
    );
    await agent.close('restart');
    await start({ mode: 'auto' });
    await connect();
    expect(agent.snapshot().control.kind).toBe('stopped');
    await expect(agent.handle('resume', {}, 'test')).rejects.toMatchObject({ code: 'confirmation-needed' });
    expect((await agent.handle('resume', { clearStop: true }, 'test')).control.kind).toBe('running');
  });

  it('refuses a second agent on the same journal, and the first goes on', async () => {
    await start();
    await connect();
    const second = await Agent.start({
      version: '0.0.0',
      stateDirectory: directory,
      openConfig: () => fixedConfig(),
      trusted: true,
      assetsDirectory: directory,
      log: () => undefined,
    });
    const connecting = second.handle('connect', { kubeconfig: cluster.kubeconfigPath }, 'test');
    await expect(connecting).rejects.toMatchObject({
      code: 'journal-locked',
      message: expect.stringContaining(String(process.pid)),
    });
    await second.close('the test is over');
    await untilHealthy();
  });

  it('marks everything stale and acts on nothing while the cluster is away, and goes on by itself', async () => {
    const road = new CuttableRoad(cluster.url);
    const address = await road.open();
    const kubeconfig = join(directory, 'by-road');
    writeFileSync(kubeconfig, readFileSync(cluster.kubeconfigPath, 'utf8').replaceAll(cluster.url, address));
    await start({ mode: 'auto' });
    await agent.handle('connect', { kubeconfig }, 'test');
    await untilHealthy();
    road.cut();
    await until(() => expect(checkout()?.data.kind).not.toBe('fresh'));
    expect(checkout()?.health).toBe('unknown');
    await until(() =>
      expect(agent.snapshot().connection).toMatchObject({ trouble: { code: 'api-unreachable' } }),
    );
    expect(kinds()).not.toContain('intent');
    road.mend();
    await untilHealthy();
    await until(() => expect(agent.snapshot().connection).toMatchObject({ trouble: null }));
    expect(checkout()?.data.kind).toBe('fresh');
    await road.close();
  });

  it('says that there is no Prometheus, and acts on nothing without it', async () => {
    const api = openApiServer(loadKubeconfig({ path: cluster.kubeconfigPath }));
    const path = '/api/v1/namespaces/monitoring/services/prometheus-server';
    await api.send({ method: 'DELETE', path });
    await api.close();
    await start({ mode: 'auto' });
    await connect();
    expect(agent.snapshot().errors.at(-1)).toMatchObject({
      code: 'prometheus-missing',
      remedy: expect.stringContaining('metrics.prometheusUrl'),
    });
    // The guard lets nothing hit the last pod that is ready.
    await until(() => expect(checkout()?.readyReplicas).toBe(4));
    await agent.handle('injectFault', { workloadId: CHECKOUT, kind: 'memory-stress' }, 'test');
    await until(() => expect(checkout()?.pods.map((pod) => pod.restarts)).toContain(1));
    expect(checkout()).toMatchObject({ health: 'unknown', data: { kind: 'none' } });
    expect(rows.filter(({ event }) => event.kind === 'intent' && event.action !== null)).toEqual([]);
  });

  it('keeps to the embedded cluster in an untrusted workspace', async () => {
    await start({}, false);
    expect((await connect()).connection.kind).toBe('connected');
    const elsewhere = mkdtempSync(join(tmpdir(), 'coxswain-elsewhere-'));
    const connecting = agent.handle('connect', { kubeconfig: join(elsewhere, 'config') }, 'test');
    await expect(connecting).rejects.toMatchObject({ code: 'untrusted-workspace' });
    rmSync(elsewhere, { recursive: true });
  });

  it('leaves a journal that verifies, with a reason for everything', async () => {
    await start({ mode: 'auto' });
    await connect();
    await untilHealthy();
    await agent.handle('injectFault', { workloadId: CHECKOUT, kind: 'pod-kill' }, 'test');
    await until(() => expect(kinds()).toContain('incident-closed'));
    await agent.close('restart');
    const reader = openJournalReader(journalDirectory(directory, CONTEXT));
    expect(reader.verify()).toMatchObject({ ok: true });
    expect(reader.query({ kinds: ['fault-started'] })).toHaveLength(1);
    reader.close();
  });

  it('follows its config file without a restart', async () => {
    const path = join(directory, 'coxswain.yaml');
    writeFileSync(path, 'namespaces: [shop]\n');
    agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: directory,
      openConfig: (listener) => watchedConfig({ path }, listener),
      trusted: true,
      assetsDirectory: directory,
      log: () => undefined,
    });
    await connect();
    await untilHealthy();
    writeFileSync(path, 'namespaces: [shop]\nslo:\n  latencyP95: 1ms\n');
    await until(() => expect(checkout()?.slo.latencyP95Ms).toBe(1));
    await until(() => expect(checkout()?.health).toBe('failing'));
    writeFileSync(path, 'namespaces: [shop\n');
    await until(() => expect(agent.snapshot().errors.at(-1)?.code).toBe('config-invalid'));
    expect(checkout()?.slo.latencyP95Ms).toBe(1);
  });
});
