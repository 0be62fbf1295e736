import { createHealEnv } from '../../../sim/heal/healEnv';
import { VALIDATION } from '../../../sim/heal/shipping/finishPolicy';
import { playPolicy } from '../../../sim/heal/shipping/playEpisodes';
import type { LearnTask } from '../../online/learnTask';
import { HEAL_RICH } from '../rich/richSpec';
import { HEAL_9 } from '../spec';

/** Some two actions in each: enough for a curve. */
const JUDGED_EPISODES = 400;

export const LEARN_HEAL: LearnTask = {
  /** Live experience is of the rich contract, whose first nine numbers are `heal/9`. */
  experience(store, spec, most) {
    const own = store.newest(spec, most);
    if (spec !== HEAL_9.name) return own;
    const nine = (values: readonly number[]) => values.slice(0, HEAL_9.fields.length);
    const rich = store.newest(HEAL_RICH.name, most - own.length);
    return [
      ...own,
      ...rich.map((each) => ({ ...each, spec, state: nine(each.state), nextState: nine(each.nextState) })),
    ];
  },
  createEnv: ({ spec, provenance }) => createHealEnv({ ...provenance.env.options, spec }),
  playJudged:
    ({ spec, provenance }, count = JUDGED_EPISODES) =>
    (actor, idleMargin, judged) => {
      const env = createHealEnv({ ...provenance.env.options, spec });
      playPolicy(env, actor, idleMargin, { first: VALIDATION.first, count }, { judged });
    },
};
