import '@tensorflow/tfjs-backend-cpu';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { hiddenLayers } from '../rl/engine/network';
import { Random } from '../sim/random';
import { type Importer, loadTfjsNode } from './tfjsNode';

const PACKAGE = '@tensorflow/tfjs-node';

const failing =
  (message: string, code?: string): Importer =>
  () =>
    Promise.reject(Object.assign(new Error(message), { code }));

/** TensorFlow, but for one operation. */
const withMatMul =
  (matMul: () => tf.Tensor): Importer =>
  async () => ({ default: { ...tf, matMul } });

describe('loadTfjsNode', () => {
  it.each<[string, Importer | undefined, string]>([
    [
      'is absent, from a module',
      failing(`Cannot find package '${PACKAGE}' imported from /x.mjs`, 'ERR_MODULE_NOT_FOUND'),
      `The engine tfjs-node needs the package ${PACKAGE}, which is not installed.`,
    ],
    [
      'is absent, from a bundle',
      failing(`Cannot find module '${PACKAGE}'\nRequire stack: …`, 'MODULE_NOT_FOUND'),
      `The engine tfjs-node needs the package ${PACKAGE}, which is not installed.`,
    ],
    [
      'lacks something of its own',
      failing("Cannot find module 'long'", 'MODULE_NOT_FOUND'),
      `The package ${PACKAGE} does not load: Cannot find module 'long'`,
    ],
    [
      'does not load',
      failing('libtensorflow.so.2: cannot open shared object file'),
      `The package ${PACKAGE} does not load: libtensorflow.so.2: cannot open shared object file`,
    ],
    [
      'throws in its operations',
      withMatMul(() => {
        throw new TypeError('isNullOrUndefined is not a function');
      }),
      `The package ${PACKAGE} loads, but does not compute: isNullOrUndefined is not a function`,
    ],
    [
      'computes nonsense',
      withMatMul(() => tf.tensor([30], [1, 1])),
      `The package ${PACKAGE} loads, but does not compute: 2·5 + 3·7 is 30`,
    ],
    ['is something else', async () => ({}), `The package ${PACKAGE} loads, but does not compute: tf.tidy`],
  ])('says what is wrong where the package %s', async (_case, load, message) => {
    await expect(loadTfjsNode(load)).rejects.toMatchObject({
      code: 'engine-unavailable',
      message: expect.stringContaining(message),
      remedy: expect.stringContaining(`npm install ${PACKAGE}`),
    });
  });

  it.each<[string, unknown]>([
    ['as a module', tf],
    ['as the default of a module', { default: tf }],
  ])('gives an engine where the package works, %s', async (_case, loaded) => {
    const names: string[] = [];
    const engine = await loadTfjsNode(async (name) => {
      names.push(name);
      return loaded;
    });
    expect(names).toEqual([PACKAGE]);
    expect(engine.name).toBe('tfjs-node');
    const spec = { inputs: 2, trunk: [], towers: [{ name: 'q', layers: hiddenLayers('q', [3], 'linear') }] };
    const network = engine.createNetwork(spec, { maxRows: 1, random: new Random(1) });
    network.input.values.set([1, 2]);
    network.forward(1);
    expect(network.outputs[0]?.values.every(Number.isFinite)).toBe(true);
    network.dispose();
  });

  it('puts back the function that the package calls and Node 23 has removed, before it loads', async () => {
    const seen: unknown[] = [];
    await loadTfjsNode(async () => {
      const { isNullOrUndefined } = util as { isNullOrUndefined?: (value: unknown) => boolean };
      seen.push(isNullOrUndefined?.(null), isNullOrUndefined?.(undefined), isNullOrUndefined?.(0));
      return tf;
    });
    expect(seen).toEqual([true, true, false]);
  });
});
