import type { ClusterReader } from '../cluster/api';
import type { Config } from '../config/schema';
import type { ErrorInfo } from '../protocol';
import type { MetricsBackend } from './discover';
import { collectFromMetricsServer } from './metricsServer';
import type { PrometheusClient } from './prometheusClient';
import { isQueryRejected } from './prometheusErrors';
import { queriesFor } from './queries';
import { queryTogether } from './queryTogether';
import type { MetricsCollector } from './reading';
import { ageQuestions } from './sampleAges';
import { noMetrics } from './summary';
import { readWorkload } from './workloadReadings';

/** A collector that says when its source as a whole is in trouble; the readings say what that means for each. */
export interface SupervisedCollector extends MetricsCollector {
  /** Set while the source does not answer, or answers nonsense; null after the next good answer. */
  readonly trouble: ErrorInfo | null;
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
      };
  }
}

function prometheusCollector(
  client: PrometheusClient,
  settings: () => Config,
  initialTrouble: ErrorInfo | null,
): SupervisedCollector {
  let trouble = initialTrouble;
  return {
    get trouble() {
      return trouble;
    },
    async collect(workload, nowMs, signal) {
      if (workload.pods.length === 0) return noMetrics(workload, 'prometheus', 'the workload has no pods');
      const { metrics, guard } = settings();
      const queries = queriesFor(workload, metrics);
      const questions = queries.map(({ name, promql }) => ({ key: name, promql }));
      const answers = await queryTogether(client, [...questions, ...ageQuestions(queries)], signal);
      const outage = [...answers.values()].find(
        (answer) => answer.kind === 'failed' && !isQueryRejected(answer.error),
      );
      trouble = outage?.kind === 'failed' ? outage.error.toInfo() : null;
      return readWorkload({ workload, queries, answers, nowMs, staleAfterMs: guard.staleAfter });
    },
  };
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
  };
}
