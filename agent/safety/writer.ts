import type { ApiRequest, ApiServer } from '../cluster/api';
import { ApiStatusError } from '../cluster/apiErrors';
import { isCoxswainError } from '../protocol';
import type { ResourceAddress, Write } from './change';

/** After this long without an answer it is unknown whether a write was done. */
const TIMEOUT_MS = 10_000;

/**
 * The only code that sends mutating verbs, and it is reached by transactions and the emergency stop alone. Every
 * method throws CoxswainError.
 */
export class ClusterWriter {
  readonly #server: Pick<ApiServer, 'send' | 'context'>;

  constructor(server: Pick<ApiServer, 'send' | 'context'>) {
    this.#server = server;
  }

  /** The kubeconfig context that is written to. */
  get context(): string {
    return this.#server.context;
  }

  /**
   * Lets the API server check the write, with admission and preconditions, without doing it. A cluster whose
   * admission webhooks do not support dry runs refuses every one, which says nothing about the write.
   */
  async dryRun(write: Write): Promise<void> {
    try {
      await this.#server.send({ ...requestFor(write, 'dryRun=All'), timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof ApiStatusError && /does not support dry run/i.test(error.message))) throw error;
    }
  }

  /** Does the write. */
  async send(write: Write, timeoutMs = TIMEOUT_MS): Promise<void> {
    await this.#server.send({ ...requestFor(write), timeoutMs });
  }

  /** The object as the API server has it now; null where there is none. */
  async read(resource: ResourceAddress, timeoutMs = TIMEOUT_MS): Promise<unknown> {
    try {
      const path = objectPath(resource);
      return (await this.#server.send({ method: 'GET', path, timeoutMs })).body;
    } catch (error) {
      if (isCoxswainError(error) && error.code === 'not-found') return null;
      throw error;
    }
  }
}

/** Whether the error proves that a write was not done: the API server has answered, and refused it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status < 500;
}

function requestFor(write: Write, ...query: string[]): ApiRequest {
  switch (write.verb) {
    case 'json-patch':
      return {
        method: 'PATCH',
        path: withQuery(objectPath(write.resource, write.subresource), 'fieldManager=coxswain', ...query),
        contentType: 'application/json-patch+json',
        body: write.operations,
      };
    case 'evict':
      return {
        method: 'POST',
        path: withQuery(objectPath(write.resource, 'eviction'), ...query),
        body: eviction(write),
      };
    case 'create':
      return {
        method: 'POST',
        path: withQuery(collectionPath(write.resource), 'fieldManager=coxswain', ...query),
        body: write.object,
      };
    case 'delete':
      return {
        method: 'DELETE',
        path: withQuery(objectPath(write.resource), ...query),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', ...deleteOptions(write) },
      };
  }
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
function eviction(write: Extract<Write, { verb: 'evict' }>) {
  const { name, namespace } = write.resource;
  return {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name, namespace },
    deleteOptions: deleteOptions(write),
  };
}

function deleteOptions({ uid, gracePeriodSeconds }: Extract<Write, { verb: 'evict' | 'delete' }>) {
  return {
    ...(uid === undefined ? {} : { preconditions: { uid } }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  };
}

function collectionPath({ apiVersion, namespace, plural }: ResourceAddress): string {
  const root = `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}`;
  return namespace === ''
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

function objectPath(resource: ResourceAddress, subresource?: string): string {
  const path = `${collectionPath(resource)}/${encodeURIComponent(resource.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

function withQuery(path: string, ...query: string[]): string {
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}
