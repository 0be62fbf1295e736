import type { ClusterConnection } from '../cluster/connection';
import { workloadById } from '../cluster/workloadById';
import type { Config } from '../config/schema';
import type { Journal } from '../journal/journal';
import type { MetricsFeed } from '../metrics/metricsFeed';
import type { JournalRow, ParsedParams, Result } from '../protocol';
import { recoveriesOf } from './recoveries';
import { reportCosts } from './sessionCosts';
import { readLogs } from './workloadLogs';

interface Ports {
  cluster: ClusterConnection;
  journal: Journal;
  feed: MetricsFeed;
  config(): Config;
}

/** What a connected cluster and its journal are asked, and nothing changes by. */
export class SessionQueries {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  activity(params: ParsedParams<'activity'>): JournalRow[] {
    return [...this.#ports.journal.query(params)];
  }

  recoveryStatistics(params: ParsedParams<'recoveryStatistics'>): Result<'recoveryStatistics'> {
    const { journal, cluster } = this.#ports;
    return { statistics: recoveriesOf(journal, params, cluster.clock.nowMs()) };
  }

  async costReport(params: ParsedParams<'costReport'>): Promise<Result<'costReport'>> {
    const { cluster, feed, config } = this.#ports;
    return reportCosts(params, {
      client: feed.client,
      snapshot: cluster.snapshot(),
      config: config(),
      nowMs: cluster.clock.nowMs(),
    });
  }

  async logs(params: ParsedParams<'logs'>): Promise<Result<'logs'>['lines']> {
    const { cluster } = this.#ports;
    return readLogs(cluster, workloadById(cluster.snapshot(), params.workloadId), params);
  }

  /** How old what each watch shows is. */
  staleness(): ReturnType<ClusterConnection['ages']> {
    return this.#ports.cluster.ages();
  }
}
