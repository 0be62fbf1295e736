import { type ClientMessage, type ErrorInfo, ServerMessage } from '../../agent/protocol';

/** How the page reaches the agent. The views never know which road it is. */
export interface Transport {
  readonly state: TransportState;
  /** Sends at once; false where there is no open road. */
  send(message: ClientMessage): boolean;
  onMessage(listener: (message: ServerMessage) => void): void;
  onState(listener: (state: TransportState) => void): void;
  /** Tries again now, out of `waiting` or `refused`. */
  retry(): void;
}

export type TransportState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  /** Lost; tries again by itself at `retryAtMs` (wall time), or when the other side speaks where that is null. */
  | { kind: 'waiting'; error: ErrorInfo; retryAtMs: number | null }
  /** Tried no more: only the user can change it. */
  | { kind: 'refused'; error: ErrorInfo };

/** What arrived, checked. Whatever is not a message of the protocol becomes a failure that says so. */
export function parseServerMessage(data: unknown): ServerMessage {
  const parsed = ServerMessage.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return {
    kind: 'failure',
    id: null,
    error: {
      code: 'message-malformed',
      message: `The dashboard does not understand a message of the agent (${issue?.path.join('.')}: ${issue?.message}).`,
      remedy: 'Reload this page; agent and dashboard may be of different versions.',
    },
  };
}
