import {
  AGGREGATIONS,
  ARITHMETIC,
  type Binary,
  COMPARISONS,
  type Expr,
  isComparison,
  isSetOperator,
  type MatrixSelector,
  type Operator,
  SET_OPERATORS,
  typeOf,
  type ValueType,
  type VectorSelector,
} from './ast';
import { FUNCTIONS } from './functions';
import { parseNumberLiteral } from './literals';
import { readGrouping, readMatching, unsupported } from './modifiers';
import { associate, PRECEDENCE, type Token } from './precedence';
import { readDurationMs, readString, readVectorSelector } from './selectors';
import { childrenOf, failAt, parseSyntax, type SyntaxNode } from './syntax';

/** Deep enough for any query by hand, shallow enough for the stack. */
const MAX_DEPTH = 500;

const OPERATORS: readonly Operator[] = [...ARITHMETIC, ...COMPARISONS, ...SET_OPERATORS];

/** What Prometheus calls the types in its messages. */
const TYPE_TITLES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
};

/** The checked meaning of a PromQL query. Throws PromqlError `bad_data`, and nothing else, for any text. */
export function parsePromql(text: string): Expr {
  return new Reader(text).expression(parseSyntax(text));
}

/** Reads the concrete syntax tree of one query. */
class Reader {
  readonly #text: string;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  expression(node: SyntaxNode): Expr {
    return associate(this.#flatten(node, []));
  }

