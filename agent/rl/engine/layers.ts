import type { LayerSpec, NetworkSpec } from './network';

/** A layer of the spec with its place in the flat parameters. */
export interface FlatLayer {
  readonly spec: LayerSpec;
  readonly inputs: number;
  /** Index of its first weight; its biases follow the weights. */
  readonly offset: number;
}

/** The spec's layers with their places. @throws RangeError on an impossible spec */
export function flatLayers(spec: NetworkSpec): {
  trunk: readonly FlatLayer[];
  towers: readonly (readonly FlatLayer[])[];
  parameterCount: number;
} {
  checkSpec(spec);
  let offset = 0;
  const chain = (layers: readonly LayerSpec[], inputs: number) =>
    layers.map((layer, index): FlatLayer => {
      const placed = { spec: layer, inputs: layers[index - 1]?.units ?? inputs, offset };
      offset += (placed.inputs + 1) * layer.units;
      return placed;
    });
  const trunk = chain(spec.trunk, spec.inputs);
  const trunkEnd = spec.trunk.at(-1)?.units ?? spec.inputs;
  const towers = spec.towers.map(({ layers }) => chain(layers, trunkEnd));
  return { trunk, towers, parameterCount: offset };
}

/** In the flat order. */
export function allLayers({ trunk, towers }: NetworkSpec): LayerSpec[] {
  return [...trunk, ...towers.flatMap(({ layers }) => layers)];
}

function checkSpec(spec: NetworkSpec): void {
  const { inputs, towers } = spec;
  const layers = allLayers(spec);
  checkCount(inputs, 'inputs');
  for (const { name, units } of layers) checkCount(units, `units of ${name}`);
  if (towers.length === 0) throw new RangeError('the network has no tower');
  const names = layers.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RangeError(`two layers are named ${twice}`);
  for (const { name, dropout } of layers) {
    if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`the dropout of ${name} is ${dropout}`);
  }
  for (const { name, layers: own } of towers) {
    const output = own.at(-1);
    if (!output) throw new RangeError(`tower ${name} has no layer`);
    if (output.dropout > 0) throw new RangeError(`${output.name} is an output: it cannot have dropout`);
  }
}

function checkCount(count: number, what: string): void {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`the ${what} are ${count}, not 1 or more`);
}
