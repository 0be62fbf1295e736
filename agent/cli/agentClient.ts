import { WebSocket } from 'ws';
import {
  type AgentSnapshot,
  applyDelta,
  type ClientMessage,
  CoxswainError,
  type ErrorInfo,
  fromErrorInfo,
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

/** A process that has the port of an agent that is gone may take a connection and never answer. */
const HANDSHAKE_TIMEOUT_MS = 5000;

/** Connects to the agent that runs on this state directory; throws `agent-not-running`. */
export async function connectToAgent(stateDirectory: string): Promise<AgentClient> {
  const endpoint = readEndpoint(stateDirectory);
  if (!endpoint) throw notRunning(`No agent has published its address in ${stateDirectory}.`);
  const socket = new WebSocket(endpoint.url, {
    headers: { Authorization: `Bearer ${endpoint.token}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
  // It listens from the start on: an agent may say goodbye with its first message.
  const client = new SocketClient(socket);
  await opened(socket, endpoint);
  return client;
}

/** Asks one question, and ends the connection with its answer or its failure. */
export async function askOnce<T>(
  agent: AgentClient,
  question: (agent: AgentClient) => Promise<T>,
): Promise<T> {
  try {
    return await question(agent);
  } finally {
    agent.close();
  }
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
    socket.on('message', (data) => this.#receive(String(data)));
    // What is wrong with the connection shows in its end.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve, reject) => {
      socket.once('close', () => {
        const error = this.#goodbye ? fromErrorInfo(this.#goodbye) : notRunning('The agent has ended.');
        for (const waiting of this.#waiting.values()) waiting.reject(error);
        if (this.#goodbye) reject(error);
        else resolve();
      });
    });
    // Who does not wait for the end need not hear of it.
    this.closed.catch(() => undefined);
  }

  async request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    if (this.#socket.readyState !== this.#socket.OPEN) {
      await this.closed;
      throw notRunning('The agent has ended.');
    }
    const id = this.#nextId++;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#send({ kind: 'request', id, method, params: params as ParsedParams<M> });
    const { data, success } = REQUESTS[method].result.safeParse(await answer.promise);
    if (!success) throw fromErrorInfo(MALFORMED);
    return data as Result<M>;
  }

  follow(onState: (snapshot: AgentSnapshot) => void): void {
    this.#onState = onState;
    this.#send({ kind: 'subscribe' });
  }

  close(): void {
    this.#socket.close();
  }

  #receive(text: string): void {
    const message = parseMessage(text);
    if (message === null) {
      this.#goodbye = MALFORMED;
      this.#socket.close();
      return;
    }
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
        if (message.id !== null) this.#take(message.id)?.reject(fromErrorInfo(message.error));
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

function opened(socket: WebSocket, { url, pid }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', ({ message }) =>
      reject(notRunning(`The agent at ${url} (pid ${pid}) does not answer: ${message}`)),
    );
  });
}

function parseMessage(text: string): ServerMessage | null {
  try {
    return ServerMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const MALFORMED: ErrorInfo = {
  code: 'message-malformed',
  message: 'The agent has sent what this version does not understand.',
  remedy: 'Use the agent and its commands in the same version: restart the agent.',
};

function notRunning(message: string): CoxswainError {
  return new CoxswainError(
    'agent-not-running',
    message,
    'Start one with `coxswain agent`, or name its state directory with --state-dir.',
  );
}
