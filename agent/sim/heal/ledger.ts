import { NO_FAULT } from './faults';
import type { HealScenario } from './scenario';
import { TICK_SECONDS } from './tick';

/** A workload has recovered when both objectives have been met for so long without a break. */
const RECOVERED_SECONDS = 60;
/** p95 within the objective: at most this share of requests is slower or fails. */
const VIOLATED_SHARE = 0.05;
const FAILED_SHARE = 0.01;

/** What an episode was like, by the truth of the simulation. */
export class HealLedger {
  requests = 0;
  violated = 0;
  actions = 0;
  unneeded = 0;
  harmful = 0;
  /** Inside the minute after an action. */
  suppressed = 0;
  /** Impossible, or what the guard would deny. */
  refused = 0;
  #replicaSeconds = 0;
  #seconds = 0;
  /** Ends of the first and of the last violating tick of the outage; NaN without one. */
  #lastViolation = Number.NaN;
  #firstViolation = Number.NaN;
  #recovered = false;

  reset(): void {
    this.requests = this.violated = this.actions = this.unneeded = this.harmful = 0;
    this.suppressed = this.refused = this.#replicaSeconds = this.#seconds = 0;
    this.#lastViolation = this.#firstViolation = Number.NaN;
    this.#recovered = false;
  }

  tick(
    now: number,
    rate: number,
    violatedShare: number,
    failedShare: number,
    wanted: number,
    scenario: Readonly<HealScenario>,
  ): void {
    this.#seconds += TICK_SECONDS;
    this.#replicaSeconds += TICK_SECONDS * wanted;
    this.requests += TICK_SECONDS * rate;
    this.violated += TICK_SECONDS * rate * violatedShare;
    if (scenario.fault === NO_FAULT || now < scenario.onsetSeconds || this.#recovered) return;
    if (violatedShare > VIOLATED_SHARE || failedShare > FAILED_SHARE) {
      this.#lastViolation = now;
      if (Number.isNaN(this.#firstViolation)) this.#firstViolation = now;
    } else if (now - this.#lastViolation >= RECOVERED_SECONDS) this.#recovered = true;
  }

  /**
   * `mttrSeconds`: from the fault's onset to the end of the outage, 0 for a fault without one, the time until the
   * episode's end where it has not ended. Left out, with `recovered`, in episodes without a fault.
   */
  info(now: number, scenario: Readonly<HealScenario>): Record<string, number> {
    const info: Record<string, number> = {
      violatedShare: this.requests === 0 ? 0 : this.violated / this.requests,
      actions: this.actions,
      unneededActions: this.unneeded,
      harmfulActions: this.harmful,
      suppressedActions: this.suppressed,
      refusedActions: this.refused,
      replicaHoursRatio:
        this.#seconds === 0 ? 1 : this.#replicaSeconds / (this.#seconds * scenario.baseReplicas),
      fault: scenario.fault,
    };
    if (scenario.fault === NO_FAULT || now < scenario.onsetSeconds) return info;
    const untouched = Number.isNaN(this.#firstViolation);
    const recovered = untouched || this.#recovered || now - this.#lastViolation >= RECOVERED_SECONDS / 2;
    const until = recovered ? this.#lastViolation : now;
    info.mttrSeconds = untouched ? 0 : until - scenario.onsetSeconds;
    info.recovered = recovered ? 1 : 0;
    return info;
  }
}
