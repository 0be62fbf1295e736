import { type ErrorInfo, type Method, type Params, type Result, toErrorInfo } from '../agent/protocol';
import type { AgentClient } from './agentClient';
import type { Toasts } from './toasts';

/** Asks the agent for the user, each thing once at a time, and says how it ended. */
export class Requests {
  readonly #asked = new Set<string>();
  readonly #client: AgentClient;
  readonly #toasts: Toasts;

  constructor(client: AgentClient, toasts: Toasts) {
    this.#client = client;
    this.#toasts = toasts;
  }

  /**
   * Does nothing while the last request with this `key` is unanswered, so that a double click asks once. `failure`
   * heads the message when it fails, `success` says what was done. `dealtWith` may take a failure for itself.
   */
  async ask<M extends Method>(
    key: string,
    failure: string,
    method: M,
    params: Params<M>,
    success?: (result: Result<M>) => string,
    dealtWith: (error: ErrorInfo) => boolean = () => false,
  ): Promise<void> {
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    try {
      const result = await this.#client.request(method, params);
      if (success) this.#toasts.done(success(result));
    } catch (error) {
      const info = toErrorInfo(error);
      if (!dealtWith(info)) this.#toasts.failed(failure, info);
    } finally {
      this.#asked.delete(key);
    }
  }
}
