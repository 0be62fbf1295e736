import type { CanaryReading, RecordView } from './canaryView';

const SMOOTH_SECONDS = 300;
const USUAL_SECONDS = 1800;
const RESTARTS_SECONDS = 600;

/** What a controller remembers of the metrics of a release, reading by reading. */
export class ReleaseRecord implements RecordView {
  canaryErrorShare = 0;
  stableErrorShare = 0;
  p95Ratio = 1;
  usualP50Seconds = 0;
  usualP95Seconds = 0;
  usualP99Seconds = 0;
  requestsAtWeight = 0;
  recentRestarts = 0;
  memoryTrend = 0;
  #memory = Number.NaN;

  reset(): void {
    this.canaryErrorShare = this.stableErrorShare = 0;
    this.p95Ratio = 1;
    this.usualP50Seconds = this.usualP95Seconds = this.usualP99Seconds = 0;
    this.requestsAtWeight = this.recentRestarts = this.memoryTrend = 0;
    this.#memory = Number.NaN;
  }

  weightChanged(): void {
    this.requestsAtWeight = 0;
  }

  add(reading: CanaryReading): void {
    const { canary, stable, seconds } = reading;
    const take = 1 - Math.exp(-seconds / SMOOTH_SECONDS);
    if (canary.requests > 0)
      this.canaryErrorShare += take * (canary.errors / canary.requests - this.canaryErrorShare);
    if (stable.requests > 0)
      this.stableErrorShare += take * (stable.errors / stable.requests - this.stableErrorShare);
    if (canary.p95Seconds > 0 && stable.p95Seconds > 0)
      this.p95Ratio += take * (canary.p95Seconds / stable.p95Seconds - this.p95Ratio);
    if (stable.p95Seconds > 0) this.#addUsual(reading);
    this.requestsAtWeight += canary.requests;
    this.#addContainer(reading, take);
  }

  #addUsual({ stable, seconds }: CanaryReading): void {
    const take = this.usualP95Seconds === 0 ? 1 : 1 - Math.exp(-seconds / USUAL_SECONDS);
    this.usualP50Seconds += take * (stable.p50Seconds - this.usualP50Seconds);
    this.usualP95Seconds += take * (stable.p95Seconds - this.usualP95Seconds);
    this.usualP99Seconds += take * (stable.p99Seconds - this.usualP99Seconds);
  }

  #addContainer({ restarts, memory, seconds }: CanaryReading, take: number): void {
    this.recentRestarts = this.recentRestarts * Math.exp(-seconds / RESTARTS_SECONDS) + restarts;
    if (memory === null || seconds === 0) return;
    const known = restarts === 0 && !Number.isNaN(this.#memory);
    const perMinute = known ? ((memory - this.#memory) * 60) / seconds : 0;
    this.memoryTrend += take * (perMinute - this.memoryTrend);
    this.#memory = memory;
  }
}
