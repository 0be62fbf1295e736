import { describe, expect, it } from 'vitest';
import { aPod, aWorkload, NOW_MS } from '../../test/support/builders';
import { DEFAULT_CONFIG } from '../config/schema';
import { readLoad } from './loadReadings';
import { loadQueriesFor } from './queries';
import type { Answer } from './queryTogether';
import { ageQuestions } from './sampleAges';

const WORKLOAD = aWorkload([aPod('a'), aPod('b')]);
const WINDOWS = { requestsMs: 20_000, resourcesMs: 60_000 };

type Samples = [labels: Record<string, string>, value: number][];

const NUMBERS: Record<string, Samples> = {
  cpu: [
    [{ pod: 'a' }, 0.2],
    [{ pod: 'b' }, 0.4],
  ],
  memory: [
    [{ pod: 'a' }, 1e8],
    [{ pod: 'b' }, 2e8],
  ],
  requests: [[{}, 100]],
  errorRate: [[{}, 0.1]],
  latencyP50: [[{}, 0.05]],
  latencyP95: [[{}, 0.4]],
  latencyBuckets: [
    [{ le: '0.1' }, 60],
    [{ le: '0.2' }, 80],
    [{ le: '+Inf' }, 100],
  ],
};

/** What Prometheus answers, of which every sample is so old. */
function loadOf(
  numbers: Record<string, Samples>,
  { objectiveSeconds = 0.2, ageSeconds = 5, queries: own = {} } = {},
) {
  const queries = loadQueriesFor(WORKLOAD, { queries: own }, WINDOWS);
  const samples = (rows: Samples): Answer => ({
    kind: 'samples',
    samples: rows.map(([labels, value]) => ({ labels, value, atMs: NOW_MS })),
  });
  const ages = ageQuestions(queries).map(({ key }) => {
    const at = NOW_MS / 1000 - ageSeconds;
    return [
      key,
      samples([
        [{ pod: 'a' }, at],
        [{ pod: 'b' }, at],
      ]),
    ] as const;
  });
  const answers = new Map([
    ...queries.map(({ name }) => [name as string, samples(numbers[name] ?? [])] as const),
    ...ages,
  ]);
  const times = { nowMs: NOW_MS, staleAfterMs: DEFAULT_CONFIG.guard.staleAfter };
  return readLoad({
    ...{ workload: WORKLOAD, queries, answers, objectiveSeconds, ...times },
    ...{ scrapeIntervalMs: 5000, windowMs: 20_000 },
  });
}

const numberOf = (reading: ReturnType<typeof loadOf>['queue']) =>
  reading.kind === 'missing' ? null : reading.value;

describe('the load of a workload', () => {
  it('is what Prometheus says, by pod and over all', () => {
    const load = loadOf(NUMBERS);
    expect([...load.cpuCores].map(([pod, reading]) => [pod, numberOf(reading)])).toEqual([
      ['a', 0.2],
      ['b', 0.4],
    ]);
    expect(numberOf(load.requestsPerSecond)).toBe(100);
    expect(load.queue.kind).toBe('missing');
  });

  it('has requests violated that were late or failed', () => {
    const load = loadOf(NUMBERS);
    expect(numberOf(load.violatedShare)).toBeCloseTo(1 - 0.8 * 0.9);
    expect(load.warnings).toEqual([]);
  });

  it('goes by the next lower bound where the objective is none, and says so', () => {
    const load = loadOf(NUMBERS, { objectiveSeconds: 0.15 });
    expect(numberOf(load.violatedShare)).toBeCloseTo(1 - 0.6 * 0.9);
    expect(load.warnings).toEqual([expect.stringContaining('requests over 0.1 s count as late')]);
  });

  it('goes by p95 where there are no buckets', () => {
    const load = loadOf({ ...NUMBERS, latencyBuckets: [] });
    expect(numberOf(load.violatedShare)).toBeCloseTo(1 - (1 - 0.2236) * 0.9, 3);
    expect(load.warnings).toEqual([expect.stringContaining('estimated from p95')]);
    expect(loadOf({ ...NUMBERS, latencyBuckets: [], latencyP95: [] }).violatedShare.kind).toBe('missing');
  });

  it('goes by the config’s own queries where there are some', () => {
    const queries = { violatedShare: 'late', queue: 'waiting' };
    const load = loadOf({ ...NUMBERS, violatedShare: [[{}, 0.3]], queue: [[{}, 12]] }, { queries });
    expect([numberOf(load.violatedShare), numberOf(load.queue)]).toEqual([0.3, 12]);
  });

  it('is stale with its samples', () => {
    expect(loadOf(NUMBERS, { ageSeconds: 600 }).violatedShare.kind).toBe('stale');
    expect(loadOf(NUMBERS, { ageSeconds: 600 }).requestsPerSecond.kind).toBe('stale');
  });
});
