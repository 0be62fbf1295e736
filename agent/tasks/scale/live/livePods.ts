import type { Pod, Workload } from '../../../cluster/snapshot';
import type { ScalePods } from '../../../sim/scale/scaleView';
import { CONTROL_STEP_SECONDS, clamp } from '../../../sim/scale/units';

/** How much the newest start-up counts in the running estimate, as in the simulator. */
const STARTUP_WEIGHT = 0.05;
/** Where no pod was seen starting: the middle of what policies were trained for. */
const USUAL_STARTUP_SECONDS = 45;
const MOST_STARTUP_SECONDS = 600;
/** Nobody knows when a workload was scaled before it was looked at. */
const LONG_AGO_SECONDS = 3600;

/** The pods of a workload as the watches show them, look by look. Times are cluster time in seconds. */
export class LivePods implements ScalePods {
  count = 0;
  ready = 0;
  lastUpSeconds = 0;
  lastDownSeconds = 0;
  startupEstimateSeconds = USUAL_STARTUP_SECONDS;
  #readySince: readonly number[] = [];
  /** UIDs of those whose start-up has been counted. */
  #counted: ReadonlySet<string> = new Set();
  #isFirst = true;
  #lookedSeconds = 0;

  /** @param startupMs from creation to readiness where somebody has said it; then nothing is measured */
  look({ desiredReplicas, pods }: Workload, nowMs: number, startupMs: number | undefined): void {
    const seconds = nowMs / 1000;
    if (this.#isFirst) this.lastUpSeconds = this.lastDownSeconds = seconds - LONG_AGO_SECONDS;
    // What is new was done since the last look; what the scaler does it does right after one.
    else if (desiredReplicas > this.count) this.lastUpSeconds = this.#lookedSeconds;
    else if (desiredReplicas < this.count) this.lastDownSeconds = this.#lookedSeconds;
    this.#lookedSeconds = seconds;
    const serving = pods.filter((pod) => pod.ready && pod.deletingSinceMs === null);
    this.count = desiredReplicas;
    // After a scale-down pods may serve that are not wanted any more.
    this.ready = Math.min(desiredReplicas, serving.length);
    this.#readySince = serving.map((pod) => pod.readyChangedAtMs / 1000).toSorted((a, b) => a - b);
    this.#estimateStartup(serving);
    if (startupMs !== undefined) this.startupEstimateSeconds = startupMs / 1000;
    this.#isFirst = false;
  }

  measured(nowSeconds: number): number {
    const old = this.#readySince.filter((since) => since <= nowSeconds - CONTROL_STEP_SECONDS);
    return Math.min(this.ready, old.length);
  }

  #estimateStartup(serving: readonly Pod[]): void {
    // A container that was restarted says when it was ready again, not how long its pod took.
    const fresh = serving.filter(({ uid, restarts }) => restarts === 0 && !this.#counted.has(uid));
    const startups = fresh.map(startupSeconds).toSorted((a, b) => a - b);
    const median = startups[startups.length >> 1];
    if (this.#isFirst && median !== undefined) this.startupEstimateSeconds = median;
    if (!this.#isFirst) {
      for (const startup of startups)
        this.startupEstimateSeconds += STARTUP_WEIGHT * (startup - this.startupEstimateSeconds);
    }
    this.#counted = new Set(serving.map(({ uid }) => uid));
  }
}

function startupSeconds({ readyChangedAtMs, createdAtMs }: Pod): number {
  return clamp((readyChangedAtMs - createdAtMs) / 1000, 1, MOST_STARTUP_SECONDS);
}
