import { channel } from 'node:diagnostics_channel';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Collector, CollectorSpec } from '../../agent/rl/algorithms/collector';
import type { Learner } from '../../agent/rl/algorithms/learner';
import { createPpoLearner, ppoCollectorSpec } from '../../agent/rl/algorithms/ppo';
import { PpoHyperparameters } from '../../agent/rl/algorithms/ppoHyperparameters';
import { createCollector } from '../../agent/rl/algorithms/rollout';
import { createEngine } from '../../agent/rl/engine/engines';
import { createEnv } from '../../agent/training/environments';
import { createRolloutPool } from '../../agent/training/rolloutPool';
import type { Fault } from './rolloutPoolWorker';

/** The built one, as it is shipped. */
const WORKER_FILE = fileURLToPath(new URL('../../dist/rolloutWorker.cjs', import.meta.url));

const SEED = 7;
const ITERATIONS = 4;
const HYPERPARAMETERS = PpoHyperparameters.parse({
  nEnvs: 5,
  nSteps: 40,
  batchSize: 50,
  nEpochs: 2,
  netArch: [16],
  normalizeObservations: true,
  normalizeReturns: true,
});

let folder: string;
let faultyWorkerFile: string;
const learners: Learner[] = [];
/** All threads since the test began, and those that have not ended. */
const workers: Worker[] = [];
const alive = new Set<Worker>();

const onWorker = (message: unknown) => {
  const { worker } = message as { worker: Worker };
  workers.push(worker);
  alive.add(worker);
  worker.once('exit', () => alive.delete(worker));
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-rollouts-'));
  faultyWorkerFile = join(folder, 'worker.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'rolloutPoolWorker.ts')],
    outfile: faultyWorkerFile,
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
  channel('worker_threads').subscribe(onWorker);
});

afterEach(async () => {
  await Promise.all(learners.splice(0).map((learner) => learner.close()));
  workers.length = 0;
  expect(alive.size).toBe(0);
});

afterAll(() => {
  channel('worker_threads').unsubscribe(onWorker);
  rmSync(folder, { recursive: true, force: true });
});

function learnerWith(collector: Collector): Learner {
  const learner = createPpoLearner({
    collector,
    env: createEnv({ name: 'cartpole', options: {} }),
    engine: createEngine('wasm'),
    hyperparameters: HYPERPARAMETERS,
    totalSteps: 2000,
    seed: SEED,
  });
  learners.push(learner);
  return learner;
}

function specOf(options: Record<string, unknown> = {}): CollectorSpec {
  const env = { name: 'cartpole', options };
  const contract = createEnv({ name: 'cartpole', options: {} });
  const hyperparameters = HYPERPARAMETERS;
  return ppoCollectorSpec(env, contract, { engine: 'wasm', seed: SEED, hyperparameters });
}

async function pooled(count: number): Promise<Learner> {
  return learnerWith(await createRolloutPool(specOf(), { workers: count, workerFile: WORKER_FILE }));
}

async function faulty(fault: Fault, count = 2): Promise<Learner> {
  const options = { workers: count, workerFile: faultyWorkerFile };
  return learnerWith(await createRolloutPool(specOf({ fault }), options));
}

/** All that can be seen of a training from outside. */
async function courseOf(learner: Learner, iterations = ITERATIONS) {
  const course = [];
  for (let iteration = 0; iteration < iterations; iteration++) course.push(await learner.iterate());
  return { course, policy: learner.policy(), saved: await learner.save({ replay: true }) };
}

const undisturbed = () => courseOf(learnerWith(createCollector(specOf(), createEnv)));

