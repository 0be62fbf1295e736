import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Config, DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig, watchedConfig } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { openJournalReader } from '../../agent/journal/reader';
import type { JournalRow } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import type { AgentOptions } from '../../agent/server/agentOptions';
import { journalDirectory } from '../../agent/server/stateDirectory';

const CHECKOUT = 'shop/Deployment/checkout';
const until = (check: () => void) => vi.waitFor(check, { timeout: 45_000, interval: 50 });

/** A kubeconfig whose one cluster is at this address. */
function kubeconfigFor(server: string): string {
  return `apiVersion: v1
kind: Config
current-context: silent
contexts: [{name: silent, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: '${server}'}}]
users: [{name: u, user: {}}]
`;
}

describe('the agent, whatever comes between', () => {
  let directory: string;
  let silentKubeconfig: string;
  let cluster: EmbeddedCluster;
  let silent: Server;
  const held = new Set<Socket>();
  let agent: Agent;
  let rows: JournalRow[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-lifecycle-'));
    const kubeconfigPath = join(directory, 'kubeconfig');
    cluster = await startEmbeddedCluster({ kubeconfigPath, rate: 20, seed: 5, demo: true });
    // Takes connections and never answers.
    silent = createServer((socket) => held.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    silentKubeconfig = join(directory, 'silent');
    const { port } = silent.address() as AddressInfo;
    writeFileSync(silentKubeconfig, kubeconfigFor(`https://127.0.0.1:${port}`));
  });
  afterAll(async () => {
    for (const socket of held) socket.destroy();
    silent.close();
    await cluster.close();
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => {
    rows = [];
    held.clear();
  });
  afterEach(() => agent.close('the test is over'));

  async function start(changes: Partial<Config> = {}, options: Partial<AgentOptions> = {}): Promise<void> {
    agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: directory,
      openConfig: () => fixedConfig({ ...DEFAULT_CONFIG, ...changes }),
      trusted: true,
      assetsDirectory: directory,
      log: () => undefined,
      ...options,
    });
    agent.onRow((row) => rows.push(row));
  }

  const connect = () => agent.handle('connect', { kubeconfig: cluster.kubeconfigPath }, 'test');
  /** Begins to connect to a server that never answers, and resolves with the failure once it is asked. */
  async function beginConnecting() {
    const failure = agent
      .handle('connect', { kubeconfig: silentKubeconfig }, 'test')
      .then(() => null)
      .catch((error: unknown) => error);
    await until(() => expect(held.size).toBeGreaterThan(0));
    return { failure };
  }
  const connectionKind = () => agent.snapshot().connection.kind;

  it('gives up connecting when it is closed, and leaves nothing behind', async () => {
    await start();
    const { failure } = await beginConnecting();
    await agent.close('enough');
    expect(await failure).toMatchObject({ code: 'conflict' });
    await expect(connect()).rejects.toMatchObject({ code: 'not-connected' });
  }, 15_000);

  it('gives up connecting when it is asked to disconnect', async () => {
    await start();
    const { failure } = await beginConnecting();
    await agent.handle('disconnect', {}, 'test');
    expect(connectionKind()).toBe('disconnected');
    expect(await failure).toMatchObject({ code: 'conflict' });
  }, 15_000);

  it('connects to the cluster that was asked for last', async () => {
    await start();
    const { failure } = await beginConnecting();
    const { connection } = await connect();
    expect(await failure).toMatchObject({ code: 'conflict' });
    expect(connection).toMatchObject({ kind: 'connected', context: 'coxswain-embedded' });
    expect(connectionKind()).toBe('connected');
  }, 30_000);

  it('keeps its errors when it connects, and its cluster when it must not connect to another', async () => {
    await start({}, { trusted: false });
    await connect();
    await expect(
      agent.handle('connect', { kubeconfig: join(tmpdir(), 'elsewhere') }, 'test'),
    ).rejects.toMatchObject({ code: 'untrusted-workspace' });
    expect(connectionKind()).toBe('connected');
    await connect();
    expect(agent.snapshot().errors.map(({ code }) => code)).toContain('untrusted-workspace');
  });

  it('settles at the next start what was on its way when the cluster was let go', async () => {
    await start({ mode: 'approve' });
    await connect();
    await until(() =>
      expect(agent.snapshot().workloads.find(({ id }) => id === CHECKOUT)?.health).toBe('healthy'),
    );
    const letGo = Promise.withResolvers<unknown>();
    agent.onRow(({ event }) => {
      if (event.kind !== 'intent') return;
      setImmediate(() => letGo.resolve(agent.handle('disconnect', {}, 'test')));
    });
    const injecting = agent.handle('injectFault', { workloadId: CHECKOUT, kind: 'pod-kill' }, 'test');
    await expect(injecting).rejects.toThrow();
    await letGo.promise;
    expect(agent.snapshot()).toMatchObject({
      connection: { kind: 'disconnected' },
      proposals: [],
      faults: [],
    });
    await connect();
    const reader = openJournalReader(journalDirectory(directory, 'coxswain-embedded'));
    const ids = (kind: 'intent' | 'result') =>
      reader
        .query({ kinds: [kind] })
        .map(({ event }) => ('transactionId' in event ? event.transactionId : ''))
        .sort();
    expect(ids('intent').length).toBeGreaterThan(0);
    expect(ids('result')).toEqual(ids('intent'));
    expect(reader.verify().ok).toBe(true);
    reader.close();
  });

  it('tells of no fault again that it has told of before', async () => {
    await start({ mode: 'approve' });
    await connect();
    await agent.handle('injectFault', { workloadId: CHECKOUT, kind: 'pod-kill' }, 'test');
    await until(() => expect(rows.map(({ event }) => event.kind)).toContain('fault-ended'));
    await connect();
    const reader = openJournalReader(journalDirectory(directory, 'coxswain-embedded'));
    const told = reader.query({ kinds: ['fault-started'] }).map(({ event }) => JSON.stringify(event));
    expect(new Set(told).size).toBe(told.length);
    reader.close();
  });

  it('takes away the objects of its faults once they are long over', async () => {
    await start({ mode: 'approve' });
    await connect();
    await agent.handle('injectFault', { workloadId: CHECKOUT, kind: 'pod-kill' }, 'test');
    await until(() => {
      const removed = rows.flatMap(({ event }) => (event.kind === 'result' ? [event.text] : []));
      expect(removed.join('\n')).toMatch(/remove .*pod-kill.*which is over/);
    });
  });

  it('says that a new port waits for the next start', async () => {
    const path = join(directory, 'coxswain.yaml');
    writeFileSync(path, 'namespaces: [shop]\n');
    await start({}, { openConfig: (listener) => watchedConfig({ path }, listener) });
    await connect();
    writeFileSync(path, 'namespaces: [shop]\nserver: {port: 4000}\n');
    await until(() =>
      expect(rows.find(({ event }) => event.kind === 'config-changed')?.event).toMatchObject({
        text: expect.stringContaining('`server` counts from the next start on'),
      }),
    );
  });
});
