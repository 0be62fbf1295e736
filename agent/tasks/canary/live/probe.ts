import type { Release } from '../../../cluster/releases';
import { type SendRequest, sendRequest } from '../hooks/sendRequest';
import { checkReleaseSplit, type SplitPorts } from './splitCheck';

/** Tells whoever counts them that nobody has asked for these. */
const PROBE_HEADER = 'x-coxswain-probe';
/** Of wall time. */
const BETWEEN_MS = 1000;

export interface ProbePorts extends SplitPorts {
  /** Wall time. Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * Sends synthetic requests to a canary that nobody asks for: half of them to it by its header, half as the weights
 * have them, one a second, each with a header that says what it is. What they come to is counted like any other.
 *
 * @param seconds wall time until the next decision
 * @returns what has come of it, in words
 * @throws CoxswainError `not-found` where nobody knows its address
 */
export async function probeRelease(release: Release, seconds: number, ports: ProbePorts): Promise<string> {
  const requests = Math.max(1, Math.floor(seconds / 2));
  const send = paced(ports.send ?? sendRequest, ports);
  const check = (canaryHeader: boolean) =>
    checkReleaseSplit(release, { requests, path: '/', canaryHeader }, { ...ports, send });
  const { count } = await check(true);
  const { count: usual } = await check(false);
  const other = count.other + usual.other;
  const lost = other === 0 ? '' : `, ${other} told no version`;
  return `${count.canary + usual.canary} synthetic requests to the canary, ${count.stable + usual.stable} to stable${lost}`;
}

/** One at a time, whoever asks for more. */
function paced(send: SendRequest, { sleep }: Pick<ProbePorts, 'sleep'>): SendRequest {
  let turn: Promise<unknown> = Promise.resolve();
  return (request, signal) => {
    const sent = turn.then(() =>
      send({ ...request, headers: { ...request.headers, [PROBE_HEADER]: 'true' } }, signal),
    );
    turn = sent.catch(() => undefined).then(() => sleep(BETWEEN_MS, signal));
    return sent;
  };
}
