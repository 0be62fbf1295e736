import { setTimeout as wait } from 'node:timers/promises';
import { type HookAnswer, type HookCall, postHook } from '../../../tasks/canary/hooks/postHook';

/**
 * Calls webhooks for the cluster, in wall time: who answers is no part of it. What one Canary tells of its events comes
 * in their order.
 */
export class HookLine {
  readonly #closing = new AbortController();
  readonly #told = new Map<string, Promise<void>>();

  /** Calls back once, unless the line is closed first or `signal` is aborted. */
  call(call: HookCall, signal: AbortSignal, done: (answer: HookAnswer) => void): void {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    postHook(call, { fetch, sleep }, either).then(done, (error: unknown) => {
      if (!either.aborted) done({ ok: false, attempts: 1, status: null, body: '', problem: String(error) });
    });
  }

  /** Whether it is heard makes no difference. */
  tell(key: string, calls: readonly HookCall[]): void {
    if (calls.length === 0) return;
    const { signal } = this.#closing;
    const before = this.#told.get(key) ?? Promise.resolve();
    const told = before
      .then(async () => {
        for (const call of calls) await postHook(call, { fetch, sleep }, signal);
      })
      .catch(() => {})
      .then(() => {
        if (this.#told.get(key) === told) this.#told.delete(key);
      });
    this.#told.set(key, told);
  }

  close(): void {
    this.#closing.abort();
  }
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal });
}
