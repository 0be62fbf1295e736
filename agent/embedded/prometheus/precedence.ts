import type { Expr, Operator } from './ast';
import { PromqlError } from './promqlError';

/** An expression between parentheses or commas as a flat row: signs, operands and operators in reading order. */
export type Token =
  | { kind: 'sign'; apply: (operand: Expr) => Expr }
  | { kind: 'operand'; expr: Expr; from: number; parenthesised: boolean }
  | { kind: 'operator'; precedence: number; apply: (left: Expr, right: Expr) => Expr };

const POWER = 6;

/** Higher binds tighter. All are left-associative but `^`. */
export const PRECEDENCE: Readonly<Record<Operator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '<': 3,
  '>=': 3,
  '<=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': POWER,
};

/**
 * The expression that the row means by Prometheus' precedences. The published lezer grammar is made for highlighting
 * and nests `a + b offset 5m * c` and `-1 ^ 2` otherwise than Prometheus reads them, so that only its order counts.
 */
export function associate(tokens: readonly Token[]): Expr {
  let position = 0;

  function operand(): Expr {
    const token = tokens[position++];
    if (token?.kind === 'operand') return token.expr;
    if (token?.kind === 'sign') return token.apply(atLeast(POWER));
    throw new PromqlError('bad_data', 'parse error: operand expected');
  }

  function atLeast(precedence: number): Expr {
    let left = operand();
    for (;;) {
      const token = tokens[position];
      if (token?.kind !== 'operator' || token.precedence < precedence) return left;
      position++;
      const right = atLeast(token.precedence === POWER ? POWER : token.precedence + 1);
      left = token.apply(left, right);
    }
  }

  return atLeast(0);
}
