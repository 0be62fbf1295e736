import { describe, expect, it } from 'vitest';
import type { AnalysisPhase } from '../../../protocol';
import { AnalysisError } from './analysisError';
import { prepareRun } from './prepareRun';
import { advanceRun, failedToStart, metricsDue, nextLookAtMs } from './run';
import { NOT_STARTED, type RunStatus } from './runStatus';
import { AnalysisSpec } from './template';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => `${new Date(START_MS + seconds * 1000).toISOString().slice(0, 19)}Z`;

const spec = (metric: Record<string, unknown>, rest: Record<string, unknown> = {}) =>
  AnalysisSpec.parse({ metrics: [{ name: 'errors', provider: { web: { url: 'x' } }, ...metric }], ...rest });

/** Runs it second by second; what is measured comes from the letters: s, f, i, e. */
function play(wanted: AnalysisSpec, letters: Readonly<Record<string, string>>, seconds = 200) {
  const run = prepareRun(wanted);
  const left = new Map(Object.entries(letters).map(([name, text]) => [name, [...text]]));
  const taken: string[] = [];
  let status: RunStatus = NOT_STARTED;
  let endedAt: number | null = null;
  for (let second = 0; second <= seconds; second++) {
    const measured = metricsDue(run, status, START_MS + second * 1000).map(({ name }) => {
      taken.push(`${name}@${second}`);
      const phase = PHASES[left.get(name)?.shift() ?? 's'] ?? 'Successful';
      const measurement = {
        phase,
        value: '[1]',
        message: phase === 'Error' ? 'no answer' : '',
        startedAt: at(second),
        finishedAt: at(second),
      };
      return { metric: name, measurement };
    });
    status = advanceRun(run, status, measured, at(second));
    if (status.completedAt !== undefined) endedAt ??= second;
  }
  return { status, taken, endedAt };
}

const PHASES: Readonly<Record<string, AnalysisPhase>> = {
  s: 'Successful',
  f: 'Failed',
  i: 'Inconclusive',
  e: 'Error',
};

/** Source of each: `TestAssessMetricStatus…`, `TestAssessRunStatus…` of analysis/analysis_test.go, and its documentation. */
const ENDS: [
  name: string,
  metric: Record<string, unknown>,
  letters: string,
  phase: AnalysisPhase,
  message: string,
][] = [
  ['one measurement, without count and interval', {}, 's', 'Successful', ''],
  [
    'no failure is allowed by default',
    {},
    'f',
    'Failed',
    'Metric "errors" assessed Failed due to failed (1) > failureLimit (0)',
  ],
  ['as many failures as the limit', { count: 3, interval: '5s', failureLimit: 2 }, 'ffs', 'Successful', ''],
  [
    'one failure more',
    { count: 3, interval: '5s', failureLimit: 2 },
    'fff',
    'Failed',
    'Metric "errors" assessed Failed due to failed (3) > failureLimit (2)',
  ],
  [
    'no inconclusive one is allowed by default',
    {},
    'i',
    'Inconclusive',
    'Metric "errors" assessed Inconclusive due to inconclusive (1) > inconclusiveLimit (0)',
  ],
  [
    'inconclusive ones within the limit',
    { count: 2, interval: '5s', inconclusiveLimit: 1 },
    'is',
    'Successful',
    '',
  ],
  ['four errors in a row are tried again', { count: 1 }, 'eeees', 'Successful', ''],
  [
    'the fifth error in a row ends it',
    { count: 1 },
    'eeeee',
    'Error',
    'Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: no answer"',
  ],
  [
    'errors that are not in a row',
    { count: 2, interval: '1s', consecutiveErrorLimit: 1 },
    'eses',
    'Successful',
    '',
  ],
  [
    'any number of failures, and successes in a row',
    { interval: '1s', count: 5, failureLimit: -1, consecutiveSuccessLimit: 2 },
    'fsfss',
    'Successful',
    '',
  ],
  [
    'not enough successes in a row',
    { interval: '1s', count: 4, failureLimit: -1, consecutiveSuccessLimit: 2 },
    'fsfs',
    'Failed',
    '',
  ],
  [
    'not enough in a row, few failures',
    { interval: '1s', count: 6, failureLimit: 3, consecutiveSuccessLimit: 3 },
    'ssfssf',
    'Inconclusive',
    '',
  ],
  [
    'counts as strings, as arguments come',
    { count: '2', interval: '5s', failureLimit: '1' },
    'fs',
    'Successful',
    '',
  ],
];

