import { resolve } from 'node:path';
import type { Collector, EnvSpec } from '../../agent/rl/algorithms/collector';
import { ppoCollectorSpec } from '../../agent/rl/algorithms/ppo';
import { PpoHyperparameters, VECTORISED_PPO } from '../../agent/rl/algorithms/ppoHyperparameters';
import { ReplayBuffer } from '../../agent/rl/algorithms/replayBuffer';
import { createCollector } from '../../agent/rl/algorithms/rollout';
import { createEngine } from '../../agent/rl/engine/engines';
import { createEnv } from '../../agent/training/environments';
import { completeHyperparameters, createLearner } from '../../agent/training/learners';
import { createRolloutPool } from '../../agent/training/rolloutPool';
import { compared, type Row } from './row';
import { median } from './statistics';

const SCALE: EnvSpec = { name: 'scale', options: { spec: 'scale/36' } };
const WORKER_FILE = resolve('dist', 'rolloutWorker.cjs');
const LIMITS = { trainingStepsPerSecond: 70_000, twoWorkers: 1.8, bufferBytes: 15e6 };
const JOBS = 9;
const ITERATIONS = 40;

/** PPO with our own defaults on the scale env: end to end, and how it grows with envs and workers. */
export async function run(): Promise<Row[]> {
  return [...(await trainingRows()), ...(await workerRows()), bufferRow()];
}

async function trainingRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const envs of [8, 16, 64, 256]) {
    const name = `PPO on scale/36, training, ${envs} envs × 64 steps`;
    const rate = await trainingRate({ ...VECTORISED_PPO, nEnvs: envs });
    const limit = { name: 'at least', value: LIMITS.trainingStepsPerSecond };
    rows.push(
      envs === 64 ? compared(name, rate, 'env steps/s', limit) : { name, value: rate, unit: 'env steps/s' },
    );
  }
  return rows;
}

async function trainingRate(hyperparameters: Record<string, unknown>): Promise<number> {
  const learner = await createLearner(
    {
      algorithm: 'ppo',
      env: SCALE,
      engine: 'wasm',
      seed: 1,
      totalSteps: 10_000_000,
      hyperparameters: completeHyperparameters('ppo', hyperparameters),
      fineTune: null,
    },
    { workers: 0, workerFile: WORKER_FILE },
  );
  for (let warmUp = 0; warmUp < ITERATIONS / 4; warmUp++) await learner.iterate();
  const before = learner.steps;
  const startedMs = performance.now();
  for (let iteration = 0; iteration < ITERATIONS; iteration++) await learner.iterate();
  const rate = (learner.steps - before) / ((performance.now() - startedMs) / 1000);
  await learner.close();
  return rate;
}

/** Eight envs on as many threads as there are cores here, against one thread. */
async function workerRows(): Promise<Row[]> {
  const rows: Row[] = [];
  const rates = new Map<number, number>();
  for (const workers of [0, 1, 2]) {
    const rate = await collectingRate(workers);
    rates.set(workers, rate);
    const name = workers === 0 ? 'on the main thread' : `on ${workers} worker${workers > 1 ? 's' : ''}`;
    rows.push({ name: `collecting, 8 envs × 2048 steps, ${name}`, value: rate, unit: 'env steps/s' });
  }
  const ratio = (rates.get(2) ?? 0) / (rates.get(1) ?? 1);
  return [
    ...rows,
    compared('two workers against one', ratio, '×', { name: 'at least', value: LIMITS.twoWorkers }),
  ];
}

async function collectingRate(workers: number): Promise<number> {
  const hyperparameters = PpoHyperparameters.parse({ ...VECTORISED_PPO, nEnvs: 8, nSteps: 2048 });
  const spec = ppoCollectorSpec(SCALE, createEnv(SCALE), { engine: 'wasm', seed: 1, hyperparameters });
  const collector: Collector =
    workers === 0
      ? createCollector(spec, createEnv)
      : await createRolloutPool(spec, { workers, workerFile: WORKER_FILE });
  const network = createEngine('wasm').createNetwork(spec.network, { maxRows: 1, random: null });
  const request = {
    parameters: network.readParameters(),
    logStandardDeviations: new Float32Array(0),
    normaliser: null,
  };
  await collector.collect(request);
  const timesMs: number[] = [];
  for (let job = 0; job < JOBS; job++) {
    const startedMs = performance.now();
    await collector.collect(request);
    timesMs.push(performance.now() - startedMs);
  }
  await collector.close();
  return (spec.envs * spec.steps) / (median(timesMs) / 1000);
}

function bufferRow(): Row {
  const buffer = new ReplayBuffer({ capacity: 100_000, envs: 1, fields: 12, rewardTerms: 1 });
  return compared('replay buffer of 100,000 transitions of 12 numbers', buffer.byteLength / 1e6, 'MB', {
    name: 'at most',
    value: LIMITS.bufferBytes / 1e6,
  });
}
