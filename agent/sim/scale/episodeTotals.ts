import type { Outcome } from './reward';
import { sloCost } from './sloCost';
import { CONTROL_STEP_SECONDS, STEPS_PER_HOUR } from './units';

/** RLScale's price of a pod for 15 s, in dollars: only for comparison with its figures. */
const POD_STEP_DOLLARS = 0.01;

/** Sums over an episode. */
export class EpisodeTotals {
  #steps = 0;
  #cost = 0;
  #pods = 0;
  #actions = 0;
  #arrivals = 0;
  #violated = 0;
  #timedOut = 0;
  #secondsOver = 0;
  #utilisation = 0;
  #load = 0;
  #latency = 0;

  reset(): void {
    this.#steps = this.#cost = this.#pods = this.#actions = this.#arrivals = 0;
    this.#violated = this.#timedOut = this.#secondsOver = this.#utilisation = this.#load = this.#latency = 0;
  }

  add(outcome: Outcome): void {
    const { service, pods } = outcome.model;
    this.#steps++;
    this.#cost += sloCost(outcome);
    this.#pods += pods.count;
    if (outcome.change !== 0) this.#actions++;
    this.#arrivals += service.arrivals;
    this.#violated += service.violated;
    this.#timedOut += service.timedOut;
    this.#secondsOver += service.secondsOverObjective;
    this.#utilisation += service.utilisation;
    this.#load += service.load;
    this.#latency += service.latencyP95Seconds * service.arrivals;
  }

  /** All 0 before the first step. */
  info(): Record<string, number> {
    const steps = Math.max(1, this.#steps);
    const requests = Math.max(1, this.#arrivals);
    return {
      /** J(W), the less the better: mean pods + W × violated load + 0.5 per scaling action. */
      objectiveCost: this.#cost / steps,
      /** In pods at full utilisation. */
      meanLoad: this.#load / steps,
      meanPods: this.#pods / steps,
      violatedShare: this.#violated / requests,
      errorShare: this.#timedOut / requests,
      actionsPerHour: (this.#actions / steps) * STEPS_PER_HOUR,
      /** Mean of the control steps' 95th percentiles, weighted by requests. */
      latencyP95Seconds: this.#latency / requests,
      cpuUtilisation: this.#utilisation / steps,
      /** Share of seconds in which at most 5 % of the requests were late and none failed. */
      sloCompliance: 1 - this.#secondsOver / (steps * CONTROL_STEP_SECONDS),
      costPer1000Requests:
        (POD_STEP_DOLLARS * this.#pods) / (Math.max(1, this.#arrivals - this.#timedOut) / 1000),
    };
  }
}
