import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fakeClock';
import { REAL_TIME } from '../clock';
import type { ApiRequest, ApiResponse, ApiServer } from './api';
import { statusError } from './apiErrors';
import { type Watch, type WatchState, watchResource } from './watch';

const PATH = '/api/v1/pods';
const ORIGIN = { context: 'test', server: 'https://api.test' };

/** A stream that a test writes to line by line, and that may ignore its signal as a broken one would. */
class FakeStream implements AsyncIterable<string> {
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
  #waiting: ((result: IteratorResult<string>) => void) | null = null;
  #failing: ((error: unknown) => void) | null = null;
  readonly #pending: IteratorResult<string>[] = [];

  constructor(path: string, signal: AbortSignal) {
    this.query = new URLSearchParams(path.split('?')[1]);
    this.signal = signal;
  }

  send(line: unknown): void {
    this.#settle({ done: false, value: typeof line === 'string' ? line : JSON.stringify(line) });
  }

  end(): void {
    this.#settle({ done: true, value: undefined });
  }

  fail(error: unknown): void {
    this.#failing?.(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    return {
      next: () =>
        new Promise((resolve, reject) => {
          const first = this.#pending.shift();
          if (first) return resolve(first);
          this.#waiting = resolve;
          this.#failing = reject;
        }),
    };
  }

  #settle(result: IteratorResult<string>): void {
    const resolve = this.#waiting;
    this.#waiting = null;
    if (resolve) resolve(result);
    else this.#pending.push(result);
  }
}

class FakeApiServer implements ApiServer {
  readonly context = ORIGIN.context;
  readonly server = ORIGIN.server;
  readonly clock = REAL_TIME;
  readonly lists: ApiRequest[] = [];
  readonly streams: FakeStream[] = [];
  answer: (request: ApiRequest) => Promise<ApiResponse> = async () => page(['a'], '10');
  openStream: (stream: FakeStream) => void = () => {};

  send(request: ApiRequest): Promise<ApiResponse> {
    this.lists.push(request);
    return this.answer(request);
  }

  stream(path: string, signal: AbortSignal, onOpen?: () => void): AsyncIterable<string> {
    const stream = new FakeStream(path, signal);
    this.streams.push(stream);
    this.openStream(stream);
    onOpen?.();
    return stream;
  }

  get latest(): FakeStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('no watch was opened');
    return stream;
  }
}

function page(names: readonly string[], resourceVersion: string, token?: string): ApiResponse {
  const items = names.map((name) => pod(name, resourceVersion));
  return { status: 200, body: { metadata: { resourceVersion, continue: token }, items } };
}

function pod(name: string, resourceVersion: string) {
  return { metadata: { name, resourceVersion } };
}

const status = (code: number, reason: string) =>
  statusError(ORIGIN, { method: 'GET', path: PATH }, code, { reason });

/** Lets what is pending happen now, and then time pass. */
async function pass(clock: FakeClock, ms: number): Promise<void> {
  await clock.advance(0);
  await clock.advance(ms);
}

interface Harness {
  api: FakeApiServer;
  clock: FakeClock;
  stop: AbortController;
  watch: Watch;
  lists: string[][];
  events: string[];
  states: WatchState[];
  latestState(): WatchState;
}

/** A watch of names on a fake clock; back-off always takes its full length. */
async function start(
  prepare: (api: FakeApiServer) => void = () => {},
  overrides: Partial<Harness> = {},
): Promise<Harness> {
  const api = new FakeApiServer();
  prepare(api);
  const clock = overrides.clock ?? new FakeClock();
  const stop = new AbortController();
  const lists: string[][] = [];
  const events: string[] = [];
  const states: WatchState[] = [];
  const watch = watchResource<string>({
    api,
    path: PATH,
    clock,
    random: () => 1,
    signal: stop.signal,
    reduce: (object) => (object as ReturnType<typeof pod>).metadata.name,
    onList: (items) => {
      if (items.includes('bomb')) throw new Error('boom');
      lists.push([...items]);
    },
    onEvent: ({ type, item }) => {
      if (item === 'bomb') throw new Error('boom');
      events.push(`${type} ${item}`);
    },
    onState: (state) => states.push(state),
  });
  await pass(clock, 0);
  return { api, clock, stop, watch, lists, events, states, latestState: () => watch.state() };
}

