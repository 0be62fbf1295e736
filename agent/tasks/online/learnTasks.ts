import { LEARN_HEAL } from '../heal/online/learnHeal';
import { LEARN_SCALE } from '../scale/online/learnScale';
import type { LearnTask } from './learnTask';

/** The tasks that learn from the live cluster. */
export const LEARN_TASKS = { heal: LEARN_HEAL, scale: LEARN_SCALE } satisfies Record<string, LearnTask>;

export type LearningTask = keyof typeof LEARN_TASKS;
