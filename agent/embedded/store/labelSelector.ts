import * as z from 'zod';
import { badRequest } from './statusError';

/** One condition on an object's labels; a selector is a list of them, all of which must hold. */
export interface Requirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values: readonly string[];
}

export type Labels = Readonly<Record<string, string>>;

export function labelsMatch(requirements: readonly Requirement[], labels: Labels = {}): boolean {
  return requirements.every((requirement) => holds(requirement, labels));
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

const TERM =
  /^\s*(?:(?<key>[^\s=!,()]+)\s*(?:(?<equality>==?|!=)\s*(?<value>[^\s=!,()]*)|\s(?<set>in|notin)\s*\((?<values>[^()]*)\))?|!\s*(?<absent>[^\s=!,()]+))\s*$/;

/** Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k`. Throws StatusError 400. */
export function parseLabelSelector(text: string): Requirement[] {
  if (text.trim() === '') return [];
  return splitTerms(text).map((term) => {
    const { key, equality, value = '', set, values = '', absent } = TERM.exec(term)?.groups ?? {};
    if (absent !== undefined) return { key: absent, operator: 'DoesNotExist', values: [] };
    if (key === undefined) throw badRequest(`unable to parse requirement: ${term.trim() || text}`);
    if (set) {
      return { key, operator: set === 'in' ? 'In' : 'NotIn', values: values.split(',').map((v) => v.trim()) };
    }
    if (equality) return { key, operator: equality === '!=' ? 'NotIn' : 'In', values: [value] };
    return { key, operator: 'Exists', values: [] };
  });
}

/** Splits at the commas outside of parentheses. */
function splitTerms(text: string): string[] {
  return text.split(/,(?![^(]*\))/);
}

const LabelSelector = z.object({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z
    .array(
      z.object({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(z.string()).default([]),
      }),
    )
    .default([]),
});

/** Reads a `LabelSelector` object, as in `spec.selector`. Null where it is none. */
export function fromLabelSelector(selector: unknown): Requirement[] | null {
  const parsed = LabelSelector.safeParse(selector);
  if (!parsed.success) return null;
  const equal = Object.entries(parsed.data.matchLabels).map(
    ([key, value]): Requirement => ({ key, operator: 'In', values: [value] }),
  );
  return [...equal, ...parsed.data.matchExpressions];
}

/** The selector as text, the inverse of `parseLabelSelector`. */
export function formatLabelSelector(requirements: readonly Requirement[]): string {
  return requirements
    .map(({ key, operator, values }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `!${key}`;
      if (operator === 'In' && values.length === 1) return `${key}=${values[0]}`;
      return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
    })
    .join(',');
}
