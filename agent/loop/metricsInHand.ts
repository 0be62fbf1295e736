import type { Workload } from '../cluster/snapshot';
import { type Attention, agedMetrics, type WorkloadMetrics } from '../metrics/reading';
import type { DataState } from '../protocol';
import type { LoopPorts } from './ports';
import type { Trigger } from './trigger';

/**
 * What the watch shows waits no longer than this for metrics while the last ones are fresh; cluster time. With the time
 * in which events are gathered it is less than a second.
 */
const EVENT_PATIENCE_MS = 400;

export interface InHandPorts extends Pick<LoopPorts<unknown>, 'clock' | 'config' | 'metrics' | 'watchAgeMs'> {
  namespace: string;
  signal: AbortSignal;
  /** The workload as it is when its turn has come. */
  workload(): Workload | undefined;
  /** Calls back when a place is free, so that a large cluster cannot flood Prometheus with queries. */
  enqueue(collect: () => Promise<void>): void;
  /** What a look did not wait for has come. */
  onLate(): void;
}

/** Metrics, and when they were asked for, cluster time. */
interface Answer {
  metrics: WorkloadMetrics;
  askedAtMs: number;
}

/** The metrics of one workload that a look goes by: those that come, or, where they are late, what is fresh still. */
export class MetricsInHand {
  readonly #ports: InHandPorts;
  /** What the last look went by. */
  #latest: Answer | null = null;
  /** The last that told anything. */
  #told: Answer | null = null;
  /** One at a time: a Prometheus that hangs is not asked again and again. */
  #coming: Promise<Answer> | null = null;
  #goOn: () => void = () => undefined;

  constructor(ports: InHandPorts) {
    this.#ports = ports;
  }

  get latest(): WorkloadMetrics | null {
    return this.#latest?.metrics ?? null;
  }

  /** Whether the last look went by what was asked for since a time, cluster ms; else it shows what was before. */
  isSince(atMs: number): boolean {
    return this.#latest !== null && this.#latest.askedAtMs >= atMs;
  }

  /** Makes the look that waits now go by what is fresh; where nothing is, it waits on. For later, too. */
  get goOn(): () => void {
    return this.#goOn;
  }

  state(): DataState {
    const { clock, config, namespace } = this.#ports;
    const { staleAfter } = config().guard;
    const nowMs = clock.nowMs();
    const metricsAtMs = this.latest?.atMs ?? null;
    if (metricsAtMs === null) {
      return { kind: 'none', reason: this.latest?.warnings[0] ?? 'no metrics yet' };
    }
    const watchAgeMs = this.#ports.watchAgeMs(namespace);
    const atMs = Math.min(metricsAtMs, nowMs - watchAgeMs);
    if (watchAgeMs > staleAfter) return { kind: 'stale', atMs, reason: 'the API server has been silent' };
    if (nowMs - metricsAtMs > staleAfter) return { kind: 'stale', atMs, reason: 'the metrics are old' };
    return { kind: 'fresh', atMs: metricsAtMs };
  }

  /** What a look goes by. Rejects with nothing but the signal's reason, or what the collector throws. */
  async collect(trigger: Trigger, attention: Attention): Promise<WorkloadMetrics> {
    const { clock, onLate } = this.#ports;
    this.#coming ??= this.#begin(attention);
    const coming = this.#coming;
    const early = Promise.withResolvers<Answer>();
    let isWaiting = true;
    const goOn = () => {
      const fresh = isWaiting ? this.#stillFresh() : null;
      if (fresh === null) return;
      isWaiting = false;
      early.resolve(fresh);
      coming.then(onLate, () => undefined);
    };
    this.#goOn = goOn;
    const cancel = trigger === 'event' ? clock.schedule(EVENT_PATIENCE_MS, goOn) : () => undefined;
    try {
      const found = await Promise.race([coming, early.promise]);
      // What the watch shows is judged by what is fresh also where this question brings nothing.
      const fresh = trigger === 'event' && found.metrics.atMs === null ? this.#stillFresh() : null;
      this.#latest = fresh ?? found;
      return this.#latest.metrics;
    } finally {
      isWaiting = false;
      cancel();
    }
  }

  #begin(attention: Attention): Promise<Answer> {
    const { clock, metrics: collector, signal, enqueue } = this.#ports;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    enqueue(async () => {
      const workload = this.#ports.workload();
      if (!workload) return reject(new Error('the workload is gone'));
      const askedAtMs = clock.nowMs();
      const collecting = collector.collect(workload, askedAtMs, signal, attention);
      await collecting.then((metrics) => resolve({ metrics, askedAtMs }), reject);
    });
    const ended = () => {
      this.#coming = null;
    };
    promise.then((told) => {
      ended();
      if (told.metrics.atMs !== null) this.#told = told;
    }, ended);
    return promise;
  }

  /** Null where nothing of it is. */
  #stillFresh(): Answer | null {
    const { clock, config } = this.#ports;
    if (this.#told === null) return null;
    const metrics = agedMetrics(this.#told.metrics, clock.nowMs(), config().guard.staleAfter);
    return metrics.atMs === null ? null : { ...this.#told, metrics };
  }
}
