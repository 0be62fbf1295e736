import { CoxswainError } from '../../protocol';

/** Fewer transitions tell nothing, whoever asks. */
export const LEAST_TRANSITIONS = 50;

export function tooLittleExperience(count: number, what: string): CoxswainError {
  return new CoxswainError(
    'usage',
    `${count} transitions of experience are stored of ${what}, and fewer than ${LEAST_TRANSITIONS} tell nothing.`,
    'Switch on its onlineLearning in coxswain.yaml and wait, or add experience with POST /update.',
  );
}
