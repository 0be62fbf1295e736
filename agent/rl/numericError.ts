/**
 * NaN or an infinite number where training needs a finite one. `where` names what it was in: an observation with its
 * env and field, the input, a loss, a gradient. Learners add the step.
 */
export class NumericError extends Error {
  readonly where: string;
  readonly value: number;

  constructor(where: string, value: number) {
    super(`${where} is ${value}`);
    this.name = 'NumericError';
    this.where = where;
    this.value = value;
  }
}

/** Runs `work`; what it throws of this kind names `step` too. */
export function namingStep<Result>(step: () => string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    throw new NumericError(`${step()}: ${error.where}`, error.value);
  }
}
