import type { Outcome } from '../../../loop/task';
import { type Moment, measureStep } from './moment';

/** A step whose effect is awaited. */
interface Awaited {
  proposalId: string;
  before: Moment;
  settleMs: number;
  untilMs: number;
}

export interface Measured {
  proposalId: string;
  outcome: Outcome;
}

/** What is not measured after so many times to settle never will be. */
const PATIENCE = 3;

/** Steps of one workload that are to be measured, each when its time to settle is over. */
export class AwaitedOutcomes {
  #awaited: Awaited[] = [];

  /** @param settleMs until pods that were wanted serve, and metrics show it */
  begin(proposalId: string, before: Moment, settleMs: number): void {
    this.#awaited.push({ proposalId, before, settleMs, untilMs: before.atMs + settleMs });
  }

  /** Those that are due, which are awaited no longer. @param now null where nothing could be measured */
  due(now: Moment | null, nowMs: number): Measured[] {
    const due = this.#awaited.filter(({ untilMs }) => nowMs >= untilMs);
    const given = due.filter(
      ({ before, settleMs }) => now !== null || nowMs >= before.atMs + PATIENCE * settleMs,
    );
    this.#awaited = this.#awaited.filter((each) => !given.includes(each));
    return given.map(({ proposalId, before }) => ({
      proposalId,
      outcome: now
        ? measureStep(before, now)
        : { kind: 'unknown', text: 'there was no data to measure it with' },
    }));
  }

  clear(): void {
    this.#awaited = [];
  }
}
