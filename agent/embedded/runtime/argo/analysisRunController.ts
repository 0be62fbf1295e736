import { AnalysisError } from '../../../tasks/canary/analysis/analysisError';
import { measurementOf } from '../../../tasks/canary/analysis/measure';
import { type Metric, providerOf } from '../../../tasks/canary/analysis/metric';
import { type PreparedRun, prepareRun } from '../../../tasks/canary/analysis/prepareRun';
import {
  advanceRun,
  failedToStart,
  metricsDue,
  nextLookAtMs,
  type Taken,
} from '../../../tasks/canary/analysis/run';
import { isCompleted, RunStatus } from '../../../tasks/canary/analysis/runStatus';
import { queryOf, RESOLVED_QUERY } from '../../../tasks/canary/analysis/shown';
import { AnalysisSpec } from '../../../tasks/canary/analysis/template';
import type { KubeObject } from '../../objectStore';
import { sameType } from '../../store/resourceTypes';
import { rfc3339 } from '../../store/timestamp';
import type { Cluster, Controller } from '../controller';
import { keyOf, splitKey } from '../kinds';
import { WorkQueue } from '../workQueue';
import { ANALYSIS_RUNS } from './definitions';
import { type AnalysisSources, askProvider } from './providers';

/** Carries out AnalysisRuns: measures their metrics when they are due, until the run has an end. */
export class AnalysisRunController implements Controller {
  readonly name = 'analysis-controller';
  readonly queue = new WorkQueue();
  readonly #cluster: Cluster;
  readonly #sources: AnalysisSources;

  constructor(cluster: Cluster, sources: AnalysisSources) {
    this.#cluster = cluster;
    this.#sources = sources;
    cluster.store.subscribe(({ resource, object, type }) => {
      if (sameType(resource, ANALYSIS_RUNS) && type !== 'DELETED') this.queue.add(keyOf(object.metadata));
    });
  }

  reconcile(key: string): void {
    const { store, clock } = this.#cluster;
    const { namespace, name } = splitKey(key);
    const object = store.get(ANALYSIS_RUNS, namespace, name);
    if (!object || object.metadata.deletionTimestamp !== undefined) return;
    const before = RunStatus.parse(object.status ?? {});
    if (isCompleted(before.phase)) return;
    try {
      const run = prepareRun(AnalysisSpec.parse(object.spec));
      const at = rfc3339(clock.nowMs());
      const taken = metricsDue(run, before, clock.nowMs()).map((metric) =>
        this.#measure(metric, namespace ?? '', at),
      );
      const after = advanceRun(run, before, taken, at);
      this.#write(object, before, after);
      this.#lookAgain(key, run, after);
    } catch (error) {
      if (!(error instanceof AnalysisError)) throw error;
      this.#write(object, before, failedToStart(before, error));
    }
  }

  #measure(metric: Metric, namespace: string, at: string): Taken {
    const query = providerOf(metric) === 'prometheus' ? queryOf(metric) : '';
    return {
      metric: metric.name,
      measurement: measurementOf(metric, at, this.#answer(metric, namespace)),
      ...(query !== '' && { metadata: { [RESOLVED_QUERY]: query } }),
    };
  }

  #answer(metric: Metric, namespace: string) {
    try {
      return askProvider(metric, namespace, this.#sources);
    } catch (error) {
      if (error instanceof AnalysisError) return error;
      throw error;
    }
  }

  #lookAgain(key: string, run: PreparedRun, status: RunStatus): void {
    const nowMs = this.#cluster.clock.nowMs();
    const atMs = nextLookAtMs(run, status, nowMs);
    // What is due has been measured: times have whole seconds, and the queue must not come back at once.
    if (atMs !== null) this.queue.add(key, Math.max(atMs, nowMs + 1));
  }

  #write(object: KubeObject, before: RunStatus, after: RunStatus): void {
    const { namespace, name } = object.metadata;
    this.#cluster.store.update(ANALYSIS_RUNS, namespace, name, (draft) => {
      draft.status = storedStatus(after);
    });
    for (const { name: metric, phase } of after.metricResults) {
      const known = before.metricResults.find((result) => result.name === metric);
      if (!isCompleted(phase) || known?.phase === phase) continue;
      this.#record(object, `Metric${phase}`, phase, `Metric '${metric}' Completed. Result: ${phase}`);
    }
    const { phase } = after;
    if (phase && isCompleted(phase)) {
      this.#record(object, `AnalysisRun${phase}`, phase, `Analysis Completed. Result: ${phase}`);
    }
  }

  #record(object: KubeObject, reason: string, phase: string, message: string): void {
    const type = phase === 'Error' || phase === 'Failed' ? 'Warning' : 'Normal';
    this.#cluster.events.record(object, { type, reason, message, component: this.name });
  }
}

/** Without what is empty, as Argo's objects have it. */
function storedStatus({
  metricResults,
  runSummary,
  dryRunSummary,
  ...rest
}: RunStatus): Record<string, unknown> {
  return {
    ...filled(rest),
    metricResults: metricResults.map(({ measurements, ...result }) => ({
      ...filled(result),
      measurements: measurements.map(filled),
    })),
    runSummary: filled(runSummary),
    dryRunSummary: filled(dryRunSummary),
  };
}

function filled(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== '' && value !== 0 && value !== false && value !== undefined,
    ),
  );
}
