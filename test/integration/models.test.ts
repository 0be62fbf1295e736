import { copyFileSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { type AgentClient, connectToAgent } from '../../agent/cli/agentClient';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { type AgentSnapshot, type JournalEvent, PROTOCOL_VERSION } from '../../agent/protocol';
import { Agent } from '../../agent/server/agent';
import { modelsDirectory } from '../../agent/server/stateDirectory';
import { ModelStore } from '../../agent/training/modelStore';
import { type Running, runCli, startCli } from '../support/cli';
import { aHealPolicy } from '../support/healPolicy';
import { examplePoint } from '../support/protocolExamples';

const CHECKOUT = 'shop/Deployment/checkout';
const until = (check: () => void) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

/** Scales up whatever it sees, and with more errors the more so. */
const EAGER = aHealPolicy({ 'scale-up': { bias: 6, avg_error_rate: 1 } });
const IDLE = aHealPolicy({ none: { bias: 6 } });

let cluster: EmbeddedCluster;
let clusterDirectory: string;
beforeAll(async () => {
  clusterDirectory = mkdtempSync(join(tmpdir(), 'coxswain-models-cluster-'));
  const kubeconfigPath = join(clusterDirectory, 'kubeconfig');
  cluster = await startEmbeddedCluster({ kubeconfigPath, rate: 20, seed: 9, demo: true });
});
afterAll(async () => {
  await cluster.close();
  rmSync(clusterDirectory, { recursive: true });
});

describe('an agent with learned policies', () => {
  let directory: string;
  let store: ModelStore;
  let agent: Running;
  let stdio: MessageConnection;
  let client: AgentClient;
  let snapshot: AgentSnapshot | null;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-models-'));
    store = new ModelStore(modelsDirectory(directory), Date.now);
    snapshot = null;
  });
  afterEach(async () => {
    client.close();
    stdio.dispose();
    await agent.kill('SIGTERM');
    rmSync(directory, { recursive: true });
  });

  /** Connected on stdio, as VS Code does; what follows goes over the WebSocket, as from a terminal. */
  async function start(mode: 'approve' | 'auto' = 'approve'): Promise<void> {
    agent = startCli(['agent', '--stdio', '--state-dir', directory, '--mode', mode]);
    const { stdout, stdin } = agent.child;
    if (!stdout || !stdin) throw new Error('its pipes are open');
    stdio = createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    stdio.listen();
    await stdio.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      initializationOptions: { protocolVersion: PROTOCOL_VERSION, trusted: true },
    });
    await stdio.sendRequest('coxswain/connect', { kubeconfig: cluster.kubeconfigPath });
    client = await connectToAgent(directory);
    client.follow((state) => {
      snapshot = state;
    });
    await until(() => expect(policy()).toBeDefined());
  }

  const policy = () => snapshot?.workloads.find(({ id }) => id === CHECKOUT)?.policy;
  const untilSteers = (name: string, version: string) =>
    until(() => expect(policy()).toEqual({ name, version }));
  async function events<K extends JournalEvent['kind']>(kind: K) {
    const { rows } = await client.request('activity', { kinds: [kind] });
    return rows.flatMap(({ event }) =>
      event.kind === kind ? [event as Extract<JournalEvent, { kind: K }>] : [],
    );
  }
  /** Of those in the store. */
  const states = () =>
    snapshot?.models
      .filter(({ state }) => state !== 'shipped')
      .map(({ version, state }) => `${version} ${state}`);

  it('switches to one that is promoted, journals what it decides, and goes back', async () => {
    store.add('heal', EAGER);
    await start();
    expect(states()).toEqual(['1 stored']);
    await untilSteers('runbook', '1');

    const promoted = await client.request('promoteModel', { task: 'heal', version: 1 });
    expect(promoted).toMatchObject({
      model: { task: 'heal', version: 1, state: 'active', observationSpec: 'heal/9' },
      text: 'heal/1 steers healing from now on, in place of runbook 1.',
    });
    await untilSteers('learned', 'heal/1');
    const byLearned = () =>
      snapshot?.proposals.find(({ policy }) => policy.name === 'learned' && policy.version === 'heal/1');
    await until(() => expect(byLearned()).toBeDefined());
    expect(byLearned()).toMatchObject({
      action: { kind: 'scale' },
      reason: expect.stringMatching(/^learned policy heal\/1 chooses to scale /),
      confidence: expect.closeTo(1, 1),
      state: { kind: 'pending' },
    });
    const decision = (await events('decision')).find((event) => event.policy === 'learned heal/1');
    expect(decision).toMatchObject({ observationSpec: 'heal/9', action: { kind: 'scale' } });

    const back = await client.request('rollbackModel', { task: 'heal' });
    expect(back).toEqual({
      model: null,
      text: 'runbook 1 steers healing from now on, in place of learned heal/1.',
    });
    await untilSteers('runbook', '1');
    expect(states()).toEqual(['1 previous']);
    expect((await events('policy-switched')).map(({ from, to }) => `${from} → ${to}`)).toEqual([
      'learned heal/1 → runbook 1',
      'runbook 1 → learned heal/1',
    ]);
  });

  it('refuses what does not fit and what is damaged, and goes on with the one before', async () => {
    store.add('heal', IDLE);
    store.add('heal', aHealPolicy({}, { spec: 'heal/39' }));
    store.add('heal', EAGER);
    truncateSync(join(modelsDirectory(directory), 'heal', '3.onnx'), 200);
    await start();
    await client.request('promoteModel', { task: 'heal', version: 1 });
    const promote = (version: number) => client.request('promoteModel', { task: 'heal', version });
    await expect(promote(2)).rejects.toMatchObject({
      code: 'model-incompatible',
      message: expect.stringContaining('heal/39'),
    });
    await expect(promote(3)).rejects.toMatchObject({ code: 'model-invalid' });
    await expect(promote(4)).rejects.toMatchObject({ code: 'not-found' });
    await untilSteers('learned', 'heal/1');
    expect(states()).toEqual(['3 damaged', '2 stored', '1 active']);
  });

  it('asks for a confirmation in mode auto', async () => {
    store.add('heal', IDLE);
    await start('auto');
    await expect(client.request('promoteModel', { task: 'heal', version: 1 })).rejects.toMatchObject({
      code: 'confirmation-needed',
    });
    await untilSteers('runbook', '1');
    await client.request('promoteModel', { task: 'heal', version: 1, confirmed: true });
    await untilSteers('learned', 'heal/1');
  });

  it('steers from the start on with the one that is promoted', async () => {
    store.promote('heal', store.add('heal', IDLE));
    await start();
    await untilSteers('learned', 'heal/1');
    expect(await events('policy-switched')).toEqual([]);
  });

  it('starts with the rule where the promoted one is damaged, and says so', async () => {
    store.promote('heal', store.add('heal', IDLE));
    truncateSync(join(modelsDirectory(directory), 'heal', '1.onnx'), 200);
    await start();
    await untilSteers('runbook', '1');
    expect((await events('warning')).map(({ text }) => text)).toContainEqual(
      expect.stringContaining('runbook 1 steers in its place.'),
    );
    expect(snapshot?.errors.map(({ code }) => code)).toContain('model-invalid');
    expect(states()).toEqual(['1 damaged']);
  });

  it('is told by the commands what to promote and to take back', async () => {
    await start();
    store.add('heal', IDLE);
    const model = (...args: string[]) => runCli(['model', ...args, '--state-dir', directory]);
    const promoted = await model('promote', 'heal', '1');
    expect(promoted).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('heal/1 steers healing'),
      stderr: '',
    });
    await untilSteers('learned', 'heal/1');
    expect(states()).toEqual(['1 active']);
    expect(await model('rollback', 'heal')).toMatchObject({ code: 0, stderr: '' });
    await untilSteers('runbook', '1');
    const by = expect.stringContaining('(terminal)');
    expect((await events('policy-switched')).map((event) => event.by)).toEqual([by, by]);
  });

  it('wants a yes from the command where it acts by itself', async () => {
    await start('auto');
    store.add('heal', IDLE);
    const promote = (...args: string[]) =>
      runCli(['model', 'promote', 'heal', '1', '--state-dir', directory, ...args]);
    expect(await promote()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('confirmation-needed'),
    });
    expect(await promote('--yes')).toMatchObject({ code: 0 });
    await untilSteers('learned', 'heal/1');
  });

  it('notices what another process does to the store', async () => {
    await start();
    store.add('heal', IDLE);
    store.promote('heal', 1);
    await untilSteers('learned', 'heal/1');
    store.rollback('heal');
    await untilSteers('runbook', '1');
    expect((await events('policy-switched')).map(({ by }) => by)).toEqual([
      'the model store',
      'the model store',
    ]);
  });
});

