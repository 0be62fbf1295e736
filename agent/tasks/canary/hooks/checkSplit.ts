import { binomialInterval } from '../../../evaluate/canary/binomialInterval';
import type { SplitCount } from '../../../protocol';
import type { AnsweredVersion } from './answeredVersion';
import { type RouteAnswer, type SendRequest, urlBelow } from './sendRequest';

export interface SplitCheck {
  /** `http://gateway:8080`, without a path. */
  url: string;
  /** Host that clients ask for; null for that of the address. */
  host: string | null;
  path: string;
  requests: number;
  /** Sent with the value `true`, so that all go to the canary; null leaves it to the weights. */
  canaryHeader: string | null;
  /** 0…1 as the route has it; null where nobody knows. */
  expectedCanaryShare: number | null;
  versionOf(answer: RouteAnswer): AnsweredVersion | null;
  send: SendRequest;
  signal: AbortSignal;
}

export interface SplitResult {
  count: SplitCount;
  /** The count with its interval, and whether that fits. */
  text: string;
}

const AT_A_TIME = 10;
const TIMEOUT_MS = 5000;

/**
 * Sends real requests and counts them by the version that has answered, ten at a time. A request that fails is counted
 * as `other`. Rejects only when the signal is aborted, with its reason.
 */
export async function checkSplit(check: SplitCheck): Promise<SplitResult> {
  const count: SplitCount = { requests: check.requests, stable: 0, canary: 0, other: 0 };
  const problems: string[] = [];
  let left = check.requests;
  const worker = async () => {
    while (left > 0) {
      left--;
      const version = await ask(check, problems);
      count[version]++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, check.requests) }, worker));
  return { count, text: splitText(count, check.expectedCanaryShare, problems[0]) };
}

async function ask(
  { url, host, path, canaryHeader, versionOf, send, signal }: SplitCheck,
  problems: string[],
): Promise<AnsweredVersion | 'other'> {
  const headers: Record<string, string> = canaryHeader === null ? {} : { [canaryHeader]: 'true' };
  try {
    const target = urlBelow(url, path);
    const answer = await send({ url: target, host, headers, timeoutMs: TIMEOUT_MS }, signal);
    const version = versionOf(answer);
    if (version === null) problems.push(`HTTP ${answer.status} without the name of a version`);
    return version ?? 'other';
  } catch (error) {
    signal.throwIfAborted();
    problems.push(error instanceof Error ? error.message : String(error));
    return 'other';
  }
}

/** For example `97 of 1000 requests went to the canary, 9.7 % (95 % interval 7.9…11.7 %); 10.0 % expected: it fits.` */
function splitText(
  { requests, stable, canary, other }: SplitCount,
  expected: number | null,
  problem: string | undefined,
): string {
  const lost = other === 0 ? '' : ` ${other} of ${requests} told no version: ${problem}.`;
  const share = binomialInterval(canary, stable + canary);
  if (!share) return `None of ${requests} requests was answered by a version that is known.${lost}`;
  const counted = `${canary} of ${stable + canary} requests went to the canary, ${percent(share.mean)} (95 % interval ${percent(share.low, '')}…${percent(share.high)})`;
  if (expected === null) return `${counted}.${lost}`;
  const fits = expected >= share.low && expected <= share.high;
  return `${counted}; ${percent(expected)} expected: ${fits ? 'it fits' : 'it does not fit'}.${lost}`;
}

function percent(share: number, unit = ' %'): string {
  return `${(share * 100).toFixed(1)}${unit}`;
}
