import * as z from 'zod';

export const FaultKind = z.enum(['pod-kill', 'cpu-stress', 'memory-stress', 'network-delay']);
export type FaultKind = z.infer<typeof FaultKind>;

/** A fault that runs, or ran, on a workload: ours or somebody else's. */
export const Fault = z.object({
  id: z.string(),
  workloadId: z.string(),
  kind: FaultKind,
  /** Names of the pods it hit, as far as the chaos tool has said. */
  pods: z.array(z.string()),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  state: z.enum(['starting', 'running', 'recovering', 'ended', 'failed']),
  /** What was done in words, for example `network delay 300 ms on 1 pod`. */
  text: z.string(),
});
export type Fault = z.infer<typeof Fault>;
