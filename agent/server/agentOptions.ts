import type { ConfigListener, ConfigSource } from '../config/source';
import type { HealServiceFactory } from './healService';

/** What an agent is started with. */
export interface AgentOptions {
  version: string;
  stateDirectory: string;
  openConfig(listener: ConfigListener): ConfigSource;
  /** False in an untrusted workspace: only the embedded cluster may be connected. */
  trusted: boolean;
  /** The folder of the built program, of its dashboard, and of `agent.cjs`, which trainings run. */
  assetsDirectory: string;
  /** What answers for the learned side of `heal`; without it those requests are refused. */
  createHealService?: HealServiceFactory;
  /** From the secret storage of the editor that has started it; null where nothing is stored. None where absent. */
  editorSecret?: (name: string, signal: AbortSignal) => Promise<string | null>;
  log(text: string): void;
}
