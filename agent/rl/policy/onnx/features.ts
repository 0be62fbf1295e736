import type { Activation } from '../../engine/network';
import type { NormaliserState } from '../policyModel';
import { VARIANCE_EPSILON } from './policyGraph';

/** A dense layer of a foreign graph, in double precision until everything is folded into it. */
export interface DenseLayer {
  inputs: number;
  units: number;
  /** inputs × units, row-major. */
  weights: Float64Array;
  biases: Float64Array;
  activation: Activation;
}

/** What a value of the graph is: the observation after a normaliser, layers, and then factors and summands. */
export interface Features {
  width: number;
  normaliser: NormaliserState | null;
  layers: readonly DenseLayer[];
  /** By column: value = scale · x + offset, to be folded into the layer before or after. Null: x itself. */
  affine: Affine | null;
}

export interface Affine {
  scale: Float64Array;
  offset: Float64Array;
}

export function observationOf(width: number): Features {
  return { width, normaliser: null, layers: [], affine: null };
}

/** scale · features + offset. @param change one number per column, or one for all */
export function applyAffine(
  features: Features,
  change: { scale?: ArrayLike<number>; offset?: ArrayLike<number> },
): Features {
  const { scale, offset } = affineOf(features);
  const at = (values: ArrayLike<number> | undefined, column: number, otherwise: number) =>
    (values?.length === 1 ? values[0] : values?.[column]) ?? otherwise;
  return {
    ...features,
    affine: {
      scale: scale.map((value, column) => value * at(change.scale, column, 1)),
      offset: offset.map(
        (value, column) => value * at(change.scale, column, 1) + at(change.offset, column, 0),
      ),
    },
  };
}

/** features · weights + biases. @param weights features.width × units */
export function applyDense(features: Features, weights: Float64Array, biases: Float64Array): Features {
  const { scale, offset } = affineOf(features);
  const units = biases.length;
  const folded = new Float64Array(weights.length);
  const sums = biases.slice();
  for (let input = 0; input < features.width; input++) {
    for (let unit = 0; unit < units; unit++) {
      const weight = weights[input * units + unit] as number;
      folded[input * units + unit] = (scale[input] as number) * weight;
      sums[unit] = (sums[unit] as number) + (offset[input] as number) * weight;
    }
  }
  const layer = {
    inputs: features.width,
    units,
    weights: folded,
    biases: sums,
    activation: 'linear',
  } as const;
  return { ...features, width: units, layers: [...features.layers, layer], affine: null };
}

/** @returns null where the features do not end in a layer without activation. */
export function applyActivation(features: Features, activation: Activation): Features | null {
  const settled = settleAffine(features);
  const last = settled?.layers.at(-1);
  if (!settled || last?.activation !== 'linear') return null;
  return { ...settled, layers: [...settled.layers.slice(0, -1), { ...last, activation }] };
}

/** The same with factors and summands folded into the last layer; null where that has an activation or is none. */
export function settleAffine(features: Features): Features | null {
  const last = features.layers.at(-1);
  if (!features.affine) return features;
  if (last?.activation !== 'linear') return null;
  const { scale, offset } = features.affine;
  const folded: DenseLayer = {
    ...last,
    weights: last.weights.map((weight, index) => weight * (scale[index % last.units] as number)),
    biases: last.biases.map((bias, unit) => bias * (scale[unit] as number) + (offset[unit] as number)),
  };
  return { ...features, layers: [...features.layers.slice(0, -1), folded], affine: null };
}

/**
 * The observation, scaled so far, cut to [low, high]: a normaliser that cuts to ± half of the range, about its middle.
 *
 * @returns null where it is no scaled observation, or not bounded on both sides
 */
export function applyClip(features: Features, low: number, high: number): Features | null {
  const half = (high - low) / 2;
  const { scale, offset } = affineOf(features);
  const isScaledObservation = features.layers.length === 0 && features.normaliser === null;
  if (!isScaledObservation || !Number.isFinite(half) || half <= 0 || scale.includes(0)) return null;
  const middle = (high + low) / 2;
  const normaliser = {
    mean: offset.map((value, column) => (middle - value) / (scale[column] as number)),
    variance: scale.map((value) => 1 / (value * value) - VARIANCE_EPSILON),
    count: 0,
    clip: half,
  };
  const affine = { scale: scale.map(Math.sign), offset: new Float64Array(features.width).fill(middle) };
  return { ...features, normaliser, affine };
}

function affineOf({ width, affine }: Features): Affine {
  return affine ?? { scale: new Float64Array(width).fill(1), offset: new Float64Array(width) };
}
