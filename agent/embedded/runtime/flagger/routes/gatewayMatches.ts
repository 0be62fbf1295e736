import type { CanarySpec } from '../canarySpec';

/** How Istio, and with it a Canary, says what a text has to be. */
interface StringMatch {
  exact?: string;
  prefix?: string;
  regex?: string;
}
interface RequestMatch {
  uri?: StringMatch;
  method?: StringMatch;
  headers?: Record<string, StringMatch>;
  queryParams?: Record<string, StringMatch>;
}
type Match = Record<string, unknown>;

/** Istio's matches as the Gateway API writes them. Throws Error for what it cannot say. */
export function matchesOf(matches: readonly Record<string, unknown>[]): Match[] {
  return matches
    .map(({ uri, method, headers, queryParams }: RequestMatch) => ({
      ...(uri && { path: pathMatch(uri) }),
      ...(method?.exact && { method: method.exact }),
      ...(headers && { headers: namedMatches('header', headers) }),
      ...(queryParams && { queryParams: namedMatches('query', queryParams) }),
    }))
    .filter((match) => Object.keys(match).length > 0);
}

/** Who asks for the canary, within what the route serves. */
export function mergedMatches(asked: readonly Match[], served: readonly Match[]): Match[] {
  if (asked.length === 0) return [...served];
  return asked.flatMap(({ headers, queryParams }) =>
    served.map((match) => ({
      ...match,
      ...(headers !== undefined && { headers }),
      ...(queryParams !== undefined && { queryParams }),
    })),
  );
}

interface HeaderChanges {
  add?: Record<string, string>;
  set?: Record<string, string>;
  remove?: string[];
}

/** Filters for the headers and the rewriting of the Canary's Service. */
export function filtersOf({ headers, rewrite }: CanarySpec['service']): Record<string, unknown>[] {
  const { request, response } = (headers ?? {}) as { request?: HeaderChanges; response?: HeaderChanges };
  const { uri, authority, type } = (rewrite ?? {}) as { uri?: string; authority?: string; type?: string };
  const path =
    type === 'ReplacePrefixMatch'
      ? { type, replacePrefixMatch: uri }
      : { type: 'ReplaceFullPath', replaceFullPath: uri };
  return [
    ...(request ? [{ type: 'RequestHeaderModifier', requestHeaderModifier: modifier(request) }] : []),
    ...(response ? [{ type: 'ResponseHeaderModifier', responseHeaderModifier: modifier(response) }] : []),
    ...(rewrite
      ? [
          {
            type: 'URLRewrite',
            urlRewrite: { ...(authority && { hostname: authority }), ...(uri && { path }) },
          },
        ]
      : []),
  ];
}

function pathMatch({ regex, exact, prefix }: StringMatch): Match {
  if (regex) return { type: 'RegularExpression', value: regex };
  if (exact) return { type: 'Exact', value: exact };
  if (prefix) return { type: 'PathPrefix', value: prefix };
  throw unsupported('path');
}

function namedMatches(what: 'header' | 'query', matches: Readonly<Record<string, StringMatch>>): Match[] {
  return Object.entries(matches).map(([name, { exact, regex }]) => {
    if (exact) return { name, type: 'Exact', value: exact };
    if (regex) return { name, type: 'RegularExpression', value: regex };
    throw unsupported(what);
  });
}

function unsupported(what: string): Error {
  return new Error(
    `Invalid request matching selectors: Gateway API doesn't support the specified ${what} matching selector`,
  );
}

function modifier({ add, set, remove }: HeaderChanges): Record<string, unknown> {
  const listed = (headers: Record<string, string>) =>
    Object.entries(headers)
      .map(([name, value]) => ({ name, value }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...(add && { add: listed(add) }), ...(set && { set: listed(set) }), ...(remove && { remove }) };
}
