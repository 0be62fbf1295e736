import type { Random } from '../random';
import { spread } from './noise';
import type { HealScenario } from './scenario';
import { TICK_SECONDS } from './tick';

/** Time constant of the slow fluctuation, as in `LoadGenerator`. */
const NOISE_SECONDS = 60;
const KEEP = Math.exp(-TICK_SECONDS / NOISE_SECONDS);
const FRESH = Math.sqrt(1 - KEEP * KEEP);
const STEADY = 0;
const SINE = 1;
const RAMP = 2;

/**
 * Requests per second over an episode: the families of `LoadGenerator` that matter within minutes, drawn without
 * allocation. Never more than mean · (1 + swing), apart from the fluctuation.
 */
export class HealLoad {
  #deviation = 0;
  #bursting = false;
  #switchAtSeconds = 0;

  reset(): void {
    this.#deviation = 0;
    this.#bursting = false;
    this.#switchAtSeconds = 0;
  }

  /** Mean rate over the next tick. */
  rate(scenario: Readonly<HealScenario>, seconds: number, random: Random): number {
    this.#deviation = KEEP * this.#deviation + FRESH * scenario.loadNoise * spread(random);
    const shape = this.#shape(scenario, seconds, random);
    return scenario.loadMean * (1 + scenario.loadSwing * shape) * Math.max(0, 1 + this.#deviation);
  }

  /** −1…1. */
  #shape(scenario: Readonly<HealScenario>, seconds: number, random: Random): number {
    const { loadFamily, loadPeriodSeconds, loadPhase } = scenario;
    if (loadFamily === STEADY) return 0;
    if (loadFamily === SINE) return Math.sin(2 * Math.PI * (seconds / loadPeriodSeconds + loadPhase));
    if (loadFamily === RAMP) return (loadPhase < 0.5 ? 1 : -1) * Math.min(1, seconds / loadPeriodSeconds);
    if (seconds >= this.#switchAtSeconds) {
      this.#bursting = !this.#bursting;
      this.#switchAtSeconds = seconds + random.exponential(loadPeriodSeconds / 4);
    }
    return this.#bursting ? 1 : -1;
  }
}
