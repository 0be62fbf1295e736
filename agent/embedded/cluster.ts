import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import * as z from 'zod';
import type { ClockMapping } from '../clock';
import { CoxswainError } from '../protocol';
import { createCertificates } from './api/certificates';
import { writeKubeconfig } from './api/kubeconfig';
import { createApiServer } from './api/server';
import type { ProxyAnswer, ProxyRequest } from './api/serviceProxy';
import { EMBEDDED_CONTEXT } from './context';
import { createControl } from './control/control';
import { DEMO_NAMESPACE } from './demo/app';
import { installBase, installDemo, installReleaseDemo, installScaledDemo } from './demo/install';
import { RELEASE_NAMESPACE } from './demo/releaseApp';
import { SCALED_NAMESPACE } from './demo/scaledApp';
import { ModelProxy } from './modelProxy';
import { createPrometheusApi, mergeParams, type PrometheusApi } from './prometheus/api';
import { createSeriesStore } from './prometheus/seriesStore';
import { runAhead } from './runtime/runAhead';
import { Runtime } from './runtime/runtime';
import { TickClock } from './runtime/tickClock';
import { startTicking } from './runtime/ticker';
import { startGatewayServer } from './runtime/traffic/gatewayServer';
import { Simulations } from './simulations/simulations';
import { createObjectStore } from './store/memoryStore';

export { EMBEDDED_CONTEXT };

const HOST = '127.0.0.1';
/** As much history as the dashboards and a long query ask for. */
const RETENTION_MS = 4 * 3_600_000;

export interface EmbeddedClusterOptions {
  kubeconfigPath: string;
  /** 0 or absent takes a free one. */
  port?: number;
  /** Cluster seconds that pass in one wall-clock second, 1…1000. */
  rate: number;
  /** The same seed gives the same load and the same choices. */
  seed: number;
  /** How much cluster time has passed in it before it is served, in seconds, 0…14,400; none where absent. */
  historySeconds?: number;
  /** Whether the demo shop runs in it. */
  demo: boolean;
  /** Whether a workload with an HPA and a load that comes and goes runs in it, beside the shop. */
  scaledDemo?: boolean;
  /** Whether an app behind a host runs in it, to be released step by step. */
  releaseDemo?: boolean;
  /** Ends the cluster when it is aborted. */
  signal?: AbortSignal;
  /** One line about something odd, for the log. */
  log?: (line: string) => void;
}

