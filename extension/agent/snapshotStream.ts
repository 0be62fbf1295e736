import type { WebSocket } from 'ws';
import { type AgentSnapshot, ServerMessage } from '../../agent/protocol';
import { applyDelta } from '../../agent/protocol/applyDelta';
import type { SessionListener } from './session';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;

export type StreamStep =
  | { kind: 'snapshot'; snapshot: AgentSnapshot }
  | { kind: 'resubscribe' }
  | { kind: 'ignored' };

/** What a message means for a follower who holds `snapshot`, or null while waiting for one. */
export function followMessage(snapshot: AgentSnapshot | null, message: ServerMessage): StreamStep {
  if (message.kind === 'snapshot') return { kind: 'snapshot', snapshot: message.snapshot };
  if (message.kind !== 'delta' || !snapshot) return { kind: 'ignored' };
  const next = applyDelta(snapshot, message.delta);
  return next ? { kind: 'snapshot', snapshot: next } : { kind: 'resubscribe' };
}

export interface StreamEndpoint {
  url: string;
  token: string;
}

/** Follows the agent's WebSocket and connects again, with back-off, until disposed. */
export class SnapshotStream {
  readonly #endpoint: StreamEndpoint;
  readonly #listener: Pick<SessionListener, 'onSnapshot' | 'onStreamLost'>;
  readonly #log: (line: string) => void;
  #socket: WebSocket | null = null;
  #snapshot: AgentSnapshot | null = null;
  #retryMs = FIRST_RETRY_MS;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(
    endpoint: StreamEndpoint,
    listener: Pick<SessionListener, 'onSnapshot' | 'onStreamLost'>,
    log: (line: string) => void,
  ) {
    this.#endpoint = endpoint;
    this.#listener = listener;
    this.#log = log;
  }

  async open(): Promise<void> {
    // Loaded here, not at the top: activation has no use for it.
    const { WebSocket } = await import('ws');
    if (this.#disposed) return;
    const socket = new WebSocket(this.#endpoint.url, {
      headers: { Authorization: `Bearer ${this.#endpoint.token}` },
    });
    this.#socket = socket;
    socket.on('open', () => this.#subscribe());
    socket.on('message', (data) => this.#onMessage(String(data)));
    socket.on('error', (error) => this.#log(`stream: ${error.message}`));
    socket.on('close', () => this.#onClose());
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#socket?.terminate();
  }

  #subscribe(): void {
    this.#snapshot = null;
    this.#socket?.send(JSON.stringify({ kind: 'subscribe' }));
  }

  #onMessage(text: string): void {
    const message = parse(text);
    if (message?.kind === 'goodbye') this.#log(`stream: ${message.error.message}`);
    else if (message) this.#follow(message);
    else this.#log('stream: a message that is not of the protocol was dropped');
  }

  #follow(message: ServerMessage): void {
    const step = followMessage(this.#snapshot, message);
    if (step.kind === 'resubscribe') this.#subscribe();
    if (step.kind !== 'snapshot' || this.#disposed) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#snapshot = step.snapshot;
    this.#listener.onSnapshot(step.snapshot, message);
  }

  #onClose(): void {
    if (this.#disposed) return;
    this.#snapshot = null;
    this.#listener.onStreamLost();
    this.#timer = setTimeout(() => void this.open(), this.#retryMs);
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
  }
}

function parse(text: string): ServerMessage | null {
  try {
    return ServerMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