describe('a watch that works', () => {
  it('lists page by page, then watches from the version of the list', async () => {
    const { api, lists, watch } = await start((server) => {
      server.answer = async ({ path }) => {
        if (path.includes('continue=t%2F1')) return page(['b'], '12');
        return page(['a'], '12', 't/1');
      };
    });
    expect(api.lists.map(({ path }) => path)).toEqual([
      `${PATH}?limit=500`,
      `${PATH}?limit=500&continue=t%2F1`,
    ]);
    expect(lists).toEqual([['a', 'b']]);
    expect(Object.fromEntries(api.latest.query)).toEqual({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: '12',
      timeoutSeconds: '40',
    });
    expect(watch.state()).toEqual({ kind: 'watching' });
  });

  it('passes events on in order', async () => {
    const { api, clock, events } = await start();
    api.latest.send({ type: 'ADDED', object: pod('b', '11') });
    api.latest.send({ type: 'MODIFIED', object: pod('b', '12') });
    api.latest.send({ type: 'DELETED', object: pod('a', '13') });
    await pass(clock, 0);
    expect(events).toEqual(['ADDED b', 'MODIFIED b', 'DELETED a']);
  });

  it('opens again at once from the last bookmark when the server ends it in its time', async () => {
    const { api, clock, lists } = await start();
    await pass(clock, 38_000);
    api.latest.send({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '99' } } });
    await pass(clock, 2_000);
    api.latest.end();
    await pass(clock, 0);
    expect(api.streams).toHaveLength(2);
    expect(api.latest.query.get('resourceVersion')).toBe('99');
    expect(lists).toHaveLength(1);
  });

  it('knows how long ago the server was last heard', async () => {
    const { api, clock, watch } = await start();
    const openedAtMs = clock.nowMs();
    await pass(clock, 30_000);
    expect(watch.heardAtMs()).toBe(openedAtMs);
    api.latest.send({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '11' } } });
    await pass(clock, 0);
    expect(watch.heardAtMs()).toBe(clock.nowMs());
  });

  it('renews faster where the cluster’s clock runs faster', async () => {
    const clock = new FakeClock();
    Object.defineProperty(clock, 'rate', { value: 10 });
    const { api } = await start(undefined, { clock });
    expect(api.latest.query.get('timeoutSeconds')).toBe('4');
  });
});

