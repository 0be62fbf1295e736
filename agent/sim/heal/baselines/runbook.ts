import type { Baseline } from '../../baseline';
import type { HealEnv } from '../healEnv';
import type { HealOptions } from '../healOptions';
import { DEFAULT_RUNBOOK, RunbookRules, type RunbookSettings } from '../runbookRules';
import { TUNED_RUNBOOKS } from '../tunedRunbooks';

export const defaultRunbook = () => runbook('runbook', () => DEFAULT_RUNBOOK);

/** @param detection that its settings are for; the episode's own where absent */
export const tunedRunbook = (detection?: HealOptions['detection']) =>
  runbook('runbook-tuned', (own) => TUNED_RUNBOOKS[detection ?? own]);

/**
 * The live runbook as a rule of the env.
 *
 * @param settings for the detection that an episode has
 */
export function runbook(
  name: string,
  settings: (detection: HealOptions['detection']) => RunbookSettings,
): Baseline<HealEnv> {
  const rules = {
    events: new RunbookRules(settings('events')),
    averages: new RunbookRules(settings('averages')),
  };
  return {
    name,
    reset: () => {
      rules.events.reset();
      rules.averages.reset();
    },
    decide: ({ view, memory, scenario }) => {
      const own = rules[scenario.detection];
      const action = own.look(view, memory);
      if (action !== 0) own.acted(action, view);
      return action;
    },
  };
}
