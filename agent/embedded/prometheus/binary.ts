import {
  type ArithmeticOperator,
  type Binary,
  type ComparisonOperator,
  isComparison,
  isSetOperator,
  type Matching,
  type SetOperator,
} from './ast';
import {
  describeLabels,
  dropLabels,
  keepLabels,
  type Labels,
  labelsKey,
  makeLabels,
  withoutName,
} from './labels';
import { PromqlError } from './promqlError';
import { type Sample, type Value, vector } from './value';

/** Applies a binary operator to two evaluated operands. */
export function applyBinary(expr: Binary, left: Value, right: Value): Value {
  const { operator } = expr;
  if (left.type === 'vector' && right.type === 'vector') {
    if (isSetOperator(operator)) {
      return { type: 'vector', samples: applySet(operator, left.samples, right.samples, expr.matching) };
    }
    return vector(joinVectors({ ...expr, operator }, left.samples, right.samples));
  }
  if (isSetOperator(operator)) throw wrongOperands(operator);
  const operation = { operator, bool: expr.bool };
  if (left.type === 'scalar' && right.type === 'scalar') {
    return { type: 'scalar', value: compute(operator, left.value, right.value) };
  }
  if (left.type === 'vector' && right.type === 'scalar') {
    return withScalar(operation, left.samples, (value) => [value, right.value]);
  }
  if (left.type === 'scalar' && right.type === 'vector') {
    return withScalar(operation, right.samples, (value) => [left.value, value]);
  }
  throw wrongOperands(operator);
}

type ValueOperator = ArithmeticOperator | ComparisonOperator;

/** The value of the operation; of a comparison 1 or 0. */
function compute(operator: ValueOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return left ** right;
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '>':
      return Number(left > right);
    case '<':
      return Number(left < right);
    case '>=':
      return Number(left >= right);
    case '<=':
      return Number(left <= right);
  }
}

/** A comparison without `bool` keeps the element whole, whichever side it stands on. */
function withScalar(
  { operator, bool }: { operator: ValueOperator; bool: boolean },
  samples: readonly Sample[],
  operands: (value: number) => [number, number],
): Value {
  const filters = isComparison(operator) && !bool;
  const results: Sample[] = [];
  for (const sample of samples) {
    const value = compute(operator, ...operands(sample.value));
    if (!filters) results.push({ labels: withoutName(sample.labels), value });
    else if (value === 1) results.push(sample);
  }
  return vector(results);
}

/** What two elements have to agree on to meet. */
function signature(labels: Labels, matching: Matching): string {
  if (matching.on) return labelsKey(keepLabels(labels, matching.labels));
  return labelsKey(dropLabels(withoutName(labels), matching.labels));
}

function applySet(
  operator: SetOperator,
  left: readonly Sample[],
  right: readonly Sample[],
  matching: Matching,
): Sample[] {
  const signatures = (samples: readonly Sample[]) =>
    new Set(samples.map((sample) => signature(sample.labels, matching)));
  if (operator === 'or') {
    const taken = signatures(left);
    return [...left, ...right.filter((sample) => !taken.has(signature(sample.labels, matching)))];
  }
  const others = signatures(right);
  return left.filter((sample) => others.has(signature(sample.labels, matching)) === (operator === 'and'));
}

type ValueBinary = Binary & { operator: ValueOperator };

function joinVectors(expr: ValueBinary, left: readonly Sample[], right: readonly Sample[]): Sample[] {
  if (left.length === 0 || right.length === 0) return [];
  const { matching } = expr;
  const oneIsLeft = matching.many === 'right';
  const [manySide, oneSide] = oneIsLeft ? [right, left] : [left, right];
  const ones = uniqueBySignature(oneSide, matching, oneIsLeft ? 'left' : 'right');
  const results: Sample[] = [];
  const matched = new Set<string>();
  for (const many of manySide) {
    const key = signature(many.labels, matching);
    const one = ones.get(key);
    if (!one) continue;
    const [leftValue, rightValue] = oneIsLeft ? [one.value, many.value] : [many.value, one.value];
    const value = compute(expr.operator, leftValue, rightValue);
    const filters = isComparison(expr.operator) && !expr.bool;
    if (filters && value === 0) continue;
    const labels = joinedLabels(expr, many.labels, one.labels);
    refuseSecondMatch(matched, matching, key, labels);
    results.push({ labels, value: filters ? leftValue : value });
  }
  return results;
}

function uniqueBySignature(
  samples: readonly Sample[],
  matching: Matching,
  side: 'left' | 'right',
): Map<string, Sample> {
  const bySignature = new Map<string, Sample>();
  for (const sample of samples) {
    const key = signature(sample.labels, matching);
    const other = bySignature.get(key);
    if (other) {
      throw new PromqlError(
        'execution',
        `found duplicate series for the match group on the ${side} hand-side of the operation: ` +
          `[${describeLabels(sample.labels)}, ${describeLabels(other.labels)}];` +
          'many-to-many matching not allowed: matching labels must be unique on one side',
      );
    }
    bySignature.set(key, sample);
  }
  return bySignature;
}

function refuseSecondMatch(matched: Set<string>, matching: Matching, key: string, labels: Labels): void {
  const identity = matching.many === 'none' ? key : labelsKey(labels);
  if (matched.has(identity)) {
    const what =
      matching.many === 'none'
        ? 'many-to-one matching must be explicit (group_left/group_right)'
        : 'grouping labels must ensure unique matches';
    throw new PromqlError('execution', `multiple matches for labels: ${what}`);
  }
  matched.add(identity);
}

function joinedLabels(expr: ValueBinary, many: Labels, one: Labels): Labels {
  const { matching } = expr;
  const keepsName = isComparison(expr.operator) && !expr.bool;
  let labels = keepsName ? many : withoutName(many);
  if (matching.many === 'none') {
    labels = matching.on ? keepLabels(labels, matching.labels) : dropLabels(labels, matching.labels);
  }
  if (matching.include.length === 0) return labels;
  return makeLabels([...labels, ...matching.include.map((name) => [name, one.get(name) ?? ''] as const)]);
}

function wrongOperands(operator: string): PromqlError {
  return new PromqlError('execution', `operator ${operator} does not fit its operands`);
}
