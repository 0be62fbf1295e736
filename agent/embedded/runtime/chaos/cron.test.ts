import { describe, expect, it } from 'vitest';
import { parseCron } from './cron';

const next = (cron: string, after: string) => new Date(parseCron(cron)(Date.parse(after))).toISOString();

describe('parseCron', () => {
  it.each([
    ['* * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00.000Z'],
    ['*/15 * * * *', '2026-01-01T00:16:30Z', '2026-01-01T00:30:00.000Z'],
    ['5,35 8-10 * * *', '2026-01-01T10:36:00Z', '2026-01-02T08:05:00.000Z'],
    ['0 0 1 */3 *', '2026-02-01T00:00:00Z', '2026-04-01T00:00:00.000Z'],
    ['30 9 * * mon-fri', '2026-01-02T10:00:00Z', '2026-01-05T09:30:00.000Z'],
    ['0 12 * * 7', '2026-01-01T00:00:00Z', '2026-01-04T12:00:00.000Z'],
    ['0 0 13 * fri', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00.000Z'],
    ['0 0 29 feb *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['@hourly', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.000Z'],
    ['@weekly', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00.000Z'],
    ['@every 90s', '2026-01-01T00:00:10Z', '2026-01-01T00:01:40.000Z'],
    ['@every 1h30m', '2026-01-01T00:00:10Z', '2026-01-01T01:30:10.000Z'],
  ])('%s after %s is %s', (cron, after, expected) => {
    expect(next(cron, after)).toBe(expected);
  });

  it('finds no day that there is not', () => {
    expect(parseCron('0 0 31 2 *')(0)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '@every soon',
  ])('refuses "%s"', (cron) => {
    expect(() => parseCron(cron)).toThrow('unparseable schedule');
  });
});
