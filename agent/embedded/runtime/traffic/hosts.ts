import type { KubeObject } from '../../objectStore';

/** `*.example.com` stands for any labels before it, `*` for every host. */
export function hostMatches(pattern: string, host: string): boolean {
  if (pattern === host || pattern === '*' || pattern === '') return true;
  return pattern.startsWith('*.') && host.length > pattern.length - 1 && host.endsWith(pattern.slice(1));
}

/** Greater for the pattern that is closer to one host: names before wildcards, long before short. */
export function hostRank(pattern: string): number {
  if (pattern === '' || pattern === '*') return 0;
  return pattern.startsWith('*.') ? pattern.length : 1000 + pattern.length;
}

/** The narrower of two patterns where one of them includes the other; null where no host is of both. */
export function hostIntersection(a: string, b: string): string | null {
  if (hostMatches(a, b)) return b === '' ? a : b;
  return hostMatches(b, a) ? a : null;
}

/** The oldest first, then by `namespace/name`, as all three routers settle ties. */
export function byAge(a: KubeObject, b: KubeObject): number {
  return (
    compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
    compare(a.metadata.name, b.metadata.name)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
