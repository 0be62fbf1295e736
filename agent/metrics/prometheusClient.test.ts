import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPrometheusClient } from './prometheusClient';
import { isQueryRejected } from './prometheusErrors';

function clientThatGets(body: unknown) {
  return createPrometheusClient({
    address: 'http://prom:9090',
    maxQueryLength: 1000,
    send: async () => body,
  });
}

function vectorAnswer(value: unknown) {
  return { status: 'success', data: { resultType: 'vector', result: [{ metric: { pod: 'a' }, value }] } };
}

describe('the Prometheus client', () => {
  it.each([
    ['1.5', 1.5],
    ['NaN', Number.NaN],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['1e-07', 1e-7],
  ])('reads the value %s', async (text, value) => {
    const samples = await clientThatGets(vectorAnswer([1700000000.5, text])).query('m');
    expect(samples).toEqual([{ labels: { pod: 'a' }, value, atMs: 1_700_000_000_500 }]);
  });

  it('takes a scalar for one element', async () => {
    const answer = { status: 'success', data: { resultType: 'scalar', result: [1, '2'] } };
    expect(await clientThatGets(answer).query('2')).toEqual([{ labels: {}, value: 2, atMs: 1000 }]);
  });

  it('reads a range', async () => {
    const data = {
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [1, '2'],
            [2, '3'],
          ],
        },
      ],
    };
    const range = { startMs: 1000, endMs: 2000, stepMs: 1000 };
    expect(await clientThatGets({ status: 'success', data }).queryRange('m', range)).toEqual([
      {
        labels: {},
        points: [
          { atMs: 1000, value: 2 },
          { atMs: 2000, value: 3 },
        ],
      },
    ]);
  });

  it.each([
    ['nothing', null, 'the whole'],
    ['a list', [], 'the whole'],
    ['another API', { status: 'ok' }, 'status'],
    ['no data', { status: 'success' }, 'data'],
    [
      'an unknown type',
      { status: 'success', data: { resultType: 'streams', result: [] } },
      'data.resultType',
    ],
    ['a number that is no string', vectorAnswer([1, 2]), 'data.result[0].value[1]'],
    ['a string that is no number', vectorAnswer([1, 'many']), 'data.result[0].value[1]'],
    ['an empty string', vectorAnswer([1, '']), 'data.result[0].value[1]'],
    ['no time', vectorAnswer([null, '1']), 'data.result[0].value[0]'],
  ])('says where %s is malformed', async (_name, body, where) => {
    await expect(clientThatGets(body).query('m')).rejects.toMatchObject({
      code: 'prometheus-malformed',
      message: expect.stringMatching(
        new RegExp(
          `^The answer of http://prom:9090 to /api/v1/query .*${where.replaceAll(/[[\].]/g, '\\$&')}:`,
        ),
      ),
    });
  });

  it('tells a rejected query from an outage', async () => {
    const rejected = { status: 'error', errorType: 'bad_data', error: '1:2: parse error' };
    const error = await clientThatGets(rejected)
      .query('m(')
      .catch((thrown: unknown) => thrown);
    expect(isQueryRejected(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining('rejected the query m(: 1:2: parse error'),
    });
    const busy = { status: 'error', errorType: 'timeout', error: 'query timed out' };
    await expect(clientThatGets(busy).query('m')).rejects.toMatchObject({ code: 'prometheus-unreachable' });
  });

  it('rejects a query whose result is no number of now', async () => {
    const answer = { status: 'success', data: { resultType: 'string', result: [1, 'text'] } };
    expect(
      isQueryRejected(
        await clientThatGets(answer)
          .query('"text"')
          .catch((thrown: unknown) => thrown),
      ),
    ).toBe(true);
  });
});

const FIXTURES = path.resolve(import.meta.dirname, '../../../shared/prometheus/api');

describe.skipIf(!existsSync(FIXTURES))('the examples of Prometheus’ documentation', () => {
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(FIXTURES, file), 'utf8'));

  it('are read', async () => {
    expect(await clientThatGets(read('doc-01-instant-queries.json')).query('up')).toMatchObject([
      { labels: { job: 'prometheus' }, value: 1 },
      { labels: { job: 'node' }, value: 0 },
    ]);
    const range = { startMs: 0, endMs: 1, stepMs: 1 };
    const series = await clientThatGets(read('doc-02-range-queries.json')).queryRange('up', range);
    expect(series.map(({ points }) => points.map(({ value }) => value))).toEqual([
      [1, 1, 1],
      [0, 0, 1],
    ]);
  });
});
