import { ExpressionError } from './expressionError';

export interface Token {
  kind: 'number' | 'string' | 'name' | 'symbol' | 'end';
  /** What was written; of a string what it means. */
  text: string;
  /** Of the expression's text, from 0. */
  at: number;
}

const BLANK = /\s+|\/\/[^\n]*|#\s*$|\/\*[\s\S]*?\*\//y;
const NUMBER =
  /0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*(?:\.(?!\.)\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y;
const NAME = /[A-Za-z_$][\w$]*/y;
const SYMBOL = /\.\.|\?\.|\?\?|\*\*|==|!=|<=|>=|&&|\|\||[-+*/%^<>!?:.,()[\]{}#|]/y;

/** The words and signs of an expression, the end last. Throws ExpressionError. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const blank = take(BLANK);
    if (blank !== undefined && blank !== '#') {
      at += blank.length;
      continue;
    }
    const token = read(take, text, at);
    tokens.push({ ...token, at });
    at += token.length;
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

function read(
  take: (pattern: RegExp) => string | undefined,
  text: string,
  at: number,
): Omit<Token, 'at'> & { length: number } {
  // `..` after a number is a range, and `.5` is a number only where nothing precedes it that has fields.
  const afterOperand = /[\w\])}#]$/.test(text.slice(0, at).trimEnd());
  const number = text[at] === '.' && afterOperand ? undefined : take(NUMBER);
  if (number !== undefined)
    return { kind: 'number', text: number.replaceAll('_', ''), length: number.length };
  const string = take(STRING);
  if (string !== undefined) return { kind: 'string', text: unquoted(string), length: string.length };
  const name = take(NAME);
  if (name !== undefined) return { kind: 'name', text: name, length: name.length };
  const symbol = take(SYMBOL);
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, length: symbol.length };
  const quoted = /["'`]/.test(text[at] ?? '');
  const why = quoted ? 'literal not terminated' : `unrecognized character: ${JSON.stringify(text[at])}`;
  throw new ExpressionError(why, text, at);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
};

function unquoted(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  return inner.replace(
    /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g,
    (_, unicode, hex, other: string) => {
      const code: string | undefined = unicode ?? hex;
      return code === undefined ? (ESCAPES[other] ?? other) : String.fromCharCode(Number.parseInt(code, 16));
    },
  );
}
