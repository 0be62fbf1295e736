import { describe, expect, it } from 'vitest';
import { evaluateText, storeOf } from './testStore';

type SeriesText = Parameters<typeof storeOf>[0];

/** Every 15 s from 15 s on: 10, 20, 30 … */
const COUNTER = Array.from({ length: 20 }, (_, index) => [15 * (index + 1), 10 * (index + 1)] as const);

function check(series: SeriesText, query: string, atSeconds: number, expected: unknown): void {
  expect(evaluateText(storeOf(series), query, atSeconds)).toEqual(expected);
}

describe('selectors', () => {
  const pods: SeriesText = { 'm{pod="a"}': [[10, 1]], 'm{pod="b"}': [[10, 2]], 'n{pod="a"}': [[10, 3]] };

  it.each([
    ['m', { 'm{pod="a"}': 1, 'm{pod="b"}': 2 }],
    ['m{pod="a"}', { 'm{pod="a"}': 1 }],
    ['m{pod!="a"}', { 'm{pod="b"}': 2 }],
    ['m{pod=~"a|c"}', { 'm{pod="a"}': 1 }],
    ['m{pod!~"a|c"}', { 'm{pod="b"}': 2 }],
    // The whole value has to match, not a part of it.
    ['m{pod=~""}', {}],
    ['m{pod=~"."}', { 'm{pod="a"}': 1, 'm{pod="b"}': 2 }],
    ['{__name__=~"m|n",pod="a"}', { 'm{pod="a"}': 1, 'n{pod="a"}': 3 }],
    ['m{other=""}', { 'm{pod="a"}': 1, 'm{pod="b"}': 2 }],
    ['m{other!=""}', {}],
    ['m{pod=~"[a]"}', { 'm{pod="a"}': 1 }],
    ['{pod=~"(?i)A",__name__="m"}', { 'm{pod="a"}': 1 }],
  ])('%s', (query, expected) => check(pods, query, 10, expected));

  it('take a sample for current for five minutes, the older end excluded', () => {
    const series = { m: [[10, 1]] } as const;
    check(series, 'm', 9, {});
    check(series, 'm', 309, { 'm{}': 1 });
    check(series, 'm', 310, {});
  });

  it('show nothing of a series that has ended, at once', () => {
    const series = {
      m: [
        [10, 1],
        [20, 'stale'],
      ],
    } as const;
    check(series, 'm', 19, { 'm{}': 1 });
    check(series, 'm', 20, {});
    check(series, 'm offset 5s', 20, { 'm{}': 1 });
  });
});

