import * as z from 'zod';
import { type Clock, sleep } from '../clock';
import { CoxswainError, isCoxswainError } from '../protocol';
import { workSignal } from '../workSignal';
import { abortable, untilAborted } from './abortable';
import type { ApiServer } from './api';
import { isExpired, statusError } from './apiErrors';

/** Where a watch stands. `waiting` carries why, and counts the failures in a row. */
export type WatchState =
  | { kind: 'listing' }
  | { kind: 'watching' }
  | { kind: 'waiting'; error: CoxswainError; attempt: number }
  | { kind: 'stopped' };

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  item: T;
}

export interface WatchOptions<T> {
  api: ApiServer;
  /** Of the collection, without query: `/api/v1/namespaces/shop/pods`. */
  path: string;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  signal: AbortSignal;
  /** Keeps what is needed of an object; null leaves it out. The object itself is let go at once. */
  reduce(object: unknown): T | null;
  /** All items there are, replacing everything known before. */
  onList(items: readonly T[]): void;
  onEvent(event: WatchEvent<T>): void;
  onState(state: WatchState): void;
}

export interface Watch {
  /** Cluster time at which the server last proved that the watch lives; null before the first list. */
  heardAtMs(): number | null;
  state(): WatchState;
  /** Resolves after the signal was aborted; rejects only where `onState` throws. */
  readonly done: Promise<void>;
}

const PAGE_SIZE = 500;
/**
 * Seconds after which the server is asked to end a watch: real ones send a bookmark just before, and opening it
 * again proves that it lives. So the age of the data stays below a minute even where nothing happens.
 */
const WATCH_SECONDS = 40;
/** Without a sign of life for this long the watch is taken for dead, and everything is listed again. */
const SILENT_AFTER_MS = 60_000;
const BACKOFF_BASE_MS = 1_000;
const BACKOFF_CAP_MS = 30_000;

/**
 * Lists a collection and follows its changes until the signal is aborted, whatever happens in between: it resumes
 * from the last known resourceVersion where it can and lists again where it must (410, silence, a malformed line, an
 * exception in a callback). Nothing is called back after the signal is aborted but `onState` with `stopped`.
 */
export function watchResource<T>(options: WatchOptions<T>): Watch {
  return new ResourceWatch(options);
}

class ResourceWatch<T> implements Watch {
  readonly done: Promise<void>;
  readonly #options: WatchOptions<T>;
  // Network times are real time; only where the cluster's clock runs faster do watches renew faster, to stay fresh.
  readonly #watchSeconds: number;
  readonly #silentAfterMs: number;
  /** A watch that lived this long worked. */
  readonly #healthyAfterMs: number;
  #state: WatchState = { kind: 'listing' };
  #heardAtMs: number | null = null;
  /** Null where a new list is needed. */
  #resourceVersion: string | null = null;
  #attempt = 0;

  constructor(options: WatchOptions<T>) {
    const { rate } = options.clock;
    this.#options = options;
    this.#watchSeconds = Math.max(1, Math.round(WATCH_SECONDS / rate));
    this.#silentAfterMs = Math.max(SILENT_AFTER_MS, 5_000 * rate);
    this.#healthyAfterMs = (this.#watchSeconds * 1000 * rate) / 2;
    this.done = this.#supervise();
  }

  heardAtMs(): number | null {
    return this.#heardAtMs;
  }

  state(): WatchState {
    return this.#state;
  }

