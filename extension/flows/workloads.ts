import type { WorkloadState } from '../../agent/protocol';
import type { RunningAgent } from '../agent/supervisor';
import { notFound, pick } from './ui';

/** The workload with this id where the command came with one, else one that the user picks. */
export async function pickWorkload(
  agent: RunningAgent,
  workloadId: string | undefined,
  placeHolder: string,
): Promise<WorkloadState> {
  const { workloads } = agent.snapshot;
  if (workloadId !== undefined) {
    const found = workloads.find((workload) => workload.id === workloadId);
    if (found) return found;
    throw notFound(`The workload ${workloadId} is gone.`, 'Choose another one in the Cluster view.');
  }
  return pick(
    workloads,
    ({ ref, health, readyReplicas, desiredReplicas, steering }) => ({
      label: ref.name,
      description: `${ref.namespace} · ${readyReplicas}/${desiredReplicas} · ${health}`,
      ...(steering.kind === 'observe-only' ? { detail: `Observe only: ${steering.reason}` } : {}),
    }),
    placeHolder,
    notFound('The cluster shows no workloads.', 'Check `namespaces` in coxswain.yaml.'),
  );
}