export interface EmbeddedCluster {
  url: string;
  /** Where hosts with a route are served, by the header `Host`. */
  gatewayUrl: string;
  kubeconfigPath: string;
  clock: ClockMapping;
  /** Ends it, with everything that it holds open. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts a Kubernetes cluster of this process' own: API server, controllers, nodes, load, Prometheus, Chaos Mesh and
 * Litmus.
 * Throws CoxswainError `port-in-use`, and `kubeconfig-invalid` where the kubeconfig cannot be written.
 */
export async function startEmbeddedCluster(options: EmbeddedClusterOptions): Promise<EmbeddedCluster> {
  const { kubeconfigPath, port = 0, rate, seed, demo, scaledDemo = false, releaseDemo = false } = options;
  const { historySeconds = 0, signal, log = () => {} } = options;
  signal?.throwIfAborted();
  await checkKubeconfigPath(kubeconfigPath);
  const nowMs = Date.now();
  const clock = new TickClock(nowMs - historySeconds * 1000, rate);
  const store = createObjectStore(clock);
  const series = createSeriesStore({ retentionMs: RETENTION_MS });
  const onError = (controller: string, key: string, error: unknown) => log(`${controller}: ${key}: ${error}`);
  const runtime = new Runtime({ store, series, clock, seed, onError });
  installBase(store, clock);
  if (demo) installDemo(store);
  if (scaledDemo) installScaledDemo(store);
  if (releaseDemo) installReleaseDemo(store);
  const gateway = await startGatewayServer({
    request: (request) => runtime.traffic.request(request),
    clock,
    host: HOST,
  });
  runtime.traffic.announce({ host: HOST, port: gateway.port });
  runtime.settle();
  const past = { fromMs: clock.nowMs(), untilMs: nowMs };
  await runAhead(past, (tickMs) => runtime.tick(tickMs), signal).catch(async (error) => {
    runtime.close();
    await gateway.close();
    throw error;
  });
  const mapping: ClockMapping = { originMs: nowMs, wallOriginMs: Date.now(), rate };

  const certificates = await createCertificates(nowMs);
  const token = randomBytes(32).toString('base64url');
  const prometheus = createPrometheusApi(series, clock);
  const pods = new ModelProxy(runtime, clock);
  const simulations = new Simulations(store, runtime, clock);
  const server = await createApiServer({
    store,
    clock,
    host: HOST,
    port,
    token,
    certificates,
    podLogs: ({ pod: { metadata } }) => runtime.podLogs(metadata.namespace ?? '', metadata.name),
    proxy: (request) => answerForPrometheus(prometheus, request) ?? pods.askService(request),
    podProxy: (request) => pods.askPod(request),
    control: createControl({ store, runtime, simulations, clock, gatewayUrl: gateway.url }),
    onError: (error) => log(`API server: ${error}`),
  }).catch(async (error) => {
    await gateway.close();
    throw error;
  });
  const stopTicking = startTicking(
    mapping,
    (tickMs) => {
      runtime.tick(tickMs);
      simulations.tick(tickMs);
    },
    (skippedMs) => log(`the machine was away: ${Math.round(skippedMs / 1000)} s of cluster time skipped`),
  );
  let closing: Promise<void> | undefined;
  const close = () => {
    stopTicking();
    signal?.removeEventListener('abort', close);
    runtime.close();
    closing ??= Promise.all([server.close(), gateway.close()]).then(() => {});
    return closing;
  };
  try {
    const { caPem } = certificates;
    await writeKubeconfig(kubeconfigPath, {
      name: EMBEDDED_CONTEXT,
      url: server.url,
      caPem,
      token,
      clock: mapping,
      namespaces: [
        demo ? DEMO_NAMESPACE : 'default',
        ...(scaledDemo ? [SCALED_NAMESPACE] : []),
        ...(releaseDemo ? [RELEASE_NAMESPACE] : []),
      ],
    });
    signal?.throwIfAborted();
  } catch (error) {
    await close();
    if (signal?.aborted) throw error;
    throw cannotWrite(kubeconfigPath, error);
  }
  signal?.addEventListener('abort', close, { once: true });
  return { url: server.url, gatewayUrl: gateway.url, kubeconfigPath, clock: mapping, close };
}

/** Prometheus is no pod; it answers for its Service itself. */
function answerForPrometheus(prometheus: PrometheusApi, request: ProxyRequest): ProxyAnswer | undefined {
  const { namespace, service, method, path, query, contentType, body } = request;
  if (namespace !== 'monitoring' || service !== 'prometheus-server') return undefined;
  const isForm = contentType?.startsWith('application/x-www-form-urlencoded') ?? false;
  const params = mergeParams(query.toString(), isForm ? body.toString() : '');
  return prometheus({ method, path, params });
}

const OwnKubeconfig = z.object({ contexts: z.tuple([z.object({ name: z.literal(EMBEDDED_CONTEXT) })]) });

/** Refuses to overwrite a kubeconfig that is not one of ours. */
async function checkKubeconfigPath(path: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cannotWrite(path, error);
  }
  if (OwnKubeconfig.safeParse(tryParse(text)).success) return;
  throw new CoxswainError(
    'kubeconfig-invalid',
    `${path} exists and is not a kubeconfig of an embedded cluster; it is left as it is.`,
    'Choose a path of its own for the kubeconfig of the embedded cluster.',
  );
}

function tryParse(yaml: string): unknown {
  try {
    return parse(yaml);
  } catch {
    return undefined;
  }
}

function cannotWrite(path: string, cause: unknown): CoxswainError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CoxswainError(
    'kubeconfig-invalid',
    `The kubeconfig of the embedded cluster cannot be written to ${path}: ${why}`,
    'Choose a path in a folder that you may write to.',
    { cause },
  );
}
