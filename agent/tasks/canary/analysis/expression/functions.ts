import { isList, isMap, typeName, type Value } from './values';

/** What a function fails with; where is added by the caller. */
export class FunctionError extends Error {}

/** Asks a predicate about one element. */
export type Predicate = (element: Value) => Value;

/**
 * The functions that take values: those that Argo Rollouts adds to expr, and expr's own that conditions use.
 * `isNil` and `default` look at the whole result, whatever they are given, as Argo's do.
 *
 * Sources: https://github.com/argoproj/argo-rollouts/blob/master/utils/evaluate/evaluate.go,
 * https://expr-lang.org/docs/language-definition
 */
export const FUNCTIONS: Readonly<Record<string, (values: readonly Value[], result: Value) => Value>> = {
  isNaN: (values) => Number.isNaN(number(values, 0)),
  isInf: (values) => Math.abs(number(values, 0)) === Number.POSITIVE_INFINITY,
  isNil: (_, result) => result === null,
  default: ([, fallback = null], result) => (result === null ? fallback : result),
  asInt: ([value = null]) => converted('asInt', value, /^[+-]?\d+$/, Math.trunc),
  asFloat: ([value = null]) => converted('asFloat', value, FLOAT, (each) => each),
  int: ([value = null]) => converted('int', value, FLOAT, Math.trunc),
  float: ([value = null]) => converted('float', value, FLOAT, (each) => each),
  string: ([value = null]) => (typeof value === 'string' ? value : JSON.stringify(value)),
  len: ([value = null]) => lengthOf(value),
  abs: (values) => Math.abs(number(values, 0)),
  ceil: (values) => Math.ceil(number(values, 0)),
  floor: (values) => Math.floor(number(values, 0)),
  round: (values) => roundAwayFromZero(number(values, 0)),
  min: (values) => Math.min(...numbers(values)),
  max: (values) => Math.max(...numbers(values)),
  sum: (values) => numbers(values).reduce((total, each) => total + each, 0),
  mean: (values) => mean(numbers(values)),
  median: (values) => median(numbers(values)),
  first: ([value = null]) => list(value)[0] ?? null,
  last: ([value = null]) => list(value).at(-1) ?? null,
  keys: ([value = null]) => Object.keys(map(value)),
  values: ([value = null]) => Object.values(map(value)),
  lower: ([value = null]) => text(value).toLowerCase(),
  upper: ([value = null]) => text(value).toUpperCase(),
  trim: ([value = null]) => text(value).trim(),
  split: ([value = null, separator = null]) => text(value).split(text(separator)),
};

/** The functions that ask a predicate about each element. */
export const PREDICATE_FUNCTIONS: Readonly<Record<string, (of: Value, predicate: Predicate) => Value>> = {
  all: (of, predicate) => list(of).every((each) => bool(predicate(each))),
  any: (of, predicate) => list(of).some((each) => bool(predicate(each))),
  none: (of, predicate) => !list(of).some((each) => bool(predicate(each))),
  one: (of, predicate) => list(of).filter((each) => bool(predicate(each))).length === 1,
  count: (of, predicate) => list(of).filter((each) => bool(predicate(each))).length,
  filter: (of, predicate) => list(of).filter((each) => bool(predicate(each))),
  map: (of, predicate) => list(of).map(predicate),
  find: (of, predicate) => list(of).find((each) => bool(predicate(each))) ?? null,
};

const FLOAT = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|Inf|NaN)$/;

function converted(name: string, value: Value, form: RegExp, to: (value: number) => number): number {
  if (typeof value === 'number') return to(value);
  if (typeof value !== 'string') throw new FunctionError(`${name}() not supported on ${typeName(value)}`);
  if (!form.test(value))
    throw new FunctionError(`${name}(): parsing ${JSON.stringify(value)}: invalid syntax`);
  return to(Number(value.replace('Inf', 'Infinity')));
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return [...value].length;
  if (isList(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw new FunctionError(`invalid argument for len (type ${typeName(value)})`);
}

function number(values: readonly Value[], index: number): number {
  const value = values[index] ?? null;
  if (typeof value === 'number') return value;
  throw new FunctionError(`expected a number, got ${typeName(value)}`);
}

/** Numbers one by one, or as one list. */
function numbers(values: readonly Value[]): number[] {
  const flat = values.flatMap((value) => (isList(value) ? [...value] : [value]));
  return flat.map((_, index) => number(flat, index));
}

function roundAwayFromZero(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, each) => total + each, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return mean(
    sorted.length % 2 === 1
      ? sorted.slice(middle, middle + 1)
      : sorted.slice(Math.max(0, middle - 1), middle + 1),
  );
}

function list(value: Value): readonly Value[] {
  if (isList(value)) return value;
  throw new FunctionError(`expected an array, got ${typeName(value)}`);
}

function map(value: Value): { readonly [key: string]: Value } {
  if (isMap(value)) return value;
  throw new FunctionError(`expected a map, got ${typeName(value)}`);
}

function text(value: Value): string {
  if (typeof value === 'string') return value;
  throw new FunctionError(`expected a string, got ${typeName(value)}`);
}

function bool(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new FunctionError(`a predicate has to be true or false, got ${typeName(value)}`);
}
