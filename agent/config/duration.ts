import * as z from 'zod';

const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** A duration as the config writes it (`500ms`, `30s`, `5m`, `2h`), in code a number of milliseconds. */
export const Duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'expected a duration such as 500ms, 30s, 5m or 2h')
  .transform(parseDurationMs);

/** Milliseconds of a duration string that matches `Duration`. */
export function parseDurationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (!match) throw new RangeError(`not a duration: ${text}`);
  return Number(match[1]) * UNITS_MS[match[2] as keyof typeof UNITS_MS];
}
