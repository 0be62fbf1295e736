import { arch, platform, release } from 'node:os';
import type { AgentSnapshot, Connection } from '../protocol';

export interface DiagnoseInput {
  snapshot: AgentSnapshot;
  configPath: string | null;
  stateDirectory: string;
  streamUrl: string;
  /** Age of each watched resource, cluster milliseconds; null where it was never listed. */
  staleness: readonly { resource: string; ageMs: number | null; state: string }[];
}

/** Everything somebody needs to help from afar, as Markdown, without a secret in it. */
export function diagnose(input: DiagnoseInput): string {
  const { snapshot } = input;
  return [
    '# Coxswain: diagnosis',
    '',
    `- agent ${snapshot.agentVersion}, pid ${snapshot.pid}, protocol ${snapshot.protocolVersion}`,
    `- Node ${process.version}, ${platform()} ${release()} ${arch()}, ${megabytes(process.memoryUsage.rss())} resident`,
    `- configuration: ${input.configPath ?? 'defaults, no coxswain.yaml'}`,
    `- state directory: ${input.stateDirectory}`,
    `- stream: ${input.streamUrl}`,
    `- mode ${snapshot.mode}, ${snapshot.control.kind}`,
    '',
    ...connectionLines(snapshot.connection),
    '## Watches',
    '',
    ...listOrNone(
      input.staleness.map(
        ({ resource, ageMs, state }) =>
          `- ${resource}: ${state}${ageMs === null ? '' : `, last heard of ${(ageMs / 1000).toFixed(0)} s ago`}`,
      ),
    ),
    '## Workloads',
    '',
    ...listOrNone(
      snapshot.workloads.map(
        (workload) =>
          `- ${workload.id}: ${workload.health}, ${workload.readyReplicas}/${workload.desiredReplicas} ready, data ${workload.data.kind}` +
          (workload.steering.kind === 'act' ? '' : `, observe only: ${workload.steering.reason}`),
      ),
    ),
    '## Releases',
    '',
    ...listOrNone(
      snapshot.releases.map(
        ({ id, operator, phase, steering, status, problem }) =>
          `- ${id}: ${operator}, ${phase}, steering ${steering}, ${status}` +
          (problem === null ? '' : `; problem: ${problem}`),
      ),
    ),
    '## Last errors',
    '',
    ...listOrNone(
      snapshot.errors.map(
        (error) => `- ${new Date(error.atMs).toISOString()} ${error.code}: ${error.message} ${error.remedy}`,
      ),
    ),
  ].join('\n');
}

function connectionLines(connection: Connection): string[] {
  switch (connection.kind) {
    case 'disconnected':
      return ['Not connected to a cluster.', ''];
    case 'connecting':
      return [`Connecting to ${connection.context}.`, ''];
    case 'failed':
      return [
        `Connecting to ${connection.context || 'the cluster'} failed: ${connection.error.code}: ${connection.error.message}`,
        connection.error.remedy,
        '',
      ];
    case 'connected':
      return [
        `- context ${connection.context}, server ${connection.server}, Kubernetes ${connection.serverVersion}`,
        `- metrics: ${describeMetrics(connection.metrics)}`,
        ...(connection.trouble
          ? [`- trouble: ${connection.trouble.message} ${connection.trouble.remedy}`]
          : []),
        '',
        '## Capabilities',
        '',
        ...connection.capabilities.map(
          ({ title, present, detail }) => `- ${present ? '✓' : '✗'} ${title}: ${detail}`,
        ),
        '',
        '## Permissions',
        '',
        ...connection.permissions.map(
          ({ verb, resource, namespace, allowed, purpose }) =>
            `- ${allowed ? '✓' : '✗'} ${verb} ${resource} in ${namespace ?? 'all namespaces'} (${purpose})`,
        ),
        '',
      ];
  }
}

function describeMetrics(source: Extract<Connection, { kind: 'connected' }>['metrics']): string {
  switch (source.kind) {
    case 'prometheus':
      return `Prometheus at ${source.address}`;
    case 'metrics-server':
      return `metrics-server (${source.note})`;
    case 'none':
      return `none: ${source.reason}`;
  }
}

function listOrNone(lines: readonly string[]): string[] {
  return [...(lines.length === 0 ? ['none'] : lines), ''];
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
