import type { HealScenario } from './scenario';

/** Above this utilisation more backlog is a line in which everybody waits, as in `SimPod`. */
const MOST_RANDOM_UTILISATION = 0.95;
/** Exponents beyond which a tail is no longer worth its exponential. */
const NEGLIGIBLE = 12;
/** e^−x by linear interpolation, within 0.02 %: the model takes more of them than of anything else. */
const DECAY_STEPS = 32;
const DECAY = Float64Array.from({ length: NEGLIGIBLE * DECAY_STEPS + 2 }, (_, step) =>
  Math.exp(-step / DECAY_STEPS),
);

/** What reaches all pods alike during a tick. */
export interface Traffic {
  /** Requests per second. */
  rate: number;
  /** By which everything takes longer. */
  delaySeconds: number;
  /** Share of requests that fail wherever they are served. */
  errorShare: number;
}

/**
 * One tick of one pod: the equations of `SimPod`, whose comment has their source, in the mean. Pods are mostly alike,
 * and what has just been computed for one is not computed again for the next.
 */
export class PodFlow {
  /** Requests inside after the tick. */
  inside = 0;
  /** Latency is the shift plus an exponential of mean theta. */
  shiftSeconds = 0;
  thetaSeconds = 0;
  /** Shares of requests: that fail, and that fail or miss the latency objective. */
  failed = 0;
  violated = 0;
  /** Share of the CPU time that requests take, of what is left of it. */
  busy = 0;
  #before = -1;
  #secondsPerRequest = 0;
  #lossShare = 0;
  #delaySeconds = 0;
  #offered = 0;

  /** @param offered requests of a pod during the tick; begins a tick */
  begin(offered: number): void {
    this.#offered = offered;
    this.#before = -1;
  }

  solve(
    before: number,
    secondsPerRequest: number,
    lossShare: number,
    delaySeconds: number,
    traffic: Readonly<Traffic>,
    seconds: number,
    scenario: Readonly<HealScenario>,
  ): void {
    const same =
      before === this.#before &&
      secondsPerRequest === this.#secondsPerRequest &&
      lossShare === this.#lossShare &&
      delaySeconds === this.#delaySeconds;
    if (same) return;
    this.#before = before;
    this.#secondsPerRequest = secondsPerRequest;
    this.#lossShare = lossShare;
    this.#delaySeconds = delaySeconds;

    const capacity = seconds / secondsPerRequest;
    const arriving = this.#offered * (1 - lossShare);
    const after = Math.min(settledInside(before + arriving, capacity), scenario.queueLimit);
    const busy = after / (1 + after);
    const excess = after < scenario.queueLimit ? 0 : before + arriving - capacity * busy - after;
    const refused = excess > 0 ? Math.min(1, excess / arriving) : 0;
    this.inside = after;
    this.busy = busy;

    const others = (before + after) / 2;
    const utilisation = Math.min(arriving / capacity, MOST_RANDOM_UTILISATION);
    const random = Math.min(others, utilisation / (1 - utilisation));
    const theta = (1 + random) * secondsPerRequest;
    const queueing = (others - random) * secondsPerRequest;
    const shift = scenario.baseLatencySeconds + queueing + delaySeconds + traffic.delaySeconds;
    this.shiftSeconds = shift;
    this.thetaSeconds = theta;

    const answered = (1 - lossShare) * (1 - refused) * (1 - traffic.errorShare);
    this.failed = 1 - answered * (1 - tail(scenario.timeoutSeconds, shift, theta));
    this.violated = 1 - answered * (1 - tail(scenario.sloLatencySeconds, shift, theta));
  }
}

/** Share of requests that take longer than `limit`. */
function tail(limit: number, shift: number, theta: number): number {
  const room = limit - shift;
  if (room <= 0) return 1;
  if (room >= NEGLIGIBLE * theta) return 0;
  const place = (room * DECAY_STEPS) / theta;
  const index = Math.floor(place);
  const before = DECAY[index] as number;
  return before + (place - index) * ((DECAY[index + 1] as number) - before);
}

/** The x that solves x = present − capacity · x/(1 + x), as in `SimPod`. */
function settledInside(present: number, capacity: number): number {
  const half = (present - capacity - 1) / 2;
  const root = Math.sqrt(half * half + present);
  return half >= 0 ? half + root : present / (root - half);
}
