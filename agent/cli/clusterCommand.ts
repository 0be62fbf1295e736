import { resolve } from 'node:path';
import { EMBEDDED_CONTEXT, startEmbeddedCluster } from '../embedded/cluster';
import type { ClusterReady } from '../protocol';
import { print } from './output';
import { untilEnd } from './untilEnd';

export interface ClusterCommandOptions {
  kubeconfig: string;
  port: number;
  rate: number;
  seed: number;
  /** Minutes. */
  history: number;
  demo: boolean;
  scaledDemo: boolean;
  releaseDemo: boolean;
  exitWithStdin?: boolean;
}

/** Serves until a signal, or the end of stdin. Prints one JSON line when it is ready. */
export async function runCluster(options: ClusterCommandOptions): Promise<void> {
  const end = untilEnd({ exitWithStdin: options.exitWithStdin ?? false });
  const cluster = await startEmbeddedCluster({
    kubeconfigPath: resolve(options.kubeconfig),
    port: options.port,
    rate: options.rate,
    seed: options.seed,
    historySeconds: options.history * 60,
    demo: options.demo,
    scaledDemo: options.demo && options.scaledDemo,
    releaseDemo: options.demo && options.releaseDemo,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const ready: ClusterReady = {
    ready: true,
    kubeconfig: cluster.kubeconfigPath,
    context: EMBEDDED_CONTEXT,
    url: cluster.url,
    gatewayUrl: cluster.gatewayUrl,
  };
  print(JSON.stringify(ready));
  await end;
  await cluster.close();
}
