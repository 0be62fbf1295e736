import type { Config } from '../config/schema';

/** What a connection is made with; everything else of the config takes effect while it lasts. */
export function needsReconnect(before: Config, after: Config): boolean {
  const made = (config: Config) =>
    JSON.stringify([config.namespaces, config.context, config.kubeconfig, config.journal.directory]);
  return made(before) !== made(after);
}
