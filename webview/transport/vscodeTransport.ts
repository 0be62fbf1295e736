import type { ClientMessage, ServerMessage } from '../../agent/protocol';
import { HostMessage } from './hostMessage';
import { parseServerMessage, type Transport, type TransportState } from './transport';

/** Messages through the extension, which relays them to and from the agent's stream and restarts the agent. */
export class VsCodeTransport implements Transport {
  #state: TransportState = { kind: 'open' };
  #messageListener: (message: ServerMessage) => void = () => {};
  #stateListener: (state: TransportState) => void = () => {};
  #hostListener: (message: HostMessage) => void = () => {};
  readonly #post: (message: unknown) => void;

  constructor(post: (message: unknown) => void, window: Pick<Window, 'addEventListener'>) {
    this.#post = post;
    window.addEventListener('message', (event) => this.#receive(event.data));
  }

  get state(): TransportState {
    return this.#state;
  }

  send(message: ClientMessage): boolean {
    this.#post(message);
    return true;
  }

  onMessage(listener: (message: ServerMessage) => void): void {
    this.#messageListener = listener;
  }

  onState(listener: (state: TransportState) => void): void {
    this.#stateListener = listener;
  }

  /** What VS Code itself has to say to the page. */
  onHostMessage(listener: (message: HostMessage) => void): void {
    this.#hostListener = listener;
  }

  /** Asks for a snapshot: the extension answers when it has an agent. */
  retry(): void {
    this.#setState({ kind: 'open' });
  }

  #receive(data: unknown): void {
    const fromHost = HostMessage.safeParse(data);
    if (fromHost.success) {
      this.#hostListener(fromHost.data);
      return;
    }
    const message = parseServerMessage(data);
    if (message.kind === 'goodbye') {
      this.#setState({ kind: 'waiting', error: message.error, retryAtMs: null });
    } else if (message.kind === 'snapshot' && this.#state.kind !== 'open') {
      this.#state = { kind: 'open' };
    }
    this.#messageListener(message);
  }

  #setState(state: TransportState): void {
    this.#state = state;
    this.#stateListener(state);
  }
}
