import { resolve } from 'node:path';
import { connectCluster } from '../cluster/connection';
import { parseConfig } from '../config/parse';
import { type Config, DEFAULT_CONFIG } from '../config/schema';
import { readConfigText } from '../config/source';
import { MetricsFeed } from '../metrics/metricsFeed';
import { type Params, REQUESTS } from '../protocol';
import { reportCosts } from '../server/sessionCosts';

interface Options {
  config?: string;
  context?: string;
  kubeconfig?: string;
}

/** The report of a cluster that no agent is connected to. @throws CoxswainError */
export async function costsOfCluster(
  params: Params<'costReport'>,
  options: Options,
  signal: AbortSignal,
): Promise<string> {
  const config = configAt(options.config);
  const cluster = await connectCluster({
    kubeconfigPath: options.kubeconfig ?? config.kubeconfig,
    context: options.context ?? config.context,
    namespaces: config.namespaces,
    signal,
    onChange: () => undefined,
    onTrouble: () => undefined,
    onWarning: () => undefined,
  });
  try {
    const feed = await MetricsFeed.open({ ...cluster, config: () => config }, signal);
    const { text } = await reportCosts(REQUESTS.costReport.params.parse(params), {
      client: feed.client,
      snapshot: cluster.snapshot(),
      config,
      nowMs: cluster.clock.nowMs(),
    });
    return text;
  } finally {
    await cluster.close();
  }
}

/** The defaults without a file. @throws CoxswainError `config-invalid` */
export function configAt(path: string | undefined): Config {
  return path === undefined ? DEFAULT_CONFIG : parseConfig(readConfigText(resolve(path)), resolve(path));
}
