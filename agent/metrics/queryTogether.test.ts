import { describe, expect, it } from 'vitest';
import type { InstantSample, PrometheusClient } from './prometheusClient';
import { prometheusUnreachable, QueryRejectedError } from './prometheusErrors';
import { queryTogether } from './queryTogether';

/** Answers a union with one sample for each of its parts, a plain query with its length. */
function fakeClient(behaviour: { rejects?: string; fails?: boolean; maxQueryLength?: number }) {
  const asked: string[] = [];
  const client: PrometheusClient = {
    address: 'fake',
    maxQueryLength: behaviour.maxQueryLength ?? 10_000,
    async query(promql): Promise<readonly InstantSample[]> {
      asked.push(promql);
      if (behaviour.fails) throw prometheusUnreachable('fake', 'down');
      if (behaviour.rejects && promql.includes(behaviour.rejects)) {
        throw new QueryRejectedError('fake', promql, 'bad');
      }
      const parts = [...promql.matchAll(/"coxswain_part", "([^"]+)"/g)].map(([, part = '']) => part);
      if (parts.length === 0) return [{ labels: {}, value: promql.length, atMs: 0 }];
      return parts.map((part) => ({ labels: { coxswain_part: part }, value: 1, atMs: 0 }));
    },
    samples: () => Promise.reject(new Error('not asked')),
    queryRange: () => Promise.reject(new Error('not asked')),
  };
  return { client, asked };
}

const QUESTIONS = [
  { key: 'a', promql: 'one' },
  { key: 'b', promql: 'two # comment' },
  { key: 'c', promql: 'three' },
];

describe('asking together', () => {
  it('takes one request, and gives each question its part', async () => {
    const { client, asked } = fakeClient({});
    const answers = await queryTogether(client, QUESTIONS);
    expect(asked).toEqual([
      'label_replace((one\n), "coxswain_part", "a", "", "") or ' +
        'label_replace((two # comment\n), "coxswain_part", "b", "", "") or ' +
        'label_replace((three\n), "coxswain_part", "c", "", "")',
    ]);
    expect([...answers.keys()]).toEqual(['a', 'b', 'c']);
    expect(answers.get('b')).toEqual({
      kind: 'samples',
      samples: [{ labels: { coxswain_part: 'b' }, value: 1, atMs: 0 }],
    });
  });

  it('splits by what the transport can carry', async () => {
    const { client, asked } = fakeClient({ maxQueryLength: 130 });
    const answers = await queryTogether(client, QUESTIONS);
    expect(asked).toHaveLength(2);
    expect([...answers.values()].every((answer) => answer.kind === 'samples')).toBe(true);
  });

  it('loses only the question that is rejected', async () => {
    const { client, asked } = fakeClient({ rejects: 'two' });
    const answers = await queryTogether(client, QUESTIONS);
    expect(asked).toHaveLength(4);
    expect([...answers].map(([key, answer]) => [key, answer.kind])).toEqual([
      ['a', 'samples'],
      ['b', 'failed'],
      ['c', 'samples'],
    ]);
  });

  it('asks an outage once', async () => {
    const { client, asked } = fakeClient({ fails: true });
    const answers = await queryTogether(client, QUESTIONS);
    expect(asked).toHaveLength(1);
    expect([...answers.values()].map((answer) => answer.kind === 'failed' && answer.error.code)).toEqual([
      'prometheus-unreachable',
      'prometheus-unreachable',
      'prometheus-unreachable',
    ]);
  });
});
