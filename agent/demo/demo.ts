import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatLine, formatRow, formatTable, print } from '../cli/output';
import { DEFAULT_CONFIG } from '../config/schema';
import { fixedConfig } from '../config/source';
import { type FaultKind, type Sample, toErrorInfo } from '../protocol';
import { Agent } from '../server/agent';
import { startClusterProcess } from './clusterProcess';
import { type DemoSummary, FaultLog } from './faultLog';

export interface DemoOptions {
  /** Ends by itself after so many wall-clock seconds; null runs until the signal. */
  seconds: number | null;
  /** Cluster seconds per wall-clock second. */
  rate: number;
  seed: number;
  port: number;
  version: string;
  assetsDirectory: string;
  signal: AbortSignal;
}

/** In this order, so that three of different kinds fit into the first minute. */
const FAULTS: readonly FaultKind[] = ['cpu-stress', 'pod-kill', 'network-delay', 'memory-stress'];
const TARGET = 'shop/Deployment/checkout';

/** Wall-clock seconds: before the first fault, between two, and before the end without a new one. */
const WARM_UP_SECONDS = 8;
const PAUSE_SECONDS = 6;
const LAST_FAULT_SECONDS = 20;
const STATUS_SECONDS = 5;

/**
 * The whole of Coxswain on the embedded cluster: faults are injected one after the other, detected, explained and
 * healed, with a readable log. Resolves with what happened.
 */
export async function runDemo(options: DemoOptions): Promise<DemoSummary> {
  const directory = await mkdtemp(join(tmpdir(), 'coxswain-demo-'));
  const stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  try {
    const cluster = await startClusterProcess({
      kubeconfigPath: join(directory, 'kubeconfig'),
      rate: options.rate,
      seed: options.seed,
    });
    stack.defer(() => cluster.stop());
    print(`embedded cluster  ${cluster.url}, time runs ×${options.rate}`);

    const config = { ...DEFAULT_CONFIG, server: { port: options.port }, mode: 'auto' as const };
    const agent = await Agent.start({
      version: options.version,
      stateDirectory: directory,
      openConfig: () => fixedConfig(config),
      trusted: true,
      assetsDirectory: options.assetsDirectory,
      log: (text) => process.stderr.write(`${text}\n`),
    });
    stack.defer(() => agent.close('the demo is over'));
    print(`dashboard         ${agent.dashboardUrl}`);
    print('Ctrl-C ends everything.\n');
    return await steer(agent, cluster.kubeconfigPath, options);
  } finally {
    await stack.disposeAsync();
  }
}

async function steer(agent: Agent, kubeconfig: string, options: DemoOptions): Promise<DemoSummary> {
  const log = new FaultLog();
  const settled = new EventTarget();
  agent.onRow((row) => {
    log.observe(row);
    if (row.event.kind !== 'fault-ended' || row.event.text !== '') print(formatRow(row));
    if (log.settled) settled.dispatchEvent(new Event('settled'));
  });
  await agent.handle('connect', { kubeconfig }, 'npm start');
  const ends = options.seconds === null ? [] : [AbortSignal.timeout(options.seconds * 1000)];
  const end = AbortSignal.any([options.signal, ...ends]);
  const endAtMs = options.seconds === null ? Number.POSITIVE_INFINITY : Date.now() + options.seconds * 1000;
  const status = setInterval(() => printStatus(agent), STATUS_SECONDS * 1000);
  try {
    await pause(WARM_UP_SECONDS, end);
    for (let turn = 0; !end.aborted && endAtMs - Date.now() > LAST_FAULT_SECONDS * 1000; turn += 1) {
      await injectNext(agent, log, FAULTS[turn % FAULTS.length] ?? 'pod-kill');
      await untilSettled(log, settled, end);
      await pause(PAUSE_SECONDS, end);
    }
    await pause((endAtMs - Date.now()) / 1000, end);
  } finally {
    clearInterval(status);
  }
  return log.summary();
}

async function injectNext(agent: Agent, log: FaultLog, kind: FaultKind): Promise<void> {
  try {
    const { fault } = await agent.handle('injectFault', { workloadId: TARGET, kind }, 'npm start');
    log.injected(fault);
  } catch (error) {
    const { message, remedy } = toErrorInfo(error);
    print(`${kind} was not injected: ${message} ${remedy}`);
  }
}

async function untilSettled(log: FaultLog, settled: EventTarget, end: AbortSignal): Promise<void> {
  while (!log.settled && !end.aborted) {
    const { promise, resolve } = Promise.withResolvers<void>();
    settled.addEventListener('settled', () => resolve(), { once: true });
    end.addEventListener('abort', () => resolve(), { once: true });
    await promise;
  }
}

function pause(seconds: number, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (end.aborted || !(seconds > 0)) return resolve();
    const timer = Number.isFinite(seconds) ? setTimeout(resolve, seconds * 1000) : undefined;
    end.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function printStatus(agent: Agent): void {
  const { samples } = agent.snapshot();
  const sample = samples[TARGET]?.at(-1);
  if (sample) print(formatLine(sample.atMs, TARGET, 'observed', describeSample(sample)));
}

function describeSample(sample: Sample): string {
  const number = (value: number | null, unit: string, scale = 1, digits = 0) =>
    value === null ? 'no data' : `${(value * scale).toFixed(digits)} ${unit}`;
  return [
    `${sample.readyReplicas}/${sample.desiredReplicas} ready`,
    `p95 ${number(sample.latencyP95Ms, 'ms')}`,
    `errors ${number(sample.errorRate, '%', 100, 1)}`,
    `CPU ${number(sample.cpuUtilisation, '%', 100)}`,
    `memory ${number(sample.memoryUtilisation, '%', 100)}`,
    `reward ${number(sample.reward, '', 1, 2)}`.trimEnd(),
  ].join(', ');
}

/** The last words of a run. */
export function formatSummary(summary: DemoSummary, rate: number): string {
  const seconds = (value: number | null) => (value === null ? '–' : `${value.toFixed(1)} s`);
  const rows = summary.records.map((record) => [
    record.text,
    seconds(record.detectedAfterSeconds),
    seconds(record.recoveredAfterSeconds),
    String(record.actions),
  ]);
  return [
    '',
    formatTable(['FAULT', 'DETECTED IN', 'RECOVERED IN', 'ACTIONS'], rows),
    '',
    `faults injected ${summary.injected} (${summary.kinds.length} kinds), detected ${summary.detected}, recovered ${summary.recovered}`,
    `MTTR ${seconds(summary.mttrSeconds)} of cluster time (×${rate}), actions ${summary.actions}, denied ${summary.denied}`,
  ].join('\n');
}
