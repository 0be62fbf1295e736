const MARK = '[redacted]';

/** What a credential looks like in a message of somebody else's making, and what remains of it. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/-]{8,}=*/gi, `$1 ${MARK}`],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, MARK],
  [/(\/\/[^\s/:@]+:)[^\s/@]+@/g, `$1${MARK}@`],
  [
    /\b((?:access_|refresh_|id_)?token|password|passwd|secret|client-key-data)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi,
    `$1$2${MARK}`,
  ],
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(-----END \1-----|$)/g, MARK],
];

/** The text without bearer tokens, JSON web tokens, passwords in URLs or assignments, and private keys. */
export function redact(text: string): string {
  return SECRETS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** The value with every string in it redacted; keys stay. */
export function redactAll(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map(redactAll);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redactAll(member)]));
}
