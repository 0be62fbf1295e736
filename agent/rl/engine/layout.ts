import { padded } from './kernel';
import { type FlatLayer, flatLayers } from './layers';
import type { NetworkSpec } from './network';

/** A dense layer as it is computed: one layer of the spec, or the single layers of all towers side by side. */
export interface PlannedLayer {
  /** The layer it reads; null: the network's input. */
  readonly from: PlannedLayer | null;
  readonly parts: readonly Part[];
  /** Both padded. */
  readonly inputs: number;
  readonly units: number;
  /** Index of its first weight in the padded parameters: `inputs` rows of `units` weights, then the biases. */
  readonly offset: number;
  readonly count: number;
  /** Whether towers end here. */
  readonly isOutput: boolean;
}

/** Columns of a planned layer that are one layer of the spec. */
export interface Part {
  readonly layer: FlatLayer;
  readonly column: number;
}

/** How a network is computed, and where its parameters are. */
export interface Layout {
  /** Each after the one it reads. */
  readonly layers: readonly PlannedLayer[];
  /** By tower: where its output is. */
  readonly outputs: readonly { planned: PlannedLayer; part: Part }[];
  readonly parameterCount: number;
  /** The same with padding. */
  readonly paddedCount: number;
}

/** @throws RangeError on an impossible spec */
export function planLayout(spec: NetworkSpec): Layout {
  const { trunk, towers, parameterCount } = flatLayers(spec);
  const outputLayers = new Set(towers.map((tower) => tower.at(-1)));
  const layers: PlannedLayer[] = [];
  let paddedCount = 0;
  const add = (from: PlannedLayer | null, parts: readonly Part[]): PlannedLayer => {
    const inputs = from?.units ?? padded(spec.inputs);
    const units = padded(parts.reduce((sum, { layer }) => sum + layer.spec.units, 0));
    const count = (inputs + 1) * units;
    const isOutput = parts.some(({ layer }) => outputLayers.has(layer));
    const planned = { from, parts, inputs, units, offset: paddedCount, count, isOutput };
    paddedCount += count;
    layers.push(planned);
    return planned;
  };
  const addAlone = (from: PlannedLayer | null, layer: FlatLayer) => add(from, [{ layer, column: 0 }]);

  const trunkEnd = trunk.reduce(addAlone, null);
  const ends = areFusible(spec)
    ? [add(trunkEnd, sideBySide(towers.flat()))]
    : towers.map((tower) => tower.reduce(addAlone, trunkEnd));
  const outputs = ends.flatMap((planned) =>
    planned ? planned.parts.map((part) => ({ planned, part })) : [],
  );
  return { layers, outputs, parameterCount, paddedCount };
}

/** A logits' and a value's layer of 3 and 1 units fill one vector together, and each alone would need one. */
function areFusible({ towers }: NetworkSpec): boolean {
  const activation = towers[0]?.layers[0]?.activation;
  return towers.every(({ layers }) => layers.length === 1 && layers[0]?.activation === activation);
}

function sideBySide(layers: readonly FlatLayer[]): Part[] {
  let end = 0;
  return layers.map((layer) => {
    const column = end;
    end += layer.spec.units;
    return { layer, column };
  });
}
