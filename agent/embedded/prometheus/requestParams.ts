import { typeOf } from './ast';
import { parsePromDurationMs } from './literals';
import type { Matcher } from './matcher';
import { parsePromql } from './parse';
import { PromqlError } from './promqlError';

/** What `/series` and `/labels` are asked for. */
export interface Selection {
  /** Alternatives; none for everything. */
  selectors: readonly (readonly Matcher[])[];
  startMs: number;
  endMs: number;
}

/** A time parameter (Unix seconds or RFC 3339) in milliseconds; `fallbackMs` where absent, null makes it mandatory. */
export function readTimeMs(params: URLSearchParams, name: string, fallbackMs: number | null): number {
  const text = params.get(name) ?? '';
  if (text === '' && fallbackMs !== null) return fallbackMs;
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Math.round(secondsOf(text) * 1000);
  if (!Number.isFinite(ms)) {
    throw new PromqlError(
      'bad_data',
      `invalid parameter "${name}": cannot parse ${JSON.stringify(text)} to a valid timestamp`,
    );
  }
  return ms;
}

/** The step of a range query (seconds or a duration) in milliseconds, > 0. */
export function readStepMs(params: URLSearchParams): number {
  const text = params.get('step') ?? '';
  const ms = parsePromDurationMs(text) ?? Math.round(secondsOf(text) * 1000);
  if (!Number.isFinite(ms)) {
    throw new PromqlError(
      'bad_data',
      `invalid parameter "step": cannot parse ${JSON.stringify(text)} to a valid duration`,
    );
  }
  if (ms <= 0) {
    throw new PromqlError(
      'bad_data',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  return ms;
}

export function readSelection(params: URLSearchParams, nowMs: number): Selection {
  return {
    selectors: params.getAll('match[]').map(readSelector),
    startMs: readTimeMs(params, 'start', 0),
    endMs: readTimeMs(params, 'end', nowMs),
  };
}

function readSelector(text: string): readonly Matcher[] {
  const expr = parsePromql(text);
  if (expr.kind === 'vector-selector') return expr.matchers;
  throw new PromqlError(
    'bad_data',
    `invalid parameter "match[]": expected a selector, got a ${typeOf(expr)}`,
  );
}

function secondsOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