describe('a watch that is too old', () => {
  it('lists again when the server says 410 in an ERROR event', async () => {
    const { api, clock, lists } = await start();
    api.latest.send({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
    await pass(clock, 1_000);
    expect(lists).toHaveLength(2);
    expect(api.streams).toHaveLength(2);
  });

  it('lists again when the server answers 410 to the watch', async () => {
    const { api, clock, lists } = await start();
    await pass(clock, 20_000);
    api.latest.fail(status(410, 'Gone'));
    await pass(clock, 1_000);
    expect(lists).toHaveLength(2);
  });

  it('starts the list from its beginning when the continue token has expired', async () => {
    let expired = true;
    const { api, clock, lists } = await start((server) => {
      server.answer = async ({ path }) => {
        if (!path.includes('continue')) return page(['a'], '5', 'token');
        if (!expired) return page(['b'], '5');
        expired = false;
        throw status(410, 'Expired');
      };
    });
    expect(lists).toEqual([]);
    await pass(clock, 1_000);
    expect(api.lists).toHaveLength(4);
    expect(lists).toEqual([['a', 'b']]);
  });
});

describe('a watch that breaks', () => {
  it('lists again after an error that nobody has explained', async () => {
    const { api, clock, lists, latestState } = await start();
    api.latest.send({ type: 'ADDED', object: pod('b', '42') });
    await pass(clock, 0);
    api.latest.fail(new Error('socket hang up'));
    await pass(clock, 0);
    expect(latestState()).toMatchObject({ kind: 'waiting', attempt: 1 });
    await pass(clock, 1_000);
    expect(lists).toHaveLength(2);
  });

  it('resumes from the last version when the API server was merely unreachable', async () => {
    const { api, clock, lists } = await start();
    api.latest.send({ type: 'ADDED', object: pod('b', '42') });
    await pass(clock, 0);
    api.latest.fail(status(503, 'ServiceUnavailable'));
    await pass(clock, 1_000);
    expect(lists).toHaveLength(1);
    expect(api.latest.query.get('resourceVersion')).toBe('42');
  });

  it('survives a 500 on the watch, which stops the client library’s informer for good', async () => {
    const { api, clock, events } = await start();
    api.latest.fail(status(500, 'InternalError'));
    await pass(clock, 1_000);
    api.latest.send({ type: 'ADDED', object: pod('b', '11') });
    await pass(clock, 0);
    expect(events).toEqual(['ADDED b']);
  });

  it('backs off exponentially up to 30 s, and starts over once a watch was healthy', async () => {
    const { api, clock } = await start((server) => {
      server.answer = async () => {
        throw status(503, 'ServiceUnavailable');
      };
    });
    const gapsSeconds: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      const sentBefore = api.lists.length;
      const waitingSinceMs = clock.nowMs();
      while (api.lists.length === sentBefore) await pass(clock, 500);
      gapsSeconds.push((clock.nowMs() - waitingSinceMs) / 1000);
    }
    expect(gapsSeconds).toEqual([1, 2, 4, 8, 16, 30, 30]);

    api.answer = async () => page(['a'], '10');
    await pass(clock, 30_000);
    await pass(clock, 20_000);
    api.latest.fail(status(503, 'ServiceUnavailable'));
    await pass(clock, 999);
    expect(api.streams).toHaveLength(1);
    await pass(clock, 1);
    expect(api.streams).toHaveLength(2);
  });

  it('draws the delay from the whole interval, so that agents do not come back together', async () => {
    const clock = new FakeClock();
    const api = new FakeApiServer();
    api.answer = async () => {
      throw status(503, 'ServiceUnavailable');
    };
    const stop = new AbortController();
    watchResource({
      api,
      path: PATH,
      clock,
      random: () => 0.25,
      signal: stop.signal,
      reduce: () => null,
      onList: () => {},
      onEvent: () => {},
      onState: () => {},
    });
    await pass(clock, 249);
    expect(api.lists).toHaveLength(1);
    await pass(clock, 1);
    expect(api.lists).toHaveLength(2);
    stop.abort();
  });

  it('does not spin when a proxy closes every watch at once', async () => {
    const { api, clock, latestState } = await start((server) => {
      server.openStream = (stream) => stream.end();
    });
    await pass(clock, 10_000);
    expect(api.streams.length).toBeGreaterThan(2);
    expect(api.streams.length).toBeLessThan(6);
    expect(latestState()).toMatchObject({ kind: 'waiting', error: { code: 'api-unreachable' } });
  });

  it('lists again after a minute of silence, even where the stream ignores that it is given up', async () => {
    const { api, clock, lists, events } = await start();
    const silent = api.latest;
    await pass(clock, 60_000);
    expect(silent.signal.aborted).toBe(true);
    await pass(clock, 1_000);
    expect(lists).toHaveLength(2);
    expect(api.streams).toHaveLength(2);

    silent.send({ type: 'ADDED', object: pod('late', '11') });
    await pass(clock, 0);
    expect(events).toEqual([]);
  });

  it('takes a bookmark for a sign of life', async () => {
    const { api, clock } = await start();
    await pass(clock, 50_000);
    api.latest.send({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '11' } } });
    await pass(clock, 59_000);
    expect(api.streams).toHaveLength(1);
    await pass(clock, 1_000);
    expect(api.latest.signal.aborted).toBe(true);
  });

  for (const line of ['<html>', '{"type":"ADDED"}', '{"type":"WAT","object":{}}', '{"type":"ADDED","obj']) {
    it(`says so and lists again after the line ${line}`, async () => {
      const { api, clock, lists, latestState } = await start();
      api.latest.send(line);
      await pass(clock, 0);
      expect(latestState()).toMatchObject({
        kind: 'waiting',
        error: { message: expect.stringContaining('not a watch event') },
      });
      await pass(clock, 1_000);
      expect(lists).toHaveLength(2);
    });
  }

  it('says so when a list is none', async () => {
    const { latestState } = await start((server) => {
      server.answer = async () => ({ status: 200, body: '<html>Sign in</html>' });
    });
    expect(latestState()).toMatchObject({
      kind: 'waiting',
      error: { message: expect.stringContaining('not a list') },
    });
  });

  it('asks slowly for what is absent or forbidden', async () => {
    const { api, clock } = await start((server) => {
      server.answer = async () => {
        throw status(404, 'NotFound');
      };
    });
    await pass(clock, 29_000);
    expect(api.lists).toHaveLength(1);
    await pass(clock, 1_000);
    expect(api.lists).toHaveLength(2);
  });
});

