import { BINARY_OPERATORS, type BinaryOperator, type Node } from './ast';
import { ExpressionError } from './expressionError';
import { lex, type Token } from './lex';

/**
 * Reads an expression in the language expr, of which it knows the operators and literals that conditions are written
 * with; no variables (`let`) and no pipes. Throws ExpressionError.
 *
 * Source: https://expr-lang.org/docs/language-definition
 */
export function parseExpression(text: string): Node {
  return new Parser(text).whole();
}

/** How tightly an operator binds; https://github.com/expr-lang/expr/blob/master/parser/operator/operator.go */
const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 10,
  and: 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '<=': 20,
  '>=': 20,
  in: 20,
  'not in': 20,
  matches: 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  '..': 25,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '??': 500,
};
const NOT_PRECEDENCE = 50;
const SIGN_PRECEDENCE = 90;

const ALIASES: Readonly<Record<string, BinaryOperator>> = { '||': 'or', '&&': 'and', '^': '**' };
const CONSTANTS: Readonly<Record<string, null | boolean>> = { true: true, false: false, nil: null };
/** Deeper than any condition by hand, shallow enough for the stack. */
const MOST_DEPTH = 100;

/** Precedence climbing over the tokens, one method for each kind of thing. */
class Parser {
  readonly #text: string;
  readonly #tokens: Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = lex(text);
  }

  whole(): Node {
    const node = this.#expression();
    const token = this.#peek();
    if (token.kind !== 'end') throw this.#unexpected(token);
    return node;
  }

  #expression(least = 0): Node {
    if (++this.#depth > MOST_DEPTH) throw this.#fail('nested too deeply', this.#peek().at);
    let left = this.#operand();
    for (;;) {
      const found = this.#operator();
      if (!found || PRECEDENCE[found.operator] < least) break;
      this.#next += found.tokens;
      const precedence = PRECEDENCE[found.operator];
      const right = this.#expression(found.operator === '**' ? precedence : precedence + 1);
      left = { kind: 'binary', at: found.at, operator: found.operator, left, right };
    }
    if (least === 0 && this.#skip('?')) left = this.#choice(left);
    this.#depth--;
    return left;
  }

  #choice(condition: Node): Node {
    const yes = this.#expression();
    this.#expect(':');
    return { kind: 'choice', at: condition.at, condition, yes, no: this.#expression() };
  }

  #operator(): { operator: BinaryOperator; tokens: number; at: number } | undefined {
    const { kind, text, at } = this.#peek();
    if (kind !== 'name' && kind !== 'symbol') return undefined;
    if (text === 'not' && this.#tokens[this.#next + 1]?.text === 'in')
      return { operator: 'not in', tokens: 2, at };
    const operator = ALIASES[text] ?? BINARY_OPERATORS.find((known) => known === text);
    return operator && { operator, tokens: 1, at };
  }

  #operand(): Node {
    const token = this.#peek();
    const { text, at, kind } = token;
    if (kind === 'symbol' && (text === '-' || text === '+')) {
      this.#next++;
      return { kind: 'unary', at, operator: text, operand: this.#expression(SIGN_PRECEDENCE) };
    }
    if ((kind === 'symbol' && text === '!') || (kind === 'name' && text === 'not')) {
      this.#next++;
      return { kind: 'unary', at, operator: 'not', operand: this.#expression(NOT_PRECEDENCE) };
    }
    return this.#postfix(this.#primary(token));
  }

  #primary({ kind, text, at }: Token): Node {
    this.#next++;
    if (kind === 'number') return { kind: 'literal', at, value: Number(text) };
    if (kind === 'string') return { kind: 'literal', at, value: text };
    if (kind === 'name') return this.#named(text, at);
    switch (text) {
      case '(':
        return this.#closed(')');
      case '[':
        return { kind: 'list', at, items: this.#sequence(']', () => this.#expression()) };
      case '{':
        return { kind: 'map', at, entries: this.#sequence('}', () => this.#entry()) };
      case '#':
        return { kind: 'element', at };
      case '.':
        // Within a predicate `.name` is short for `#.name`.
        this.#next--;
        return { kind: 'element', at };
      default:
        this.#next--;
        throw this.#unexpected(this.#peek());
    }
  }

  #named(name: string, at: number): Node {
    const constant = Object.hasOwn(CONSTANTS, name) ? CONSTANTS[name] : undefined;
    if (constant !== undefined) return { kind: 'literal', at, value: constant };
    if (!this.#skip('(')) return { kind: 'name', at, name };
    return { kind: 'call', at, name, parameters: this.#sequence(')', () => this.#parameter()) };
  }

  /** A predicate may stand in braces: `all(result, {# < 1})`. */
  #parameter(): Node {
    const brace = this.#peek().text === '{' && this.#peek().kind === 'symbol';
    const after = this.#tokens[this.#next + 1];
    const isMap = after?.text === '}' || this.#tokens[this.#next + 2]?.text === ':';
    if (!brace || isMap) return this.#expression();
    this.#next++;
    return this.#closed('}');
  }

  #entry(): { key: string; value: Node } {
    const { kind, text } = this.#peek();
    if (kind !== 'name' && kind !== 'string' && kind !== 'number') throw this.#unexpected(this.#peek());
    this.#next++;
    this.#expect(':');
    return { key: text, value: this.#expression() };
  }

  #postfix(start: Node): Node {
    let node = start;
    for (;;) {
      const { kind, text, at } = this.#peek();
      if (kind !== 'symbol') return node;
      if (text === '.' || text === '?.') {
        this.#next++;
        node = this.#field(node, text === '?.');
      } else if (text === '[') {
        this.#next++;
        node = this.#index(node, at);
      } else {
        return node;
      }
    }
  }

  #field(of: Node, optional: boolean): Node {
    if (optional && this.#skip('['))
      return { kind: 'field', at: of.at, of, key: this.#closed(']'), optional };
    const { kind, text, at } = this.#peek();
    if (kind !== 'name') throw this.#unexpected(this.#peek());
    this.#next++;
    return { kind: 'field', at, of, key: { kind: 'literal', at, value: text }, optional };
  }

  #index(of: Node, at: number): Node {
    const from = this.#peek().text === ':' ? null : this.#expression();
    if (!this.#skip(':')) {
      this.#expect(']');
      return from ? { kind: 'field', at, of, key: from, optional: false } : of;
    }
    const to = this.#peek().text === ']' ? null : this.#expression();
    this.#expect(']');
    return { kind: 'slice', at, of, from, to };
  }

  #closed(end: string): Node {
    const node = this.#expression();
    this.#expect(end);
    return node;
  }

  #sequence<T>(end: string, one: () => T): T[] {
    const items: T[] = [];
    while (!this.#skip(end)) {
      if (items.length > 0) this.#expect(',');
      if (items.length > 0 && this.#skip(end)) break;
      items.push(one());
    }
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: this.#text.length };
  }

  #skip(symbol: string): boolean {
    const { kind, text } = this.#peek();
    if (kind !== 'symbol' || text !== symbol) return false;
    this.#next++;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#skip(symbol)) throw this.#unexpected(this.#peek());
  }

  #unexpected({ kind, text, at }: Token): ExpressionError {
    return this.#fail(
      kind === 'end' ? 'unexpected end of the expression' : `unexpected ${JSON.stringify(text)}`,
      at,
    );
  }

  #fail(message: string, at: number): ExpressionError {
    return new ExpressionError(message, this.#text, at);
  }
}
