import type { Config } from '../config/schema';
import { type Change, type ErrorInfo, emptySnapshot, type ParsedParams, toErrorInfo } from '../protocol';
import { givenUp, notConnected } from './connectErrors';
import type { Session } from './session';

type ConnectParams = ParsedParams<'connect'>;

/** Where a cluster is found; by the kubeconfig's own choice where absent. */
export interface ClusterChoice {
  kubeconfig: string | undefined;
  context: string | undefined;
}

interface Ports {
  version: string;
  config(): Config;
  /** Throws CoxswainError where that cluster may not be connected to. */
  check(choice: ClusterChoice): void;
  open(choice: ClusterChoice, signal: AbortSignal): Promise<Session>;
  publish(change: Change): void;
  onError(error: ErrorInfo): void;
}

/** The session of an agent: at most one at a time, opened and closed one after the other. */
export class SessionLifetime {
  readonly #ports: Ports;
  #current: Session | null = null;
  /** The later of two that connect or disconnect ends the earlier. */
  #turn: Promise<unknown> = Promise.resolve();
  #aborter = new AbortController();
  #params: ConnectParams = {};
  #isClosed = false;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  get current(): Session | null {
    return this.#current;
  }

  /** @throws CoxswainError `not-connected` */
  get connected(): Session {
    if (this.#current) return this.#current;
    throw notConnected('No cluster is connected.');
  }

  /** What is connected; null where nothing is. */
  get choice(): ClusterChoice | null {
    return this.#current && this.#choiceOf(this.#params);
  }

  /** @throws CoxswainError as `Session.open`, and where it was given up */
  connect(params: ConnectParams): Promise<void> {
    return this.#inTurn((signal) => this.#connectNow(params, signal));
  }

  /** As the last time, by the config as it is now. */
  reconnect(): Promise<void> {
    return this.connect(this.#params);
  }

  disconnect(): Promise<void> {
    return this.#inTurn(() => this.#disconnectNow('disconnected'));
  }

  /** What has to survive is done before the first await: the process may be about to end. */
  async close(why: string): Promise<void> {
    this.#isClosed = true;
    const session = this.#current;
    this.#current = null;
    const closing = session?.close(why);
    this.#aborter.abort(givenUp());
    await Promise.all([closing, this.#turn]);
  }

  #inTurn(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#isClosed) throw notConnected('The agent is ending.');
    this.#aborter.abort(givenUp());
    this.#aborter = new AbortController();
    const { signal } = this.#aborter;
    const next = this.#turn.then(() => {
      signal.throwIfAborted();
      return work(signal);
    });
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #connectNow(params: ConnectParams, signal: AbortSignal): Promise<void> {
    const { check, open, publish } = this.#ports;
    const choice = this.#choiceOf(params);
    check(choice);
    await this.#disconnectNow('connecting to another cluster');
    this.#params = params;
    const context = choice.context ?? '';
    publish({ kind: 'connection', connection: { kind: 'connecting', context } });
    try {
      this.#current = await open(choice, signal);
    } catch (error) {
      signal.throwIfAborted();
      publish({ kind: 'connection', connection: { kind: 'failed', context, error: toErrorInfo(error) } });
      throw error;
    }
  }

  async #disconnectNow(why: string): Promise<void> {
    const { version, publish, onError } = this.#ports;
    const session = this.#current;
    this.#current = null;
    try {
      await session?.close(why);
    } catch (error) {
      onError(toErrorInfo(error));
    }
    publish({ kind: 'reset', snapshot: emptySnapshot(version, process.pid) });
  }

  #choiceOf({ kubeconfig, context }: ConnectParams): ClusterChoice {
    const config = this.#ports.config();
    return { kubeconfig: kubeconfig ?? config.kubeconfig, context: context ?? config.context };
  }
}