describe('rate and its kin', () => {
  it('extrapolates to the edges of the range that are near', () => {
    // At 100 s, [1m] is (40 s, 100 s]: samples at 45, 60, 75, 90 s grow by 30 in 45 s. The edges are 5 s and 10 s off,
    // nearer than 1.1 × 15 s, so all 60 s count: 30 × 60/45 = 40.
    check({ m: COUNTER }, 'increase(m[1m])', 100, { '{}': 40 });
    check({ m: COUNTER }, 'rate(m[1m])', 100, { '{}': 40 / 60 });
    check({ m: COUNTER }, 'delta(m[1m])', 100, { '{}': 40 });
    check({ m: COUNTER }, 'irate(m[1m])', 100, { '{}': 10 / 15 });
  });

  it('adds half an interval at an edge that is further away', () => {
    // The series begins at 60 s with 100, so that zero is far: 30 s to the edge, so 7.5 s are added there, and 10 s at
    // the end. Growth 20 in 30 s: 20 × (30 + 7.5 + 10)/30.
    const late = { m: [[60, 100] as const, [75, 110] as const, [90, 120] as const] };
    expect(evaluateText(storeOf(late), 'increase(m[70s])', 100)).toEqual({
      '{}': expect.closeTo((20 * 47.5) / 30, 10),
    });
  });

  it('does not extrapolate a counter below zero', () => {
    // 2 at 60 s and growing by 20 in 30 s, it was zero 3 s before; a gauge is extrapolated by 7.5 s.
    const young = { m: [[60, 2] as const, [75, 12] as const, [90, 22] as const] };
    const store = storeOf(young);
    expect(evaluateText(store, 'increase(m[70s])', 100)).toEqual({
      '{}': expect.closeTo((20 * 43) / 30, 10),
    });
    expect(evaluateText(store, 'delta(m[70s])', 100)).toEqual({ '{}': expect.closeTo((20 * 47.5) / 30, 10) });
  });

  it('takes a falling counter for a restart', () => {
    const restarted = { m: [[60, 100] as const, [75, 110] as const, [90, 4] as const, [105, 14] as const] };
    // 10, then 4 from zero, then 10: 24 in 45 s; over the 50 s to 105 s by 5 s more.
    expect(evaluateText(storeOf(restarted), 'increase(m[50s])', 105)).toEqual({
      '{}': expect.closeTo((24 * 50) / 45, 10),
    });
    check(restarted, 'irate(m[30s])', 95, { '{}': 4 / 15 });
  });

  it('needs two samples, and counts neither the marker of staleness nor the older end', () => {
    check({ m: [[60, 1]] }, 'rate(m[1m])', 60, {});
    check({ m: [[60, 1] as const, [75, 'stale'] as const] }, 'rate(m[1m])', 80, {});
    check({ m: [[60, 1] as const, [120, 2] as const] }, 'rate(m[1m])', 120, {});
  });

  it('goes on over the end of a series as long as the range reaches it', () => {
    const ended = { m: [...COUNTER.slice(0, 4), [75, 'stale'] as const] };
    // At 80 s, (20 s, 80 s] has 30, 45, 60 s: growth 20 in 30 s, both edges beyond 16.5 s but the first.
    expect(evaluateText(storeOf(ended), 'increase(m[1m])', 80)).toEqual({
      '{}': expect.closeTo((20 * (30 + 10 + 7.5)) / 30, 10),
    });
  });
});

describe('functions over time', () => {
  const series: SeriesText = {
    'm{a="1"}': [
      [10, 4],
      [20, 1],
      [30, 7],
    ],
  };

  it.each([
    ['avg_over_time(m[1m])', 4],
    ['min_over_time(m[1m])', 1],
    ['max_over_time(m[1m])', 7],
    ['sum_over_time(m[1m])', 12],
    ['count_over_time(m[1m])', 3],
    ['quantile_over_time(0.5, m[1m])', 4],
    ['quantile_over_time(0.75, m[1m])', 5.5],
    ['max_over_time(m[15s] offset 10s)', 4],
  ])('%s is %d', (query, expected) => check(series, query, 30, { '{a="1"}': expected }));

  it('keeps the name in last_over_time alone', () => {
    check(series, 'last_over_time(m[1m])', 30, { 'm{a="1"}': 7 });
  });
});

describe('aggregations', () => {
  const series: SeriesText = {
    'm{pod="a",code="200"}': [[10, 6]],
    'm{pod="a",code="500"}': [[10, 2]],
    'm{pod="b",code="200"}': [[10, 4]],
  };

  it.each([
    ['sum(m)', { '{}': 12 }],
    ['sum by (pod) (m)', { '{pod="a"}': 8, '{pod="b"}': 4 }],
    ['sum(m) by (pod)', { '{pod="a"}': 8, '{pod="b"}': 4 }],
    ['sum without (code) (m)', { '{pod="a"}': 8, '{pod="b"}': 4 }],
    ['avg(m)', { '{}': 4 }],
    ['min by (code) (m)', { '{code="200"}': 4, '{code="500"}': 2 }],
    ['max(m)', { '{}': 6 }],
    ['count(m)', { '{}': 3 }],
    ['topk(1, m)', { 'm{code="200",pod="a"}': 6 }],
    ['topk by (pod) (1, m)', { 'm{code="200",pod="a"}': 6, 'm{code="200",pod="b"}': 4 }],
    ['quantile(0.5, m)', { '{}': 4 }],
    ['sum(nothing)', {}],
  ])('%s', (query, expected) => check(series, query, 10, expected));
});

