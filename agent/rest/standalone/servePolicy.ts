import { join } from 'node:path';
import { DEFAULT_CONFIG } from '../../config/schema';
import { openExporter } from '../../metrics/exporter/openExporter';
import { requiredToken } from '../agentRest';
import { openRestService, type RestService } from '../service';
import type { RestToken } from '../token';
import { ExperienceFile } from './experienceFile';
import { PolicyBackend, type ServedPolicy } from './policyBackend';

export interface ServeOptions extends Omit<ServedPolicy, 'experience'> {
  host: string;
  port: number;
  tokenFile: string | undefined;
  stateDirectory: string;
}

/**
 * Opens the REST service for one policy.
 *
 * @throws CoxswainError `config-invalid` for the token, `port-in-use`, `model-invalid` for a policy that cannot decide
 */
export async function servePolicy(options: ServeOptions): Promise<RestService & { token: RestToken }> {
  const { host, port, stateDirectory, task, version } = options;
  const token = requiredToken(options, stateDirectory);
  const experience = new ExperienceFile(join(stateDirectory, 'experience', `${task}.jsonl`));
  const backend = new PolicyBackend({ ...options, experience });
  const metrics = await openExporter({
    snapshot: () => null,
    version,
    nowMs: Date.now,
    onRow: () => undefined,
  });
  const { requestsPerMinute } = DEFAULT_CONFIG.server.rest;
  const service = await openRestService({
    host,
    port,
    token: token.value,
    requestsPerMinute,
    version,
    backend,
    metrics,
  });
  return { ...service, token };
}
