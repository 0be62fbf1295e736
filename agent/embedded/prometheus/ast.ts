import type { Matcher } from './matcher';

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

export type Expr =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | VectorSelector
  | MatrixSelector
  | Call
  | Aggregation
  | Binary
  | { kind: 'negation'; operand: Expr };

export interface VectorSelector {
  kind: 'vector-selector';
  matchers: readonly Matcher[];
  offsetMs: number;
}

export interface MatrixSelector {
  kind: 'matrix-selector';
  selector: VectorSelector;
  rangeMs: number;
}

export interface Call {
  kind: 'call';
  name: string;
  args: readonly Expr[];
  returns: ValueType;
}

export const AGGREGATIONS = ['sum', 'avg', 'min', 'max', 'count', 'topk', 'quantile'] as const;
export type AggregationName = (typeof AGGREGATIONS)[number];

export interface Aggregation {
  kind: 'aggregation';
  name: AggregationName;
  /** `k` of topk, φ of quantile. */
  parameter: Expr | null;
  operand: Expr;
  grouping: Grouping;
}

export interface Grouping {
  by: boolean;
  labels: ReadonlySet<string>;
}

export const ARITHMETIC = ['+', '-', '*', '/', '%', '^'] as const;
export const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='] as const;
export const SET_OPERATORS = ['and', 'or', 'unless'] as const;
export type ArithmeticOperator = (typeof ARITHMETIC)[number];
export type ComparisonOperator = (typeof COMPARISONS)[number];
export type SetOperator = (typeof SET_OPERATORS)[number];
export type Operator = ArithmeticOperator | ComparisonOperator | SetOperator;

export interface Binary {
  kind: 'binary';
  operator: Operator;
  left: Expr;
  right: Expr;
  /** With `bool`: 0 or 1 in place of filtering. */
  bool: boolean;
  matching: Matching;
}

export interface Matching {
  /** Match on these labels alone, or on all but these. */
  on: boolean;
  labels: ReadonlySet<string>;
  /** Which side may have several elements for one on the other side. */
  many: 'none' | 'left' | 'right';
  /** Labels that the result takes over from the one side. */
  include: readonly string[];
}

/** Everything but the metric name has to agree, one to one. */
export const DEFAULT_MATCHING: Matching = { on: false, labels: new Set(), many: 'none', include: [] };

export function isComparison(operator: Operator): operator is ComparisonOperator {
  return COMPARISONS.some((comparison) => comparison === operator);
}

export function isSetOperator(operator: Operator): operator is SetOperator {
  return SET_OPERATORS.some((setOperator) => setOperator === operator);
}

export function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'matrix-selector':
      return 'matrix';
    case 'call':
      return expr.returns;
    case 'negation':
      return typeOf(expr.operand);
    case 'binary':
      return typeOf(expr.left) === 'scalar' && typeOf(expr.right) === 'scalar' ? 'scalar' : 'vector';
    case 'vector-selector':
    case 'aggregation':
      return 'vector';
  }
}
