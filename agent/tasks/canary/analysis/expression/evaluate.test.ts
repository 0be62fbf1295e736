import { describe, expect, it } from 'vitest';
import { conditionHolds } from './evaluate';
import { ExpressionError } from './expressionError';
import type { Value } from './values';

/** Source: docs/features/analysis.md and utils/evaluate/evaluate_test.go of Argo Rollouts, expr's language definition. */
const HOLDS: [condition: string, result: Value, holds: boolean][] = [
  // Argo's documentation of analysis.
  ['result[0] >= 0.95', [0.97], true],
  ['result[0] >= 0.95', [0.94], false],
  ['len(result) == 0 || isNaN(result[0]) || result[0] >= 0.95', [], true],
  ['len(result) == 0 || isNaN(result[0]) || result[0] >= 0.95', [Number.NaN], true],
  ['isInf(result[0]) || result[0] < 5', [Number.POSITIVE_INFINITY], true],
  ['result == true', true, true],
  ['result.ok && result.successPercent >= 0.90', { ok: true, successPercent: 0.95 }, true],
  ['result.ok && result.successPercent >= 0.90', { ok: true, successPercent: 0.85 }, false],
  ['default(result, 0) < 0.05', null, true],
  ['default(result, 0) < 0.05', 0.2, false],
  ['isNil(result)', null, true],
  ['all(result, # < 0.05)', [0.01, 0.02], true],
  ['all(result, {# < 0.05})', [0.01, 0.2], false],
  ['any(result, {# > 1})', [0.5, 2], true],
  ['len(result) > 0 and all(result, {# < 1})', [], false],
  // Argo's own cases: asInt, asFloat, and the error cases below.
  ['asInt(result) == 1', '1', true],
  ['asFloat(result) == 1.1', '1.1', true],
  ['asInt(result) == 1', 1.9, true],
  ['isNaN(result)', Number.NaN, true],
  ['isInf(result)', Number.NEGATIVE_INFINITY, true],
  // expr's language definition.
  ['not (result[0] > 1)', [1], true],
  ['not result or false', false, true],
  ['result in [1, 2, 3]', 2, true],
  ['result not in ["a", "b"]', 'c', true],
  ['"ok" in result', { ok: 1 }, true],
  ['result contains "healthy"', 'all healthy', true],
  ['result startsWith "OK" and result endsWith `d`', 'OK, served', true],
  ['result matches "^v[0-9]+$"', 'v12', true],
  ['1 + 2 * 3 == 7 && 2 ** 3 ** 2 == 512', null, true],
  ['-result[0] + 10 % 4 == 1', [1], true],
  ['result[0] > 0.5 ? result[1] < 2 : false', [0.6, 1], true],
  ['result?.missing?.deep == nil', {}, true],
  ['(result.missing ?? 5) == 5', {}, true],
  ['result[-1] == 3 and result[1:] == [2, 3]', [1, 2, 3], true],
  ['result.list[0].name == "a" || result["list"][0]["name"] == \'b\'', { list: [{ name: 'a' }] }, true],
  ['count(result, .up == 1) == 2', [{ up: 1 }, { up: 0 }, { up: 1 }], true],
  ['sum(map(result, {#.n})) == 3', [{ n: 1 }, { n: 2 }], true],
  ['max(result) - min(result) <= 2 and mean(result) == 2', [1, 2, 3], true],
  ['len(filter(result, # >= 2)) == 2', [1, 2, 3], true],
  ['result == {a: 1, "b": [2]}', { a: 1, b: [2] }, true],
  ['any(1..3, # == result)', 2, true],
  ['result >= 1e-3 and result < .5', 0.002, true],
  ['abs(result) == 2 /* of both signs */ and round(2.5) == 3', -2, true],
];

describe('a condition', () => {
  it.each(HOLDS)('%s of %j is %s', (condition, result, holds) => {
    expect(conditionHolds(condition, result)).toBe(holds);
  });

  it('needs no memory of what it was asked before', () => {
    expect([[0.1], [0.2], [0.1]].map((result) => conditionHolds('result[0] < 0.15', result))).toEqual([
      true,
      false,
      true,
    ]);
  });
});

const FAILS: [condition: string, result: Value, message: string][] = [
  ['result[0] < 1', [], 'index out of range: 0 (array length is 0) (1:7)'],
  ['result', 5, 'expected bool, but got number (1:1)'],
  ['resul[0] < 1', [1], 'unknown name resul (1:1)'],
  ['result[0] < ', [1], 'unexpected end of the expression (1:13)'],
  ['result[0] < 1 2', [1], 'unexpected "2" (1:15)'],
  ['result &', true, 'unrecognized character: "&" (1:8)'],
  ['result == "open', 'x', 'literal not terminated (1:11)'],
  ['result.ok', [1], 'cannot fetch ok from array (1:8)'],
  ['result < "a"', 1, 'invalid operation: < (mismatched types number and string) (1:8)'],
  ['result and true', 1, 'expected bool, but got number (1:1)'],
  ['asInt(result) == 1', 'five', 'asInt(): parsing "five": invalid syntax (1:1)'],
  ['asFloat(result) == 1', [1], 'asFloat() not supported on array (1:1)'],
  ['len(result) > 0', 3, 'invalid argument for len (type number) (1:1)'],
  ['all(result, # + 1)', [1], 'a predicate has to be true or false, got number (1:1)'],
  ['all(result)', [1], 'not enough arguments to call all (1:1)'],
  ['# > 1', 1, '# stands for an element in a predicate, and this is none (1:1)'],
  ['result matches "["', 'a', 'not a regular expression: [ (1:8)'],
  ['result[0] > 0\n  and rezult', [1], 'unknown name rezult (2:7)'],
  ['len(1..100000) > 1', 1, 'a range of more than 10000 elements (1:6)'],
  [`${'('.repeat(500)}1${')'.repeat(500)}`, 1, 'nested too deeply (1:101)'],
  ['', true, 'unexpected end of the expression (1:1)'],
];

describe('a condition that cannot be answered', () => {
  it.each(FAILS)('%s of %j: %s', (condition, result, message) => {
    expect(() => conditionHolds(condition, result)).toThrow(ExpressionError);
    expect(() => conditionHolds(condition, result)).toThrow(message);
  });
});
