import type { Config } from '../../../config/schema';
import type { Feedback, ReadyObservation } from '../../../loop/task';
import type { HealFacts } from '../facts';

/** Counts the actions of one incident that had no effect, so that a policy stops where it cannot help. */
export class Patience {
  #ineffective = 0;

  get ineffective(): number {
    return this.#ineffective;
  }

  /** Why the policy gives up, or null while it may go on. Call it in every look. */
  whyGiveUp(
    { assessment, facts }: ReadyObservation<HealFacts>,
    { maxIneffective }: Config['heal'],
  ): string | null {
    // Not before the incident is over: one that looks healthy for a moment has not been helped.
    if (assessment.health === 'healthy' && facts.unhealthyMs === 0) this.#ineffective = 0;
    if (this.#ineffective < maxIneffective) return null;
    return `gave up: ${this.#ineffective} actions had no effect (${assessment.reason}); this needs a person`;
  }

  learn(feedback: Feedback): void {
    if (feedback.kind !== 'measured' || feedback.outcome === 'unknown') return;
    const failed = feedback.outcome === 'ineffective' || feedback.outcome === 'regressed';
    this.#ineffective = failed ? this.#ineffective + 1 : 0;
  }
}
