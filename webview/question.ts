import { type ErrorInfo, type Method, type Params, type Result, toErrorInfo } from '../agent/protocol';
import type { AgentClient } from './agentClient';

/** What is known of an answer. One that is known stays while it is asked again. */
export type Answer<T> =
  | { kind: 'none' }
  | { kind: 'waiting' }
  | { kind: 'known'; value: T }
  | { kind: 'failed'; error: ErrorInfo };

/** Something that is read from the agent for a view, and read anew when what it depends on is another. */
export class Question<M extends Method> {
  answer: Answer<Result<M>> = { kind: 'none' };
  #key: string | null = null;
  #topic: string | null = null;
  readonly #client: Pick<AgentClient, 'request'>;
  readonly #method: M;
  readonly #changed: () => void;

  constructor(client: Pick<AgentClient, 'request'>, method: M, changed: () => void) {
    this.#client = client;
    this.#method = method;
    this.#changed = changed;
  }

  /**
   * Asks, unless the last question had the same topic and version. An answer on the same topic stays until the new
   * one is there; one on another topic is forgotten at once.
   */
  ask(topic: string, version: string, params: Params<M>): void {
    const key = `${topic}\n${version}`;
    if (key === this.#key) return;
    if (topic !== this.#topic || this.answer.kind === 'failed') this.answer = { kind: 'waiting' };
    this.#key = key;
    this.#topic = topic;
    void this.#fetch(key, params);
  }

  /** What it has said is forgotten, so that the next question is asked in any case. */
  forget(): void {
    this.#key = null;
    this.#topic = null;
    this.answer = { kind: 'none' };
  }

  async #fetch(key: string, params: Params<M>): Promise<void> {
    const answer = await this.#client.request(this.#method, params).then(
      (value): Answer<Result<M>> => ({ kind: 'known', value }),
      (error: unknown): Answer<Result<M>> => ({ kind: 'failed', error: toErrorInfo(error) }),
    );
    // Another question has been asked meanwhile.
    if (key !== this.#key) return;
    this.answer = answer;
    this.#changed();
  }
}
