import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaussianRows, outputsOf, relativeError, writeRows } from '../../../test/support/networks';
import { aLayer } from '../../../test/support/referenceNetwork';
import { Random } from '../../sim/random';
import { createEngine } from './engines';
import { hiddenLayers, type Network, type NetworkSpec } from './network';

const NAMES = ['wasm', 'js'] as const;

const widths = fc.integer({ min: 1, max: 40 });
const SPECS: fc.Arbitrary<NetworkSpec> = fc
  .record({
    inputs: widths,
    trunk: fc.array(widths, { maxLength: 3 }),
    towers: fc.array(fc.array(widths, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
    activation: fc.constantFrom('relu' as const, 'tanh' as const),
  })
  .map(({ inputs, trunk, towers, activation }) => ({
    inputs,
    trunk: hiddenLayers('trunk', trunk, activation),
    towers: towers.map((units, tower) => ({
      name: `tower${tower}`,
      layers: [
        ...hiddenLayers(`tower${tower}`, units.slice(1), activation),
        aLayer(`tower${tower}.out`, units[0] ?? 1),
      ],
    })),
  }));

function create(name: 'wasm' | 'js', spec: NetworkSpec, maxRows: number): Network {
  return createEngine(name).createNetwork(spec, { maxRows, random: new Random(1) });
}

function passBack(network: Network, rows: number, random: Random): void {
  writeRows(network.input, gaussianRows(rows, network.spec.inputs, random));
  network.forward(rows);
  for (const matrix of network.outputGradients) {
    writeRows(matrix, gaussianRows(rows, matrix.columns, random));
  }
  network.backward(rows);
}

describe.each(NAMES)('engine %s', (name) => {
  it('gives a row the same bits in every batch', () => {
    fc.assert(
      fc.property(SPECS, fc.integer({ min: 2, max: 150 }), (spec, rows) => {
        const input = gaussianRows(rows, spec.inputs, new Random(2));
        const all = outputsOf(create(name, spec, rows), input);
        const alone = create(name, spec, 1);
        const two = create(name, spec, 5);
        for (const index of [0, rows >> 1, rows - 1]) {
          const row = input[index] ?? [];
          expect(outputsOf(alone, [row])).toEqual(all.map((tower) => [tower[index]]));
          const [first = []] = input;
          expect(outputsOf(two, [first, row])).toEqual(all.map((tower) => [tower[0], tower[index]]));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('computes the same, in the same memory, after a greater batch', () => {
    fc.assert(
      fc.property(SPECS, fc.integer({ min: 1, max: 9 }), (spec, rows) => {
        const used = create(name, spec, 30);
        passBack(used, 30, new Random(9));
        const fresh = create(name, spec, rows);
        for (const network of [used, fresh]) passBack(network, rows, new Random(3));
        expect(used.readGradients()).toEqual(fresh.readGradients());
      }),
      { numRuns: 40 },
    );
  });

  it('learns with layers of 1 to 700 units', () => {
    const spec: NetworkSpec = {
      inputs: 3,
      trunk: hiddenLayers('trunk', [700, 1, 130], 'relu'),
      towers: [{ name: 'y', layers: [aLayer('y', 1)] }],
    };
    const network = create(name, spec, 131);
    // The narrow layer shall not be dead.
    network.writeParameters(network.readParameters().map(Math.abs));
    const reference = create('js', spec, 131);
    reference.writeParameters(network.readParameters());
    for (const one of [network, reference]) passBack(one, 131, new Random(4));
    expect(Math.hypot(...reference.readGradients())).toBeGreaterThan(1);
    expect(relativeError(network.readGradients(), reference.readGradients())).toBeLessThan(2e-5);
  });
});

describe('the twins', () => {
  it('agree to rounding in outputs and gradients', () => {
    fc.assert(
      fc.property(SPECS, fc.integer({ min: 1, max: 140 }), (spec, rows) => {
        const [wasm, js] = NAMES.map((name) => create(name, spec, rows));
        if (!wasm || !js) throw new Error('no twins');
        for (const network of [wasm, js]) passBack(network, rows, new Random(5));
        expect(distance(wasm.readGradients(), js.readGradients())).toBeLessThan(2e-5);
        for (const [tower, { values }] of wasm.outputs.entries()) {
          const other = js.outputs[tower]?.values ?? [];
          expect(distance(values.subarray(0, rows), [...other].slice(0, rows))).toBeLessThan(2e-5);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('begin with the same parameters', () => {
    const spec = { inputs: 3, trunk: [], towers: [{ name: 'y', layers: [aLayer('y', 2)] }] };
    const [wasm, js] = NAMES.map((name) => create(name, spec, 1).readParameters());
    expect(wasm).toEqual(js);
  });
});

describe('the wasm engine', () => {
  /** Of Node 20, 22 and 24 on x64. A change of the kernel that changes roundings changes it, and nothing else may. */
  const GOLDEN = '507395f4b6476f6d';

  it('trains to the same bits everywhere', () => {
    expect(digest(train('wasm'))).toBe(GOLDEN);
  });

  it('and the test would see a difference: the twin trains to others', () => {
    expect(digest(train('js'))).not.toBe(GOLDEN);
  });
});

/** The parameters after 300 steps on a synthetic problem with all that a network can have. */
function train(name: 'wasm' | 'js'): Float32Array {
  const random = new Random(2026);
  const network = createEngine(name).createNetwork(
    {
      inputs: 12,
      trunk: hiddenLayers('trunk', [32, 30], 'tanh', [0, 0.1]),
      towers: [
        { name: 'policy', layers: [...hiddenLayers('policy', [17], 'relu', [0.2]), aLayer('policy.out', 3)] },
        { name: 'value', layers: [aLayer('value', 1)] },
      ],
    },
    { maxRows: 22, random },
  );
  for (let step = 0; step < 300; step++) {
    const rows = gaussianRows(22, 12, random);
    writeRows(network.input, rows);
    network.forwardTraining(22, random);
    for (const [tower, gradient] of network.outputGradients.entries()) {
      const output = network.outputs[tower];
      if (!output) throw new Error('no output');
      for (const [row, values] of rows.entries()) {
        for (let column = 0; column < gradient.columns; column++) {
          const target = (values[column] ?? 0) * (values[column + 1] ?? 0);
          const error = (output.values[row * output.stride + column] ?? 0) - target;
          gradient.values[row * gradient.stride + column] = error / 22;
        }
      }
    }
    network.backward(22);
    network.step({ learningRate: 1e-3, maxGradNorm: 0.5, epsilon: 1e-8 });
  }
  return network.readParameters();
}

/** FNV-1a over the bytes, twice 32 bits. */
function digest(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer);
  const hash = (seed: number) => {
    let state = seed;
    for (const byte of bytes) state = Math.imul(state ^ byte, 0x01000193);
    return (state >>> 0).toString(16).padStart(8, '0');
  };
  return hash(0x811c9dc5) + hash(0x9dc5811c);
}

/** ‖a − b‖ ÷ ‖b‖, but ‖a − b‖ where b is small: what is left of sums that cancel out is mostly rounding. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return relativeError([...Array.from(a), 1], [...Array.from(b), 1]);
}
