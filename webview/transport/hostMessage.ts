import * as z from 'zod';

/** What VS Code itself tells its page, beside what it relays from the agent. */
export const HostMessage = z.object({
  kind: z.literal('show-training'),
  /** Null for the newest. */
  trainingId: z.string().nullable(),
});
export type HostMessage = z.infer<typeof HostMessage>;
