import type { Series, SeriesStore } from '../seriesStore';
import { type Labels, labelsKey, METRIC_NAME, makeLabels } from './labels';
import { SampleRing } from './sampleRing';

/** More than five hours at a scrape interval of 5 s; 17 bytes each. */
const MAX_SAMPLES_PER_SERIES = 4096;
/** By which series are found beside their metric's name. */
export const POD_LABEL = 'pod';

/** A series as a query sees it. */
export interface StoredSeries {
  /** `__name__` included. */
  readonly labels: Labels;
  readonly samples: SampleRing;
}

/** The side of the store that queries read. */
export interface ReadableSeriesStore {
  /**
   * All series, or those of one metric, of pods whose name is wanted (that of no pod is empty). Includes series that
   * have ended and are within the retention.
   */
  all(metricName?: string, isWantedPod?: (pod: string) => boolean): Iterable<StoredSeries>;
}

interface Settings {
  /** Samples older than this are forgotten, and with its last sample the series. */
  retentionMs: number;
  maxSamplesPerSeries?: number;
}

/** The embedded cluster's time series in memory. Writers use handles, so that appending looks nothing up. */
export function createSeriesStore(settings: Settings): SeriesStore & ReadableSeriesStore {
  return new MemorySeriesStore(settings.retentionMs, settings.maxSamplesPerSeries ?? MAX_SAMPLES_PER_SERIES);
}

class MemorySeriesStore implements SeriesStore, ReadableSeriesStore {
  readonly #retentionMs: number;
  readonly #maxSamples: number;
  /** By metric and pod: nearly all queries ask for some pods of many. */
  readonly #byName = new Map<string, Map<string, Map<string, MemorySeries>>>();
  #sweptAtMs = Number.NEGATIVE_INFINITY;

  constructor(retentionMs: number, maxSamples: number) {
    this.#retentionMs = retentionMs;
    this.#maxSamples = maxSamples;
  }

  series(name: string, labels: Readonly<Record<string, string>>): Series {
    const full = makeLabels([...Object.entries(labels), [METRIC_NAME, name]]);
    return new Handle(this, labels, full, this.stored(full));
  }

  end(series: Series, atMs: number): void {
    if (series instanceof Handle) series.end(atMs);
  }

  *all(metricName?: string, isWantedPod: (pod: string) => boolean = () => true): Iterable<StoredSeries> {
    const metrics = metricName === undefined ? this.#byName.values() : [this.#byName.get(metricName) ?? []];
    for (const metric of metrics) {
      for (const [pod, group] of metric) if (isWantedPod(pod)) yield* group.values();
    }
  }

  /** The series of that label set, made where there is none. */
  stored(labels: Labels): MemorySeries {
    const name = labels.get(METRIC_NAME) ?? '';
    const metric = this.#byName.get(name) ?? new Map<string, Map<string, MemorySeries>>();
    this.#byName.set(name, metric);
    const pod = labels.get(POD_LABEL) ?? '';
    const group = metric.get(pod) ?? new Map<string, MemorySeries>();
    metric.set(pod, group);
    const key = labelsKey(labels);
    const series = group.get(key) ?? new MemorySeries(labels, this.#maxSamples);
    group.set(key, series);
    return series;
  }

  /** Applies the retention to everything now and then, so that series nobody appends to go away too. */
  sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < this.#retentionMs / 8) return;
    this.#sweptAtMs = nowMs;
    for (const [name, metric] of this.#byName) {
      for (const [pod, group] of metric) {
        this.#sweepGroup(group, nowMs);
        if (group.size === 0) metric.delete(pod);
      }
      if (metric.size === 0) this.#byName.delete(name);
    }
  }

  #sweepGroup(group: Map<string, MemorySeries>, nowMs: number): void {
    for (const [key, series] of group) {
      series.samples.dropUntil(nowMs - this.#retentionMs);
      if (series.samples.length > 0) continue;
      series.dropped = true;
      group.delete(key);
    }
  }
}

class MemorySeries implements StoredSeries {
  readonly labels: Labels;
  readonly samples: SampleRing;
  /** No longer in the store: a handle that still holds it has to look it up anew. */
  dropped = false;

  constructor(labels: Labels, maxSamples: number) {
    this.labels = labels;
    this.samples = new SampleRing(maxSamples);
  }
}

class Handle implements Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly #store: MemorySeriesStore;
  readonly #fullLabels: Labels;
  #stored: MemorySeries;

  constructor(
    store: MemorySeriesStore,
    labels: Readonly<Record<string, string>>,
    fullLabels: Labels,
    stored: MemorySeries,
  ) {
    this.labels = labels;
    this.#store = store;
    this.#fullLabels = fullLabels;
    this.#stored = stored;
  }

  append(atMs: number, value: number): void {
    this.#current().samples.append(atMs, value, false);
    this.#store.sweep(atMs);
  }

  end(atMs: number): void {
    const { samples } = this.#current();
    samples.append(Math.max(atMs, samples.lastAtMs), Number.NaN, true);
  }

  #current(): MemorySeries {
    if (this.#stored.dropped) this.#stored = this.#store.stored(this.#fullLabels);
    return this.#stored;
  }
}
