import { WebSocket } from 'ws';
import {
  type AgentSnapshot,
  applyDelta,
  type ClientMessage,
  CoxswainError,
  type ErrorInfo,
  type Method,
  type Params,
  type ParsedParams,
  REQUESTS,
  type Result,
  ServerMessage,
} from '../protocol';
import { type Endpoint, readEndpoint } from '../server/endpointFile';

/** A connection of a command to a running agent. */
export interface AgentClient {
  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Calls back with the state now, and after each change with it and the delta's changes. */
  follow(onState: (snapshot: AgentSnapshot) => void): void;
  /** Settles when the connection ends; rejects with the agent's reason where it gave one. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Connects to the agent that runs on this state directory; throws `agent-not-running`. */
export async function connectToAgent(stateDirectory: string): Promise<AgentClient> {
  const endpoint = readEndpoint(stateDirectory);
  if (!endpoint) throw notRunning(`No agent has published its address in ${stateDirectory}.`);
  const socket = await openSocket(endpoint);
  return new SocketClient(socket);
}

class SocketClient implements AgentClient {
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 1;
  #snapshot: AgentSnapshot | null = null;
  #onState: (snapshot: AgentSnapshot) => void = () => undefined;
  #goodbye: ErrorInfo | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(ServerMessage.parse(JSON.parse(String(data)))));
    this.closed = new Promise((resolve, reject) => {
      socket.once('close', () => {
        const reason = this.#goodbye;
        const error = reason
          ? new CoxswainError(reason.code, reason.message, reason.remedy)
          : notRunning('The agent has ended.');
        for (const { reject: rejectRequest } of this.#waiting.values()) rejectRequest(error);
        if (reason) reject(error);
        else resolve();
      });
    });
    // Who does not wait for the end need not hear of it.
    this.closed.catch(() => undefined);
  }

  async request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    const id = this.#nextId++;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#send({ kind: 'request', id, method, params: params as ParsedParams<M> });
    return REQUESTS[method].result.parse(await answer.promise) as Result<M>;
  }

  follow(onState: (snapshot: AgentSnapshot) => void): void {
    this.#onState = onState;
    this.#send({ kind: 'subscribe' });
  }

  close(): void {
    this.#socket.close();
  }

  #receive(message: ServerMessage): void {
    switch (message.kind) {
      case 'snapshot':
        this.#show(message.snapshot);
        return;
      case 'delta': {
        const next = this.#snapshot && applyDelta(this.#snapshot, message.delta);
        if (next) this.#show(next);
        else this.#send({ kind: 'subscribe' });
        return;
      }
      case 'response':
        this.#take(message.id)?.resolve(message.result);
        return;
      case 'failure': {
        const { code, message: text, remedy } = message.error;
        if (message.id !== null) this.#take(message.id)?.reject(new CoxswainError(code, text, remedy));
        return;
      }
      case 'goodbye':
        this.#goodbye = message.error;
    }
  }

  #show(snapshot: AgentSnapshot): void {
    this.#snapshot = snapshot;
    this.#onState(snapshot);
  }

  #take(id: number): PromiseWithResolvers<unknown> | undefined {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    return answer;
  }

  #send(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }
}

function openSocket(endpoint: Endpoint): Promise<WebSocket> {
  const socket = new WebSocket(endpoint.url, { headers: { Authorization: `Bearer ${endpoint.token}` } });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', (cause) =>
      reject(
        notRunning(`The agent at ${endpoint.url} (pid ${endpoint.pid}) does not answer: ${cause.message}`),
      ),
    );
  });
}

function notRunning(message: string): CoxswainError {
  return new CoxswainError(
    'agent-not-running',
    message,
    'Start one with `coxswain agent`, or name its state directory with --state-dir.',
  );
}