  /** Appends the tokens of an expression in reading order; `[5m]` and `offset 1m` go to the operand before them. */
  #flatten(node: SyntaxNode, tokens: Token[]): Token[] {
    if (++this.#depth > MAX_DEPTH) throw failAt(this.#text, node.from, 'expression nested too deeply');
    const [first, second, ...rest] = childrenOf(node);
    if (node.name === 'BinaryExpr' && first && second) {
      const right = rest.at(-1);
      this.#flatten(first, tokens);
      tokens.push(this.#operator(second, rest.slice(0, -1)));
      if (right) this.#flatten(right, tokens);
    } else if (node.name === 'UnaryExpr' && first && second) {
      tokens.push(this.#sign(first.from));
      this.#flatten(second, tokens);
    } else if (node.name === 'OffsetExpr' && first) {
      this.#offset(this.#flatten(first, tokens), node);
    } else if (node.name === 'MatrixSelector' && first && second) {
      this.#range(this.#flatten(first, tokens), second);
    } else if (node.name === 'NumberDurationLiteral') {
      this.#number(node, tokens);
    } else {
      const parenthesised = node.name === 'ParenExpr';
      tokens.push({ kind: 'operand', expr: this.#operand(node), from: node.from, parenthesised });
    }
    this.#depth--;
    return tokens;
  }

  #operand(node: SyntaxNode): Expr {
    const [first] = childrenOf(node);
    switch (node.name) {
      case 'ParenExpr':
        if (first) return this.expression(first);
        break;
      case 'StringLiteral':
        return { kind: 'string', value: readString(node, this.#text) };
      case 'VectorSelector':
        return readVectorSelector(node, this.#text);
      case 'FunctionCall':
        return this.#call(node);
      case 'AggregateExpr':
        return this.#aggregation(node);
      case 'SubqueryExpr':
        throw unsupported(node, this.#text, 'subquery');
      case 'StepInvariantExpr':
        throw unsupported(node, this.#text, '@ modifier');
    }
    throw unsupported(node, this.#text, node.name);
  }

  /** The grammar takes a sign before a number as part of the number, which is wrong before `^`. */
  #number(node: SyntaxNode, tokens: Token[]): void {
    const literal = this.#slice(node);
    const digits = literal.replace(/^[-+]/, '').trim();
    if (digits !== literal) tokens.push(this.#sign(node.from));
    const expr: Expr = { kind: 'number', value: parseNumberLiteral(digits) };
    tokens.push({ kind: 'operand', expr, from: node.from, parenthesised: false });
  }

  #sign(from: number): Token {
    const negative = this.#text.charAt(from) === '-';
    return {
      kind: 'sign',
      apply: (operand) => {
        const type = typeOf(operand);
        if (type !== 'scalar' && type !== 'vector') {
          throw failAt(
            this.#text,
            from,
            `unary expression only allowed on expressions of type scalar or instant vector, got "${TYPE_TITLES[type]}"`,
          );
        }
        return negative ? { kind: 'negation', operand } : operand;
      },
    };
  }

  #range(tokens: Token[], duration: SyntaxNode): void {
    const operand = tokens.at(-1);
    if (operand?.kind !== 'operand' || operand.parenthesised || operand.expr.kind !== 'vector-selector') {
      throw failAt(this.#text, duration.from, 'ranges only allowed for vector selectors');
    }
    if (operand.expr.offsetMs !== 0) {
      throw failAt(this.#text, duration.from, 'no offset modifiers allowed before range');
    }
    const rangeMs = readDurationMs(duration, this.#text);
    if (rangeMs <= 0) throw failAt(this.#text, duration.from, 'duration must be greater than 0');
    operand.expr = { kind: 'matrix-selector', selector: operand.expr, rangeMs };
  }

  #offset(tokens: Token[], node: SyntaxNode): void {
    const operand = tokens.at(-1);
    const duration = childrenOf(node).at(-1);
    if (operand?.kind !== 'operand' || operand.parenthesised || !duration || !isSelector(operand.expr)) {
      throw failAt(
        this.#text,
        node.from,
        'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
      );
    }
    const selector = operand.expr.kind === 'matrix-selector' ? operand.expr.selector : operand.expr;
    if (selector.offsetMs !== 0) throw failAt(this.#text, node.from, 'offset may not be set multiple times');
    const moved = { ...selector, offsetMs: readDurationMs(duration, this.#text) };
    operand.expr = operand.expr.kind === 'matrix-selector' ? { ...operand.expr, selector: moved } : moved;
  }

  #operator(operatorNode: SyntaxNode, modifiers: readonly SyntaxNode[]): Token {
    const symbol = this.#slice(operatorNode).toLowerCase();
    const operator = OPERATORS.find((known) => known === symbol);
    if (!operator) throw unsupported(operatorNode, this.#text, `operator ${symbol}`);
    const fill = modifiers.find((node) => node.name === 'FillModifier');
    if (fill) throw unsupported(fill, this.#text, 'fill modifier');
    const clause = modifiers.find((node) => node.name === 'MatchingModifierClause');
    const shape = {
      operator,
      bool: modifiers.some((node) => node.name === 'BoolModifier'),
      matching: readMatching(clause, this.#text),
    };
    return {
      kind: 'operator',
      precedence: PRECEDENCE[operator],
      apply: (left, right) => {
        const binary: Binary = { kind: 'binary', ...shape, left, right };
        const trouble = troubleWith(binary, clause !== undefined);
        if (trouble) throw failAt(this.#text, operatorNode.from, trouble);
        return binary;
      },
    };
  }

  #call(node: SyntaxNode): Expr {
    const [identifier, body] = childrenOf(node);
    const name = identifier ? this.#slice(identifier) : '';
    const definition = FUNCTIONS.get(name);
    if (!definition || !body) throw unsupported(node, this.#text, `function ${name}()`);
    const args = childrenOf(body);
    if (args.length !== definition.args.length) {
      const expected = `expected ${definition.args.length} argument(s) in call to "${name}", got ${args.length}`;
      throw failAt(this.#text, node.from, expected);
    }
    return {
      kind: 'call',
      name,
      args: definition.args.map((type, index) =>
        this.#argument(args[index], type, `call to function "${name}"`),
      ),
      returns: definition.returns,
    };
  }

  #aggregation(node: SyntaxNode): Expr {
    const children = childrenOf(node);
    const word = children[0] ? this.#slice(children[0]).toLowerCase() : '';
    const name = AGGREGATIONS.find((known) => known === word);
    if (!name) throw unsupported(node, this.#text, `aggregation ${word}`);
    const body = children.find((child) => child.name === 'FunctionCallBody');
    const args = body ? childrenOf(body) : [];
    const expected = name === 'topk' || name === 'quantile' ? 2 : 1;
    if (args.length !== expected) {
      throw failAt(
        this.#text,
        node.from,
        `wrong number of arguments for aggregate expression provided, expected ${expected}, got ${args.length}`,
      );
    }
    return {
      kind: 'aggregation',
      name,
      parameter: expected === 2 ? this.#argument(args[0], 'scalar', 'aggregation parameter') : null,
      operand: this.#argument(args.at(-1), 'vector', 'aggregation expression'),
      grouping: readGrouping(
        children.find((child) => child.name === 'AggregateModifier'),
        this.#text,
      ),
    };
  }

  #argument(node: SyntaxNode | undefined, type: ValueType, where: string): Expr {
    if (!node) throw failAt(this.#text, this.#text.length, 'unexpected end of input');
    const expr = this.expression(node);
    const actual = typeOf(expr);
    if (actual === type) return expr;
    throw failAt(
      this.#text,
      node.from,
      `expected type ${TYPE_TITLES[type]} in ${where}, got ${TYPE_TITLES[actual]}`,
    );
  }

  #slice(node: SyntaxNode): string {
    return this.#text.slice(node.from, node.to);
  }
}

function isSelector(expr: Expr): expr is VectorSelector | MatrixSelector {
  return expr.kind === 'vector-selector' || expr.kind === 'matrix-selector';
}

/** What is wrong with the types or modifiers of a binary expression, or null. */
function troubleWith({ operator, bool, left, right, matching }: Binary, hasClause: boolean): string | null {
  const types = [typeOf(left), typeOf(right)];
  if (types.some((type) => type === 'string' || type === 'matrix')) {
    return 'binary expression must contain only scalar and instant vector types';
  }
  if (bool && !isComparison(operator)) return 'bool modifier can only be used on comparison operators';
  const scalars = types.filter((type) => type === 'scalar').length;
  if (scalars === 2 && isComparison(operator) && !bool) {
    return 'comparisons between scalars must use BOOL modifier';
  }
  if (scalars > 0 && isSetOperator(operator)) {
    return `set operator "${operator}" not allowed in binary scalar expression`;
  }
  if (scalars > 0 && hasClause) return 'vector matching only allowed between instant vectors';
  if (isSetOperator(operator) && matching.many !== 'none')
    return `no grouping allowed for "${operator}" operation`;
  return null;
}
