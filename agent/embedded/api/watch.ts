import type { ServerResponse } from 'node:http';
import type { Clock } from '../../clock';
import type { KubeObject, StoreEvent } from '../objectStore';
import { sameType } from '../store/resourceTypes';
import { StatusError } from '../store/statusError';
import { parseRevision, selection } from './list';
import {
  type ApiContext,
  apiVersionOf,
  countParameter,
  isTrue,
  presented,
  type ResourceRequest,
} from './request';

const BOOKMARK_INTERVAL_MS = 60_000;
/** Kubernetes ends a watch after 30 to 60 minutes where the client asked for nothing else. */
const MIN_TIMEOUT_SECONDS = 1800;
/** A reader that is this far behind is dropped; it lists and watches again. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/**
 * Streams changes as one `{type, object}` per line until the time is up or the client leaves. Without a
 * resourceVersion, or with 0, it starts with all present objects as ADDED; with one that is no longer in the log it
 * says 410 Expired and ends.
 */
export function serveWatch(context: ApiContext, request: ResourceRequest, response: ServerResponse): void {
  const { store, clock } = context;
  const { info, query } = request;
  refuseInitialEvents(query);
  const selects = selection(request);
  const timeoutSeconds = countParameter(query, 'timeoutSeconds') || MIN_TIMEOUT_SECONDS * (1 + Math.random());
  const past = pastEvents(context, request);

  const stream = openStream(response);
  if (past instanceof StatusError) {
    stream.send('ERROR', past.toStatus());
    stream.end();
    return;
  }
  const sendEvent = (event: StoreEvent) => {
    const seen = asSeenThrough(selects, event);
    if (seen) stream.send(seen.type, presented(info, seen.object));
  };
  const sendBookmark = () => {
    if (!isTrue(query.get('allowWatchBookmarks'))) return;
    const metadata = { resourceVersion: String(store.revision()) };
    stream.send('BOOKMARK', { kind: info.kind, apiVersion: apiVersionOf(info), metadata });
  };
  const onTimeout = () => {
    sendBookmark();
    stream.end();
  };
  const onChange = (event: StoreEvent) => {
    if (sameType(event.resource, info.storage)) sendEvent(event);
  };

  past.forEach(sendEvent);
  stream.limitUnread();
  stream.onEnd(store.subscribe(onChange));
  stream.onEnd(every(clock, BOOKMARK_INTERVAL_MS, sendBookmark));
  // The time-out is the connection's, in wall time, however fast the cluster's time runs.
  stream.onEnd(clock.schedule(timeoutSeconds * 1000 * clock.rate, onTimeout));
}

interface EventStream {
  send(type: string, object: unknown): void;
  /** From now on a reader that falls behind is dropped; what is written already is not counted. */
  limitUnread(): void;
  /** Called once when the stream has ended, whoever ended it. */
  onEnd(cleanUp: () => void): void;
  end(): void;
}

function openStream(response: ServerResponse): EventStream {
  const cleanUps: (() => void)[] = [];
  let open = true;
  let maxUnreadBytes = Number.POSITIVE_INFINITY;
  const stop = () => {
    open = false;
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
  };
  response.once('close', stop);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  return {
    send(type, object) {
      if (!open) return;
      response.write(`${JSON.stringify({ type, object })}\n`);
      if (response.writableLength <= maxUnreadBytes) return;
      stop();
      response.destroy();
    },
    limitUnread() {
      maxUnreadBytes = response.writableLength + MAX_UNREAD_BYTES;
    },
    onEnd(cleanUp) {
      if (open) cleanUps.push(cleanUp);
      else cleanUp();
    },
    end() {
      stop();
      response.end();
    },
  };
}

/** Calls back every `intervalMs` of cluster time; returns a function that ends it. */
function every(clock: Clock, intervalMs: number, callback: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.schedule(intervalMs, () => {
      next();
      callback();
    });
  };
  next();
  return () => cancel();
}

/** What the watch starts with, or why it cannot start there. */
function pastEvents(
  { store }: ApiContext,
  { info, query }: ResourceRequest,
): readonly StoreEvent[] | StatusError {
  const since = parseRevision(query.get('resourceVersion') || '0');
  if (since === 0) {
    const resource = info.storage;
    return store.list(resource).map((object) => ({ type: 'ADDED', resource, object }));
  }
  try {
    return store.changesSince(info.storage, since);
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
}

/** To a watch with a selector an object appears when it begins to match, and is gone when it no longer does. */
function asSeenThrough(
  selects: (object: KubeObject) => boolean,
  { type, resource, object, previous }: StoreEvent,
): StoreEvent | undefined {
  const before = previous !== undefined && selects(previous);
  if (type !== 'DELETED' && selects(object)) return { type: before ? 'MODIFIED' : 'ADDED', resource, object };
  if (!before) return undefined;
  const { resourceVersion } = object.metadata;
  return {
    type: 'DELETED',
    resource,
    object: { ...previous, metadata: { ...previous.metadata, resourceVersion } },
  };
}

function refuseInitialEvents(query: URLSearchParams): void {
  if (!query.has('sendInitialEvents')) return;
  const message = 'sendInitialEvents: Forbidden: streaming lists are not served; list, then watch';
  throw new StatusError(422, 'Invalid', message, {
    causes: [{ reason: 'FieldValueForbidden', field: 'sendInitialEvents', message }],
  });
}
