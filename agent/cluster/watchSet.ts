import * as z from 'zod';
import type { Clock } from '../clock';
import type { CoxswainError, ErrorCode, ErrorInfo } from '../protocol';
import type { ApiServer } from './api';
import type { WatchedResource } from './resources';
import { type Watch, type WatchState, watchResource } from './watch';

/** How old what a watch says is. */
export interface WatchAge {
  resource: string;
  /** Null where it covers the whole cluster. */
  namespace: string | null;
  /** Cluster time since the server last proved that the watch lives; null where it never did. */
  ageMs: number | null;
  state: WatchState['kind'];
}

export interface WatchSetOptions {
  api: ApiServer;
  clock: Clock;
  random: () => number;
  signal: AbortSignal;
  /** The API server is lost, or a watch can't be trusted; null when all is well again. */
  onTrouble(trouble: ErrorInfo | null): void;
  /** Something is left out, and the rest goes on. */
  onWarning(text: string): void;
}

interface Member {
  resource: Pick<WatchedResource<unknown>, 'plural' | 'essential'>;
  namespace: string | null;
  watch: Watch;
  /** Resolves once it is listed, or is known to be absent or forbidden. */
  settled: Promise<void>;
}

/** All watches of one connection: starts them, waits for their first lists, and sums up how they are. */
export class WatchSet {
  readonly #options: WatchSetOptions;
  readonly #members: Member[] = [];
  readonly #warned = new Set<string>();
  #lists = 0;
  #trouble: ErrorInfo | null = null;

  constructor(options: WatchSetOptions) {
    this.#options = options;
  }

  /** Counts up with each complete list. */
  get generation(): number {
    return this.#lists;
  }

  get trouble(): ErrorInfo | null {
    return this.#trouble;
  }

  /** Cluster time of the latest sign of life of any watch. */
  get heardAtMs(): number {
    return Math.max(0, ...this.#members.map(({ watch }) => watch.heardAtMs() ?? 0));
  }

  ages(): WatchAge[] {
    const nowMs = this.#options.clock.nowMs();
    return this.#members.map(({ resource, namespace, watch }) => {
      const heardAtMs = watch.heardAtMs();
      const ageMs = heardAtMs === null ? null : Math.max(0, nowMs - heardAtMs);
      return { resource: resource.plural, namespace, ageMs, state: watch.state().kind };
    });
  }

  /** The age of the oldest essential watch that speaks of the namespace; null where one has said nothing yet. */
  ageMs(namespace: string): number | null {
    const nowMs = this.#options.clock.nowMs();
    const heard = this.#members
      .filter((member) => member.resource.essential && (member.namespace ?? namespace) === namespace)
      .map(({ watch }) => watch.heardAtMs());
    if (heard.length === 0 || heard.includes(null)) return null;
    return Math.max(0, nowMs - Math.min(...heard.map((atMs) => atMs ?? 0)));
  }

  /** Watches the resource in one namespace, or in the cluster where that is null. */
  add<T>(resource: WatchedResource<T>, namespace: string | null): void {
    const { api, clock, random, signal, onWarning } = this.#options;
    const { plural, base } = resource;
    const within = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    const path = `${base}${within}/${plural}`;
    const settling = Promise.withResolvers<void>();
    const watch = watchResource<T>({
      api,
      path,
      clock,
      random,
      signal,
      reduce: (object) => this.#reduce(resource, object),
      onList: (items) => {
        this.#lists += 1;
        resource.sink.replace(namespace, items);
        settling.resolve();
      },
      onEvent: (event) => resource.sink.apply(event),
      onState: (state) => {
        if (state.kind === 'stopped' || isUnavailable(state)) settling.resolve();
        if (state.kind === 'waiting' && state.error.code === 'permission-denied')
          this.#warnOnce(state.error.message);
        this.#updateTrouble();
      },
    });
    watch.done.catch((error: unknown) => onWarning(`The watch of ${path} ended: ${String(error)}`));
    this.#members.push({ resource, namespace, watch, settled: settling.promise });
  }

  /**
   * Waits until every watch added so far is listed, absent or forbidden. Throws what keeps an essential resource
   * from being seen in any namespace.
   */
  async settle(): Promise<void> {
    await Promise.all(this.#members.map(({ settled }) => settled));
    const essential = this.#members.filter(({ resource }) => resource.essential);
    for (const { resource } of essential) {
      const states = essential
        .filter((member) => member.resource === resource)
        .map(({ watch }) => watch.state());
      const [first] = states;
      if (first && states.every(isUnavailable) && first.kind === 'waiting') throw first.error;
    }
  }

  /** The latest error of any watch that waits, for a time-out to name. */
  latestError(): CoxswainError | null {
    const waiting = this.#members.map(({ watch }) => watch.state()).find((state) => state.kind === 'waiting');
    return waiting?.kind === 'waiting' ? waiting.error : null;
  }

  /** Resolves when all watches have ended, after the signal was aborted. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#members.map(({ watch }) => watch.done));
  }

  /** One odd object must not hide all others. */
  #reduce<T>(resource: WatchedResource<T>, object: unknown): T | null {
    try {
      return resource.reduce(object);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      this.#warnOnce(
        `Left out one of ${resource.plural}, which is not as expected: ${z.prettifyError(error)}`,
      );
      return null;
    }
  }

  #warnOnce(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#options.onWarning(text);
  }

  #updateTrouble(): void {
    if (this.#options.signal.aborted) return;
    const error = this.#members.map(({ watch }) => troubleOf(watch)).find((each) => each !== null);
    const trouble = error?.toInfo() ?? null;
    if (trouble?.message === this.#trouble?.message) return;
    this.#trouble = trouble;
    this.#options.onTrouble(trouble);
  }
}

/** A first failure is mostly over before anybody could read of it; what never was there is no trouble. */
function troubleOf(watch: Watch): CoxswainError | null {
  const state = watch.state();
  if (state.kind !== 'waiting') return null;
  if (isUnavailable(state) && watch.heardAtMs() === null) return null;
  return state.attempt >= 2 || state.error.code === 'credentials-expired' ? state.error : null;
}

/** Absent or forbidden, as far as we know now. */
function isUnavailable(state: WatchState): boolean {
  return isWaitingFor(state, 'not-found') || isWaitingFor(state, 'permission-denied');
}

function isWaitingFor(state: WatchState, code: ErrorCode): boolean {
  return state.kind === 'waiting' && state.error.code === code;
}
