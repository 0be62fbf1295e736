/** An expression; `at` is where it is written, from 0, for what goes wrong with it. */
export type Node = { at: number } & (
  | { kind: 'literal'; value: null | boolean | number | string }
  | { kind: 'name'; name: string }
  /** `#`: the element that a predicate is asked about. */
  | { kind: 'element' }
  | { kind: 'list'; items: Node[] }
  | { kind: 'map'; entries: { key: string; value: Node }[] }
  /** `optional` for `?.`: null of null. */
  | { kind: 'field'; of: Node; key: Node; optional: boolean }
  | { kind: 'slice'; of: Node; from: Node | null; to: Node | null }
  | { kind: 'unary'; operator: '-' | '+' | 'not'; operand: Node }
  | { kind: 'binary'; operator: BinaryOperator; left: Node; right: Node }
  | { kind: 'choice'; condition: Node; yes: Node; no: Node }
  | { kind: 'call'; name: string; parameters: Node[] }
);

export const BINARY_OPERATORS = [
  'or',
  'and',
  '==',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
  'in',
  'not in',
  'matches',
  'contains',
  'startsWith',
  'endsWith',
  '..',
  '+',
  '-',
  '*',
  '/',
  '%',
  '**',
  '??',
] as const;
export type BinaryOperator = (typeof BINARY_OPERATORS)[number];
