import * as z from 'zod';

/** The one line of JSON that `coxswain cluster` prints on stdout when it serves; whoever started it waits for it. */
export const ClusterReady = z.object({
  ready: z.literal(true),
  kubeconfig: z.string(),
  context: z.string(),
  url: z.string(),
  /** Where hosts with a route are served. */
  gatewayUrl: z.string().optional(),
});
export type ClusterReady = z.infer<typeof ClusterReady>;

/** What the line says; null for a line that is something else. */
export function parseClusterReady(line: string): ClusterReady | null {
  try {
    return ClusterReady.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
