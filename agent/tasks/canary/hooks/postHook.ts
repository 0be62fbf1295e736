import { causeOf, readBody } from '../../../httpBody';
import { workSignal } from '../../../workSignal';

/** What Flagger's webhooks are told: https://docs.flagger.app/usage/webhooks */
export interface HookPayload {
  name: string;
  namespace: string;
  phase: string;
  /** Of the revision that is released: another one has another. */
  checksum: string;
  metadata?: Readonly<Record<string, string>>;
}

export interface HookCall {
  url: string;
  payload: HookPayload;
  /** Of one attempt. */
  timeoutMs: number;
  /** After failed connections, time-outs, 429 and 5xx. */
  retries: number;
}

export type HookAnswer = { ok: true } | HookFailure;

export interface HookFailure {
  ok: false;
  attempts: number;
  /** Of the last answer; null where there was none. */
  status: number | null;
  /** Of the last answer, cut; empty without one. */
  body: string;
  /** Why there was no answer, without the address; empty where there was one. */
  problem: string;
}

export interface HookPorts {
  fetch: typeof fetch;
  /** Wall time: the other side is no part of the cluster. Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** As Flagger's client waits between attempts. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** What an answer may say; the rest is not read. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** Flagger takes 200, 201 and 202 for yes, and everything above for no. */
const LAST_GOOD_STATUS = 202;

/**
 * Calls a webhook as Flagger does: POST of the payload as JSON, which is agreed to by a status of at most 202.
 * Rejects only when the signal is aborted, with its reason.
 */
export async function postHook(call: HookCall, ports: HookPorts, signal: AbortSignal): Promise<HookAnswer> {
  for (let attempts = 1; ; attempts++) {
    const answer = await attempt(call, ports, signal);
    if (answer.ok) return answer;
    if (attempts > call.retries || !isWorthRetrying(answer)) return { ...answer, attempts };
    await ports.sleep(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1)), signal);
  }
}

async function attempt(call: HookCall, ports: HookPorts, signal: AbortSignal): Promise<HookAnswer> {
  signal.throwIfAborted();
  using work = workSignal([signal], call.timeoutMs);
  try {
    const response = await ports.fetch(call.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call.payload),
      signal: work.signal,
    });
    const { text } = await readBody(response, MAX_ANSWER_BYTES);
    if (response.status <= LAST_GOOD_STATUS) return { ok: true };
    return failure({ status: response.status, body: text.trim() });
  } catch (error) {
    signal.throwIfAborted();
    return failure({
      problem: work.isLate ? `no answer within ${call.timeoutMs / 1000} s` : causeOf(error),
    });
  }
}

function failure(what: Partial<HookFailure>): HookFailure {
  return { ok: false, attempts: 1, status: null, body: '', problem: '', ...what };
}

/** As go-retryablehttp has it: what may be over in a moment. */
function isWorthRetrying({ status }: HookFailure): boolean {
  return status === null || status === 429 || (status >= 500 && status !== 501);
}
