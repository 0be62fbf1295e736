import { drawDropout } from '../../agent/rl/engine/dropout';
import { flatLayers } from '../../agent/rl/engine/layers';
import type { Activation, LayerSpec, NetworkSpec } from '../../agent/rl/engine/network';
import type { Random } from '../../agent/sim/random';

const FUNCTIONS: Record<Activation, (z: number) => number> = {
  linear: (z) => z,
  relu: (z) => Math.max(0, z),
  tanh: Math.tanh,
};

/** A layer with less to write: linear, without dropout, of gain 1. */
export function aLayer(name: string, units: number, changes: Partial<LayerSpec> = {}): LayerSpec {
  return { name, units, activation: 'linear', dropout: 0, gain: 1, ...changes };
}

/** The outputs by tower of a network in 64 bits, computed as in a textbook; `random` draws what is dropped. */
export function referenceOutputs(
  spec: NetworkSpec,
  parameters: ArrayLike<number>,
  rows: readonly (readonly number[])[],
  random: Random | null = null,
): number[][][] {
  const { trunk, towers } = flatLayers(spec);
  type Flat = (typeof trunk)[number];
  const run = (chain: readonly Flat[], input: number[][]) =>
    chain.reduce((x, layer) => dropped(dense(layer, parameters, x), layer.spec, random), input);
  const trunkEnd = run(
    trunk,
    rows.map((row) => [...row]),
  );
  return towers.map((tower) => run(tower, trunkEnd));
}

function dense(
  { spec, inputs, offset }: { spec: LayerSpec; inputs: number; offset: number },
  parameters: ArrayLike<number>,
  rows: readonly (readonly number[])[],
): number[][] {
  const at = (index: number) => parameters[offset + index] ?? Number.NaN;
  return rows.map((row) =>
    Array.from({ length: spec.units }, (_, unit) => {
      const sum = row.reduce((z, value, input) => z + value * at(input * spec.units + unit), 0);
      return FUNCTIONS[spec.activation](sum + at(inputs * spec.units + unit));
    }),
  );
}

function dropped(rows: number[][], { dropout, units }: LayerSpec, random: Random | null): number[][] {
  if (dropout === 0 || !random) return rows;
  const values = new Float32Array(rows.length * units);
  drawDropout({ values, stride: units, columns: units }, rows.length, dropout, random);
  return rows.map((row, index) =>
    row.map((value, unit) => value * (values[index * units + unit] ?? Number.NaN)),
  );
}
