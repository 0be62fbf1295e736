import { describeLabels, type Labels, labelsKey } from './labels';
import { PromqlError } from './promqlError';
import type { Points } from './sampleRing';

/** One element of an instant vector. */
export interface Sample {
  labels: Labels;
  value: number;
}

/** One series of a range vector. */
export interface RangeSeries extends Points {
  labels: Labels;
}

export interface ScalarValue {
  type: 'scalar';
  value: number;
}
export interface StringValue {
  type: 'string';
  value: string;
}
export interface VectorValue {
  type: 'vector';
  samples: readonly Sample[];
}
/** The samples in (startMs, endMs] of the selected series. */
export interface MatrixValue {
  type: 'matrix';
  series: readonly RangeSeries[];
  startMs: number;
  endMs: number;
}

export type Value = ScalarValue | StringValue | VectorValue | MatrixValue;

/** The value as the type that the parser has already made sure of. */
export function scalarOf(value: Value | undefined): number {
  if (value?.type !== 'scalar') throw unexpected('scalar', value);
  return value.value;
}

export function stringOf(value: Value | undefined): string {
  if (value?.type !== 'string') throw unexpected('string', value);
  return value.value;
}

export function vectorOf(value: Value | undefined): readonly Sample[] {
  if (value?.type !== 'vector') throw unexpected('vector', value);
  return value.samples;
}

export function matrixOf(value: Value | undefined): MatrixValue {
  if (value?.type !== 'matrix') throw unexpected('matrix', value);
  return value;
}

/** A vector, or the error where taking names away has made two elements the same. */
export function vector(samples: readonly Sample[]): VectorValue {
  const seen = new Set<string>();
  for (const { labels } of samples) {
    const key = labelsKey(labels);
    if (seen.has(key)) {
      throw new PromqlError(
        'execution',
        `vector cannot contain metrics with the same labelset: ${describeLabels(labels)}`,
      );
    }
    seen.add(key);
  }
  return { type: 'vector', samples };
}

function unexpected(wanted: string, value: Value | undefined): PromqlError {
  return new PromqlError('execution', `expected type ${wanted}, got ${value?.type ?? 'nothing'}`);
}
