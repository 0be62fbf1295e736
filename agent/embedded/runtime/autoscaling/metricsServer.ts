import type { Clock } from '../../../clock';
import { isRunning } from '../nodes/containerState';
import type { Kubelet, RunningPod } from '../nodes/kubelet';

/** Of metrics-server's `--metric-resolution`. */
const RESOLUTION_MS = 15_000;
/** A container that has run for less has no metrics yet. */
const LEAST_WINDOW_MS = 10_000;

/** What one pod's main container used per second, in the mean of a window. */
export interface PodUsage {
  /** The end of the window. */
  atMs: number;
  windowSeconds: number;
  cpuCores: number;
  /** At the end of the window. */
  memoryBytes: number;
  requestsPerSecond: number;
}

interface Point {
  /** Tells a container that was restarted, whose counters begin anew. */
  startedAtMs: number;
  atMs: number;
  cpuSeconds: number;
  requests: number;
}

/** Looks at the pods every 15 s, as metrics-server does, and knows what they used between the last two looks. */
export class MetricsServer {
  readonly #clock: Clock;
  readonly #kubelet: Pick<Kubelet, 'running'>;
  readonly #points = new Map<string, Point>();
  readonly #usages = new Map<string, PodUsage>();
  #dueAtMs = 0;

  constructor(clock: Clock, kubelet: Pick<Kubelet, 'running'>) {
    this.#clock = clock;
    this.#kubelet = kubelet;
  }

  /** By `namespace/name`; undefined where there is none yet, or no longer. */
  usageOf(pod: string): PodUsage | undefined {
    return this.#usages.get(pod);
  }

  lookIfDue(): void {
    const atMs = this.#clock.nowMs();
    if (atMs < this.#dueAtMs) return;
    this.#dueAtMs = atMs + RESOLUTION_MS;
    this.#usages.clear();
    for (const key of this.#points.keys()) if (!this.#kubelet.running.has(key)) this.#points.delete(key);
    for (const [key, running] of this.#kubelet.running) this.#look(key, running, atMs);
  }

  #look(key: string, { container, sim }: RunningPod, atMs: number): void {
    if (!isRunning(container) || !sim.running) {
      this.#points.delete(key);
      return;
    }
    const { startedAtMs } = container;
    const requests = sim.succeeded + sim.failed + sim.refused + sim.timedOut + sim.lost;
    const point: Point = { startedAtMs, atMs, cpuSeconds: sim.cpuSeconds, requests };
    const known = this.#points.get(key);
    const before =
      known?.startedAtMs === startedAtMs ? known : { atMs: startedAtMs, cpuSeconds: 0, requests: 0 };
    this.#points.set(key, point);
    if (atMs - before.atMs < LEAST_WINDOW_MS) return;
    const windowSeconds = (atMs - before.atMs) / 1000;
    this.#usages.set(key, {
      atMs,
      windowSeconds,
      cpuCores: (point.cpuSeconds - before.cpuSeconds) / windowSeconds,
      memoryBytes: sim.memoryBytes,
      requestsPerSecond: (point.requests - before.requests) / windowSeconds,
    });
  }
}
