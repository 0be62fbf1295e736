import type { Config } from '../config/schema';
import type { AgentRestOptions } from '../rest/agentRest';
import type { RestService } from '../rest/service';

/** The REST service of one agent, opened at most once, and only where the config asks for it. */
export class RestLifetime {
  readonly #options: Omit<AgentRestOptions, 'config'>;
  readonly #config: () => Config['server']['rest'];
  #service: Promise<RestService> | null = null;
  #closed = false;

  constructor(options: Omit<AgentRestOptions, 'config'>, config: () => Config['server']['rest']) {
    this.#options = options;
    this.#config = config;
  }

  /** @throws CoxswainError as `openAgentRest` */
  async open(): Promise<void> {
    const config = this.#config();
    if (!config.enabled || this.#closed) return;
    // Most agents never need its code.
    this.#service ??= import('../rest/agentRest').then(({ openAgentRest }) =>
      openAgentRest({ ...this.#options, config }),
    );
    await this.#service;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const service = await this.#service?.catch(() => null);
    await service?.close();
  }
}
