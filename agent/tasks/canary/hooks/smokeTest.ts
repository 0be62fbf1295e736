import { type SendRequest, urlBelow } from './sendRequest';

export interface SmokeTest {
  /** `http://gateway:8080`, without a path. */
  url: string;
  host: string | null;
  /** Each is asked once, in this order. */
  paths: readonly string[];
  /** Sent with the value `true`, so that the canary answers. */
  canaryHeader: string;
  send: SendRequest;
  signal: AbortSignal;
}

export interface SmokeResult {
  passed: boolean;
  answers: readonly { path: string; status: number | null; problem: string | null }[];
  text: string;
}

const TIMEOUT_MS = 5000;

/**
 * Asks the canary for some paths; all have to be answered with a status below 400. Rejects only when the signal is
 * aborted, with its reason.
 */
export async function smokeTest({
  url,
  host,
  paths,
  canaryHeader,
  send,
  signal,
}: SmokeTest): Promise<SmokeResult> {
  const answers: SmokeResult['answers'][number][] = [];
  for (const path of paths) {
    try {
      const headers = { [canaryHeader]: 'true' };
      const target = urlBelow(url, path);
      const { status } = await send({ url: target, host, headers, timeoutMs: TIMEOUT_MS }, signal);
      answers.push({ path, status, problem: status < 400 ? null : `HTTP ${status}` });
    } catch (error) {
      signal.throwIfAborted();
      answers.push({ path, status: null, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  const failed = answers.filter(({ problem }) => problem !== null);
  const what = failed.map(({ path, problem }) => `${path}: ${problem}`).join('; ');
  const text = failed.length === 0 ? `all ${answers.length} paths are answered` : what;
  return { passed: failed.length === 0, answers, text };
}