describe('operators', () => {
  const series: SeriesText = {
    'used{pod="a"}': [[10, 2]],
    'used{pod="b"}': [[10, 3]],
    'limit{pod="a",zone="z"}': [[10, 4]],
    'node{pod="a",node="n1"}': [[10, 1]],
    'node{pod="b",node="n2"}': [[10, 1]],
    'req{pod="a",code="200"}': [[10, 8]],
    'req{pod="a",code="500"}': [[10, 2]],
  };

  it.each([
    ['used / on(pod) limit', { '{pod="a"}': 0.5 }],
    ['used / ignoring(zone) limit', { '{pod="a"}': 0.5 }],
    ['used / limit', {}],
    [
      'req * on(pod) group_left(node) node',
      { '{code="200",node="n1",pod="a"}': 8, '{code="500",node="n1",pod="a"}': 2 },
    ],
    [
      'node * on(pod) group_right(node) req',
      { '{code="200",node="n1",pod="a"}': 8, '{code="500",node="n1",pod="a"}': 2 },
    ],
    ['used > 2', { 'used{pod="b"}': 3 }],
    ['2 < used', { 'used{pod="b"}': 3 }],
    ['used > bool 2', { '{pod="a"}': 0, '{pod="b"}': 1 }],
    ['used < on(pod) limit', { '{pod="a"}': 2 }],
    ['used and on(pod) limit', { 'used{pod="a"}': 2 }],
    ['used unless on(pod) limit', { 'used{pod="b"}': 3 }],
    ['used{pod="a"} or used', { 'used{pod="a"}': 2, 'used{pod="b"}': 3 }],
    ['nothing or vector(0)', { '{}': 0 }],
    ['-used{pod="a"}', { '{pod="a"}': -2 }],
  ])('%s', (query, expected) => check(series, query, 10, expected));

  it.each([
    ['-1 ^ 2', -1],
    ['2 ^ 3 ^ 2', 512],
    ['2 ^ -1 * 4', 2],
    ['1 + 2 * 3 - 4 / 2', 5],
    ['(1 + 2) * 3', 9],
    ['7 % 4', 3],
    ['1 == bool 1', 1],
    ['1h30m', 5400],
    ['0x1F + .5', 31.5],
    ['scalar(used)', Number.NaN],
    ['scalar(limit) + time()', 14],
  ])('%s is %d', (query, expected) => check(series, query, 10, expected));

  it('binds an offset to the selector before it, not to the expression', () => {
    const growing = { m: COUNTER };
    // 20 at 30 s, 10 at 15 s: 20 + 10 × 2.
    check(growing, 'm + m offset 15s * 2', 30, { '{}': 40 });
  });

  it.each([
    ['node * on(pod) req', /found duplicate series for the match group on the right/],
    ['req * on(pod) node', /many-to-one matching must be explicit/],
    ['label_replace(req, "code", "x", "", "")', /same labelset/],
  ])('%s is refused', (query, message) => {
    expect(() => evaluateText(storeOf(series), query, 10)).toThrow(message);
  });
});

describe('other functions', () => {
  const series: SeriesText = { 'm{a="x-1"}': [[10, -2]], 'n{}': [[12, 5]] };

  it.each([
    ['abs(m)', { '{a="x-1"}': 2 }],
    ['clamp_min(m, 0)', { '{a="x-1"}': 0 }],
    ['clamp_max(n, 3)', { '{}': 3 }],
    ['label_replace(m, "b", "$2/$1", "a", "(.*)-(.*)")', { 'm{a="x-1",b="1/x"}': -2 }],
    ['label_replace(m, "a", "", "a", ".*")', { 'm{}': -2 }],
    ['label_replace(m, "b", "y", "a", "x")', { 'm{a="x-1"}': -2 }],
    ['vector(time())', { '{}': 20 }],
    ['timestamp(m)', { '{a="x-1"}': 10 }],
    ['timestamp(abs(m))', { '{a="x-1"}': 20 }],
    ['time() - timestamp(n)', { '{}': 8 }],
  ])('%s', (query, expected) => check(series, query, 20, expected));
});
