import type { ClockMapping } from '../clock';

/**
 * The road to one API server: authentication, TLS, time-outs and error translation, on top of a kubeconfig context.
 * `send` is for `agent/cluster/` and `agent/safety/` alone (test/architecture.test.ts holds everybody else to `ClusterReader`).
 */
export interface ApiServer {
  readonly context: string;
  readonly server: string;
  readonly clock: ClockMapping;
  send(request: ApiRequest): Promise<ApiResponse>;
  /** Opens a streaming response, for watches. Yields the body's lines; `onOpen` is called once it is accepted. */
  stream(path: string, signal: AbortSignal, onOpen?: () => void): AsyncIterable<string>;
}

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query, for example `/api/v1/namespaces/shop/pods?limit=500`. */
  path: string;
  body?: unknown;
  /** Needed on PATCH. */
  contentType?: 'application/json-patch+json' | 'application/merge-patch+json';
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface ApiResponse {
  status: number;
  /** Parsed JSON, or the text where it is none. */
  body: unknown;
}

/** What everybody but `safety/` may do with a cluster. Throws CoxswainError. */
export interface ClusterReader {
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  getText(path: string, signal?: AbortSignal): Promise<string>;
}
