// The thread of one fine-tuning: dist/learnWorker.cjs.
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorInfo } from '../../protocol';
import { type LearnRequest, learn } from './learn';

learn(workerData as LearnRequest).then(
  (result) => parentPort?.postMessage({ kind: 'learned', result }),
  (error: unknown) => parentPort?.postMessage({ kind: 'failed', error: toErrorInfo(error) }),
);
