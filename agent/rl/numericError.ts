/**
 * NaN or an infinite number where training needs a finite one. `where` names what it was in: an observation with its
 * env and field, the input, a loss, a gradient. Learners add the step.
 */
export class NumericError extends Error {
  readonly where: string;

  constructor(where: string, value: number) {
    super(`${where} is ${value}`);
    this.name = 'NumericError';
    this.where = where;
  }
}