describe('a run of one metric', () => {
  it.each(ENDS)('%s', (_, metric, letters, phase, message) => {
    const { status } = play(spec(metric), { errors: letters });
    expect(status).toMatchObject({ phase, message });
  });

  it('measures at its interval, from its delay on, as often as asked', () => {
    const { taken, endedAt } = play(spec({ count: 3, interval: '10s', initialDelay: '30s' }), {});
    expect(taken).toEqual(['errors@30', 'errors@40', 'errors@50']);
    expect(endedAt).toBe(50);
  });

  it('tries an error again after 10 s, whatever the interval', () => {
    expect(play(spec({ count: 2, interval: '1m' }), { errors: 'es' }).taken).toEqual([
      'errors@0',
      'errors@10',
      'errors@70',
    ]);
  });

  it('goes on without a count until it is ended, and is then a success', () => {
    const wanted = spec({ interval: '5s', failureLimit: 100 });
    const { status } = play(wanted, { errors: 'ff' }, 50);
    expect(status).toMatchObject({ phase: 'Running', message: '' });
    const ended = advanceRun(prepareRun({ ...wanted, terminate: true }), status, [], at(51));
    expect(ended).toMatchObject({ phase: 'Successful', message: 'Run Terminated', completedAt: at(51) });
    expect(nextLookAtMs(prepareRun(wanted), ended, START_MS)).toBeNull();
  });

  it('keeps the last ten measurements, or as many as it is told to', () => {
    const metric = { count: 14, interval: '1s', failureLimit: 14 };
    const [kept] = play(spec(metric), {}).status.metricResults;
    expect(kept).toMatchObject({ count: 14, successful: 14 });
    expect(kept?.measurements.map(({ startedAt }) => startedAt)).toEqual(
      Array.from({ length: 10 }, (_, i) => at(i + 4)),
    );
    const more = spec(metric, { measurementRetention: [{ metricName: 'err.*', limit: 12 }] });
    expect(play(more, {}).status.metricResults[0]?.measurements).toHaveLength(12);
  });
});

const two = (rest: Record<string, unknown> = {}) =>
  AnalysisSpec.parse({
    metrics: ['errors', 'latency'].map((name) => ({
      name,
      count: 3,
      interval: '10s',
      provider: { web: {} },
    })),
    ...rest,
  });

describe('a run of several metrics', () => {
  it('ends with the first that has gone wrong: the others count as successful', () => {
    const { status, endedAt } = play(two(), { errors: 'sf', latency: 'sss' });
    expect(endedAt).toBe(10);
    expect(status.phase).toBe('Failed');
    expect(status.metricResults.map(({ name, phase }) => [name, phase])).toEqual([
      ['errors', 'Failed'],
      ['latency', 'Successful'],
    ]);
    expect(status.runSummary).toEqual({ count: 2, successful: 1, failed: 1, inconclusive: 0, error: 0 });
  });

  it('is what the worst of them is: Failed before Error before Inconclusive', () => {
    expect(play(two(), { errors: 'i', latency: 'f' }).status).toMatchObject({
      phase: 'Failed',
      message: 'Metric "latency" assessed Failed due to failed (1) > failureLimit (0)',
    });
  });

  it('does not heed those of a dry run, and says what they would have said', () => {
    const { status } = play(two({ dryRun: [{ metricName: 'lat.*' }] }), { errors: 'sss', latency: 'f' });
    expect(status).toMatchObject({
      phase: 'Successful',
      runSummary: { count: 1, successful: 1 },
      dryRunSummary: { count: 1, failed: 1 },
    });
    expect(status.metricResults.find(({ name }) => name === 'latency')).toMatchObject({
      dryRun: true,
      phase: 'Failed',
      message: 'Metric assessed Failed due to failed (1) > failureLimit (0)',
    });
  });
});

const INVALID: [AnalysisSpec, string][] = [
  [AnalysisSpec.parse({}), 'Analysis spec invalid: no metrics specified'],
  [spec({ provider: {} }), 'Analysis spec invalid: metrics[0]: no provider specified'],
  [
    spec({ provider: { web: {}, job: {} } }),
    'Analysis spec invalid: metrics[0]: multiple providers specified',
  ],
  [spec({ count: 2 }), 'Analysis spec invalid: metrics[0]: interval must be specified when count > 1'],
  [spec({ interval: 'soon' }), 'Analysis spec invalid: metrics[0]: invalid interval string: soon'],
  [
    spec({ failureLimit: -1 }),
    'Analysis spec invalid: metrics[0]: failureLimit and consecutiveSuccessLimit cannot both be disabled',
  ],
  [
    spec({ count: 1, failureLimit: 2 }),
    'Analysis spec invalid: metrics[0]: count (1) must be >= failureLimit + consecutiveSuccessLimit (2 + 0) if both >= 0',
  ],
  [
    spec({}, { dryRun: [{ metricName: 'cpu' }] }),
    "Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)",
  ],
  [
    spec({ successCondition: '{{args.limit}} > 1' }),
    'Unable to resolve metric arguments: failed to resolve {{args.limit}}',
  ],
  [
    spec({}, { args: [{ name: 'token', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] }),
    'argument "token" comes out of a Secret, which is not read here',
  ],
];

describe('a run that cannot be carried out', () => {
  it.each(INVALID)('%#: %s', (wanted, message) => {
    expect(() => prepareRun(wanted)).toThrow(AnalysisError);
    expect(() => prepareRun(wanted)).toThrow(message);
  });

  it('is an Error with the reason', () => {
    expect(failedToStart(NOT_STARTED, new AnalysisError('why'))).toMatchObject({
      phase: 'Error',
      message: 'why',
    });
  });
});