describe('trainings', () => {
  let directory: string;
  let agent: Agent;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'coxswain-trainings-'));
    // In the place of the built program.
    copyFileSync(join(import.meta.dirname, '../support/fakeTrainer.mjs'), join(directory, 'agent.cjs'));
    agent = await Agent.start({
      version: '0.0.0',
      stateDirectory: directory,
      openConfig: () => fixedConfig(DEFAULT_CONFIG),
      trusted: true,
      assetsDirectory: directory,
      log: () => undefined,
    });
  });
  afterEach(async () => {
    await agent.close('the test is over');
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });

  it('run without a cluster, outlive connecting to one, and are journaled from then on', async () => {
    const progress = { kind: 'progress', point: examplePoint(1000), stepsPerSecond: 9, etaSeconds: null };
    const end = { kind: 'finished', version: 1, cancelled: true, text: 'as good as the runbook' };
    const steps = [{ print: progress }, { onTerm: [{ print: end }] }, { wait: true }];
    vi.stubEnv('FAKE_TRAINER', JSON.stringify(steps));
    const kinds: string[] = [];
    agent.onRow(({ event }) => kinds.push(event.kind));
    const { training } = await agent.handle(
      'startTraining',
      { task: 'heal', algorithm: 'ppo', steps: 4000 },
      'test',
    );
    await until(() => expect(agent.snapshot().trainings[0]?.points).toHaveLength(1));
    await agent.handle('connect', { kubeconfig: cluster.kubeconfigPath }, 'test');
    expect(agent.snapshot().trainings[0]?.points).toEqual([examplePoint(1000)]);
    await agent.handle('cancelTraining', { trainingId: training.id }, 'test');
    await until(() => expect(kinds).toContain('training-finished'));
    expect(agent.snapshot().trainings[0]?.state).toEqual({
      kind: 'cancelled',
      version: 1,
      text: 'as good as the runbook',
    });
  });

  it('end with the agent, whether they listen or not', async () => {
    vi.stubEnv('FAKE_TRAINER', JSON.stringify([{ deaf: true }, { printPid: true }, { wait: true }]));
    await agent.handle('startTraining', { task: 'heal', algorithm: 'ppo', steps: 4000 }, 'test');
    await until(() => expect(agent.snapshot().trainings[0]?.points).toHaveLength(1));
    const pid = agent.snapshot().trainings[0]?.points[0]?.steps ?? 0;
    expect(process.kill(pid, 0)).toBe(true);
    await agent.close('the test is over');
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});
