import type { TextMatch } from './routeObjects';

/** A pattern that cannot be compiled, as those of RE2 and PCRE that JavaScript does not have, matches nothing. */
export function matchesText({ exact, prefix, regex }: TextMatch, text: string, ignoreCase = false): boolean {
  const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value);
  if (exact !== undefined) return fold(text) === fold(exact);
  if (prefix !== undefined) return fold(text).startsWith(fold(prefix));
  if (regex === undefined) return true;
  try {
    return new RegExp(`^(?:${regex})$`, ignoreCase ? 'i' : '').test(text);
  } catch {
    return false;
  }
}

/** By whole elements of the path: `/cart` has `/cart` and `/cart/1`, and not `/carts`. */
export function matchesPrefix(prefix: string, path: string): boolean {
  const trimmed = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return trimmed === '' || path === trimmed || path.startsWith(`${trimmed}/`);
}
