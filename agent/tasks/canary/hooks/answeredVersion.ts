import * as z from 'zod';
import type { RouteAnswer } from './sendRequest';

export type AnsweredVersion = 'stable' | 'canary';

/** What both versions are known by: pods with their addresses, images, revisions. */
export interface VersionNames {
  stable: readonly string[];
  canary: readonly string[];
}

/** A header that an app, or a mesh, may name its version in. */
const VERSION_HEADER = 'x-coxswain-version';
const Body = z.object({
  version: z.union([z.string(), z.number()]).optional(),
  pod: z.string().optional(),
  hostname: z.string().optional(),
});

/**
 * Makes the function that tells which version has answered: by `header`, `x-coxswain-version`, or the `version`, `pod`
 * or `hostname` of a JSON body. Null for an answer that names neither, or what both are called.
 */
export function answeredVersion(
  names: VersionNames,
  header: string = VERSION_HEADER,
): (answer: RouteAnswer) => AnsweredVersion | null {
  const stable = known('stable', names.stable);
  const canary = known('canary', names.canary);
  return (answer) => {
    for (const text of namesIn(answer, header.toLowerCase())) {
      if (canary.has(text) !== stable.has(text)) return canary.has(text) ? 'canary' : 'stable';
    }
    return null;
  };
}

/** An image is known by its tag too, as apps report their version. */
function known(own: AnsweredVersion, names: readonly string[]): ReadonlySet<string> {
  return new Set([own, ...names, ...names.flatMap((name) => /:([^:/@]+)$/.exec(name)?.[1] ?? [])]);
}

function namesIn({ headers, body }: RouteAnswer, header: string): string[] {
  const found = [headers[header], headers[VERSION_HEADER]];
  const said = Body.safeParse(jsonIn(body));
  if (said.success) {
    const { version, pod, hostname } = said.data;
    found.push(version === undefined ? undefined : String(version), pod, hostname);
  }
  return found.filter((text) => text !== undefined);
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
