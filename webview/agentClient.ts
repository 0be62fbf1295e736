import type * as z from 'zod';
import {
  type AgentSnapshot,
  applyDelta,
  CoxswainError,
  type Delta,
  type ErrorInfo,
  fromErrorInfo,
  type Method,
  type Params,
  REQUESTS,
  type Result,
  type ServerMessage,
} from '../agent/protocol';
import type { Transport, TransportState } from './transport/transport';

const ANSWER_TIMEOUT_MS = 20_000;

export interface Timers {
  setTimeout(callback: () => void, delayMs: number): number;
  clearTimeout(timer: number): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: CoxswainError): void;
  timer: number;
}

/** The agent as the page sees it: its state, kept up to date by deltas, and its requests. */
export class AgentClient {
  /** The last known state; null until the first snapshot. It stays while the connection is lost. */
  snapshot: AgentSnapshot | null = null;
  #following = false;
  #nextId = 1;
  readonly #waiting = new Map<number, Waiting>();
  readonly #transport: Transport;
  readonly #timers: Timers;
  readonly #changed: () => void;
  readonly #failed: (error: ErrorInfo) => void;

  /** `changed` is called after each change of `snapshot` or `transportState`, `failed` on errors nobody asked for. */
  constructor(transport: Transport, timers: Timers, changed: () => void, failed: (error: ErrorInfo) => void) {
    this.#transport = transport;
    this.#timers = timers;
    this.#changed = changed;
    this.#failed = failed;
    transport.onMessage((message) => this.#receive(message));
    transport.onState((state) => this.#follow(state));
    this.#follow(transport.state);
  }

  get transportState(): TransportState {
    return this.#transport.state;
  }

  /** Tries to reach the agent now. */
  reconnect(): void {
    this.#transport.retry();
  }

  /** Throws a CoxswainError: the agent's own, or `agent-not-running` where no answer can come. */
  async request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const id = this.#nextId++;
    const result = await new Promise<unknown>((resolve, reject) => {
      const timer = this.#timers.setTimeout(() => {
        this.#waiting.delete(id);
        reject(notAnswered(`The agent has not answered ${method} in ${ANSWER_TIMEOUT_MS / 1000} s.`));
      }, ANSWER_TIMEOUT_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      if (!this.#transport.send({ kind: 'request', id, method, params })) {
        this.#take(id)?.reject(notAnswered(`The agent is not connected, so ${method} was not sent.`));
      }
    });
    // The table's entry for M has a result schema for Result<M>; TypeScript cannot follow the index.
    const schema = REQUESTS[method].result as unknown as z.ZodType<Result<M>>;
    return schema.parse(result);
  }

  #receive(message: ServerMessage): void {
    switch (message.kind) {
      case 'snapshot':
        this.#following = true;
        this.#show(message.snapshot);
        break;
      case 'delta':
        this.#apply(message.delta);
        break;
      case 'response':
        this.#take(message.id)?.resolve(message.result);
        break;
      case 'failure':
        this.#fail(message.id, message.error);
        break;
      case 'goodbye':
        break;
    }
  }

  #apply(delta: Delta): void {
    if (this.snapshot === null || !this.#following) return;
    const next = applyDelta(this.snapshot, delta);
    if (next === null) this.#subscribe();
    else this.#show(next);
  }

  #show(snapshot: AgentSnapshot): void {
    this.snapshot = snapshot;
    this.#changed();
  }

  #fail(id: number | null, error: ErrorInfo): void {
    const waiting = id === null ? undefined : this.#take(id);
    if (waiting) waiting.reject(fromErrorInfo(error));
    else this.#failed(error);
  }

  /** Deltas are ignored from here to the snapshot, so that one gap asks once. */
  #subscribe(): void {
    this.#following = false;
    this.#transport.send({ kind: 'subscribe' });
  }

  #follow(state: TransportState): void {
    if (state.kind === 'open') this.#subscribe();
    if (state.kind === 'waiting' || state.kind === 'refused') this.#abandon();
    this.#changed();
  }

  #abandon(): void {
    for (const id of [...this.#waiting.keys()]) {
      this.#take(id)?.reject(notAnswered('The connection was lost before the agent answered.'));
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    this.#timers.clearTimeout(waiting.timer);
    return waiting;
  }
}

function notAnswered(message: string): CoxswainError {
  return new CoxswainError('agent-not-running', message, 'Look at the current state, then try again.');
}
