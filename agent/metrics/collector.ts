import type { ClusterReader } from '../cluster/api';
import type { Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type { ErrorInfo } from '../protocol';
import type { MetricsBackend } from './discover';
import { type LoadMetrics, noLoad, readLoad } from './loadReadings';
import { collectFromMetricsServer } from './metricsServer';
import type { PrometheusClient } from './prometheusClient';
import { isQueryRejected } from './prometheusErrors';
import { loadQueriesFor, type NamedQuery, queriesFor, type Windows } from './queries';
import { type Answer, queryTogether } from './queryTogether';
import { freshValue, type MetricsCollector, type WorkloadMetrics } from './reading';
import { ageQuestions } from './sampleAges';
import { ScrapeIntervalCache, windowsOf } from './scrapeIntervals';
import { noMetrics } from './summary';
import { readWorkload } from './workloadReadings';

/** A collector that says when its source as a whole is in trouble; the readings say what that means for each. */
export interface SupervisedCollector extends MetricsCollector {
  /** Set while the source does not answer, or answers nonsense; null after the next good answer. */
  readonly trouble: ErrorInfo | null;
  /** What scaling has to know of a workload. As `collect` it is rejected by nothing but its signal. */
  load(workload: Workload, round: LoadRound, signal?: AbortSignal): Promise<LoadMetrics>;
}

export interface LoadRound {
  nowMs: number;
  /** Of latency. */
  objectiveSeconds: number;
}

/**
 * The collector for what `discoverMetrics` has found. Settings are read anew in each round, so that a changed config
 * counts at once. A round is rejected by nothing but its signal.
 */
export function createCollector(
  backend: MetricsBackend,
  reader: ClusterReader,
  settings: () => Config,
): SupervisedCollector {
  switch (backend.kind) {
    case 'prometheus':
      return prometheusCollector(backend.client, settings, backend.trouble);
    case 'metrics-server':
      return metricsServerCollector(reader, settings);
    case 'none':
      return {
        trouble: null,
        collect: async (workload) => noMetrics(workload, 'none', backend.reason),
        load: async () => noLoad(backend.reason),
      };
  }
}

function prometheusCollector(
  client: PrometheusClient,
  settings: () => Config,
  initialTrouble: ErrorInfo | null,
): SupervisedCollector {
  let trouble = initialTrouble;
  const intervals = new ScrapeIntervalCache(client);

  async function ask(queries: readonly NamedQuery<string>[], signal: AbortSignal | undefined) {
    const questions = queries.map(({ name, promql }) => ({ key: name, promql }));
    const answers = await queryTogether(client, [...questions, ...ageQuestions(queries)], signal);
    trouble = outageIn(answers);
    return answers;
  }

  async function collectOver(windows: Windows, round: Round): Promise<WorkloadMetrics> {
    const { workload, nowMs, scrapeIntervalMs, signal } = round;
    const { metrics, guard } = settings();
    const queries = queriesFor(workload, metrics, windows);
    const answers = await ask(queries, signal);
    const times = { nowMs, staleAfterMs: guard.staleAfter, scrapeIntervalMs, windowMs: windows.requestsMs };
    return readWorkload({ workload, queries, answers, ...times });
  }

  return {
    get trouble() {
      return trouble;
    },
    async collect(workload, nowMs, signal, attention = 'usual') {
      if (workload.pods.length === 0) return noMetrics(workload, 'prometheus', 'the workload has no pods');
      const config = settings();
      const measured = await intervals.of(workload, config, nowMs, signal);
      const round = { workload, nowMs, scrapeIntervalMs: measured.requestsMs, signal };
      const usual = windowsOf(measured, config.metrics, false);
      const close = windowsOf(measured, config.metrics, true);
      if (attention === 'usual' || close.requestsMs >= usual.requestsMs) return collectOver(usual, round);
      const metrics = await collectOver(close, round);
      return tellsEnough(metrics) ? metrics : collectOver(usual, round);
    },
    async load(workload, { nowMs, objectiveSeconds }, signal) {
      if (workload.pods.length === 0) return noLoad('the workload has no pods');
      const config = settings();
      const measured = await intervals.of(workload, config, nowMs, signal);
      const windows = windowsOf(measured, config.metrics, false);
      const queries = loadQueriesFor(workload, config.metrics, windows);
      const answers = await ask(queries, signal);
      const times = { nowMs, staleAfterMs: config.guard.staleAfter, windowMs: windows.requestsMs };
      const scrapeIntervalMs = measured.requestsMs;
      return readLoad({ workload, queries, answers, objectiveSeconds, scrapeIntervalMs, ...times });
    },
  };
}

function outageIn(answers: ReadonlyMap<string, Answer>): ErrorInfo | null {
  const outage = [...answers.values()].find(
    (answer) => answer.kind === 'failed' && !isQueryRejected(answer.error),
  );
  return outage?.kind === 'failed' ? outage.error.toInfo() : null;
}

interface Round {
  workload: Workload;
  nowMs: number;
  scrapeIntervalMs: number | null;
  signal: AbortSignal | undefined;
}

/** Percentiles of fewer requests per pod are left to chance. */
const LEAST_REQUESTS = 30;

/** Whether a short window has the two samples that a rate needs, and enough requests for percentiles. */
function tellsEnough({ requestsPerSecond, cpuUtilisation, pods, windowMs }: WorkloadMetrics): boolean {
  const rate = freshValue(requestsPerSecond);
  if (rate === null || cpuUtilisation.kind === 'missing' || windowMs === null) return false;
  return (rate / Math.max(1, pods.size)) * (windowMs / 1000) >= LEAST_REQUESTS;
}

function metricsServerCollector(reader: ClusterReader, settings: () => Config): SupervisedCollector {
  let trouble: ErrorInfo | null = null;
  return {
    get trouble() {
      return trouble;
    },
    async collect(workload, nowMs, signal) {
      const round = { workload, nowMs, staleAfterMs: settings().guard.staleAfter };
      const collected = await collectFromMetricsServer(reader, round, signal);
      trouble = collected.trouble;
      return collected.metrics;
    },
    load: async () => noLoad('metrics-server knows nothing of requests'),
  };
}
