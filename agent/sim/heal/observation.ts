import type { Field } from '../../rl/env/env';
import { RICH_FIELDS } from '../../tasks/heal/rich/richSpec';
import { writeNine } from '../../tasks/heal/rich/writeRich';
import { HEAL_9 } from '../../tasks/heal/spec';
import type { HealView } from './view';

const asField = ({ name, unit, min, max }: Field): Field => ({ name, unit, min, max });

export const HEAL_9_FIELDS: readonly Field[] = HEAL_9.fields.map(asField);
export const HEAL_RICH_FIELDS: readonly Field[] = RICH_FIELDS.map(asField);

/** Writes the nine numbers of seed 002, as `observeHeal` does. */
export function writeHeal9(view: HealView, observation: Float32Array): void {
  writeNine(view, observation, 0);
  for (let field = 0; field < HEAL_9_FIELDS.length; field++) {
    const value = observation[field] as number;
    // What is not known (NaN) is 0.
    observation[field] = value > 1 ? 1 : value > 0 ? value : 0;
  }
}
