import type { Config } from '../config/schema';
import { requestsSampledAtMs, type WorkloadMetrics } from '../metrics/reading';

export interface PaceInput {
  nowMs: number;
  config: Config;
  /** Whether the workload may be acted on. */
  acting: boolean;
  /** Something may be wrong with it. */
  close: boolean;
  /** How many workloads are looked at from close by, this one included. */
  crowd: number;
  /** What the last look has read. */
  metrics: WorkloadMetrics | null;
}

/** Close looks come so often, but no more often than this, and not as rarely as scrapes. */
const LEAST_CLOSE_MS = 1000;
const LOOKS_PER_SCRAPE = 5;
/** All workloads together get 20 close looks a second: where all are ill at once Prometheus most likely is not well either. */
const CLOSE_LOOK_MS = 50;
/** How long after its time a sample is there to be read. */
const INGESTION_MS = 250;

/**
 * How long to wait for the next look, in which nothing happens that would make it come sooner, cluster ms. Workloads
 * that may be acted on are looked at every `metrics.interval` and when their next sample is due, whichever comes first:
 * a look just before a scrape would show what it brings only an interval later. The others are looked at every
 * `heal.interval`.
 */
export function nextLookMs({ nowMs, config, acting, close, crowd, metrics }: PaceInput): number {
  if (!acting) return config.heal.interval;
  const scrapeMs = metrics?.scrapeIntervalMs ?? null;
  const usual = config.metrics.interval;
  const leastMs = Math.max(LEAST_CLOSE_MS, crowd * CLOSE_LOOK_MS);
  const closeMs = scrapeMs === null ? leastMs : Math.max(leastMs, scrapeMs / LOOKS_PER_SCRAPE);
  const floorMs = close ? Math.min(usual, closeMs) : usual;
  const sampledAtMs = metrics === null ? null : requestsSampledAtMs(metrics);
  if (scrapeMs === null || sampledAtMs === null) return floorMs;
  const dueInMs = sampledAtMs + scrapeMs + INGESTION_MS - nowMs;
  // A sample that is late comes soon, the less soon the later it is; one that is an interval late may not come at all.
  if (dueInMs <= 0) return dueInMs > -scrapeMs ? Math.min(floorMs, Math.max(leastMs, -dueInMs)) : floorMs;
  return Math.min(floorMs, dueInMs);
}
