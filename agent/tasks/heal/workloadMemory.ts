import type { Config } from '../../config/schema';
import type { Feedback, Policy, ReadyObservation, Seen } from '../../loop/task';
import type { Action } from '../../protocol';
import type { HealFacts } from './facts';
import { createRunbook } from './policies/runbook';
import { LiveLooks } from './rich/liveLooks';
import type { RichLook } from './rich/richLook';
import { RichMemory } from './rich/richMemory';
import { HEAL_RICH } from './rich/richSpec';
import { writeRich } from './rich/writeRich';
import { HEAL_9 } from './spec';

/**
 * What healing remembers of one workload, for all policies that look at it: the rich observation's memory, and a
 * runbook whose advice is a part of that observation. It takes in each look once, whoever decides on it.
 */
export class WorkloadMemory {
  readonly #looks = new LiveLooks();
  readonly #memory: RichMemory;
  readonly #advisor: Policy<HealFacts>;
  #last: RichLook | null = null;

  constructor(config: () => Config) {
    this.#memory = new RichMemory(config().guard.actionInterval / 1000);
    this.#advisor = createRunbook(config);
  }

  /** Takes in a look, and tells it under both contracts. Those of `heal/9` are the first numbers of the rich one. */
  look(facts: HealFacts, assessment: ReadyObservation<HealFacts>['assessment'], nowMs: number): Views {
    const blank: ReadyObservation<HealFacts> = {
      ...{ kind: 'ready', spec: HEAL_9, values: [], others: [] },
      ...{ facts, assessment, warnings: [] },
    };
    // In every look, so that it knows for how long each symptom has lasted.
    const advised = this.#advisor.decide(blank, nowMs).action;
    const advice = this.#memory.canAct(nowMs / 1000) ? actionIndex(advised) : 0;
    const look = this.#looks.take(facts, nowMs, advice);
    this.#last = look;
    this.#memory.look(look);
    const rich = HEAL_RICH.fields.map(() => 0);
    writeRich(look, this.#memory, rich);
    return { nine: rich.slice(0, HEAL_9.fields.length), rich: { spec: HEAL_RICH.name, values: rich } };
  }

  feedback(feedback: Feedback): void {
    this.#advisor.learn(feedback);
    const index = actionIndex(feedback.action);
    if (feedback.kind !== 'acted' || index === 0 || !this.#last) return;
    this.#memory.acted(index, this.#last, feedback.atMs / 1000);
  }
}

interface Views {
  nine: readonly number[];
  rich: Seen;
}

/** In the order of the action space; what is not in it, giving a drained pod back, counts as no action. */
export function actionIndex(action: Action): number {
  switch (action.kind) {
    case 'restart-pod':
      return 1;
    case 'scale':
      return action.to > action.from ? 2 : 3;
    case 'drain-pod':
      return 4;
    case 'none':
    case 'undrain-pod':
    case 'advise':
    case 'take-over':
    case 'hand-back':
    case 'release':
      return 0;
  }
}
