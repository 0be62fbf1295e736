import type { Series, SeriesStore } from '../../seriesStore';

type Labels = Readonly<Record<string, string>>;

/** The series of one scraped thing. They end together, when it is gone. */
export class SeriesGroup {
  readonly #store: SeriesStore;
  readonly #common: Labels;
  readonly #series = new Map<string, Series>();

  constructor(store: SeriesStore, common: Labels) {
    this.#store = store;
    this.#common = common;
  }

  /** Appends to the series of that name, told from its namesakes by `label=value`. */
  append(atMs: number, metric: string, value: number, label = '', labelValue = ''): void {
    const key = label === '' ? metric : `${metric}\n${labelValue}`;
    let series = this.#series.get(key);
    if (!series) {
      const labels = label === '' ? this.#common : { ...this.#common, [label]: labelValue };
      series = this.#store.series(metric, labels);
      this.#series.set(key, series);
    }
    series.append(atMs, value);
  }

  end(atMs: number): void {
    for (const series of this.#series.values()) this.#store.end(series, atMs);
    this.#series.clear();
  }
}
