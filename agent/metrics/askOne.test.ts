import { describe, expect, it } from 'vitest';
import { CoxswainError } from '../protocol';
import { askOne } from './askOne';
import type { InstantSample, PrometheusClient } from './prometheusClient';

const NOW_MS = 1_000_000;

/** Answers the value, and for each selector how old its latest sample is. */
function clientOf(values: readonly number[], ageMs = 1000): PrometheusClient {
  const query = async (promql: string): Promise<InstantSample[]> => {
    const part = (key: string, value: number, labels = {}): InstantSample => ({
      labels: { coxswain_part: key, ...labels },
      value,
      atMs: NOW_MS,
    });
    expect(promql).toContain('up');
    return [
      ...values.map((value, index) => part('value', value, { pod: String(index) })),
      part('age-0', (NOW_MS - ageMs) / 1000),
    ];
  };
  return {
    address: 'test',
    maxQueryLength: 10_000,
    query,
    queryRange: async () => [],
    samples: async () => [],
  };
}

const ask = (client: PrometheusClient) =>
  askOne(client, { promql: 'sum(up)', nowMs: NOW_MS, staleAfterMs: 60_000 });

describe('one question to Prometheus', () => {
  it('is answered by one number with the age of its samples', async () => {
    expect(await ask(clientOf([0.5]))).toEqual({ kind: 'fresh', value: 0.5, atMs: NOW_MS - 1000 });
    expect(await ask(clientOf([0.5], 60_001))).toMatchObject({ kind: 'stale', value: 0.5 });
  });

  it.each([
    [[], 'the query returned no sample'],
    [[1, 2], 'the query returned 2 series, not one'],
    [[Number.NaN], 'nothing was measured'],
  ])('has no answer for %j', async (values, why) => {
    expect(await ask(clientOf(values))).toMatchObject({ kind: 'missing', why: expect.stringContaining(why) });
  });

  it('has no answer where Prometheus is away, and says so', async () => {
    const away = new CoxswainError('prometheus-unreachable', 'it is away', '');
    const client = { ...clientOf([]), query: () => Promise.reject(away) };
    expect(await ask(client)).toEqual({ kind: 'missing', why: 'it is away' });
  });
});
