import type { MetricsFeed } from '../metrics/metricsFeed';
import { type ErrorInfo, errorText, toErrorInfo } from '../protocol';

interface Ports {
  feed: MetricsFeed;
  context: string;
  /** There is another source now. */
  changed(): void;
  warn(text: string): void;
  onError(error: ErrorInfo): void;
}

/** How often a source of metrics is looked for while there is no Prometheus, wall time. */
const RETRY_MS = 60_000;

/** Looks after the metrics of a session: that the best source is used, and that trouble with it is told once. */
export class SessionMetrics {
  readonly #ports: Ports;
  #told: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setInterval(() => this.refresh(), RETRY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  refresh(): void {
    const { feed, changed, onError } = this.#ports;
    feed.refresh().then(
      (isNew) => isNew && changed(),
      (error: unknown) => onError(toErrorInfo(error)),
    );
  }

  /** It is no failure: with metrics-server some can still be seen, and without it at least the pods. */
  tellMissing(): void {
    const { feed, context, warn, onError } = this.#ports;
    const { source } = feed;
    if (source.kind === 'prometheus') return;
    const error: ErrorInfo = {
      code: 'prometheus-missing',
      message: `No Prometheus for ${context}: ${source.kind === 'none' ? source.reason : source.note}.`,
      remedy:
        'Set metrics.prometheusUrl in coxswain.yaml. What has no data is shown as such, and not acted on.',
    };
    onError(error);
    warn(errorText(error));
  }

  tellTrouble(): void {
    const { trouble } = this.#ports.feed;
    if (trouble && trouble.message !== this.#told) this.#ports.onError(trouble);
    this.#told = trouble?.message ?? null;
  }
}
