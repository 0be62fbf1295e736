import { goDurationMs } from '../../../cluster/goDuration';

/** Milliseconds of a duration as Go writes it, for example `1m30s` or `300ms`. Throws RangeError. */
export function parseGoDurationMs(text: string): number {
  const ms = goDurationMs(text);
  if (ms === null) throw new RangeError(`not a duration: ${text}`);
  return ms;
}
