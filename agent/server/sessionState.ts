import type { Clock } from '../clock';
import type { ClusterConnection } from '../cluster/connection';
import type { AgentSnapshot, Connection, MetricsSource } from '../protocol';

/** A connected cluster as the state shows it. */
export function connectionOf(cluster: ClusterConnection, metrics: MetricsSource): Connection {
  const { context, server, serverVersion, capabilities, permissions } = cluster;
  return {
    kind: 'connected',
    context,
    server,
    serverVersion,
    capabilities: [...capabilities],
    permissions: [...permissions],
    metrics,
    trouble: cluster.trouble(),
  };
}

/** How a view gets from wall time to cluster time. */
export function mappingOf(clock: Clock): AgentSnapshot['clock'] {
  return { originMs: clock.nowMs(), wallOriginMs: Date.now(), rate: clock.rate };
}