  async #supervise(): Promise<void> {
    const { signal } = this.#options;
    // The caller holds its handle before anything is called back.
    await Promise.resolve();
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === null) await this.#list();
        else await this.#follow(this.#resourceVersion);
      } catch (error) {
        if (!signal.aborted) await this.#backOff(error);
      }
    }
    this.#enter({ kind: 'stopped' });
  }

  async #backOff(thrown: unknown): Promise<void> {
    const { clock, random, signal } = this.#options;
    const error = isCoxswainError(thrown) ? thrown : this.#outOfSync(`failed: ${messageOf(thrown)}`, thrown);
    if (!canResume(error)) this.#resourceVersion = null;
    this.#attempt += 1;
    this.#enter({ kind: 'waiting', error, attempt: this.#attempt });
    const delayMs = backoffMs(error, this.#attempt, random()) * clock.rate;
    await sleep(clock, delayMs, signal).catch(() => {});
  }

  async #list(): Promise<void> {
    const { api, path, signal, reduce, onList } = this.#options;
    this.#enter({ kind: 'listing' });
    const items: T[] = [];
    let version = '';
    let token = '';
    do {
      const query = `limit=${PAGE_SIZE}${token ? `&continue=${encodeURIComponent(token)}` : ''}`;
      const response = await abortable(api.send({ method: 'GET', path: `${path}?${query}`, signal }), signal);
      const page = ListPage.safeParse(response.body);
      if (!page.success) throw this.#outOfSync('was answered by something that is not a list');
      for (const object of page.data.items) {
        const item = this.#calling(() => reduce(object));
        if (item !== null) items.push(item);
      }
      version = page.data.metadata.resourceVersion ?? '';
      token = page.data.metadata.continue ?? '';
    } while (token !== '');
    this.#calling(() => onList(items));
    this.#heardAtMs = this.#options.clock.nowMs();
    this.#resourceVersion = version;
  }

  /** Returns when the server ends the watch in its time; throws on anything else. */
  async #follow(from: string): Promise<void> {
    const { api, path, clock, signal } = this.#options;
    const startedAtMs = clock.nowMs();
    const end = new AbortController();
    using work = workSignal([signal, end.signal]);
    const either = work.signal;
    const endSilenceCheck = this.#abortWhenSilent(end, startedAtMs);
    const onAlive = () => {
      if (!either.aborted) this.#heard();
    };
    const lines = api.stream(`${path}?${this.#watchQuery(from)}`, either, onAlive);
    try {
      for await (const line of untilAborted(lines, either)) {
        this.#heard();
        this.#take(line);
      }
      this.#heard();
    } finally {
      endSilenceCheck();
      end.abort();
      if (clock.nowMs() - startedAtMs >= this.#healthyAfterMs) this.#attempt = 0;
    }
    if (clock.nowMs() - startedAtMs < this.#healthyAfterMs) throw this.#closedEarly();
  }

  #watchQuery(resourceVersion: string): URLSearchParams {
    return new URLSearchParams({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion,
      timeoutSeconds: String(this.#watchSeconds),
    });
  }

  #take(line: string): void {
    const { api, path, reduce, onEvent } = this.#options;
    const parsed = WatchLine.safeParse(parseJson(line));
    if (!parsed.success) throw this.#outOfSync('was answered by something that is not a watch event');
    const { type, object } = parsed.data;
    if (type === 'ERROR') {
      const status = statusError(api, { method: 'GET', path: `${path}?watch=1` }, object.code ?? 500, object);
      throw isExpired(status)
        ? status
        : this.#outOfSync(`was ended by the server: ${status.message}`, status);
    }
    if (type !== 'BOOKMARK') {
      const item = this.#calling(() => reduce(object));
      if (item !== null) this.#calling(() => onEvent({ type, item }));
    }
    this.#resourceVersion = object.metadata?.resourceVersion ?? this.#resourceVersion;
  }

  #heard(): void {
    this.#heardAtMs = this.#options.clock.nowMs();
    if (this.#state.kind !== 'watching') this.#enter({ kind: 'watching' });
  }

  #enter(state: WatchState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  #abortWhenSilent(end: AbortController, startedAtMs: number): () => void {
    const { clock } = this.#options;
    const check = () => {
      const silentMs = clock.nowMs() - Math.max(this.#heardAtMs ?? 0, startedAtMs);
      if (silentMs >= this.#silentAfterMs) {
        end.abort(this.#outOfSync(`was silent for ${Math.round(silentMs / 1000)} s`));
      } else {
        cancel = clock.schedule(this.#silentAfterMs - silentMs, check);
      }
    };
    let cancel = clock.schedule(this.#silentAfterMs, check);
    return () => cancel();
  }

  /** An exception of a callback means that its state can't be trusted: it is reported, and all is listed again. */
  #calling<R>(callback: () => R): R {
    try {
      return callback();
    } catch (error) {
      throw new CoxswainError(
        'internal',
        `Coxswain failed to take in a change of ${this.#options.path}: ${messageOf(error)}`,
        'Run "Coxswain: Diagnose" and report this with its output.',
        { cause: error },
      );
    }
  }

  #outOfSync(what: string, cause?: unknown): OutOfSyncError {
    return new OutOfSyncError(
      `The watch of ${this.#options.path} at ${this.#options.api.server} ${what}.`,
      'Coxswain lists everything again by itself. If this repeats, check the API server and proxies on the way.',
      cause,
    );
  }

  #closedEarly(): CoxswainError {
    return new CoxswainError(
      'api-unreachable',
      `The watch of ${this.#options.path} at ${this.#options.api.server} was closed too early.`,
      'Coxswain opens it again by itself. If this repeats, check for a proxy that cuts long requests.',
    );
  }
}

/** The server's view and ours may differ: only a new list helps. */
class OutOfSyncError extends CoxswainError {
  constructor(message: string, remedy: string, cause?: unknown) {
    super('api-unreachable', message, remedy, { cause });
    this.name = 'OutOfSyncError';
  }
}

const RESUMABLE = new Set(['api-unreachable', 'credentials-expired', 'permission-denied']);

function canResume(error: CoxswainError): boolean {
  return RESUMABLE.has(error.code) && !(error instanceof OutOfSyncError) && !isExpired(error);
}

/** Full jitter, so that the watches of many agents do not come back all at once. What is absent is asked for slowly. */
function backoffMs(error: CoxswainError, attempt: number, random: number): number {
  if (error.code === 'not-found' || error.code === 'permission-denied')
    return BACKOFF_CAP_MS * (0.5 + random / 2);
  return random * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1));
}

const ListPage = z.object({
  metadata: z.object({ resourceVersion: z.string().optional(), continue: z.string().optional() }),
  items: z.array(z.unknown()),
});

const WatchLine = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.looseObject({
    code: z.number().optional(),
    metadata: z.looseObject({ resourceVersion: z.string().optional() }).optional(),
  }),
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
