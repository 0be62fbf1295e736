import type { ClientMessage, ErrorInfo, ServerMessage } from '../../agent/protocol';
import { parseServerMessage, type Transport, type TransportState } from './transport';

/** What the transport needs of the browser; a test passes its own. */
export interface BrowserWorld {
  openSocket(url: string, protocols: string[], events: SocketEvents): Socket;
  /** Whether the agent's HTTP side answers: tells a refused handshake from an agent that is gone. */
  isServerUp(): Promise<boolean>;
  setTimeout(callback: () => void, delayMs: number): number;
  clearTimeout(timer: number): void;
  nowMs(): number;
  /** 0…1. */
  random(): number;
}

export interface SocketEvents {
  opened(): void;
  received(data: unknown): void;
  /** Also the end of a connection that never opened. */
  closed(): void;
}

/** The part of WebSocket that is used. */
export interface Socket {
  readonly readyState: number;
  send(data: string): void;
}

const OPEN = 1;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

const LOST: ErrorInfo = {
  code: 'agent-not-running',
  message: 'The connection to the agent is lost; what is shown is old.',
  remedy: 'The page reconnects by itself. If the agent was started again, open the address that it printed.',
};
const NO_TOKEN: ErrorInfo = {
  code: 'token-wrong',
  message: 'This page has no valid token for the agent.',
  remedy: 'Open the whole address that the agent printed, including the part after #.',
};
const REFUSED: ErrorInfo = {
  code: 'token-wrong',
  message: 'The agent refused this page: its token or its address is not the one that the agent gave out.',
  remedy: 'Open the address that the agent printed last; each start has a new token.',
};

/** WebSocket to the agent, with the token as subprotocol and reconnection with back-off and jitter. */
export class BrowserTransport implements Transport {
  #state: TransportState = { kind: 'connecting' };
  #socket: Socket | null = null;
  #timer: number | null = null;
  #failures = 0;
  #refusals = 0;
  #goodbye: ErrorInfo | null = null;
  #messageListener: (message: ServerMessage) => void = () => {};
  #stateListener: (state: TransportState) => void = () => {};
  readonly #url: string;
  readonly #token: string | null;
  readonly #world: BrowserWorld;

  constructor(url: string, token: string | null, world: BrowserWorld) {
    this.#url = url;
    this.#token = token;
    this.#world = world;
    this.#connect();
  }

  get state(): TransportState {
    return this.#state;
  }

  send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  onMessage(listener: (message: ServerMessage) => void): void {
    this.#messageListener = listener;
  }

  onState(listener: (state: TransportState) => void): void {
    this.#stateListener = listener;
  }

  retry(): void {
    if (this.#state.kind === 'open' || this.#state.kind === 'connecting') return;
    if (this.#timer !== null) this.#world.clearTimeout(this.#timer);
    this.#connect();
  }

  #connect(): void {
    this.#timer = null;
    this.#goodbye = null;
    // A subprotocol is an HTTP token: the WebSocket constructor throws on anything else.
    if (this.#token === null || !/^[\w.~-]+$/.test(this.#token)) {
      this.#setState({ kind: 'refused', error: NO_TOKEN });
      return;
    }
    this.#setState({ kind: 'connecting' });
    let opened = false;
    this.#socket = this.#world.openSocket(this.#url, [`coxswain.${this.#token}`], {
      opened: () => {
        opened = true;
        this.#refusals = 0;
        this.#setState({ kind: 'open' });
      },
      received: (data) => this.#receive(data),
      closed: () => {
        this.#socket = null;
        void this.#closed(opened);
      },
    });
  }

  #receive(data: unknown): void {
    // A connection counts as good only once the agent has spoken, or a refusal after the handshake would reset
    // the back-off each time.
    const message = parseServerMessage(parseJson(data));
    if (message.kind === 'goodbye') this.#goodbye = message.error;
    else this.#failures = 0;
    this.#messageListener(message);
  }

  async #closed(opened: boolean): Promise<void> {
    const goodbye = this.#goodbye;
    if (goodbye?.code === 'token-wrong' || goodbye?.code === 'origin-wrong') {
      this.#setState({ kind: 'refused', error: goodbye });
    } else if (!opened && (await this.#world.isServerUp()) && ++this.#refusals >= 2) {
      // Once may be an agent that came up between the handshake and the question whether it is up.
      this.#setState({ kind: 'refused', error: REFUSED });
    } else {
      this.#retryLater(goodbye ?? LOST);
    }
  }

  #retryLater(error: ErrorInfo): void {
    const longestMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    const delayMs = longestMs * (0.5 + this.#world.random() / 2);
    this.#failures += 1;
    this.#timer = this.#world.setTimeout(() => this.#connect(), delayMs);
    this.#setState({ kind: 'waiting', error, retryAtMs: this.#world.nowMs() + delayMs });
  }

  #setState(state: TransportState): void {
    this.#state = state;
    this.#stateListener(state);
  }
}

/** Undefined, which no message is, where the text is no JSON. */
function parseJson(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
