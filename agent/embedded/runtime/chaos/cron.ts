import { Cron } from 'croner';
import { goDurationMs } from '../../../cluster/goDuration';

/** The first time after `afterMs` at which something recurs; Infinity where it never does. */
export type Recurrence = (afterMs: number) => number;

/**
 * Reads five cron fields (minute, hour, day of month, month, day of week; UTC), a descriptor as `@hourly`, or
 * `@every 90s`, as Chaos Mesh's parser (robfig/cron) does. Throws RangeError.
 */
export function parseCron(text: string): Recurrence {
  const every = /^@every\s+(\S+)$/.exec(text.trim())?.[1];
  if (every === undefined) return calendar(text);
  const periodMs = goDurationMs(every);
  if (periodMs === null) throw unparseable(text, 'not a duration');
  const wholeMs = Math.max(1000, Math.floor(periodMs / 1000) * 1000);
  return (afterMs) => Math.floor(afterMs / 1000) * 1000 + wholeMs;
}

function calendar(text: string): Recurrence {
  try {
    const cron = new Cron(text.trim(), { paused: true, mode: '5-part', timezone: 'UTC' });
    return (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() ?? Number.POSITIVE_INFINITY;
  } catch (error) {
    throw unparseable(text, error instanceof Error ? error.message : String(error));
  }
}

function unparseable(text: string, why: string): RangeError {
  return new RangeError(`unparseable schedule: ${text} : ${why}`);
}
