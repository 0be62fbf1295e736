import type { ArmVerdict } from '../targets/armVerdict';
import type { Limit } from '../targets/target';
import { limitText, outcomeText } from '../targets/targetText';
import type { ReportTable } from './table';

/** One row for each target, a column for each arm. */
export function targetTable(targets: readonly Limit[], arms: readonly ArmVerdict[]): ReportTable {
  return {
    title: 'The targets',
    headings: ['target', 'limit', ...arms.map(({ title }) => title)],
    rows: targets.map((target) => [
      target.text,
      limitText(target),
      ...arms.map(({ outcomes }) => {
        const own = outcomes.find((outcome) => outcome.target.text === target.text);
        return own ? outcomeText(own) : '–';
      }),
    ]),
    note: 'With a question mark where the interval lies on both sides of the limit: other seeds might say otherwise.',
  };
}
