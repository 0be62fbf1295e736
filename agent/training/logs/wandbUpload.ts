import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { MetricsLog } from './metricsLog';
import type { WandbOptions } from './wandbLog';

/** The SDK sends what is left when a run ends; a server that does not answer is not waited for. */
const FINISH_TIMEOUT_MS = 15_000;

/**
 * Runs in a thread of its own, for `@wandb/sdk` (0.5.1) throws in listeners where nobody can catch it, prints to
 * stdout, and ends the process at SIGINT. It is JavaScript: nothing compiles it.
 */
const WORKER_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const sdk = require(workerData.sdk);
(async () => {
  const run = await (sdk.default ?? sdk).init(workerData.init);
  parentPort.postMessage(run.url());
  parentPort.on('message', async (message) => {
    if (message.kind === 'log') run.log(message.data, message.step);
    else {
      await run.finish();
      process.exit(0);
    }
  });
})();
`;

/** @param sdk path of `@wandb/sdk`'s entry */
export function openWandbUpload(
  sdk: string,
  { project, name, config, directory, note, env }: WandbOptions,
  finishTimeoutMs = FINISH_TIMEOUT_MS,
): MetricsLog {
  const init = { project, name, config, dir: directory, settings: { silent: true } };
  const worker = new Worker(WORKER_SOURCE, {
    eval: true,
    workerData: { sdk, init },
    env: { ...env },
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  // A training that fails must not wait for it.
  worker.unref();
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.once('message', (url) => note(`Weights & Biases: the run is at ${url}.`));
  worker.once('error', (error) => {
    note(
      `Weights & Biases: ${messageOf(error)}. The training goes on without it; metrics.jsonl has all points.`,
    );
  });
  return {
    // To a thread that has ended nothing is sent, and nothing thrown.
    write: ({ steps, metrics }) => worker.postMessage({ kind: 'log', data: metrics, step: steps }),
    close: async () => {
      worker.postMessage({ kind: 'finish' });
      const timeout = new AbortController();
      const late = delay(finishTimeoutMs, 'late' as const, { signal: timeout.signal }).catch(() => null);
      if ((await Promise.race([exited, late])) === 'late') {
        note(`Weights & Biases: the server did not take the last points in ${finishTimeoutMs / 1000} s.`);
      }
      timeout.abort();
      await worker.terminate();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
