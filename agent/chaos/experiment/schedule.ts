import { Cron } from 'croner';
import * as z from 'zod';
import { durationBetween } from '../../config/duration';

/** How Chaos Mesh repeats an experiment once it is handed over. Durations in milliseconds. */
export const ExperimentSchedule = z.strictObject({
  cron: z
    .string()
    .refine(isCron, 'expected five fields such as `*/5 * * * *`, or `@every 5m`')
    .describe('When, as cron writes it: minute, hour, day, month, weekday; or `@every 5m`.'),
  concurrencyPolicy: z
    .enum(['Forbid', 'Allow'])
    .default('Forbid')
    .describe('Whether one may begin while another of its runs goes on. Default `Forbid`.'),
  historyLimit: z.number().int().min(1).max(100).default(2).describe('Runs that are kept. Default 2.'),
  startingDeadline: durationBetween('1s', '24h')
    .optional()
    .describe('How late one may still begin, 1s…24h; without limit where absent.'),
});
export type ExperimentSchedule = z.output<typeof ExperimentSchedule>;

/** As the parser of Chaos Mesh has it: five fields, or a duration between two. */
function isCron(text: string): boolean {
  if (/^@every (\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return true;
  try {
    new Cron(text, { paused: true, mode: '5-part' }).stop();
    return true;
  } catch {
    return false;
  }
}
