import type { StepChange } from './stepReward';

/** A change back within this time is a reversal, as in the simulator. */
const REVERSAL_MS = 300_000;

/** What is done to the number of pods of one workload from look to look, by whomever. */
export class ReplicaSteps {
  #replicas: number | null = null;
  #last = { direction: 0, atMs: Number.NEGATIVE_INFINITY };

  /** @returns what was done since the look before */
  look(replicas: number, nowMs: number): StepChange {
    const change = this.#replicas === null ? 0 : replicas - this.#replicas;
    const direction = Math.sign(change);
    const isReversal =
      direction !== 0 && direction === -this.#last.direction && nowMs - this.#last.atMs <= REVERSAL_MS;
    if (direction !== 0) this.#last = { direction, atMs: nowMs };
    this.#replicas = replicas;
    return { change, isReversal };
  }
}
