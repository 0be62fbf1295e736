import { causeOf, readBody } from '../httpBody';
import { redact } from '../journal/redact';
import { workSignal } from '../workSignal';
import type { Alert, AlertReceiver } from './alert';
import { alertBody } from './messages';
import { addressOf, receiverTitle, type SecretPorts } from './secretAddress';

export interface AlertPorts {
  secrets: SecretPorts;
  fetch: typeof fetch;
  /** Wall time. */
  nowMs(): number;
  /** Wall time: receivers are no part of the cluster. Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface AlertResult {
  /** Of the receiver, without its address. */
  receiver: string;
  /** Null where it was told; else why not, without its address. */
  problem: string | null;
}

const TIMEOUT_MS = 10_000;
const RETRY_AFTER_MS = 2000;
/** What an answer may say; the rest is not read. */
const MAX_ANSWER_BYTES = 4096;
const SHOWN_CHARACTERS = 200;

/**
 * Tells everybody who wants to know of it, all at the same time, each at most twice. Never rejects: what could not be
 * told is in the result. No address, and nothing of one, is ever in a result.
 */
export async function sendAlerts(
  alert: Alert,
  receivers: readonly AlertReceiver[],
  ports: AlertPorts,
  signal: AbortSignal,
): Promise<AlertResult[]> {
  const wanted = receivers.filter(({ on }) => on.includes(alert.on));
  return Promise.all(
    wanted.map(async (receiver) => ({
      receiver: receiverTitle(receiver),
      problem: await tell(alert, receiver, ports, signal),
    })),
  );
}

async function tell(
  alert: Alert,
  receiver: AlertReceiver,
  ports: AlertPorts,
  signal: AbortSignal,
): Promise<string | null> {
  let address: string;
  try {
    address = await addressOf(receiver, ports.secrets, signal);
  } catch (error) {
    return redact((error as Error).message);
  }
  const body = JSON.stringify(alertBody(receiver.type, alert, ports.nowMs()));
  const first = await post(address, body, ports, signal);
  if (first.problem === null || !first.isWorthRetrying) return first.problem;
  try {
    await ports.sleep(RETRY_AFTER_MS, signal);
  } catch {
    return first.problem;
  }
  return (await post(address, body, ports, signal)).problem;
}

interface Posted {
  problem: string | null;
  isWorthRetrying: boolean;
}

async function post(address: string, body: string, ports: AlertPorts, signal: AbortSignal): Promise<Posted> {
  using work = workSignal([signal], TIMEOUT_MS);
  try {
    const response = await ports.fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      // Whoever answers must not send the secret elsewhere.
      redirect: 'error',
      signal: work.signal,
    });
    const { text } = await readBody(response, MAX_ANSWER_BYTES);
    if (response.ok) return { problem: null, isWorthRetrying: false };
    const said = withoutAddress(text.replaceAll(/\s+/g, ' ').trim(), address).slice(0, SHOWN_CHARACTERS);
    return {
      problem: `HTTP ${response.status}${said === '' ? '' : `: ${said}`}`,
      isWorthRetrying: response.status === 429 || response.status >= 500,
    };
  } catch (error) {
    if (signal.aborted) return { problem: 'the agent stops', isWorthRetrying: false };
    const why = work.isLate ? `no answer within ${TIMEOUT_MS / 1000} s` : causeOf(error);
    return { problem: withoutAddress(why, address), isWorthRetrying: true };
  }
}

/** The path and the query of an incoming webhook are the secret. */
function withoutAddress(text: string, address: string): string {
  const { pathname, search, username, password, href } = new URL(address);
  const secrets = [address, href, `${pathname}${search}`, pathname, search.slice(1), username, password];
  const parts = [...secrets, ...pathname.split('/'), ...new URL(address).searchParams.values()];
  return parts
    .filter((part) => part.length >= 6)
    .sort((a, b) => b.length - a.length)
    .reduce((shown, part) => shown.replaceAll(part, '[redacted]'), redact(text));
}
