import { randomUUID } from 'node:crypto';
import type { ClusterConnection } from '../cluster/connection';
import { type Keeper, startKeeper } from '../safety/keeper/keeper';
import type { SessionOptions } from './sessionOptions';
import { journalDirectory } from './stateDirectory';

type Cluster = Pick<ClusterConnection, 'context'>;

/** What hands back when this process dies, and what both sign with. */
export function createKeeper(
  options: Pick<SessionOptions, 'config' | 'stateDirectory' | 'keeperProgram' | 'kubeconfigPath'>,
  cluster: Cluster,
  warn: (text: string) => void,
): { agentId: string; keeper: Keeper } {
  const { keeperProgram: program, kubeconfigPath, stateDirectory } = options;
  const agentId = randomUUID();
  const keeper = startKeeper({
    ...{ program, kubeconfigPath, stateDirectory, agentId },
    context: cluster.context,
    journalDirectory: journalOf(options, cluster),
    onLost: (why) => warn(`the keeper, which hands back when the agent dies, was lost: ${why}`),
  });
  return { agentId, keeper };
}

/** Where the journal of a connected cluster is. */
export function journalOf(
  { config, stateDirectory }: Pick<SessionOptions, 'config' | 'stateDirectory'>,
  { context }: Cluster,
): string {
  return config().journal.directory ?? journalDirectory(stateDirectory, context);
}
