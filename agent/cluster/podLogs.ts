import * as z from 'zod';
import type { ClusterReader } from './api';
import { ApiStatusError } from './apiErrors';

/** The last lines of a pod's default container, as `kubectl logs` chooses it. Throws CoxswainError. */
export async function readPodLogs(
  reader: ClusterReader,
  { namespace, name }: { namespace: string; name: string },
  tailLines: number,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const pod = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  const path = `${pod}/log?tailLines=${tailLines}`;
  try {
    return linesOf(await reader.getText(path, signal));
  } catch (error) {
    // A pod of several containers is refused unless one is named.
    if (!(error instanceof ApiStatusError) || error.status !== 400) throw error;
    const container = defaultContainer(await reader.get(pod, signal));
    if (container === null) throw error;
    return linesOf(await reader.getText(`${path}&container=${encodeURIComponent(container)}`, signal));
  }
}

const PodContainers = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
  spec: z.object({ containers: z.array(z.object({ name: z.string() })) }),
});

function defaultContainer(object: unknown): string | null {
  const pod = PodContainers.safeParse(object).data;
  const annotated = pod?.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  return annotated ?? pod?.spec.containers[0]?.name ?? null;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
