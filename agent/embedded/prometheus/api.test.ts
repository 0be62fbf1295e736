import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPrometheusApi, mergeParams } from './api';
import { storeOf } from './testStore';

const NOW_SECONDS = 1_435_781_451.781;
const UP = [NOW_SECONDS - 30, NOW_SECONDS - 15, NOW_SECONDS] as const;

function api() {
  const store = storeOf({
    'up{job="prometheus",instance="localhost:9090"}': UP.map((seconds) => [seconds, 1] as const),
    'up{job="node",instance="localhost:9091"}': UP.map(
      (seconds, index) => [seconds, index === 2 ? 1 : 0] as const,
    ),
    'odd{kind="nan"}': [[NOW_SECONDS, Number.NaN]],
    'odd{kind="inf"}': [[NOW_SECONDS, Number.POSITIVE_INFINITY]],
    'odd{kind="small"}': [[NOW_SECONDS, 1e-7]],
  });
  return createPrometheusApi(store, { nowMs: () => NOW_SECONDS * 1000 });
}

function get(target: string, method = 'GET') {
  const [pathname = '', query = ''] = target.split('?');
  const response = api()({ method, path: pathname, params: mergeParams(query, '') });
  const isJson = response.contentType === 'application/json';
  return { ...response, json: isJson ? JSON.parse(response.body) : undefined };
}

function query(text: string) {
  return get(`/api/v1/query?query=${encodeURIComponent(text)}`).json.data;
}

