import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { createEngine } from '../../agent/rl/engine/engines';
import type { Engine } from '../../agent/rl/engine/network';
import { tfjsEngine } from '../../agent/rl/engine/tfjsEngine';
import { dqnStep, inference, ppoStep, type Work } from './gradientSteps';
import { compared, type Row } from './row';
import { measureSimdPeak } from './simdPeak';
import { median, percentile } from './statistics';

const DQN = [256, 256, 128];
const PPO = [256, 256];
const BATCH = 64;
const LIMITS = { dqnMs: 1.5, ppoMs: 0.7, medianUs: 5, p99Us: 50 };
const WIDTHS = [64, 128, 256, 512];
const BATCHES = [16, 64, 256, 1024];
/** Repetitions of a step by the wasm engine; the others, which take ten times as long and more, get fewer. */
const REPEATS = 1000;
const INFERENCES = 50_000;

/** Gradient steps and inference on 12 numbers: against the limits, other engines, and what the processor could do. */
export async function run(): Promise<Row[]> {
  const peak = await measureSimdPeak();
  const wasm = createEngine('wasm');
  const dqn = dqnStep(wasm, DQN, BATCH);
  const dqnMs = median(timesMs(dqn, REPEATS));
  const ppoMs = median(timesMs(ppoStep(wasm, PPO, BATCH), REPEATS));
  const inferencesUs = timesMs(inference(wasm, DQN), INFERENCES).map((ms) => ms * 1000);
  const inferenceUs = median(inferencesUs);
  const atMost = (value: number) => ({ name: 'at most', value });
  return [
    compared(`DQN step 12→${DQN.join('→')}→3, batch ${BATCH}`, dqnMs, 'ms', atMost(LIMITS.dqnMs)),
    compared(`PPO minibatch 12→${PPO.join('→')}→(3, 1), batch ${BATCH}`, ppoMs, 'ms', atMost(LIMITS.ppoMs)),
    compared('inference of the DQN, one row, median', inferenceUs, 'µs', atMost(LIMITS.medianUs)),
    compared('the same, p99', percentile(inferencesUs, 0.99), 'µs', atMost(LIMITS.p99Us)),
    { name: 'peak of 128-bit SIMD, one core', value: peak, unit: 'GFLOP/s' },
    { name: 'share of it that the DQN step reaches', value: (100 * gflops(dqn, dqnMs)) / peak, unit: '%' },
    ...peerRows('plain TypeScript', createEngine('js'), 50, { dqnMs, ppoMs, inferenceUs }),
    ...peerRows('tfjs-cpu', await cpuEngine(), 5, { dqnMs, ppoMs, inferenceUs }),
    ...WIDTHS.map((width) =>
      growthRow(`width ${width}`, dqnStep(wasm, [width, width, width / 2], BATCH), peak),
    ),
    ...BATCHES.map((batch) => growthRow(`batch ${batch}`, dqnStep(wasm, DQN, batch), peak)),
  ];
}

/** TensorFlow.js in JavaScript, which runs wherever Node does. */
async function cpuEngine(): Promise<Engine> {
  await tf.setBackend('cpu');
  return tfjsEngine(tf);
}

function peerRows(
  name: string,
  engine: Engine,
  repeats: number,
  ours: { dqnMs: number; ppoMs: number; inferenceUs: number },
): Row[] {
  const dqnMs = median(timesMs(dqnStep(engine, DQN, BATCH), repeats));
  const ppoMs = median(timesMs(ppoStep(engine, PPO, BATCH), repeats));
  const inferenceMs = median(timesMs(inference(engine, DQN), 20 * repeats));
  return [
    compared(`DQN step by ${name}`, dqnMs, 'ms', { name: 'wasm', value: ours.dqnMs }),
    compared(`PPO minibatch by ${name}`, ppoMs, 'ms', { name: 'wasm', value: ours.ppoMs }),
    compared(`inference by ${name}`, 1000 * inferenceMs, 'µs', { name: 'wasm', value: ours.inferenceUs }),
  ];
}

/** Beside the time its matrix products would take at the processor's peak. */
function growthRow(name: string, work: Work, peak: number): Row {
  const leastMs = work.flop / peak / 1e6;
  const ms = median(timesMs(work, Math.max(30, Math.min(REPEATS, Math.round(300 / leastMs)))));
  return compared(`DQN step, ${name}`, ms, 'ms', { name: 'products at peak', value: leastMs });
}

function gflops({ flop }: Work, ms: number): number {
  return flop / ms / 1e6;
}

/** Of each repetition, after a fifth as many for the compiler. */
function timesMs({ run }: Work, repeats: number): number[] {
  for (let index = 0; index < repeats / 5; index += 1) run();
  return Array.from({ length: repeats }, () => {
    const startedMs = performance.now();
    run();
    return performance.now() - startedMs;
  });
}
