import * as z from 'zod';

const UNITS_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** A duration as the config writes it (`500ms`, `30s`, `5m`, `2h`), in code a number of milliseconds. */
const Duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'expected a duration such as 500ms, 30s, 5m or 2h')
  .transform(parseDurationMs);

/** A duration from `min` to `max`, both as the config writes them. */
export function durationBetween(min: string, max: string) {
  const [minMs, maxMs] = [parseDurationMs(min), parseDurationMs(max)];
  return Duration.refine((ms) => ms >= minMs && ms <= maxMs, `expected ${min} to ${max}`);
}

/** Milliseconds of a duration string that matches `Duration`. */
function parseDurationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (!match) throw new RangeError(`not a duration: ${text}`);
  return Number(match[1]) * UNITS_MS[match[2] as keyof typeof UNITS_MS];
}
