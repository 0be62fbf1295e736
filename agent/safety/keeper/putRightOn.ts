import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { clusterClock } from '../../clock';
import { clusterReader, openApiServer } from '../../cluster/apiServer';
import { loadKubeconfig } from '../../cluster/kubeconfig';
import { listReleases } from '../../cluster/listReleases';
import { openJournal } from '../../journal/journal';
import { openJournalReader } from '../../journal/reader';
import { workloadId } from '../../protocol';
import { ClusterWriter } from '../writer';
import type { Charge } from './charge';
import type { AgentEnd } from './keeperProcess';
import { putRight } from './putRight';

interface Options {
  kubeconfigPath: string | undefined;
  context: string;
  journalDirectory: string;
  agentId: string;
  end: AgentEnd;
  log(text: string): void;
}

/** Puts right on the real cluster, into the real journal. */
export async function putRightOn(held: readonly Charge[], options: Options): Promise<void> {
  const load = () => loadKubeconfig({ path: options.kubeconfigPath });
  // Somebody may log in again while the grace lasts.
  const api = openApiServer(load(), options.context, load);
  const clock = clusterClock(api.clock);
  const reader = clusterReader(api);
  try {
    await putRight(held, {
      writer: new ClusterWriter(api),
      readRelease: async (namespace, name) =>
        (await listReleases(reader, namespace)).get(workloadId({ kind: 'Deployment', namespace, name })),
      agentId: options.agentId,
      end: options.end,
      openJournal: () => openJournal({ directory: options.journalDirectory, clock }),
      readJournal: () => openJournalReader(options.journalDirectory),
      newId: randomUUID,
      monotonicMs: () => performance.now(),
      wait: (ms) => delay(ms),
      log: options.log,
    });
  } finally {
    await api.close();
  }
}
