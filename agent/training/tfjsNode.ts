import util from 'node:util';
import { CoxswainError } from '../protocol';
import type { Engine } from '../rl/engine/network';
import { type TensorFlow, tfjsEngine } from '../rl/engine/tfjsEngine';

const PEER = '@tensorflow/tfjs-node';
const REMEDY = `Install it with \`npm install ${PEER}\` beside Coxswain and under the same Node, or choose the engine wasm, which needs nothing.`;

/** Loads a module by name. Not a literal, so that no bundler looks for what most people have not installed. */
export type Importer = (name: string) => Promise<unknown>;

/**
 * The engine on TensorFlow's native library, an optional peer.
 * @throws CoxswainError engine-unavailable where it is not installed, does not load or does not compute
 */
export async function loadTfjsNode(load: Importer = (name) => import(name)): Promise<Engine> {
  restoreIsNullOrUndefined();
  const tf = await loadPeer(load);
  probe(tf);
  return tfjsEngine(tf);
}

/** Its 4.22.0 calls this function, which Node 23 has removed (tensorflow/tfjs#8425). */
function restoreIsNullOrUndefined(): void {
  if ('isNullOrUndefined' in util) return;
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
}

async function loadPeer(load: Importer): Promise<TensorFlow> {
  try {
    const loaded = (await load(PEER)) as { default?: TensorFlow };
    return loaded.default ?? (loaded as TensorFlow);
  } catch (cause) {
    const message = isAbsent(cause)
      ? `The engine tfjs-node needs the package ${PEER}, which is not installed.`
      : `The package ${PEER} does not load: ${reason(cause)}`;
    throw new CoxswainError('engine-unavailable', message, REMEDY, { cause });
  }
}

/** It can load and yet fail in every operation, for example when its native library is of another Node version. */
function probe(tf: TensorFlow): void {
  try {
    const product = tf.tidy(() => tf.matMul(tf.tensor([2, 3], [1, 2]), tf.tensor([5, 7], [2, 1])));
    const [value] = product.dataSync();
    product.dispose();
    if (value !== 31) throw new Error(`2·5 + 3·7 is ${value}`);
  } catch (cause) {
    const message = `The package ${PEER} loads, but does not compute: ${reason(cause)}`;
    throw new CoxswainError('engine-unavailable', message, REMEDY, { cause });
  }
}

/** Itself is absent, not something that it needs. */
function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && reason(error).includes(PEER);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
