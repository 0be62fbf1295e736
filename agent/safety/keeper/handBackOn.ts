import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { clusterClock } from '../../clock';
import { openApiServer } from '../../cluster/apiServer';
import { loadKubeconfig } from '../../cluster/kubeconfig';
import { openJournal } from '../../journal/journal';
import type { ResourceAddress } from '../change';
import { ClusterWriter } from '../writer';
import { handBackHeld } from './handBackHeld';
import type { AgentEnd } from './keeperProcess';

interface Options {
  kubeconfigPath: string | undefined;
  context: string;
  journalDirectory: string;
  agentId: string;
  end: AgentEnd;
  log(text: string): void;
}

/** Hands back on the real cluster, into the real journal. */
export async function handBackOn(held: readonly ResourceAddress[], options: Options): Promise<void> {
  const api = openApiServer(loadKubeconfig({ path: options.kubeconfigPath }), options.context);
  const clock = clusterClock(api.clock);
  try {
    await handBackHeld(held, {
      writer: new ClusterWriter(api),
      agentId: options.agentId,
      end: options.end,
      openJournal: () => openJournal({ directory: options.journalDirectory, clock }),
      newId: randomUUID,
      monotonicMs: () => performance.now(),
      wait: (ms) => delay(ms),
      log: options.log,
    });
  } finally {
    await api.close();
  }
}
