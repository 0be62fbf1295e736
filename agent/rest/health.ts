import * as z from 'zod';
import {
  type AgentSnapshot,
  type Connection,
  Control,
  clusterNowMs,
  type DataState,
  Mode,
} from '../protocol';

/** What a probe without a token may know. */
export const BriefHealth = z.object({
  /** `unavailable`: nothing can be decided now. `degraded`: of some workloads only. */
  status: z.enum(['ok', 'degraded', 'unavailable']),
  ready: z.boolean(),
});

export const FullHealth = BriefHealth.extend({
  version: z.string(),
  uptimeSeconds: z.number(),
  connected: z.boolean(),
  /** Why it is not `ok`, in words; empty where it is. */
  reasons: z.array(z.string()),
  context: z.string().nullable(),
  mode: Mode.nullable(),
  control: Control.nullable(),
  /** Seconds of cluster time since the oldest data that steers a workload; null without workloads or data. */
  dataAgeSeconds: z.number().nullable(),
  workloads: z.object({ fresh: z.number().int(), stale: z.number().int(), none: z.number().int() }),
  /** What answers `/predict`. */
  policy: z.string().nullable(),
});
export type FullHealth = z.infer<typeof FullHealth>;

/** The health of an agent that steers a cluster. @param nowMs wall time */
export function healthOf(snapshot: AgentSnapshot, nowMs: number, uptimeSeconds: number): FullHealth {
  const { connection, mode, control, agentVersion, models } = snapshot;
  const connected = connection.kind === 'connected' && connection.trouble === null;
  const data = countData(snapshot);
  const reasons = reasonsOf(connection, data);
  const active = models.find(({ task, state }) => task === 'heal' && state === 'active');
  return {
    status: connected ? (reasons.length === 0 ? 'ok' : 'degraded') : 'unavailable',
    ready: connected,
    version: agentVersion,
    uptimeSeconds,
    connected,
    reasons,
    context: 'context' in connection ? connection.context : null,
    mode: connected ? mode : null,
    control: connected ? control : null,
    dataAgeSeconds: oldestSeconds(snapshot, nowMs),
    workloads: data,
    policy: active ? `${active.task}/${active.version}` : (snapshot.workloads[0]?.policy.name ?? null),
  };
}

function countData({ workloads }: AgentSnapshot): FullHealth['workloads'] {
  const count = (kind: DataState['kind']) => workloads.filter(({ data }) => data.kind === kind).length;
  return { fresh: count('fresh'), stale: count('stale'), none: count('none') };
}

function reasonsOf(connection: Connection, { stale, none }: FullHealth['workloads']): string[] {
  switch (connection.kind) {
    case 'disconnected':
      return ['no cluster is connected'];
    case 'connecting':
      return [`connecting to ${connection.context}`];
    case 'failed':
      return [connection.error.message];
    case 'connected':
      return [
        connection.trouble?.message ?? '',
        stale > 0 ? `the data of ${stale} workloads is old` : '',
        none > 0 ? `there is no data of ${none} workloads` : '',
      ].filter((reason) => reason !== '');
  }
}

function oldestSeconds({ workloads, clock }: AgentSnapshot, nowMs: number): number | null {
  const times = workloads.flatMap(({ data }) => ('atMs' in data ? [data.atMs] : []));
  if (times.length === 0) return null;
  return Math.max(0, (clusterNowMs(clock, nowMs) - Math.min(...times)) / 1000);
}
