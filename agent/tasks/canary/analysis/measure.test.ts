import { describe, expect, it } from 'vitest';
import { AnalysisError } from './analysisError';
import { assessResult } from './assess';
import type { Value } from './expression/values';
import { measurementOf } from './measure';
import { Metric } from './metric';
import { prometheusAnswer } from './prometheusAnswer';
import { webAnswer } from './webAnswer';

/** Source: `TestEvaluateResult…` of utils/evaluate/evaluate_test.go. */
const VERDICTS: [success: string, failure: string, result: Value, phase: string][] = [
  ['', '', 1, 'Successful'],
  ['result < 1', '', 0, 'Successful'],
  ['result < 1', '', 2, 'Failed'],
  ['', 'result > 1', 0, 'Successful'],
  ['', 'result > 1', 2, 'Failed'],
  ['result < 1', 'result > 2', 0, 'Successful'],
  ['result < 1', 'result > 2', 1.5, 'Inconclusive'],
  ['result < 1', 'result > 2', 3, 'Failed'],
  ['true', 'true', 1, 'Failed'],
];

describe('an answer', () => {
  it.each(VERDICTS)(
    'with success %s and failure %s of %j is %s',
    (successCondition, failureCondition, result, phase) => {
      expect(assessResult({ successCondition, failureCondition }, result)).toBe(phase);
    },
  );

  it('that is empty fails the condition with the reason', () => {
    const condition = { successCondition: 'result[0] < 1', failureCondition: '' };
    expect(() => assessResult(condition, [])).toThrow(
      'could not evaluate successCondition "result[0] < 1": metric result is nil or empty: no data returned from the metric provider',
    );
    expect(() => assessResult(condition, 5)).toThrow(
      'could not evaluate successCondition "result[0] < 1": cannot fetch 0 from number (1:7)',
    );
  });
});

const vector = (...values: string[]) => ({
  status: 'success',
  data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [0, value] })) },
});

describe('Prometheus', () => {
  it('answers with a list of numbers, or one number', () => {
    expect(prometheusAnswer(vector('0.5', 'NaN', '+Inf'))).toEqual({
      result: [0.5, Number.NaN, Number.POSITIVE_INFINITY],
      value: '[0.5,NaN,+Inf]',
    });
    expect(prometheusAnswer({ status: 'success', data: { resultType: 'scalar', result: [0, '7'] } })).toEqual(
      { result: 7, value: '7' },
    );
    const matrix = {
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            values: [
              [0, '1'],
              [5, '2'],
            ],
          },
        ],
      },
    };
    expect(prometheusAnswer(matrix)).toEqual({ result: [1, 2], value: '[1,2]' });
  });

  it('fails with its own words', () => {
    expect(() => prometheusAnswer({ status: 'error', errorType: 'bad_data', error: 'parse error' })).toThrow(
      'bad_data: parse error',
    );
    expect(() => prometheusAnswer({ nothing: true })).toThrow('Prometheus metric type not supported');
  });
});

describe('a web answer', () => {
  const body = '{"data":{"ok":true,"items":[{"n":1},{"n":2}],"a.b":5}}';
  it.each([
    ['{$.data.ok}', true, 'true'],
    ['{.data.items[1].n}', 2, '2'],
    ["{$.data['a.b']}", 5, '5'],
    ['{$.data.items[-1]}', { n: 2 }, '{"n":2}'],
    ['{$}', JSON.parse(body), body],
  ])('at %s', (path, result, value) => {
    expect(webAnswer(body, path)).toEqual({ result, value });
  });

  it('that is no JSON is its text', () => {
    expect(webAnswer('OK\n', '{$.x}')).toEqual({ result: 'OK\n', value: 'OK\n' });
  });

  it('without what is asked for says so', () => {
    expect(() => webAnswer(body, '{$.data.missing}')).toThrow('missing is not found');
    expect(() => webAnswer(body, '{$.data.items[*].n}')).toThrow('only names and indices are known here');
  });
});

describe('a measurement', () => {
  const metric = Metric.parse({ name: 'a', successCondition: 'result[0] < 1' });
  it('has the value, or what went wrong', () => {
    const at = '2026-01-01T00:00:00Z';
    expect(measurementOf(metric, at, prometheusAnswer(vector('0.5')))).toMatchObject({
      phase: 'Successful',
      value: '[0.5]',
      message: '',
      finishedAt: at,
    });
    expect(measurementOf(metric, at, prometheusAnswer(vector()))).toMatchObject({
      phase: 'Error',
      message: expect.stringContaining('no data returned'),
    });
    expect(measurementOf(metric, at, new AnalysisError('no such host'))).toMatchObject({
      phase: 'Error',
      message: 'no such host',
    });
  });
});