describe('a pool of worker threads', () => {
  it.each([1, 2, 3, 8])('of %d trains to the same bits as this thread alone', async (count) => {
    const learner = await pooled(count);
    expect(workers).toHaveLength(Math.min(count, HYPERPARAMETERS.nEnvs));
    expect(await courseOf(learner)).toEqual(await undisturbed());
  });

  it('goes on where another number of workers has stopped', async () => {
    const [stopped, resumed] = [await pooled(2), await pooled(3)];
    await courseOf(stopped, 2);
    await resumed.restore(await stopped.save({ replay: true }));
    const rest = await courseOf(resumed, ITERATIONS - 2);
    const whole = await undisturbed();
    expect(rest).toEqual({ ...whole, course: whole.course.slice(2) });
  });

  it('refuses what is no state of its envs', async () => {
    const pool = await createRolloutPool(specOf(), { workers: 2, workerFile: WORKER_FILE });
    const learner = learnerWith(pool);
    const { values, arrays } = await pool.save();
    const moved = { ...arrays, 'envs.observations': new Float32Array(20) };
    const refusal = expect.objectContaining({ code: 'checkpoint-invalid' });
    await expect(pool.restore({ values, arrays: {} })).rejects.toEqual(refusal);
    await expect(pool.restore({ values, arrays: moved })).rejects.toEqual(refusal);
    await learner.close();
  });

  it('leaves no thread behind when it is closed in the middle of a job', async () => {
    const learner = await pooled(2);
    const iteration = learner.iterate();
    await learner.close();
    await expect(iteration).rejects.toThrow('closed');
    expect(alive.size).toBe(0);
  });

  it('tells at once which option of the env is wrong', async () => {
    const pool = createRolloutPool(specOf({ gravity: 2 }), { workers: 2, workerFile: WORKER_FILE });
    await expect(pool).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching('gravity'),
    });
    expect(alive.size).toBe(0);
  });
});

describe('a worker that dies', () => {
  it.each<[string, Fault['kind']]>([
    ['ends its process', 'exit'],
    ['crashes after its work', 'crash'],
  ])('because an env %s is replaced, and the result is unchanged', async (_, kind) => {
    const onceFile = join(folder, kind);
    const learner = await faulty({ kind, step: 70, onceFile });
    expect(await courseOf(learner)).toEqual(await undisturbed());
    expect(existsSync(onceFile)).toBe(true);
    expect(workers).toHaveLength(3);
  });

  it('because somebody kills it is replaced, and the result is unchanged', async () => {
    const learner = await pooled(2);
    const course = [await learner.iterate()];
    const killed = learner.iterate();
    await workers[1]?.terminate();
    course.push(await killed, await learner.iterate());
    await workers[0]?.terminate();
    course.push(await learner.iterate());
    expect(workers).toHaveLength(4);
    const whole = await undisturbed();
    expect({ course, policy: learner.policy(), saved: await learner.save({ replay: true }) }).toEqual(whole);
  });

  it('three times at the same work fails the training', async () => {
    const learner = await faulty({ kind: 'exit', step: 10, onceFile: null }, 1);
    await expect(learner.iterate()).rejects.toMatchObject({
      code: 'training-failed',
      message: 'A worker thread died 3 times at the same steps of envs 0 to 4: it ended with exit code 3',
    });
    expect(workers).toHaveLength(3);
    expect(alive.size).toBe(0);
  });

  it('because its script is missing fails the training', async () => {
    const pool = createRolloutPool(specOf(), { workers: 1, workerFile: join(folder, 'missing.cjs') });
    await expect(pool).rejects.toMatchObject({
      code: 'training-failed',
      message: expect.stringMatching(/Cannot find module .*missing\.cjs/),
    });
  });
});

describe('an env that goes wrong', () => {
  it.each<[string, Fault['kind'], object]>([
    [
      'throws',
      'throw',
      { message: expect.stringMatching(/^env \d, step \d+ of its episode: out of order$/) },
    ],
    [
      'gives NaN',
      'nan',
      {
        name: 'NumericError',
        message: expect.stringMatching(
          /^iteration after env step 200: env \d: observation "pole angle" at step \d+ of its episode is NaN$/,
        ),
      },
    ],
  ])('and %s fails the training with that, and no worker does it again', async (_, kind, error) => {
    const learner = await faulty({ kind, step: 70, onceFile: null });
    await learner.iterate();
    await expect(learner.iterate()).rejects.toMatchObject(error);
    expect(workers).toHaveLength(2);
  });
});
