const UNIT_MS: Readonly<Record<string, number>> = {
  y: 365 * 24 * 3_600_000,
  w: 7 * 24 * 3_600_000,
  d: 24 * 3_600_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** A number literal: decimal, hexadecimal, octal, `Inf`, `NaN`, or a duration, which counts in seconds. */
export function parseNumberLiteral(text: string): number {
  const lower = text.toLowerCase().replaceAll('_', '');
  if (lower === 'inf') return Number.POSITIVE_INFINITY;
  if (lower === 'nan') return Number.NaN;
  if (/^0[0-7]+$/.test(lower)) return Number.parseInt(lower, 8);
  const durationMs = parsePromDurationMs(text);
  return durationMs === null ? Number(lower) : durationMs / 1000;
}

/** `1h30m` and the like in milliseconds, or null where it is none. The grammar has checked the order of units. */
export function parsePromDurationMs(text: string): number | null {
  if (!/^(?:\d+(?:ms|[ywdhms]))+$/.test(text)) return null;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[ywdhms])/g)) {
    totalMs += Number(count) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return totalMs;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** The value of a quoted string with Go's escapes; null where it is malformed. */
export function unquote(literal: string): string | null {
  const quote = literal.charAt(0);
  const body = literal.slice(1, -1);
  if (literal.length < 2 || !literal.endsWith(quote)) return null;
  if (quote === '`') return body;
  let value = '';
  for (let index = 0; index < body.length; index++) {
    const char = body.charAt(index);
    if (char === '\n' || char === quote) return null;
    if (char !== '\\') {
      value += char;
      continue;
    }
    const escaped = readEscape(body.slice(index + 1));
    if (!escaped) return null;
    value += escaped.text;
    index += escaped.length;
  }
  return value;
}

function readEscape(rest: string): { text: string; length: number } | null {
  const simple = SIMPLE_ESCAPES[rest.charAt(0)];
  if (simple !== undefined) return { text: simple, length: 1 };
  const coded = /^(?:x([0-7][0-9a-fA-F])|([01][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
  if (!coded) return null;
  const codePoint = coded[2]
    ? Number.parseInt(coded[2], 8)
    : Number.parseInt(coded[1] ?? coded[3] ?? coded[4] ?? '', 16);
  if (codePoint > 0x10ffff) return null;
  return { text: String.fromCodePoint(codePoint), length: coded[0].length };
}
