import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { connectCluster } from '../cluster/connection';
import { loadKubeconfig, resolveContext } from '../cluster/kubeconfig';
import type { Workload } from '../cluster/snapshot';
import { parseConfig } from '../config/parse';
import { type Config, DEFAULT_CONFIG } from '../config/schema';
import { readConfigText } from '../config/source';
import type { CalibrationTask } from '../evaluate/calibrate/runCalibration';
import { traceTask } from '../evaluate/calibrate/traceTask';
import { workloadTask } from '../evaluate/calibrate/workloadTask';
import { discoverMetrics } from '../metrics/discover';
import { CoxswainError } from '../protocol';
import { readTraceFile } from '../simulate/traceFile';
import type { CalibrateOptions } from './calibrateActions';
import { workloadIdOf } from './workloadArgument';

type Task = Omit<CalibrationTask, 'learned' | 'fineTune'>;

/** What is to be calibrated: a workload of the cluster, or the load in a file. @throws CoxswainError */
export async function calibrationTaskOf(
  workload: string | undefined,
  options: CalibrateOptions,
  signal: AbortSignal,
): Promise<Task> {
  const { trace } = options;
  if ((workload === undefined) === (trace === undefined)) {
    throw new CoxswainError(
      'usage',
      workload === undefined ? 'It is not said what to calibrate.' : 'Both a workload and a trace are named.',
      'Name one of them: `coxswain calibrate shop/checkout`, or `coxswain calibrate --trace load.csv`.',
    );
  }
  return trace === undefined
    ? ofWorkload(workloadIdOf(workload ?? ''), options, signal)
    : ofTrace(trace, options);
}

async function ofTrace(trace: string, options: CalibrateOptions): Promise<Task> {
  const path = resolve(trace);
  const { scale } = configOf(options);
  return traceTask({
    id: randomUUID(),
    path,
    trace: await readTraceFile(path),
    violationPrice: options.violationPrice ?? scale.violationPrice,
    minReplicas: options.minReplicas,
    maxReplicas: options.maxReplicas,
    podCapacity: options.podCapacity ?? null,
    serviceSeconds: options.serviceTime ?? null,
    startupSeconds: options.startup ?? null,
  });
}

async function ofWorkload(id: string, options: CalibrateOptions, signal: AbortSignal): Promise<Task> {
  const config = configOf(options);
  const kubeconfigPath = options.kubeconfig ?? config.kubeconfig;
  const context = options.context ?? config.context;
  const [namespace = ''] = id.split('/');
  // Its own namespace is all that has to be seen; an unknown context is told before anything is opened.
  resolveContext(loadKubeconfig({ path: kubeconfigPath }), context);
  const cluster = await connectCluster({
    kubeconfigPath,
    context,
    namespaces: [namespace],
    signal,
    onChange: () => undefined,
    onTrouble: () => undefined,
    onWarning: () => undefined,
  });
  try {
    const workload = cluster.snapshot().workloads.get(id);
    if (!workload) throw unknownWorkload(id, cluster.snapshot().workloads);
    const hasMetricsServer = cluster.capabilities.some(
      ({ key, present }) => key === 'metrics-server' && present,
    );
    const backend = await discoverMetrics(
      { prometheusUrl: config.metrics.prometheusUrl, reader: cluster.reader, hasMetricsServer },
      signal,
    );
    if (backend.kind !== 'prometheus')
      throw noPrometheus(backend.kind === 'none' ? backend.reason : backend.note);
    return await workloadTask({
      id: randomUUID(),
      client: backend.client,
      workload,
      nodes: cluster.snapshot().nodes,
      config,
      serverVersion: cluster.serverVersion,
      nowMs: cluster.clock.nowMs(),
      sinceSeconds: options.since,
      violationPrice: options.violationPrice ?? null,
      minReplicas: options.minReplicas,
      maxReplicas: options.maxReplicas,
      startupSeconds: options.startup ?? null,
      serviceSeconds: options.serviceTime ?? null,
      signal,
    });
  } finally {
    await cluster.close();
  }
}

function configOf({ config }: CalibrateOptions): Config {
  if (config === undefined) return DEFAULT_CONFIG;
  const path = resolve(config);
  return parseConfig(readConfigText(path), path);
}

function unknownWorkload(id: string, known: ReadonlyMap<string, Workload>): CoxswainError {
  const [namespace, , name] = id.split('/');
  const names = [...known.values()].map(({ ref }) => `${ref.namespace}/${ref.name}`).sort();
  return new CoxswainError(
    'not-found',
    `There is no Deployment ${namespace}/${name}.`,
    names.length === 0 ? `There is none at all in ${namespace}.` : `There are ${names.join(', ')}.`,
  );
}

function noPrometheus(reason: string): CoxswainError {
  return new CoxswainError(
    'prometheus-missing',
    `There is no Prometheus with the history of the load: ${reason}.`,
    'Set metrics.prometheusUrl in coxswain.yaml, or calibrate on a file with --trace.',
  );
}
