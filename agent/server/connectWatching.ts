import { type ClusterConnection, connectCluster } from '../cluster/connection';
import { isCoxswainError } from '../protocol';
import type { SessionOptions } from './sessionOptions';

/** Watches the listed namespaces, else all; who may not see all gets those of the context. */
export async function connectWatching(
  options: SessionOptions,
  contextNamespaces: readonly string[],
  listener: Pick<Parameters<typeof connectCluster>[0], 'onChange' | 'onTrouble' | 'onWarning'>,
): Promise<ClusterConnection> {
  const { kubeconfigPath, contextName: context, signal } = options;
  const { namespaces } = options.config();
  const connect = (watched: readonly string[]) =>
    connectCluster({ kubeconfigPath, context, namespaces: watched, signal, ...listener });
  try {
    return await connect(namespaces);
  } catch (error) {
    const denied = isCoxswainError(error) && error.code === 'permission-denied';
    if (!denied || namespaces.length > 0 || contextNamespaces.length === 0) throw error;
    listener.onWarning(`Only namespace ${contextNamespaces.join(', ')} may be watched: ${error.message}`);
    return connect(contextNamespaces);
  }
}
