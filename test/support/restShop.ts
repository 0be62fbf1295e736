import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CONFIG } from '../../agent/config/schema';
import { fixedConfig } from '../../agent/config/source';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../agent/embedded/cluster';
import type { JournalRow } from '../../agent/protocol';
import { openAgentRest } from '../../agent/rest/agentRest';
import type { RestService } from '../../agent/rest/service';
import { Agent } from '../../agent/server/agent';

const MANIFESTS = join(import.meta.dirname, '../../manifests');
/** Cluster time runs so much faster that a recovery takes seconds. */
const RATE = 20;

/** The demo shop, an agent in mode auto that is not connected to it yet, and its REST service. */
export interface RestShop {
  directory: string;
  cluster: EmbeddedCluster;
  agent: Agent;
  rest: RestService;
  /** What the journal and the REST service's log have gained. */
  rows: JournalRow[];
  logged: string[];
  close(): Promise<void>;
}

export async function startRestShop(): Promise<RestShop> {
  const directory = mkdtempSync(join(tmpdir(), 'coxswain-rest-'));
  const rows: JournalRow[] = [];
  const logged: string[] = [];
  const cluster = await startEmbeddedCluster({
    kubeconfigPath: join(directory, 'kubeconfig'),
    rate: RATE,
    seed: 7,
    demo: true,
  });
  const agent = await Agent.start({
    version: '0.0.0',
    stateDirectory: directory,
    openConfig: () => fixedConfig({ ...DEFAULT_CONFIG, mode: 'auto' }),
    trusted: true,
    // Where the experiments are that come with it.
    assetsDirectory: MANIFESTS,
    log: () => undefined,
  });
  agent.onRow((row) => rows.push(row));
  const rest = await openAgentRest({
    agent,
    config: { ...DEFAULT_CONFIG.server.rest, requestsPerMinute: 10_000 },
    stateDirectory: directory,
    version: '0.0.0',
    log: (text) => logged.push(text),
  });
  return {
    ...{ directory, cluster, agent, rest, rows, logged },
    async close() {
      await rest.close();
      await agent.close('the test is over');
      await cluster.close();
      rmSync(directory, { recursive: true });
    },
  };
}
