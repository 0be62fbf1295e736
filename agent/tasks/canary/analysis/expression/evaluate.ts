import type { BinaryOperator, Node } from './ast';
import { ExpressionError } from './expressionError';
import { FUNCTIONS, FunctionError, PREDICATE_FUNCTIONS } from './functions';
import { parseExpression } from './parse';
import { isList, isMap, same, typeName, type Value } from './values';

/** The longest range `a..b`, so that a slip of the pen does not fill the memory. */
const MOST_ELEMENTS = 10_000;

/**
 * Whether a condition of a metric holds for what its provider has answered.
 *
 * Throws ExpressionError where it cannot be read, fails, or is neither true nor false.
 */
export function conditionHolds(condition: string, result: Value): boolean {
  const value = new Evaluation(condition, result).value(parseExpression(condition));
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`expected bool, but got ${typeName(value)}`, condition, 0);
}

class Evaluation {
  readonly #text: string;
  readonly #result: Value;
  /** What `#` stands for, the innermost predicate's last. */
  readonly #elements: Value[] = [];

  constructor(text: string, result: Value) {
    this.#text = text;
    this.#result = result;
  }

  value(node: Node): Value {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'name':
        if (node.name === 'result') return this.#result;
        throw this.#fail(`unknown name ${node.name}`, node);
      case 'element':
        return this.#element(node);
      case 'list':
        return node.items.map((item) => this.value(item));
      case 'map':
        return Object.fromEntries(node.entries.map(({ key, value }) => [key, this.value(value)]));
      case 'field':
        return this.#field(node, this.value(node.of), this.value(node.key), node.optional);
      case 'slice':
        return this.#slice(node);
      case 'unary':
        return node.operator === 'not'
          ? !this.#bool(node.operand)
          : this.#signed(node.operator, node.operand);
      case 'binary':
        return this.#binary(node);
      case 'choice':
        return this.value(this.#bool(node.condition) ? node.yes : node.no);
      case 'call':
        return this.#call(node);
    }
  }

  #element(node: Node): Value {
    const element = this.#elements.at(-1);
    if (element === undefined)
      throw this.#fail('# stands for an element in a predicate, and this is none', node);
    return element;
  }

  #field(node: Node, of: Value, key: Value, optional: boolean): Value {
    if (of === null && optional) return null;
    if (isList(of) && typeof key === 'number') {
      const index = key < 0 ? of.length + key : key;
      const found = of[index];
      if (found !== undefined) return found;
      throw this.#fail(`index out of range: ${key} (array length is ${of.length})`, node);
    }
    if (isMap(of)) return Object.hasOwn(of, String(key)) ? (of[String(key)] ?? null) : null;
    throw this.#fail(`cannot fetch ${String(key)} from ${typeName(of)}`, node);
  }

  #slice(node: Extract<Node, { kind: 'slice' }>): Value {
    const of = this.value(node.of);
    const from = node.from ? this.#number(node.from) : 0;
    const to = node.to ? this.#number(node.to) : undefined;
    if (isList(of) || typeof of === 'string') return of.slice(from, to);
    throw this.#fail(`cannot slice ${typeName(of)}`, node);
  }

  #binary({ at, operator, left, right }: Extract<Node, { kind: 'binary' }>): Value {
    if (operator === 'and') return this.#bool(left) && this.#bool(right);
    if (operator === 'or') return this.#bool(left) || this.#bool(right);
    if (operator === '??') return this.value(left) ?? this.value(right);
    try {
      return apply(operator, this.value(left), this.value(right));
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      throw new ExpressionError(error.message, this.#text, at);
    }
  }

  #call(node: Extract<Node, { kind: 'call' }>): Value {
    const { name, parameters } = node;
    const [first, second] = parameters;
    const asksAll = Object.hasOwn(PREDICATE_FUNCTIONS, name) ? PREDICATE_FUNCTIONS[name] : undefined;
    const plain = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    try {
      if (asksAll && first && second) {
        return asksAll(this.value(first), (element) => this.#within(element, second));
      }
      if (plain && first)
        return plain(
          parameters.map((each) => this.value(each)),
          this.#result,
        );
    } catch (error) {
      if (error instanceof FunctionError) throw this.#fail(error.message, node);
      throw error;
    }
    throw this.#fail(
      asksAll || plain ? `not enough arguments to call ${name}` : `unknown name ${name}`,
      node,
    );
  }

  #within(element: Value, predicate: Node): Value {
    this.#elements.push(element);
    const value = this.value(predicate);
    this.#elements.pop();
    return value;
  }

  #bool(node: Node): boolean {
    const value = this.value(node);
    if (typeof value === 'boolean') return value;
    throw this.#fail(`expected bool, but got ${typeName(value)}`, node);
  }

  #number(node: Node): number {
    const value = this.value(node);
    if (typeof value === 'number') return value;
    throw this.#fail(`expected a number, got ${typeName(value)}`, node);
  }

  #signed(sign: '-' | '+', operand: Node): number {
    const value = this.#number(operand);
    return sign === '-' ? -value : value;
  }

  #fail(message: string, node: Node): ExpressionError {
    return new ExpressionError(message, this.#text, node.at);
  }
}

function apply(operator: Exclude<BinaryOperator, 'and' | 'or' | '??'>, a: Value, b: Value): Value {
  switch (operator) {
    case '==':
      return same(a, b);
    case '!=':
      return !same(a, b);
    case 'in':
      return isIn(a, b);
    case 'not in':
      return !isIn(a, b);
    case 'matches':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      if (typeof a === 'string' && typeof b === 'string') return compareTexts(operator, a, b);
      throw mismatched(operator, a, b);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return isOrdered(operator, a, b);
    case '+':
      if (typeof a === 'string' && typeof b === 'string') return a + b;
      return compute(operator, a, b);
    default:
      return compute(operator, a, b);
  }
}

function isIn(a: Value, b: Value): boolean {
  if (isList(b)) return b.some((each) => same(each, a));
  if (isMap(b)) return Object.hasOwn(b, String(a));
  if (b === null) return false;
  throw mismatched('in', a, b);
}

function compareTexts(
  operator: 'matches' | 'contains' | 'startsWith' | 'endsWith',
  a: string,
  b: string,
): boolean {
  switch (operator) {
    case 'contains':
      return a.includes(b);
    case 'startsWith':
      return a.startsWith(b);
    case 'endsWith':
      return a.endsWith(b);
    case 'matches':
      return pattern(b).test(a);
  }
}

function pattern(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    throw new FunctionError(`not a regular expression: ${source}`);
  }
}

function isOrdered(operator: '<' | '>' | '<=' | '>=', a: Value, b: Value): boolean {
  const comparable =
    (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
  if (!comparable) throw mismatched(operator, a, b);
  switch (operator) {
    case '<':
      return a < b;
    case '>':
      return a > b;
    case '<=':
      return a <= b;
    case '>=':
      return a >= b;
  }
}

function compute(operator: '+' | '-' | '*' | '/' | '%' | '**' | '..', a: Value, b: Value): Value {
  if (typeof a !== 'number' || typeof b !== 'number') throw mismatched(operator, a, b);
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '**':
      return a ** b;
    case '..':
      return range(a, b);
  }
}

function range(from: number, to: number): number[] {
  if (to - from > MOST_ELEMENTS) throw new FunctionError(`a range of more than ${MOST_ELEMENTS} elements`);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

function mismatched(operator: string, a: Value, b: Value): FunctionError {
  return new FunctionError(
    `invalid operation: ${operator} (mismatched types ${typeName(a)} and ${typeName(b)})`,
  );
}
