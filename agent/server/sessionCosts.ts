import type { ClusterSnapshot, Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import { costReport } from '../costs/costReport';
import { renderCosts } from '../costs/renderCosts';
import type { PrometheusClient } from '../metrics/prometheusClient';
import { CoxswainError, type ParsedParams, type Result } from '../protocol';

export interface CostPorts {
  /** Null where the cluster has no Prometheus. */
  client: PrometheusClient | null;
  snapshot: ClusterSnapshot;
  config: Config;
  /** Cluster time. */
  nowMs: number;
}

/** More are a question for a dashboard: each is half a dozen range queries. */
const MOST_WORKLOADS = 100;

/** Answers `costReport`. Throws CoxswainError. */
export async function reportCosts(
  params: ParsedParams<'costReport'>,
  { client, snapshot, config, nowMs }: CostPorts,
): Promise<Result<'costReport'>> {
  if (client === null) {
    throw new CoxswainError(
      'prometheus-missing',
      'Costs are reckoned from history, and the cluster has no Prometheus that could be found.',
      'Set `metrics.prometheusUrl` in coxswain.yaml, or install Prometheus with kube-state-metrics.',
    );
  }
  const all = chosen(params.workloadId, snapshot, config);
  const sinceMs = nowMs - params.sinceSeconds * 1000;
  const { baseline } = params;
  const workloads = all.slice(0, MOST_WORKLOADS);
  const range = { sinceMs, untilMs: nowMs, baseline };
  const report = await costReport({ client, workloads, nodes: snapshot.nodes, config, ...range });
  const left = all.length - workloads.length;
  const warnings = left > 0 ? [`${left} more workloads are left out; name one with --workload.`] : [];
  const whole = { ...report, warnings: [...report.warnings, ...warnings] };
  return { report: whole, text: renderCosts(whole, params.format) };
}

/** The one that was asked for, else those of the namespaces that are steered, else all. */
function chosen(id: string | undefined, { workloads }: ClusterSnapshot, config: Config): Workload[] {
  if (id === undefined) {
    const steered = ({ ref }: Workload) =>
      config.namespaces.length === 0 || config.namespaces.includes(ref.namespace);
    return [...workloads.values()].filter(steered);
  }
  const workload = workloads.get(id);
  if (workload) return [workload];
  throw new CoxswainError(
    'not-found',
    `There is no workload ${id}.`,
    'Look at the workloads in `coxswain status`.',
  );
}
