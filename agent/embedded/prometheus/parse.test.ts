import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePromql } from './parse';
import { PromqlError } from './promqlError';

function errorOf(query: string): PromqlError {
  try {
    parsePromql(query);
  } catch (error) {
    if (error instanceof PromqlError) return error;
    throw error;
  }
  throw new Error(`${query} parses`);
}

describe('parsing', () => {
  it.each([
    ['', '1:1: parse error: no expression found in input'],
    ['  ', '1:1: parse error: no expression found in input'],
    ['sum(', '1:5: parse error: unexpected end of input'],
    ['a b', '1:3: parse error: unexpected "b"'],
    ['a +\n* b', '2:1: parse error: unexpected "*"'],
    ['nosuch(m)', '1:1: parse error: unknown function with name "nosuch"'],
    [
      'rate(m)',
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    ['abs(m, m)', '1:1: parse error: expected 1 argument(s) in call to "abs", got 2'],
    ['sum("a")', '1:5: parse error: expected type instant vector in aggregation expression, got string'],
    ['topk(m)', 'wrong number of arguments for aggregate expression provided, expected 2, got 1'],
    ['1 == 2', 'comparisons between scalars must use BOOL modifier'],
    ['m + bool 1', 'bool modifier can only be used on comparison operators'],
    ['m and 1', 'set operator "and" not allowed in binary scalar expression'],
    ['1 + on(a) m', 'vector matching only allowed between instant vectors'],
    ['m and on(a) group_left m', 'no grouping allowed for "and" operation'],
    ['m + on(a) group_left(a) m', 'label "a" must not occur in ON and GROUP clause at once'],
    ['m[5m] + 1', 'binary expression must contain only scalar and instant vector types'],
    ['-m[5m]', 'unary expression only allowed on expressions of type scalar or instant vector'],
    ['{}', 'vector selector must contain at least one non-empty matcher'],
    ['m{__name__="n"}', 'metric name must not be set twice: "m" or "n"'],
    ['m{a=~"("}', 'invalid regular expression'],
    ['m{a=~"(?=x)"}', 'invalid or unsupported Perl syntax'],
    ['m{a="x', 'unexpected end of input'],
    [String.raw`m{a="\q"}`, 'malformed string literal'],
    ['(m)[5m]', 'ranges only allowed for vector selectors'],
    ['m[0s]', 'duration must be greater than 0'],
    ['m offset 1m[5m]', 'no offset modifiers allowed before range'],
    ['(m) offset 5m', 'offset modifier must be preceded by'],
    ['m offset 1m offset 1m', 'offset may not be set multiple times'],
    ['m[5m:1m]', 'unsupported by the embedded Prometheus: subquery'],
    ['m @ 3', 'unsupported by the embedded Prometheus: @ modifier'],
    ['deriv(m[5m])', 'unsupported by the embedded Prometheus: function deriv()'],
    ['stddev(m)', 'unsupported by the embedded Prometheus: aggregation stddev'],
    ['m atan2 m', 'unsupported by the embedded Prometheus: operator atan2'],
    ['m[5m + 1m]', 'unsupported by the embedded Prometheus: duration expression'],
    ['{"m"}', 'unsupported by the embedded Prometheus: quoted name in a selector'],
  ])('%j says %s', (query, message) => {
    const error = errorOf(query);
    expect(error.type).toBe('bad_data');
    expect(error.message).toContain(message);
  });

  it('reads strings with the escapes of Go', () => {
    expect(parsePromql(String.raw`"a\n\"\\\x41\u00e9\101"`)).toEqual({ kind: 'string', value: 'a\n"\\AéA' });
    expect(parsePromql(String.raw`'it\'s'`)).toEqual({ kind: 'string', value: "it's" });
    expect(parsePromql('`a\\n`')).toEqual({ kind: 'string', value: 'a\\n' });
  });

  const deep: [string, string][] = [
    ['parentheses', '('.repeat(20_000)],
    ['nested calls', `${'abs('.repeat(2000)}m${')'.repeat(2000)}`],
    ['signs', `${'-'.repeat(20_000)}1`],
    ['a long sum', `1${'+1'.repeat(20_000)}`],
    ['powers', `${'2^'.repeat(5000)}2`],
  ];
  it.each(deep)('refuses %s without end instead of overflowing', (_name, query) => {
    expect(errorOf(query).type).toBe('bad_data');
  });

  const fragment = fc.constantFrom(
    ...[
      'm',
      'rate',
      'sum',
      'by',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '5m',
      '1',
      '-',
      '+',
      '^',
      '==',
      'bool',
      'and',
      'or',
    ],
    ...[
      'on',
      'offset',
      '@',
      '"x"',
      "'",
      '`',
      '=',
      '=~',
      '!~',
      ',',
      'a',
      '__proto__',
      'group_left',
      ':',
      '#',
      '\n',
      '.',
    ],
    ...[
      'topk',
      'NaN',
      'Inf',
      '0x',
      '\\',
      'label_replace',
      'histogram_quantile',
      'start',
      'step()',
      'é',
      '\u0000',
    ],
  );
  const anyQuery = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fragment, { maxLength: 25 }).map((parts) => parts.join(' ')),
    fc.array(fragment, { maxLength: 25 }).map((parts) => parts.join('')),
  );

  it('throws nothing but its documented error, whatever the text', () => {
    let refused = 0;
    fc.assert(
      fc.property(anyQuery, (query) => {
        try {
          parsePromql(query);
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(PromqlError);
        }
      }),
      { numRuns: 5000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});