describe('the Prometheus HTTP API', () => {
  it('answers an instant query at the clock’s now, values as strings', () => {
    expect(query('up{job="node"}')).toEqual({
      resultType: 'vector',
      result: [
        {
          metric: { __name__: 'up', instance: 'localhost:9091', job: 'node' },
          value: [NOW_SECONDS, '1'],
        },
      ],
    });
    expect(query('1 + 1')).toEqual({ resultType: 'scalar', result: [NOW_SECONDS, '2'] });
    expect(query('"text"')).toEqual({ resultType: 'string', result: [NOW_SECONDS, 'text'] });
    expect(query('up{job="node"}[20s]')).toEqual({
      resultType: 'matrix',
      result: [
        {
          metric: { __name__: 'up', instance: 'localhost:9091', job: 'node' },
          values: [
            [UP[1], '0'],
            [UP[2], '1'],
          ],
        },
      ],
    });
  });

  it('writes numbers that JSON has not as Prometheus does', () => {
    const values = query('odd').result.map(({ value }: { value: [number, string] }) => value[1]);
    expect(values).toEqual(['NaN', '+Inf', '1e-07']);
    expect(query('-1 * odd{kind="inf"}').result[0].value[1]).toBe('-Inf');
  });

  it('takes the time as seconds or RFC 3339', () => {
    const seconds = get(`/api/v1/query?query=time()&time=${UP[1]}`).json.data.result[1];
    const text = get(`/api/v1/query?query=time()&time=${new Date(UP[1] * 1000).toISOString()}`).json.data
      .result[1];
    expect([seconds, text]).toEqual([String(UP[1]), String(UP[1])]);
  });

  it('answers a form that is posted', () => {
    const params = mergeParams('', 'query=up%7Bjob%3D%22node%22%7D');
    const response = api()({ method: 'POST', path: '/api/v1/query', params });
    expect(JSON.parse(response.body).data.result).toHaveLength(1);
  });

  it('answers a range query step by step, in order of the labels', () => {
    const answer = get(`/api/v1/query_range?query=up&start=${UP[0]}&end=${UP[2]}&step=15s`).json;
    expect(answer).toEqual({
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric: { __name__: 'up', instance: 'localhost:9090', job: 'prometheus' },
            values: UP.map((seconds) => [seconds, '1']),
          },
          {
            metric: { __name__: 'up', instance: 'localhost:9091', job: 'node' },
            values: UP.map((seconds, index) => [seconds, index === 2 ? '1' : '0']),
          },
        ],
      },
    });
    expect(get('/api/v1/query_range?query=time()&start=10&end=12&step=1').json.data.result).toEqual([
      {
        metric: {},
        values: [
          [10, '10'],
          [11, '11'],
          [12, '12'],
        ],
      },
    ]);
  });

  it('lists labels, their values and series', () => {
    expect(get('/api/v1/labels').json.data).toEqual(['__name__', 'instance', 'job', 'kind']);
    expect(get('/api/v1/labels?match[]=odd').json.data).toEqual(['__name__', 'kind']);
    expect(get('/api/v1/label/job/values').json.data).toEqual(['node', 'prometheus']);
    expect(get('/api/v1/label/job/values?end=100').json.data).toEqual([]);
    expect(get('/api/v1/series?match[]=up{job="node"}&match[]=odd{kind="nan"}').json.data).toEqual([
      { __name__: 'up', instance: 'localhost:9091', job: 'node' },
      { __name__: 'odd', kind: 'nan' },
    ]);
  });

  it('says that it is well, and what it is', () => {
    expect(get('/-/healthy').status).toBe(200);
    expect(get('/api/v1/status/buildinfo').json.data.version).toMatch(/^3\./);
  });

  it.each([
    ['/api/v1/query?query=sum(', 400, 'invalid parameter "query": 1:5: parse error: unexpected end of input'],
    ['/api/v1/query', 400, 'no expression found in input'],
    [
      '/api/v1/query?query=up&time=noon',
      400,
      'invalid parameter "time": cannot parse "noon" to a valid timestamp',
    ],
    ['/api/v1/query?query=up*on(x)up', 422, 'many-to-many matching not allowed'],
    ['/api/v1/query_range?query=up&start=1&end=2', 400, 'invalid parameter "step"'],
    [
      '/api/v1/query_range?query=up&start=1&end=2&step=0',
      400,
      'zero or negative query resolution step widths',
    ],
    ['/api/v1/query_range?query=up&start=2&end=1&step=1', 400, 'end timestamp must not be before start time'],
    [
      '/api/v1/query_range?query=up&start=0&end=11001&step=1',
      400,
      'exceeded maximum resolution of 11,000 points',
    ],
    ['/api/v1/query_range?query=up[5m]&start=1&end=2&step=1', 400, 'must be Scalar or instant Vector'],
    ['/api/v1/series', 400, 'no match[] parameter provided'],
    ['/api/v1/series?match[]=sum(up)', 400, 'expected a selector'],
    ['/api/v1/label/a-b/values', 400, 'invalid label name: "a-b"'],
  ])('%s is answered by %d', (target, status, message) => {
    const response = get(target);
    expect(response.status).toBe(status);
    expect(response.json).toEqual({
      status: 'error',
      errorType: status === 400 ? 'bad_data' : 'execution',
      error: expect.stringContaining(message),
    });
  });

  it('answers just as many points as are allowed', () => {
    const answer = get('/api/v1/query_range?query=time()&start=0&end=11000&step=1').json;
    expect(answer.data.result[0].values).toHaveLength(11_001);
  });

  it('knows no other path and no other method', () => {
    expect(get('/api/v1/nothing').status).toBe(404);
    expect(get('/api/v1/query?query=up', 'DELETE').status).toBe(405);
  });

  it('exposes the latest values as text', () => {
    const store = storeOf({
      'gone{}': [
        [1, 1],
        [2, 'stale'],
      ],
      'old{}': [[1, 1]],
      'm{path="C:\\x"}': [[400, 2.5]],
      'n{}': [[400, Number.POSITIVE_INFINITY]],
    });
    const { body, contentType } = createPrometheusApi(store, { nowMs: () => 400_000 })({
      method: 'GET',
      path: '/metrics',
      params: mergeParams('', ''),
    });
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    const untyped = (name: string) => `# HELP ${name} Of the embedded cluster.\n# TYPE ${name} untyped\n`;
    expect(body).toBe(`${untyped('m')}m{path="C:\\\\x"} 2.5\n${untyped('n')}n +Inf\n`);
  });
});

const FIXTURES = path.resolve(import.meta.dirname, '../../../../shared/prometheus/api');

describe.skipIf(!existsSync(FIXTURES))(
  'the shape of answers, against the examples of Prometheus’ documentation',
  () => {
    it.each([
      ['doc-01-instant-queries.json', '/api/v1/query?query=up'],
      ['doc-02-range-queries.json', `/api/v1/query_range?query=up&start=${UP[0]}&end=${UP[2]}&step=15s`],
      ['doc-05-finding-series-by-label-matchers.json', '/api/v1/series?match[]=up'],
      ['doc-06-getting-label-names.json', '/api/v1/labels'],
      ['doc-07-querying-label-values.json', '/api/v1/label/job/values'],
      ['doc-24-build-information.json', '/api/v1/status/buildinfo'],
    ])('%s', (file, target) => {
      const documented: unknown = JSON.parse(readFileSync(path.join(FIXTURES, file), 'utf8'));
      expect(shapeOf(get(target).json)).toEqual(shapeOf(documented));
    });
  },
);

/** Types in place of values; of an array its first element; of a metric only that it has a name. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length === 2 && typeof value[0] === 'number' ? value.map(shapeOf) : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
