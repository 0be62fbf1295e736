import type { Workload } from '../cluster/snapshot';
import type { PrometheusClient, RangeSample } from './prometheusClient';
import { everyPodPattern, filledIn } from './queries';

/** Times at equal steps, both ends included where the last step meets the end. */
export interface TimeGrid {
  startMs: number;
  endMs: number;
  stepMs: number;
}

export interface PastQuery {
  client: PrometheusClient;
  workload: Workload;
  /** With the placeholders of the config's queries. */
  template: string;
  windowMs: number;
}

/**
 * What Prometheus remembers of a workload by one query, over all pods that it has ever had: those are more than there
 * are now.
 *
 * @throws as `PrometheusClient.queryRange`
 */
export function askPast(
  { client, workload, template, windowMs }: PastQuery,
  grid: TimeGrid,
  signal?: AbortSignal,
): Promise<readonly RangeSample[]> {
  return client.queryRange(filledIn(template, workload, windowMs, everyPodPattern(workload)), grid, signal);
}

/** On the grid, by the nearest step; NaN is "no data", as is what is no number or below 0. */
export function onTimeGrid(
  points: RangeSample['points'] | undefined,
  { startMs, endMs, stepMs }: TimeGrid,
): Float64Array {
  const values = new Float64Array(Math.floor((endMs - startMs) / stepMs) + 1).fill(Number.NaN);
  for (const { atMs, value } of points ?? []) {
    const step = Math.round((atMs - startMs) / stepMs);
    if (step >= 0 && step < values.length && Number.isFinite(value) && value >= 0) values[step] = value;
  }
  return values;
}