describe('an exception in a callback', () => {
  it('of an event surfaces as an error, and everything is listed again', async () => {
    const { api, clock, states, lists } = await start();
    api.latest.send({ type: 'ADDED', object: pod('bomb', '11') });
    await pass(clock, 0);
    expect(states.at(-1)).toMatchObject({
      kind: 'waiting',
      error: { code: 'internal', message: expect.stringContaining('boom') },
    });
    await pass(clock, 1_000);
    expect(lists).toHaveLength(2);
  });

  it('of a list surfaces as an error', async () => {
    const { latestState } = await start((server) => {
      server.answer = async () => page(['bomb'], '1');
    });
    expect(latestState()).toMatchObject({ kind: 'waiting', error: { code: 'internal' } });
  });
});

describe('stopping', () => {
  it('ends the stream, says so once, and never opens it again', async () => {
    const { api, clock, stop, states, watch } = await start();
    stop.abort();
    await pass(clock, 0);
    await watch.done;
    expect(api.latest.signal.aborted).toBe(true);
    await pass(clock, 3_600_000);
    expect(api.streams).toHaveLength(1);
    expect(api.lists).toHaveLength(1);
    expect(states.filter(({ kind }) => kind === 'stopped')).toHaveLength(1);
    expect(states.at(-1)).toEqual({ kind: 'stopped' });
  });

  it('ends a back-off', async () => {
    const { api, clock, stop, watch } = await start((server) => {
      server.answer = async () => {
        throw status(503, 'ServiceUnavailable');
      };
    });
    stop.abort();
    await watch.done;
    await pass(clock, 3_600_000);
    expect(api.lists).toHaveLength(1);
  });

  it('ignores what a stream yields afterwards', async () => {
    const { api, clock, stop, events, watch } = await start();
    stop.abort();
    await watch.done;
    api.latest.send({ type: 'ADDED', object: pod('late', '11') });
    await pass(clock, 0);
    expect(events).toEqual([]);
  });

  it('ignores a list that comes afterwards', async () => {
    const listing = Promise.withResolvers<ApiResponse>();
    const { clock, stop, lists, watch } = await start((server) => {
      server.answer = () => listing.promise;
    });
    stop.abort();
    await watch.done;
    listing.resolve(page(['late'], '1'));
    await pass(clock, 0);
    expect(lists).toEqual([]);
  });

  it('does nothing at all where the signal was aborted before', async () => {
    const api = new FakeApiServer();
    const states: WatchState[] = [];
    const watch = watchResource({
      api,
      path: PATH,
      clock: new FakeClock(),
      random: () => 0,
      signal: AbortSignal.abort(),
      reduce: () => null,
      onList: () => {},
      onEvent: () => {},
      onState: (state) => states.push(state),
    });
    await watch.done;
    expect(api.lists).toEqual([]);
    expect(states).toEqual([{ kind: 'stopped' }]);
  });
});
