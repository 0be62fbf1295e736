import * as z from 'zod';

/** A decision that can be explained: a proposal, or a journal row of kind `decision`. */
export const DecisionRef = z.union([
  z.strictObject({ proposalId: z.string() }),
  z.strictObject({ seq: z.number().int() }),
]);
export type DecisionRef = z.infer<typeof DecisionRef>;

/** What VS Code itself tells its page, beside what it relays from the agent. */
export const HostMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('show-training'),
    /** Null for the newest. */
    trainingId: z.string().nullable(),
  }),
  z.object({ kind: z.literal('show-chaos') }),
  z.object({
    kind: z.literal('show-scaling'),
    /** Null for the one that is shown. */
    workloadId: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('show-release'),
    /** Null for the one that is shown. */
    releaseId: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('show-calibration'),
    /** Null for that of the shown workload, or for what runs. */
    calibrationId: z.string().nullable(),
  }),
  z.object({ kind: z.literal('show-explanation'), decision: DecisionRef }),
]);
export type HostMessage = z.infer<typeof HostMessage>;
