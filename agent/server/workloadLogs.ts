import type { ClusterConnection } from '../cluster/connection';
import type { Workload } from '../cluster/snapshot';
import { type ParsedParams, type Result, toErrorInfo } from '../protocol';

/** The last lines of a workload's pods. A pod that is gone or has not started must not hide the logs of the others. */
export async function readLogs(
  cluster: Pick<ClusterConnection, 'podLogs'>,
  { ref, pods }: Workload,
  { pod: wanted, tailLines }: Pick<ParsedParams<'logs'>, 'pod' | 'tailLines'>,
): Promise<Result<'logs'>['lines']> {
  const perPod = await Promise.all(
    pods
      .filter((pod) => wanted === undefined || pod.name === wanted)
      .map(async ({ name }) => {
        const lines = await cluster
          .podLogs({ namespace: ref.namespace, name }, tailLines)
          .catch((error: unknown) => [`(no logs: ${toErrorInfo(error).message})`]);
        return lines.map((text) => ({ pod: name, text }));
      }),
  );
  return perPod.flat();
}
