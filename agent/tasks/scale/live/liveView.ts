import type { Workload } from '../../../cluster/snapshot';
import { DOMAIN_RANGES } from '../../../sim/scale/domain';
import { Estimates, TELLING_CPU } from '../../../sim/scale/estimates';
import type { ScaleView } from '../../../sim/scale/scaleView';
import { CONTROL_STEP_SECONDS, clamp } from '../../../sim/scale/units';
import { LiveMetrics } from './liveMetrics';
import { LivePods } from './livePods';
import type { ScaleReading } from './scaleReading';

/** What is set from outside for one look. */
export interface LookSettings {
  minReplicas: number;
  maxReplicas: number;
  /** Of latency. */
  objectiveSeconds: number;
  /** `scale.startup`. */
  startupMs: number | undefined;
}

/** Below this CPU a pod says little of its capacity; so much is taken in place of less. */
const LEAST_CPU = 0.01;
/** After so long without a look the history says nothing of now. */
const LONGEST_GAP_SECONDS = 8 * CONTROL_STEP_SECONDS;

/** One workload as rules and policies see it: the simulator's view, filled from the cluster once per control step. */
export class LiveView implements ScaleView {
  readonly pods = new LivePods();
  readonly domain = { concurrency: 1, serviceSeconds: 1, metricWindowSteps: 1, metricLagSteps: 0 };
  metrics = new LiveMetrics();
  estimates = new Estimates(this.domain);
  minReplicas = 1;
  maxReplicas = 1;
  seconds = Number.NEGATIVE_INFINITY;
  /** Whether a pod was ever seen busy enough to tell its capacity. */
  #isCapacityKnown = false;

  /** The watches are looked at in every step; what they show counts also where nothing could be measured. */
  lookAtPods(workload: Workload, nowMs: number, { startupMs }: Pick<LookSettings, 'startupMs'>): void {
    this.pods.look(workload, nowMs, startupMs);
  }

  /** After `lookAtPods`. @returns true where the history began anew, so that rules have to as well */
  take(reading: ScaleReading, nowMs: number, settings: LookSettings): boolean {
    const seconds = nowMs / 1000;
    const beginsAnew = seconds - this.seconds > LONGEST_GAP_SECONDS;
    this.seconds = seconds;
    this.minReplicas = settings.minReplicas;
    this.maxReplicas = settings.maxReplicas;
    this.domain.metricWindowSteps = steps(reading.windowSeconds, 'metricWindowSteps');
    this.domain.metricLagSteps = Math.round(steps(reading.lagSeconds, 'metricLagSteps'));
    if (beginsAnew) this.metrics = new LiveMetrics();
    this.metrics.record(reading, this.pods.ready, settings.objectiveSeconds);
    this.#supposeCapacity();
    if (beginsAnew) this.#begin();
    this.estimates.update(this.metrics, this.pods.startupEstimateSeconds);
    return beginsAnew;
  }

  #begin(): void {
    const podRate = this.estimates.podRate || this.domain.concurrency;
    this.estimates.reset(this.domain, this.metrics.arrivalRate / podRate);
  }

  /** As long as no pod was busy its capacity is supposed from what little it does, anew in each look. */
  #supposeCapacity(): void {
    const { cpu, servedRate, readyPods } = this.metrics;
    const seen = servedRate / (Math.max(cpu, LEAST_CPU) * readyPods);
    this.domain.concurrency = seen > 0 && Number.isFinite(seen) ? seen : this.estimates.podRate || 1;
    if (!this.#isCapacityKnown) this.estimates.podRate = 0;
    this.#isCapacityKnown ||= cpu > TELLING_CPU && servedRate > 0;
  }
}

function steps(seconds: number, key: 'metricWindowSteps' | 'metricLagSteps'): number {
  const [least, most] = DOMAIN_RANGES[key].allowed;
  return clamp(seconds / CONTROL_STEP_SECONDS, least, most);
}
