import { type Labels, METRIC_NAME } from './labels';
import { compileAnchored } from './regex';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** A label matcher such as `status=~"5.."`. A label that is absent has the empty value. */
export interface Matcher {
  name: string;
  operator: MatchOperator;
  value: string;
  matches(value: string): boolean;
}

/** Throws SyntaxError for a regular expression that does not compile. */
export function makeMatcher(name: string, operator: MatchOperator, value: string): Matcher {
  return { name, operator, value, matches: predicate(operator, value) };
}

export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labels.get(matcher.name) ?? ''));
}

/** The metric name that the matchers ask for by equality, by which the store is looked up. */
export function metricNameOf(matchers: readonly Matcher[]): string | undefined {
  return matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=')?.value;
}

function predicate(operator: MatchOperator, expected: string): (value: string) => boolean {
  switch (operator) {
    case '=':
      return (value) => value === expected;
    case '!=':
      return (value) => value !== expected;
    case '=~': {
      const regex = compileAnchored(expected);
      return (value) => regex.test(value);
    }
    case '!~': {
      const regex = compileAnchored(expected);
      return (value) => !regex.test(value);
    }
  }
}
