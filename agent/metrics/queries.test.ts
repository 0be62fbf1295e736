import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPod, aWorkload } from '../../test/support/builders';
import { ConfigSchema, DEFAULT_CONFIG } from '../config/schema';
import { parsePromql } from '../embedded/prometheus/parse';
import { podPattern, queriesFor } from './queries';
import { UNKNOWN_INTERVALS, windowsOf } from './scrapeIntervals';
import { selectorsOf } from './selectors';

const WORKLOAD = aWorkload([aPod('checkout-h1-aa'), aPod('checkout-h1-bb')]);

function queryNamed(name: string, config = DEFAULT_CONFIG, workload = WORKLOAD): string | undefined {
  const windows = windowsOf(UNKNOWN_INTERVALS, config.metrics, false);
  return queriesFor(workload, config.metrics, windows).find((query) => query.name === name)?.promql;
}

describe('the queries for a workload', () => {
  it('are those of the seed with the workload’s names and the window filled in', () => {
    expect(queryNamed('cpu')).toBe(
      'sum by (pod) (rate(container_cpu_usage_seconds_total{namespace="shop",pod=~"checkout-h1-(aa|bb)",' +
        'container!="",container!="POD"}[60000ms]))',
    );
  });

  it('are valid PromQL without a placeholder left', () => {
    const queries = queriesFor(
      { ...WORKLOAD, cpuLimitCores: null, memoryLimitBytes: null },
      DEFAULT_CONFIG.metrics,
      { requestsMs: 20_000, resourcesMs: 60_000 },
    );
    expect(queries).toHaveLength(13);
    for (const { promql } of queries) {
      expect(promql).not.toContain('$');
      expect(parsePromql(promql).kind).not.toBe('matrix-selector');
    }
  });

  it('have a window for requests and one for CPU, which may be scraped at another pace', () => {
    const windows = { requestsMs: 20_000, resourcesMs: 60_000 };
    const queries = new Map(
      queriesFor(WORKLOAD, DEFAULT_CONFIG.metrics, windows).map(({ name, promql }) => [name, promql]),
    );
    expect(queries.get('cpu')).toContain('[60000ms]');
    expect(queries.get('podLatencyP95')).toContain('[20000ms]');
  });

  it('ask for limits only where the cluster’s objects do not say them', () => {
    expect(queryNamed('cpuLimit')).toBeUndefined();
    expect(queryNamed('memoryLimit', DEFAULT_CONFIG, { ...WORKLOAD, memoryLimitBytes: null })).toContain(
      'container_spec_memory_limit_bytes',
    );
  });

  it('are replaced by those of the config, placeholders included', () => {
    const config = ConfigSchema.parse({
      metrics: {
        window: '2m',
        queries: { requests: 'sum(rate(rq{app="$workload",ns="$namespace"}[$window]))' },
      },
    });
    expect(queryNamed('requests', config)).toBe('sum(rate(rq{app="checkout",ns="shop"}[120000ms]))');
    expect(queryNamed('cpu', config)).toContain('container_cpu_usage_seconds_total');
  });
});

describe('the pattern of pods', () => {
  it('writes what pods share once and escapes dots', () => {
    expect(podPattern(['a-1-x', 'a-1-y', 'b.c-2-z', 'single'])).toBe('a-1-(x|y)|b[.]c-2-(z)|(single)');
  });

  it('matches exactly the pods that it was made of', () => {
    const name = fc.stringMatching(/^[a-c]([-.a-c1]{0,6}[a-c1])?$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), name, (names, other) => {
        const pattern = new RegExp(`^(?:${podPattern(names)})$`);
        for (const known of names) expect(pattern.test(known)).toBe(true);
        expect(pattern.test(other)).toBe(names.includes(other));
      }),
    );
  });
});

describe('the selectors of a query', () => {
  it.each([
    ['sum(rate(m{a="b"}[5m] offset 1h)) / n', ['m{a="b"}', 'n']],
    ['m + m', ['m']],
    ['vector(1)', []],
    ['{__name__="m"}[5m]', ['{__name__="m"}']],
    ['sum(', null],
    ['WITH (x = y) x{', null],
  ])('of %s', (promql, selectors) => expect(selectorsOf(promql)).toEqual(selectors));
});
