/** One time series: a ring of (cluster time, value) pairs. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** `atMs` must not go back. */
  append(atMs: number, value: number): void;
}

/** The embedded cluster's metrics, as Prometheus would have scraped them. */
export interface SeriesStore {
  /** The series of that metric name and label set, made on first use. Keep the handle: looking it up costs. */
  series(name: string, labels: Readonly<Record<string, string>>): Series;
  /** Ends a series: after this cluster time it is stale, as Prometheus marks a vanished target. */
  end(series: Series, atMs: number): void;
}
