import { JsKernel } from './jsKernel';
import type { KernelFactory } from './kernel';
import { MlpNetwork } from './mlpNetwork';
import type { Engine } from './network';
import { WasmKernel } from './wasmKernel';

const KERNELS: Record<'wasm' | 'js', KernelFactory> = {
  wasm: (floats, deepest) => new WasmKernel(floats, deepest),
  js: (floats, deepest) => new JsKernel(floats, deepest),
};

/** The engines that are always there. The one of TensorFlow is made by `tfjsEngine`. */
export function createEngine(name: 'wasm' | 'js'): Engine {
  const createKernel = KERNELS[name];
  return {
    name,
    createNetwork: (spec, { maxRows, random }) => new MlpNetwork(spec, maxRows, random, createKernel),
  };
}
