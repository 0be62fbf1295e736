import { INTERVAL_SECONDS, type Interval } from './interval';
import type { Release } from './release';
import { type CanaryScenario, SCENARIO_NAMES } from './scenario';

/** How a release ended; `none` while it has not. */
export type ReleaseEnd = 'none' | 'promoted' | 'rolled-back' | 'undecided';

/** Less than this share of the canary's requests is no harm that anybody could see. */
const LEAST_HARM = 0.002;

/** What a release came to, by the truth of the simulation. */
export class ReleaseTally {
  /** Σ weight × share of the canary's requests that fail or are slow because of it × seconds. */
  harmSeconds = 0;
  canaryRequests = 0;
  /** Of them, those that it got while it did harm. */
  exposedRequests = 0;
  changes = 0;
  #intervals = 0;
  #wholeFrom = -1;
  #didHarm = false;

  reset(): void {
    this.harmSeconds = this.canaryRequests = this.exposedRequests = this.changes = this.#intervals = 0;
    this.scenarioChanged();
  }

  scenarioChanged(): void {
    this.#wholeFrom = -1;
    this.#didHarm = false;
  }

  /** @returns weight × share of harm */
  add(interval: Interval, release: Release, scenario: Readonly<CanaryScenario>): number {
    const exposure = scenario.provable ? interval.weight * release.harmShare : 0;
    this.harmSeconds += exposure * INTERVAL_SECONDS;
    this.canaryRequests += interval.canaryRequests;
    if (scenario.bad && release.harmShare > LEAST_HARM) {
      this.#didHarm = true;
      this.exposedRequests += interval.canaryRequests;
    }
    if (scenario.bad && release.harmLevel >= 1 && this.#wholeFrom < 0) this.#wholeFrom = this.#intervals;
    this.#intervals++;
    return exposure;
  }

  /** What `Env.info` tells; numbers that there are not are left out. */
  info(scenario: Readonly<CanaryScenario>, end: ReleaseEnd, limited: boolean, steps: number) {
    const { bad, provable, name } = scenario;
    const promoted = end === 'promoted';
    const minutes = minutesOf(steps);
    const info: Record<string, number> = {
      scenario: SCENARIO_NAMES.indexOf(name),
      bad: flag(bad),
      provable: flag(provable),
      promoted: flag(promoted),
      limited: flag(promoted && limited),
      rolledBack: flag(end === 'rolled-back'),
      undecided: flag(end === 'undecided'),
      falsePromotion: flag(promoted && (bad || !provable)),
      falsePromotionActive: flag(promoted && bad && this.#didHarm),
      falseRollback: flag(end === 'rolled-back' && !bad),
      harmActive: flag(this.#didHarm),
      steadyErrorShare: bad && scenario.spikeShare === 1 ? scenario.extraErrorShare : 0,
      exposureHarmSeconds: this.harmSeconds,
      canaryRequests: this.canaryRequests,
      exposedRequests: this.exposedRequests,
      weightChanges: this.changes,
      minutes,
    };
    if (promoted || end === 'rolled-back') info.minutesToVerdict = minutes;
    if (this.#wholeFrom >= 0) info.minutesOfWholeHarm = minutes - minutesOf(this.#wholeFrom);
    return info;
  }
}

function minutesOf(intervals: number): number {
  return (intervals * INTERVAL_SECONDS) / 60;
}

function flag(value: boolean): number {
  return value ? 1 : 0;
}
