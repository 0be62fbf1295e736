import type { Config } from '../../../config/schema';
import { redact } from '../../../journal/redact';
import type { WorkloadRef } from '../../../protocol';
import { type HookFailure, type HookPorts, postHook } from './postHook';

export interface HookOrder {
  hook: Config['canary']['hooks']['preRollout'][number];
  /** As Flagger names the phase in which it is called. */
  phase: string;
  release: WorkloadRef;
  /** The same for one release, another for the next. */
  checksum: string;
}

/** Shown of what an answer says. */
const SHOWN_CHARACTERS = 200;

/**
 * Calls a hook of the config with Flagger's payload. Null where it agrees (a status of at most 202), else why not, in
 * words without its address. It is tried once: the next interval asks again.
 *
 * Rejects only when the signal is aborted, with its reason.
 */
export async function callHook(
  { hook, phase, release, checksum }: HookOrder,
  ports: HookPorts,
  signal: AbortSignal,
): Promise<string | null> {
  const answer = await postHook(
    {
      url: hook.url,
      payload: {
        name: release.name,
        namespace: release.namespace,
        phase,
        checksum,
        ...(Object.keys(hook.metadata).length > 0 && { metadata: hook.metadata }),
      },
      timeoutMs: hook.timeout,
      retries: 0,
    },
    ports,
    signal,
  );
  return answer.ok ? null : failureText(answer);
}

function failureText({ status, body, problem }: HookFailure): string {
  if (status === null) return redact(problem);
  const said = redact(body.replaceAll(/\s+/g, ' ')).slice(0, SHOWN_CHARACTERS);
  return said === '' ? `it answers HTTP ${status}` : `it answers HTTP ${status}: ${said}`;
}
