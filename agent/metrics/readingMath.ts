import type { Reading } from './reading';

type Measured = Exclude<Reading, { kind: 'missing' }>;

export function missing(why: string): Reading {
  return { kind: 'missing', why };
}

/** A value by the age of its youngest sample: fresh up to `staleAfterMs`. */
export function measured(value: number, ageMs: number, nowMs: number, staleAfterMs: number): Reading {
  if (!Number.isFinite(value)) return missing('nothing was measured in the window, for example no request');
  return { kind: ageMs <= staleAfterMs ? 'fresh' : 'stale', value, atMs: nowMs - ageMs };
}

/**
 * Used ÷ limit, as old as the older of the two. A rate is extrapolated and may come out a little above the limit that
 * the kernel has kept it to: that counts as 1.
 */
export function utilisation(used: Reading, limit: Reading): Reading {
  if (used.kind === 'missing') return used;
  if (limit.kind === 'missing') return limit;
  if (limit.value <= 0) return missing('no limit is set');
  return {
    kind: used.kind === 'fresh' && limit.kind === 'fresh' ? 'fresh' : 'stale',
    value: Math.min(1, used.value / limit.value),
    atMs: Math.min(used.atMs, limit.atMs),
  };
}

/** The mean of the fresh readings; of the stale ones where none is fresh. As old as the oldest that it is made of. */
export function meanReading(readings: readonly Reading[], whyNone: string): Reading {
  const known = readings.filter((reading) => reading.kind !== 'missing');
  const fresh = known.filter((reading) => reading.kind === 'fresh');
  const [first, ...others]: Measured[] = fresh.length > 0 ? fresh : known;
  if (!first) return readings.find((reading) => reading.kind === 'missing') ?? missing(whyNone);
  const all = [first, ...others];
  return {
    kind: first.kind,
    value: all.reduce((sum, reading) => sum + reading.value, 0) / all.length,
    atMs: Math.min(...all.map((reading) => reading.atMs)),
  };
}
