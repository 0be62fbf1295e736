import type { Config } from '../config/schema';
import { openExporter } from '../metrics/exporter/openExporter';
import {
  type AgentSnapshot,
  CoxswainError,
  type JournalRow,
  type Method,
  type Params,
  type Result,
} from '../protocol';
import { healthOf } from './health';
import { isLoopback } from './hosts';
import { openRestService, type RestService } from './service';
import { type RestToken, restToken } from './token';

/** As much of the agent as its REST service needs. */
export interface RestAgent {
  handle<M extends Method>(method: M, params: Params<M>, via: string): Promise<Result<M>>;
  snapshot(): AgentSnapshot;
  onRow(listener: (row: JournalRow) => void): void;
}

export interface AgentRestOptions {
  agent: RestAgent;
  config: Config['server']['rest'];
  stateDirectory: string;
  version: string;
  log(text: string): void;
}

/**
 * Opens the REST service of an agent, with its metrics.
 *
 * @throws CoxswainError `config-invalid` for a token file that cannot be used, or an address beyond this machine
 *   without one; `port-in-use`
 */
export async function openAgentRest(options: AgentRestOptions): Promise<RestService> {
  const { agent, config, version, log } = options;
  const token = requiredToken(config, options.stateDirectory);
  const snapshot = () => agent.snapshot();
  const nowMs = () => Date.now();
  const metrics = await openExporter({
    snapshot,
    version,
    nowMs,
    onRow: (listener) => agent.onRow(listener),
  });
  const service = await openRestService({
    ...config,
    token: token.value,
    version,
    metrics,
    backend: {
      handle: (method, params, via) => agent.handle(method, params, via),
      snapshot,
      health: () => healthOf(snapshot(), nowMs(), process.uptime()),
    },
  });
  log(`rest       ${service.url} (token in ${token.path})`);
  return service;
}

/** Who can be reached from other machines is told by its administrator who may call. */
export function requiredToken(
  { host, tokenFile }: Pick<Config['server']['rest'], 'host' | 'tokenFile'>,
  stateDirectory: string,
): RestToken {
  if (tokenFile === undefined && !isLoopback(host)) {
    throw new CoxswainError(
      'config-invalid',
      `The REST service would listen on ${host}, beyond this machine, with a token that was made up for it alone.`,
      'Set server.rest.tokenFile (or --token-file) to a file with a token of yours, or listen on 127.0.0.1.',
    );
  }
  return restToken(stateDirectory, tokenFile);
}
