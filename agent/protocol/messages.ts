import * as z from 'zod';
import { ErrorInfoSchema } from './errorInfo';
import { AgentSnapshot, Delta } from './snapshot';

/** From the agent over the WebSocket, or relayed by the extension into its webview. */
export const ServerMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('snapshot'), snapshot: AgentSnapshot }),
  z.object({ kind: z.literal('delta'), delta: Delta }),
  z.object({ kind: z.literal('response'), id: z.number().int(), result: z.unknown() }),
  z.object({ kind: z.literal('failure'), id: z.number().int().nullable(), error: ErrorInfoSchema }),
  /** The last message before the agent hangs up, for example on a reader that is too slow. */
  z.object({ kind: z.literal('goodbye'), error: ErrorInfoSchema }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** To the agent. `subscribe` is answered by a snapshot, then deltas. */
export const ClientMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('subscribe') }),
  z.strictObject({
    kind: z.literal('request'),
    id: z.number().int(),
    method: z.string(),
    params: z.unknown().optional(),
  }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;
