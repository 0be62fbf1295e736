import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../../test/support/builders';
import { ConfigSchema } from '../../config/schema';
import { readHistory } from './history';
import { type RecordedMetrics, recordedPrometheus } from './testing/prometheus';

const NOW_MS = 1_767_225_600_000;
const HOUR = 3600;
const GOOD: RecordedMetrics = {
  requests: () => 100,
  cpu: () => 0.4,
  pods: () => 2,
  p50: () => 0.02,
  p95: () => 0.06,
};

async function read(changes: RecordedMetrics, { sinceSeconds = 4 * HOUR, config = {} } = {}) {
  const client = recordedPrometheus({ ...GOOD, ...changes }, NOW_MS);
  const history = await readHistory({
    client,
    workload: aWorkload([aPod('checkout-5d9c7b-x2k4z')]),
    config: ConfigSchema.parse(config),
    intervals: { requestsMs: 15_000, resourcesMs: 15_000 },
    nowMs: NOW_MS,
    sinceSeconds,
    signal: new AbortController().signal,
  });
  return { history, queries: client.queries };
}

describe('the history of a workload', () => {
  it('is read step by step over all pods that it has had', async () => {
    const { history, queries } = await read({});
    expect(history.rate.intervalSeconds).toBe(15);
    expect(history.rate.values).toHaveLength(4 * 240 + 1);
    expect(history.rate.values.every((value) => value === 100)).toBe(true);
    expect(history).toMatchObject({ warnings: [] });
    expect(history.cpuCores[7]).toBe(0.4);
    expect(history.pods[7]).toBe(2);
    expect(queries[0]).toContain('pod=~"checkout-[a-z0-9]+-[a-z0-9]{5}"');
    expect(queries[0]).not.toContain('$');
  });

  it('is asked by the queries of the config', async () => {
    const requests = 'sum(rate(http_requests_total{svc="$workload", pod=~"$pods"}[$window]))';
    const { queries } = await read({}, { config: { metrics: { queries: { requests } } } });
    expect(queries[0]).toBe(
      'sum(rate(http_requests_total{svc="checkout", pod=~"checkout-[a-z0-9]+-[a-z0-9]{5}"}[60000ms]))',
    );
  });

  it('begins with the workload where that is younger', async () => {
    const { history } = await read({ requests: (ago) => (ago <= 2 * HOUR ? 100 : null) });
    expect(history.rate.values).toHaveLength(2 * 240 + 1);
  });

  it('takes larger steps where Prometheus would not give so many', async () => {
    const { history } = await read({}, { sinceSeconds: 7 * 24 * HOUR });
    expect(history.rate.intervalSeconds).toBe(60);
  });

  it('has short gaps joined by straight lines, and says so', async () => {
    const requests = (ago: number) => (ago >= 600 && ago < 900 ? null : ago < 600 ? 200 : 100);
    const { history } = await read({ requests });
    expect(history.rate.values.every((value) => value >= 100 && value <= 200)).toBe(true);
    expect(history.warnings).toEqual([expect.stringMatching(/^20 of 961 rates were missing/)]);
  });

  it.each([
    ['NaN', Number.NaN],
    ['negative', -5],
  ])('counts a rate that is %s as missing, and says so', async (_, bad) => {
    const { history } = await read({ requests: (ago) => (ago === 3000 ? bad : 100) });
    expect(history.rate.values.every((value) => value === 100)).toBe(true);
    expect(history.warnings[0]).toMatch(/^1 recorded rates were negative or no number/);
  });

  it.each<[string, RecordedMetrics, RegExp]>([
    ['no requests at all', { requests: () => null }, /no requests per second of shop\/checkout/],
    ['nothing but NaN', { requests: () => Number.NaN }, /no requests per second/],
    ['metrics that are 10 min old', { requests: (ago) => (ago >= 600 ? 100 : null) }, /10 min old/],
    ['less than an hour', { requests: (ago) => (ago <= 1800 ? 100 : null) }, /only 30 min of history/],
    [
      'gaps of more than 10 %',
      { requests: (ago) => (ago >= 3600 && ago < 5400 ? null : 100) },
      /1[23] % of the requests per second .* are missing/,
    ],
    ['no load', { requests: () => 0 }, /Nobody has asked anything/],
    ['no CPU', { cpu: () => null }, /no CPU of the pods/],
  ])('is refused with %s', async (_, changes, message) => {
    await expect(read(changes)).rejects.toMatchObject({
      code: 'capability-missing',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(/./),
    });
  });
});
