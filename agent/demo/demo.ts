import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { formatLine, formatRow, formatTable, print } from '../cli/output';
import { DEFAULT_CONFIG } from '../config/schema';
import { fixedConfig } from '../config/source';
import { SCALED_APP, SCALED_NAMESPACE } from '../embedded/demo/scaledApp';
import { type FaultKind, type Sample, toErrorInfo } from '../protocol';
import { Agent } from '../server/agent';
import { programHealService } from '../tasks/heal/service/programHealService';
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
const SCALED_ID = `${SCALED_NAMESPACE}/${SCALED_APP.name}`;

/** Wall-clock seconds: before the first fault, between two, and before the end without a new one. */
const WARM_UP_SECONDS = 8;
const PAUSE_SECONDS = 6;
const LAST_FAULT_SECONDS = 20;
const STATUS_SECONDS = 5;
/** Long enough that it is the agent that heals, and short enough that the charts are calm in between. */
const FAULT_CLUSTER_SECONDS = 75;
/** In less no fault would be injected. */
export const SHORTEST_SECONDS = WARM_UP_SECONDS + LAST_FAULT_SECONDS + 2;
const LOOK_SECONDS = 0.2;
/** A fault that is not recovered from by then does not hold up the others. */
const PATIENCE_CLUSTER_SECONDS = 300;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The whole of Coxswain on the embedded cluster: faults are injected one after the other, detected, explained and
 * healed, with a readable log. Resolves with what happened, also where it is cut short by the signal.
 */
export async function runDemo(options: DemoOptions): Promise<DemoSummary> {
  const log = new FaultLog();
  await using stack = new AsyncDisposableStack();
  try {
    await runOn(stack, log, options);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
  return log.summary();
}

async function runOn(stack: AsyncDisposableStack, log: FaultLog, options: DemoOptions): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'coxswain-demo-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const cluster = await startClusterProcess({ ...options, kubeconfigPath: join(directory, 'kubeconfig') });
  stack.defer(() => cluster.stop());
  print(`embedded cluster  ${cluster.url}, time runs ×${options.rate}`);

  const config = {
    ...DEFAULT_CONFIG,
    server: { ...DEFAULT_CONFIG.server, port: options.port },
    mode: 'auto' as const,
    // Its HPA comes late to every rush hour. That is no incident beside the faults that are to be seen.
    workloads: { [SCALED_ID]: { slo: { latencyP95: 1000 }, observeOnly: false } },
  };
  const agent = await Agent.start({
    version: options.version,
    stateDirectory: directory,
    createHealService: programHealService(options),
    openConfig: () => fixedConfig(config),
    trusted: true,
    assetsDirectory: options.assetsDirectory,
    log: (text) => process.stderr.write(`${text}\n`),
  });
  stack.defer(() => agent.close('the demo is over'));
  print(`dashboard         ${agent.dashboardUrl}`);
  print('Ctrl-C ends everything.\n');
  // Whatever is under way ends with the agent.
  const end = () => agent.close('the demo was ended').catch(() => undefined);
  options.signal.addEventListener('abort', end, { once: true });
  await Promise.race([steer(agent, log, cluster.kubeconfigPath, options), cluster.died]);
}

async function steer(agent: Agent, log: FaultLog, kubeconfig: string, options: DemoOptions): Promise<void> {
  agent.onRow((row) => {
    log.observe(row);
    // The rows of the fault itself say it better.
    if (!log.isFaultWrite(row)) print(formatRow(row));
  });
  const endAtMs = Date.now() + (options.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  const isOver = () => options.signal.aborted || Date.now() >= endAtMs;
  const pause = (seconds: number) =>
    sleepUntil(Math.min(endAtMs, Date.now() + seconds * 1000), options.signal);
  const waitFor = async (isReached: () => boolean) => {
    const patienceAtMs = Date.now() + (PATIENCE_CLUSTER_SECONDS / options.rate + PAUSE_SECONDS) * 1000;
    while (!isReached() && !isOver() && Date.now() < patienceAtMs) await pause(LOOK_SECONDS);
  };
  await agent.handle('connect', { kubeconfig }, 'npm start');
  const status = setInterval(() => printStatus(agent), STATUS_SECONDS * 1000);
  try {
    await pause(WARM_UP_SECONDS);
    for (let turn = 0; !isOver() && endAtMs - Date.now() > LAST_FAULT_SECONDS * 1000; turn += 1) {
      // An incident that lasts would hide the next fault.
      await waitFor(() => isCalm(agent));
      await injectNext(agent, log, FAULTS[turn % FAULTS.length] ?? 'pod-kill');
      await waitFor(() => log.settled);
      log.giveUp();
      await pause(PAUSE_SECONDS);
    }
    await sleepUntil(endAtMs, options.signal);
  } finally {
    clearInterval(status);
  }
}

function isCalm(agent: Agent): boolean {
  const target = agent.snapshot().workloads.find(({ id }) => id === TARGET);
  return target?.health === 'healthy' && target.incident === null;
}

async function injectNext(agent: Agent, log: FaultLog, kind: FaultKind): Promise<void> {
  try {
    const params = { workloadId: TARGET, kind, durationSeconds: FAULT_CLUSTER_SECONDS };
    const { fault } = await agent.handle('injectFault', params, 'npm start');
    log.injected(fault);
  } catch (error) {
    const { message, remedy } = toErrorInfo(error);
    log.notInjected();
    print(`${kind} was not injected: ${message} ${remedy}`);
  }
}

/** Wall time; returns at once when the signal is aborted. Without an end it waits for the signal alone. */
async function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
  const leftMs = Math.min(atMs - Date.now(), LONGEST_TIMER_MS);
  await setTimeout(Math.max(0, leftMs), undefined, { signal }).catch(() => undefined);
  if (atMs === Number.POSITIVE_INFINITY && !signal.aborted) await sleepUntil(atMs, signal);
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
    `faults injected ${summary.injected} (${summary.kinds.length} kinds), detected ${summary.detected}, recovered ${summary.recovered}` +
      (summary.notInjected === 0 ? '' : `; ${summary.notInjected} could not be injected`),
    `MTTR ${seconds(summary.mttrSeconds)} of cluster time (×${rate}), actions ${summary.actions}, denied ${summary.denied}`,
  ].join('\n');
}
