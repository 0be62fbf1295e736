import type { SeriesStore } from '../../seriesStore';
import { SeriesGroup } from '../telemetry/seriesGroup';
import type { Phase, Strategy } from './canarySpec';

/** Upper bounds of `flagger_canary_duration_seconds`: the default ones of Prometheus' clients. */
const DURATION_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What Flagger itself exposes: https://docs.flagger.app/usage/monitoring#metrics */
export class CanaryMetrics {
  readonly #store: SeriesStore;
  readonly #canaries = new Map<string, Recorded>();

  constructor(store: SeriesStore) {
    this.#store = store;
  }

  /** What is recorded of a Canary; by the key of the object, labelled by the name of its target. */
  of(key: string, target: string, namespace: string): Recorded {
    const known = this.#canaries.get(key);
    if (known?.target === target) return known;
    const recorded = new Recorded(target, namespace);
    this.#canaries.set(key, recorded);
    return recorded;
  }

  forget(key: string, atMs: number): void {
    this.#canaries.get(key)?.end(atMs);
    this.#canaries.delete(key);
  }

  scrape(atMs: number): void {
    for (const recorded of this.#canaries.values()) recorded.scrape(this.#store, atMs);
  }
}

/** The last of what was recorded of one Canary. */
export class Recorded {
  readonly target: string;
  readonly #namespace: string;
  #status: number | null = null;
  #weights: { primary: number; canary: number } | null = null;
  readonly #analysis = new Map<string, number>();
  /** By deployment strategy and status of the analysis. */
  readonly #ended = new Map<string, { metric: string; labels: Record<string, string>; count: number }>();
  readonly #durations = { buckets: DURATION_BOUNDS.map(() => 0), count: 0, seconds: 0 };
  readonly #groups = new Map<string, SeriesGroup>();

  constructor(target: string, namespace: string) {
    this.target = target;
    this.#namespace = namespace;
  }

  /** 0 running, 1 successful, 2 failed. */
  phase(phase: Phase): void {
    this.#status = phase === 'Progressing' ? 0 : phase === 'Failed' ? 2 : 1;
  }

  weights(primary: number, canary: number): void {
    this.#weights = { primary, canary };
  }

  analysed(metric: string, value: number): void {
    this.#analysis.set(metric, value);
  }

  ended(how: 'successes' | 'failures', strategy: Strategy, analysisStatus: 'completed' | 'skipped'): void {
    const labels = { deployment_strategy: strategy, analysis_status: analysisStatus };
    const key = `${how} ${strategy} ${analysisStatus}`;
    const known = this.#ended.get(key);
    if (known) known.count++;
    else this.#ended.set(key, { metric: `flagger_canary_${how}_total`, labels, count: 1 });
  }

  took(seconds: number): void {
    for (const [index, bound] of DURATION_BOUNDS.entries()) {
      if (seconds <= bound) this.#durations.buckets[index] = (this.#durations.buckets[index] ?? 0) + 1;
    }
    this.#durations.count++;
    this.#durations.seconds += seconds;
  }

  scrape(store: SeriesStore, atMs: number): void {
    const own = this.#group(store, { name: this.target });
    if (this.#status !== null) own.append(atMs, 'flagger_canary_status', this.#status);
    if (this.#weights) {
      const metric = 'flagger_canary_weight';
      this.#group(store, { workload: `${this.target}-primary` }).append(atMs, metric, this.#weights.primary);
      this.#group(store, { workload: this.target }).append(atMs, metric, this.#weights.canary);
    }
    for (const [metric, value] of this.#analysis) {
      own.append(atMs, 'flagger_canary_metric_analysis', value, 'metric', metric);
    }
    for (const { metric, labels, count } of this.#ended.values()) {
      this.#group(store, { name: this.target, ...labels }).append(atMs, metric, count);
    }
    this.#scrapeDurations(own, atMs);
  }

  end(atMs: number): void {
    for (const group of this.#groups.values()) group.end(atMs);
  }

  #scrapeDurations(own: SeriesGroup, atMs: number): void {
    const { buckets, count, seconds } = this.#durations;
    if (count === 0) return;
    const metric = 'flagger_canary_duration_seconds';
    for (const [index, bound] of DURATION_BOUNDS.entries()) {
      own.append(atMs, `${metric}_bucket`, buckets[index] ?? 0, 'le', String(bound));
    }
    own.append(atMs, `${metric}_bucket`, count, 'le', '+Inf');
    own.append(atMs, `${metric}_count`, count);
    own.append(atMs, `${metric}_sum`, seconds);
  }

  #group(store: SeriesStore, labels: Record<string, string>): SeriesGroup {
    const key = JSON.stringify(labels);
    const known = this.#groups.get(key);
    if (known) return known;
    const group = new SeriesGroup(store, { ...labels, namespace: this.#namespace });
    this.#groups.set(key, group);
    return group;
  }
}
