import { describe, expect, it } from 'vitest';
import { Random } from '../../sim/random';
import { createEngine } from '../engine/engines';
import type { Network } from '../engine/network';
import { normaliseRows } from '../env/normaliseObservation';
import { createActor } from './actor';
import type { PolicyModel } from './policyModel';
import { encodePolicy } from './policyOnnx';
import { runOnnx } from './testing/onnxRuntime';
import { SAMPLE_POLICIES, sampleObservations, samplePolicy } from './testing/samplePolicies';

const ROWS = 50;

describe.each(['js', 'wasm'] as const)(
  'a policy file in onnxruntime, compared with the engine %s',
  (name) => {
    const engine = createEngine(name);

    it.each(SAMPLE_POLICIES)('decides as the actor does: %s', async (kind) => {
      const policy = samplePolicy(kind);
      const rows = sampleObservations(policy, ROWS);
      const outputs = await runOnnx(encodePolicy(policy), rows, policy.network.inputs);
      const [decides = ''] = policy.network.towers.map((tower) => tower.name);
      const actor = createActor(policy, engine);
      expect(greatestDifference(actor.evaluate(rows, ROWS), outputs[decides])).toBeLessThan(1e-5);
      actor.dispose();
    });

    it.each(SAMPLE_POLICIES)('has the outputs of all towers: %s', async (kind) => {
      const policy = samplePolicy(kind);
      const rows = sampleObservations(policy, ROWS);
      const outputs = await runOnnx(encodePolicy(policy), rows, policy.network.inputs);
      const network = engine.createNetwork(policy.network, { maxRows: ROWS, random: new Random(1) });
      network.writeParameters(policy.parameters);
      const ours = forward(network, policy, rows);
      expect(Object.keys(outputs)).toEqual(policy.network.towers.map((tower) => tower.name));
      for (const [index, output] of Object.values(outputs).entries()) {
        expect(greatestDifference(ours[index] ?? new Float32Array(0), output)).toBeLessThan(1e-5);
      }
      network.dispose();
    });
  },
);

/** By tower: rows × units. */
function forward(network: Network, { normaliser }: PolicyModel, observations: Float32Array): Float32Array[] {
  const rows = observations.slice();
  if (normaliser) normaliseRows(normaliser, rows, rows);
  const { input, spec } = network;
  for (let row = 0; row < ROWS; row++) {
    input.values.set(rows.subarray(row * spec.inputs, (row + 1) * spec.inputs), row * input.stride);
  }
  network.forward(ROWS);
  return network.outputs.map(({ values, stride, columns }) =>
    Float32Array.from({ length: ROWS * columns }, (_, index) => {
      const row = Math.floor(index / columns);
      return values[row * stride + (index % columns)] ?? Number.NaN;
    }),
  );
}

function greatestDifference(ours: Float32Array, theirs: Float32Array | undefined): number {
  if (theirs?.length !== ours.length || ours.length === 0) return Number.POSITIVE_INFINITY;
  return ours.reduce((most, value, index) => Math.max(most, Math.abs(value - (theirs[index] ?? 0))), 0);
}
