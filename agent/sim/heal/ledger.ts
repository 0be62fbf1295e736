import { DEGRADED } from './conditions';
import type { HealDeployment } from './deployment';
import { NO_FAULT } from './faults';
import type { Pods } from './pods';
import type { HealScenario } from './scenario';
import { TICK_SECONDS } from './tick';

/** A workload has recovered when both objectives have been met for so long without a break. */
const RECOVERED_SECONDS = 60;
/** p95 within the objective: at most this share of requests is slower or fails. */
const VIOLATED_SHARE = 0.05;
const FAILED_SHARE = 0.01;

/** Whether an objective is missed in the last tick. */
export function isOutage({ violatedShare, failedShare }: Pods): boolean {
  return violatedShare > VIOLATED_SHARE || failedShare > FAILED_SHARE;
}

/** What an episode was like, by the truth of the simulation. */
export class HealLedger {
  requests = 0;
  violated = 0;
  actions = 0;
  unneeded = 0;
  harmful = 0;
  helpful = 0;
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
  #detectedAt = Number.NaN;
  #helpedAt = Number.NaN;

  reset(): void {
    this.requests = this.violated = this.actions = this.unneeded = this.harmful = this.helpful = 0;
    this.suppressed = this.refused = this.#replicaSeconds = this.#seconds = 0;
    this.#lastViolation = this.#firstViolation = this.#detectedAt = this.#helpedAt = Number.NaN;
    this.#recovered = false;
  }

  tick({ now, wanted, traffic, pods }: HealDeployment, scenario: Readonly<HealScenario>): void {
    const { rate } = traffic;
    this.#seconds += TICK_SECONDS;
    this.#replicaSeconds += TICK_SECONDS * wanted;
    this.requests += TICK_SECONDS * rate;
    this.violated += TICK_SECONDS * rate * pods.violatedShare;
    if (scenario.fault === NO_FAULT || now < scenario.onsetSeconds || this.#recovered) return;
    if (isOutage(pods)) {
      this.#lastViolation = now;
      if (Number.isNaN(this.#firstViolation)) this.#firstViolation = now;
    } else if (now - this.#lastViolation >= RECOVERED_SECONDS) this.#recovered = true;
  }

  /** Notes what a look shows. */
  look(now: number, health: number, { fault, onsetSeconds }: Readonly<HealScenario>): void {
    const isKnown = !Number.isNaN(this.#detectedAt);
    if (isKnown || fault === NO_FAULT || now < onsetSeconds || health < DEGRADED) return;
    this.#detectedAt = now;
  }

  helped(now: number): void {
    this.helpful++;
    if (Number.isNaN(this.#helpedAt)) this.#helpedAt = now;
  }

  /**
   * Of every episode:
   * - `violatedShare`, `availability`: shares of requests that fail or miss the latency objective, and that do not;
   * - `actions`, and of them by what they were worth `helpfulActions`, `unneededActions`, `harmfulActions`;
   * - `acted`, `unneeded`, `harmful`: 1 where there was any, so that a mean is the share of episodes;
   * - `harmfulUnreverted`: harmful drains and scalings that are still there and still do harm; `reverts`: what was
   *   taken back;
   * - `suppressedActions`, `refusedActions`: those that were none, within the minute and for other reasons;
   * - `replicaHoursRatio`: replica-hours ÷ those of the usual number; `fault`: its number.
   *
   * Of those with a fault whose time has come, in seconds from its onset:
   * - `mttrSeconds`: to the end of the outage, 0 for a fault without one, to the episode's end where it has not ended,
   *   and `recovered`, 1 where it has;
   * - `detectSeconds`: to the first look that finds the workload not healthy, `helpSeconds`: to the first action that
   *   helps; left out where there was none.
   */
  info(now: number, scenario: Readonly<HealScenario>): Record<string, number> {
    const violatedShare = this.requests === 0 ? 0 : this.violated / this.requests;
    const info: Record<string, number> = {
      violatedShare,
      availability: 1 - violatedShare,
      actions: this.actions,
      helpfulActions: this.helpful,
      unneededActions: this.unneeded,
      harmfulActions: this.harmful,
      acted: this.actions > 0 ? 1 : 0,
      unneeded: this.unneeded > 0 ? 1 : 0,
      harmful: this.harmful > 0 ? 1 : 0,
      suppressedActions: this.suppressed,
      refusedActions: this.refused,
      replicaHoursRatio:
        this.#seconds === 0 ? 1 : this.#replicaSeconds / (this.#seconds * scenario.baseReplicas),
      fault: scenario.fault,
    };
    const { fault, onsetSeconds } = scenario;
    if (fault === NO_FAULT || now < onsetSeconds) return info;
    const untouched = Number.isNaN(this.#firstViolation);
    const recovered = untouched || this.#recovered || now - this.#lastViolation >= RECOVERED_SECONDS / 2;
    const until = recovered ? this.#lastViolation : now;
    info.mttrSeconds = untouched ? 0 : until - onsetSeconds;
    info.recovered = recovered ? 1 : 0;
    if (!Number.isNaN(this.#detectedAt)) info.detectSeconds = this.#detectedAt - onsetSeconds;
    if (!Number.isNaN(this.#helpedAt)) info.helpSeconds = Math.max(0, this.#helpedAt - onsetSeconds);
    return info;
  }
}
