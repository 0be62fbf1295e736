import { Worker } from 'node:worker_threads';
import { CoxswainError, type ErrorInfo, fromErrorInfo } from '../../protocol';
import type { LearnRequest, LearnResult } from './learn';

type Message = { kind: 'learned'; result: LearnResult } | { kind: 'failed'; error: ErrorInfo };

/** Fine-tuning on the most experience takes some minutes; what takes much longer hangs. Wall time. */
const LONGEST_MS = 1_800_000;

/**
 * Fine-tunes in a thread, so that the loop goes on.
 *
 * @param workerFile dist/learnWorker.cjs
 * @throws CoxswainError what `learn` does, `training-failed` where the thread ends without a word or not within
 *   `longestMs`, or the signal's reason
 */
export async function learnInWorker(
  workerFile: string,
  request: LearnRequest,
  signal: AbortSignal,
  longestMs = LONGEST_MS,
): Promise<LearnResult> {
  signal.throwIfAborted();
  const worker = new Worker(workerFile, { workerData: request });
  const { promise, resolve, reject } = Promise.withResolvers<LearnResult>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  const tooLong = setTimeout(
    () => reject(failed(`it has not ended within ${longestMs / 60_000} min`)),
    longestMs,
  );
  worker.once('message', (message: Message) => {
    if (message.kind === 'learned') resolve(message.result);
    else reject(fromErrorInfo(message.error));
  });
  worker.once('error', (error) => reject(failed(error.message)));
  worker.once('exit', (code) => reject(failed(`it ended with code ${code}`)));
  try {
    return await promise;
  } finally {
    clearTimeout(tooLong);
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

function failed(why: string): CoxswainError {
  return new CoxswainError(
    'training-failed',
    `The fine-tuning has failed: ${why}.`,
    'What steers goes on; try again with `coxswain` when there is more experience.',
  );
}
