import type { ScaleModel } from '../../sim/scale/scaleModel';
import { costAt } from '../../sim/scale/sloCost';
import { CONTROL_STEP_SECONDS, STEPS_PER_HOUR } from '../../sim/scale/units';

/** Sums over a stretch of control steps; they add up. */
export class SegmentTotals {
  steps = 0;
  pods = 0;
  actions = 0;
  arrivals = 0;
  violated = 0;
  load = 0;

  /** One control step that has passed. @param podsBefore wanted ones before it */
  add({ service, pods }: ScaleModel, podsBefore: number): void {
    this.steps++;
    this.pods += pods.count;
    if (pods.count !== podsBefore) this.actions++;
    this.arrivals += service.arrivals;
    this.violated += service.violated;
    this.load += service.load;
  }

  static sum(all: readonly SegmentTotals[]): SegmentTotals {
    const sum = new SegmentTotals();
    for (const totals of all) {
      sum.steps += totals.steps;
      sum.pods += totals.pods;
      sum.actions += totals.actions;
      sum.arrivals += totals.arrivals;
      sum.violated += totals.violated;
      sum.load += totals.load;
    }
    return sum;
  }

  get hours(): number {
    return (this.steps * CONTROL_STEP_SECONDS) / 3600;
  }

  get meanPods(): number {
    return this.pods / Math.max(1, this.steps);
  }

  /** In pods at full utilisation. */
  get meanLoad(): number {
    return this.load / Math.max(1, this.steps);
  }

  /** 0 where nothing was asked. */
  get violatedShare(): number {
    return this.arrivals > 0 ? this.violated / this.arrivals : 0;
  }

  get actionsPerHour(): number {
    return (this.actions / Math.max(1, this.steps)) * STEPS_PER_HOUR;
  }

  /** J(W). Of the sums it is exact: violated load is the share of the load that the violated requests are. */
  objectiveCost(violationPrice: number): number {
    const { meanPods, violatedShare, meanLoad, actionsPerHour } = this;
    return costAt({ meanPods, violatedShare, meanLoad, actionsPerHour }, violationPrice);
  }
}
