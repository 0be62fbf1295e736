import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { openApiServer } from '../../agent/cluster/apiServer';
import { loadKubeconfig } from '../../agent/cluster/kubeconfig';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import { type AgentSnapshot, PROTOCOL_VERSION } from '../../agent/protocol';
import { AGENT_ENV, AGENT_NODE_FLAGS } from '../../extension/agent/frugality';
import { compared, type Row } from './row';
import { median } from './statistics';

const SPAWNS = 7;
const PODS = 100;
const DEPLOYMENTS = 10;
const REST_MS = 10_000;
const LIMITS = { readyMs: 500, residentMb: 120 };

/** A real agent on stdio, as the extension starts it, beside a real embedded cluster: start, and memory at rest. */
export async function run(): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'coxswain-bench-'));
  const cluster = await startEmbeddedCluster({
    kubeconfigPath: join(directory, 'kubeconfig'),
    rate: 1,
    seed: 1,
    demo: false,
  });
  try {
    await createPods(cluster);
    return [await readyRow(directory), ...(await restRows(directory, cluster))];
  } finally {
    await cluster.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** From spawn to the answer of the first request, as the extension waits for it. */
async function readyRow(directory: string): Promise<Row> {
  const timesMs: number[] = [];
  for (let index = 0; index < SPAWNS; index += 1) {
    const startedMs = performance.now();
    const agent = await startAgent(directory);
    await agent.connection.sendRequest('coxswain/stream', {});
    timesMs.push(performance.now() - startedMs);
    await agent.stop();
  }
  return compared(`agent ready after spawn (median of ${SPAWNS})`, median(timesMs), 'ms', {
    name: 'at most',
    value: LIMITS.readyMs,
  });
}

async function restRows(directory: string, cluster: EmbeddedCluster): Promise<Row[]> {
  const agent = await startAgent(directory);
  await agent.connection.sendRequest('coxswain/connect', { kubeconfig: cluster.kubeconfigPath });
  const state = await untilPods(agent.connection, PODS);
  await new Promise((wait) => setTimeout(wait, REST_MS));
  const residentMb = residentBytes(agent.child) / 2 ** 20;
  await agent.stop();
  const pods = state.workloads.reduce((sum, workload) => sum + workload.pods.length, 0);
  return [
    compared(`agent resident at rest with ${pods} pods`, residentMb, 'MB', {
      name: 'at most',
      value: LIMITS.residentMb,
    }),
  ];
}

async function startAgent(directory: string) {
  const child = spawn(
    process.execPath,
    [...AGENT_NODE_FLAGS, resolve('dist/agent.cjs'), 'agent', '--stdio', '--state-dir', directory],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...AGENT_ENV } },
  );
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    initializationOptions: { protocolVersion: PROTOCOL_VERSION, trusted: true },
  });
  const stop = async () => {
    const ended = new Promise((end) => child.once('exit', end));
    connection.dispose();
    child.stdin.end();
    await ended;
  };
  return { child, connection, stop };
}

async function untilPods(connection: MessageConnection, count: number): Promise<AgentSnapshot> {
  for (;;) {
    const { snapshot } = await connection.sendRequest<{ snapshot: AgentSnapshot }>('coxswain/snapshot', {});
    const ready = snapshot.workloads.reduce((sum, workload) => sum + workload.readyReplicas, 0);
    if (ready >= count) return snapshot;
    await new Promise((wait) => setTimeout(wait, 200));
  }
}

/** Linux tells it of any process; elsewhere this benchmark cannot. */
function residentBytes(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
}

async function createPods(cluster: EmbeddedCluster): Promise<void> {
  const api = openApiServer(loadKubeconfig({ path: cluster.kubeconfigPath }), undefined);
  for (let index = 0; index < DEPLOYMENTS; index += 1) {
    const name = `app-${index}`;
    const selector = { app: name };
    await api.send({
      method: 'POST',
      path: '/apis/apps/v1/namespaces/default/deployments',
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace: 'default' },
        spec: {
          replicas: PODS / DEPLOYMENTS,
          selector: { matchLabels: selector },
          template: {
            metadata: { labels: selector },
            spec: { containers: [{ name: 'app', image: 'app', resources: { requests: { cpu: '10m' } } }] },
          },
        },
      },
    });
  }
  await api.close();
}
