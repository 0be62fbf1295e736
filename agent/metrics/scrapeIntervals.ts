import type { Workload } from '../cluster/snapshot';
import type { Config } from '../config/schema';
import type { PrometheusClient } from './prometheusClient';
import { queriesFor, type Windows } from './queries';
import { selectorsOf } from './selectors';

/** How often Prometheus scrapes what a workload's numbers come from, ms; null where it is not known. */
export interface ScrapeIntervals {
  /** What counts requests: latencies, errors. */
  requestsMs: number | null;
  /** CPU and memory, which mostly come from the kubelets. */
  resourcesMs: number | null;
}

export const UNKNOWN_INTERVALS: ScrapeIntervals = { requestsMs: null, resourcesMs: null };

/** A rate needs two samples; four intervals still have them where two scrapes have failed. */
const USUAL_SCRAPES = 4;
const LEAST_WINDOW_MS = 15_000;
/** Four scrapes of the most usual setups, of 15 s. */
const UNKNOWN_WINDOW_MS = 60_000;
/** Just enough for the two latest samples: what is seen in it has happened since the last scrape but one. */
const CLOSE_SCRAPES = 2;

/**
 * The windows of rates and percentiles. `close` is the shortest that there can be, for a workload about which something
 * is suspicious; the usual one is `metrics.window`, else four scrape intervals and at least 15 s, else a minute.
 */
export function windowsOf(
  { requestsMs, resourcesMs }: ScrapeIntervals,
  { window }: Config['metrics'],
  close: boolean,
): Windows {
  const usual = (intervalMs: number | null) => {
    if (window !== undefined) return window;
    return intervalMs === null ? UNKNOWN_WINDOW_MS : Math.max(LEAST_WINDOW_MS, USUAL_SCRAPES * intervalMs);
  };
  const of = (intervalMs: number | null) =>
    close && intervalMs !== null
      ? Math.min(usual(intervalMs), CLOSE_SCRAPES * intervalMs)
      : usual(intervalMs);
  // Where one of the two is not known it is taken to be as the other.
  return { requestsMs: of(requestsMs ?? resourcesMs), resourcesMs: of(resourcesMs ?? requestsMs) };
}

/** So far back samples are looked at: five of them in the slowest usual setup. */
const LOOK_BACK = '5m';

/**
 * Measures the scrape intervals from the times of the samples of one pod: the median gap between two. That needs no
 * access to Prometheus' configuration, and sees what really arrives, remote write and recording rules included.
 * Throws nothing but the signal's reason.
 */
export async function measureScrapeIntervals(
  client: PrometheusClient,
  workload: Workload,
  { metrics }: Config,
  signal?: AbortSignal,
): Promise<ScrapeIntervals> {
  const [oldest] = workload.pods.toSorted((a, b) => a.createdAtMs - b.createdAtMs);
  if (!oldest) return UNKNOWN_INTERVALS;
  const queries = queriesFor(
    { ...workload, pods: [oldest] },
    metrics,
    windowsOf(UNKNOWN_INTERVALS, metrics, false),
  );
  const measure = async (name: 'podRequests' | 'cpu') => {
    const selector = selectorsOf(queries.find((query) => query.name === name)?.promql ?? '')?.[0];
    return selector === undefined ? null : medianGapMs(client, selector, signal);
  };
  const [requestsMs, resourcesMs] = await Promise.all([measure('podRequests'), measure('cpu')]);
  return { requestsMs, resourcesMs };
}

/** Of the series with the most samples: one that has begun or ended lately says less. */
async function medianGapMs(
  client: PrometheusClient,
  selector: string,
  signal?: AbortSignal,
): Promise<number | null> {
  try {
    const series = await client.samples(`${selector}[${LOOK_BACK}]`, signal);
    const [longest] = series.toSorted((a, b) => b.points.length - a.points.length);
    const times = longest?.points.map(({ atMs }) => atMs) ?? [];
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs));
    return gaps.length < 2 ? null : (gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? null);
  } catch {
    signal?.throwIfAborted();
    // What is wrong with the source, its answers to the queries tell.
    return null;
  }
}

/** Measured intervals count this long; a workload without samples is asked about again sooner. Cluster time. */
const KNOWN_FOR_MS = 300_000;
const UNKNOWN_FOR_MS = 15_000;
/** A workload that nobody has asked about for so long is gone. */
const GONE_AFTER_MS = 3_600_000;
/** Scrapes are configured by seconds; samples are a few milliseconds early or late. */
const ROUNDED_MS = 1000;

/** The scrape intervals of workloads, measured now and then. */
export class ScrapeIntervalCache {
  readonly #client: PrometheusClient;
  readonly #known = new Map<string, { intervals: ScrapeIntervals; untilMs: number }>();

  constructor(client: PrometheusClient) {
    this.#client = client;
  }

  /** Rejects with nothing but the signal's reason. */
  async of(
    workload: Workload,
    config: Config,
    nowMs: number,
    signal?: AbortSignal,
  ): Promise<ScrapeIntervals> {
    const known = this.#known.get(workload.uid);
    if (known === undefined) return this.#measure(workload, config, nowMs, signal);
    if (nowMs >= known.untilMs) {
      // Nobody waits for what is known well enough. Given up, it is tried again.
      this.#known.set(workload.uid, { ...known, untilMs: nowMs + UNKNOWN_FOR_MS });
      this.#measure(workload, config, nowMs, signal).catch(() => undefined);
    }
    return known.intervals;
  }

  async #measure(
    workload: Workload,
    config: Config,
    nowMs: number,
    signal?: AbortSignal,
  ): Promise<ScrapeIntervals> {
    const known = this.#known.get(workload.uid);
    const measured = await measureScrapeIntervals(this.#client, workload, config, signal);
    // What was known is better than nothing while new pods have too few samples.
    const intervals = {
      requestsMs: rounded(measured.requestsMs) ?? known?.intervals.requestsMs ?? null,
      resourcesMs: rounded(measured.resourcesMs) ?? known?.intervals.resourcesMs ?? null,
    };
    const isKnown = intervals.requestsMs !== null;
    this.#forgetGone(nowMs);
    this.#known.set(workload.uid, { intervals, untilMs: nowMs + (isKnown ? KNOWN_FOR_MS : UNKNOWN_FOR_MS) });
    return intervals;
  }

  /** Whoever is looked at asks anew when its time is over. */
  #forgetGone(nowMs: number): void {
    for (const [uid, { untilMs }] of this.#known)
      if (nowMs - untilMs > GONE_AFTER_MS) this.#known.delete(uid);
  }
}

function rounded(intervalMs: number | null): number | null {
  return intervalMs === null ? null : Math.max(ROUNDED_MS, Math.round(intervalMs / ROUNDED_MS) * ROUNDED_MS);
}
