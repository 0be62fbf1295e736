import * as z from 'zod';

/** What a policy may propose. The executor of a task turns it into one reversible write. */
export const Action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('restart-pod'), pod: z.string(), podUid: z.string() }),
  z.object({ kind: z.literal('scale'), from: z.number().int(), to: z.number().int() }),
  z.object({ kind: z.literal('drain-pod'), pod: z.string(), podUid: z.string() }),
  z.object({ kind: z.literal('undrain-pod'), pod: z.string(), podUid: z.string() }),
]);
export type Action = z.infer<typeof Action>;
export type ActionKind = Action['kind'];
