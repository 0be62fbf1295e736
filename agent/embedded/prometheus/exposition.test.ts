import { describe, expect, it } from 'vitest';
import { expositionText } from './exposition';
import { createSeriesStore } from './seriesStore';

describe('expositionText', () => {
  it('keeps the samples of a metric together, below what it is', () => {
    const store = createSeriesStore({ retentionMs: 60_000 });
    const append = (name: string, labels: Record<string, string>, value: number) =>
      store.series(name, labels).append(1000, value);
    append('http_requests_total', { pod: 'a' }, 3);
    append('http_request_duration_seconds_bucket', { pod: 'a', le: '+Inf' }, 3);
    append('http_requests_total', { pod: 'b' }, 4);
    append('http_request_duration_seconds_sum', { pod: 'a' }, 0.5);
    expect(
      expositionText(store, 2000),
    ).toBe(`# HELP http_requests_total Requests that the app has answered, by status.
# TYPE http_requests_total counter
http_requests_total{pod="a"} 3
http_requests_total{pod="b"} 4
# HELP http_request_duration_seconds How long the requests took.
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="+Inf",pod="a"} 3
http_request_duration_seconds_sum{pod="a"} 0.5
`);
  });
});
