import type { Layout, Part, PlannedLayer } from './layout';

/** A row of a layer's weights, or its biases: `count` numbers at two places. */
interface Row {
  /** In the padded order. */
  padded: number;
  /** In the flat order. */
  flat: number;
  count: number;
}

/** The flat order's copy of what is in the padded order in `memory` from `region` on. */
export function readFlat(memory: Float32Array, region: number, layout: Layout): Float32Array {
  const values = new Float32Array(layout.parameterCount);
  for (const { padded, flat, count } of allRows(layout)) {
    for (let index = 0; index < count; index++) {
      values[flat + index] = memory[region + padded + index] as number;
    }
  }
  return values;
}

export function writeFlat(memory: Float32Array, region: number, layout: Layout, values: Float32Array): void {
  for (const { padded, flat, count } of allRows(layout)) {
    for (let index = 0; index < count; index++) {
      memory[region + padded + index] = values[flat + index] as number;
    }
  }
}

/** What `memory` has at these rows, to be put back there by the function that this returns. */
export function keepRows(memory: Float32Array, region: number, rows: readonly Row[]): () => void {
  const copies = rows.map(({ padded, count }) => memory.slice(region + padded, region + padded + count));
  return () => {
    for (const [index, { padded }] of rows.entries()) memory.set(copies[index] ?? [], region + padded);
  };
}

function allRows(layout: Layout): Row[] {
  return layout.layers.flatMap((planned) => planned.parts.flatMap((part) => rowsOf(planned, part)));
}

export function rowsOf({ offset, inputs, units }: PlannedLayer, { layer, column }: Part): Row[] {
  const count = layer.spec.units;
  const weights = Array.from({ length: layer.inputs }, (_, row) => ({
    padded: offset + row * units + column,
    flat: layer.offset + row * count,
    count,
  }));
  const biases = {
    padded: offset + inputs * units + column,
    flat: layer.offset + layer.inputs * count,
    count,
  };
  return [...weights, biases];
}
