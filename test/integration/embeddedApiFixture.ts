import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { REAL_TIME } from '../../agent/clock';
import { createCertificates } from '../../agent/embedded/api/certificates';
import { writeKubeconfig } from '../../agent/embedded/api/kubeconfig';
import { type ApiServerOptions, createApiServer } from '../../agent/embedded/api/server';
import type { KubeObject } from '../../agent/embedded/objectStore';
import { createObjectStore } from '../../agent/embedded/store/memoryStore';
import { NAMESPACES, PODS } from '../../agent/embedded/store/resourceTypes';
import { FakeClock } from '../support/fakeClock';

const TOKEN = 'a-token-for-tests';
export const START_MS = Date.UTC(2030, 0, 1);

export interface RawRequest {
  method?: string;
  body?: unknown;
  contentType?: string;
  /** Null sends none. */
  token?: string | null;
}

export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Undefined where the text is not JSON. */
  json: JsonObject | undefined;
}

type JsonObject = Record<string, unknown>;

/** A real API server on a free port over an empty cluster with the namespace `shop`, on a clock that stands. */
export async function startApi(
  options: Partial<Pick<ApiServerOptions, 'denied' | 'podLogs' | 'proxy'>> & { logSize?: number } = {},
) {
  const { logSize, ...serverOptions } = options;
  const clock = new FakeClock(START_MS);
  const store = createObjectStore(clock, logSize === undefined ? {} : { logSize });
  const certificates = await createCertificates(Date.now());
  const errors: unknown[] = [];
  const server = await createApiServer({
    store,
    clock,
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    certificates,
    onError: (error) => errors.push(error),
    ...serverOptions,
  });
  store.create(NAMESPACES, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop' },
    status: { phase: 'Active' },
  });

  const directory = await mkdtemp(join(tmpdir(), 'coxswain-api-'));
  const kubeconfigPath = join(directory, 'config');
  const { caPem } = certificates;
  await writeKubeconfig(kubeconfigPath, {
    name: 'embedded',
    url: server.url,
    caPem,
    token: TOKEN,
    clock: REAL_TIME,
    namespaces: ['shop'],
  });
  const agent = new Agent({ ca: caPem, keepAlive: true });

  const open = (path: string, { method = 'GET', body, contentType, token = TOKEN }: RawRequest = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
      };
      const request = httpsRequest(new URL(path, server.url), { method, headers, agent }, resolve);
      request.once('error', reject);
      request.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
    });

  return {
    clock,
    store,
    server,
    certificates,
    kubeconfigPath,
    errors,
    open,
    async request(path: string, options: RawRequest = {}): Promise<RawResponse> {
      const response = await open(path, options);
      const content = await text(response);
      const { statusCode = 0, headers } = response;
      return { status: statusCode, headers, text: content, json: parseJson(content) };
    },
    /** Opens a watch and gathers its events, until the server ends it. */
    async watch(path: string) {
      const response = await open(path);
      const events: { type: string; object: KubeObject }[] = [];
      let rest = '';
      let ended = false;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const lines = `${rest}${chunk}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) events.push(JSON.parse(line));
      });
      response.on('error', () => {});
      response.once('close', () => {
        ended = true;
      });
      return { events, ended: () => ended };
    },
    createPod(name: string, labels: Record<string, string> = { app: 'web' }): KubeObject {
      return store.create(PODS, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'shop', labels },
        spec: {
          nodeName: 'node-1',
          containers: [{ name: 'web', image: 'web:1' }],
          terminationGracePeriodSeconds: 30,
        },
        status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
      });
    },
    async stop(): Promise<void> {
      agent.destroy();
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

export type TestApi = Awaited<ReturnType<typeof startApi>>;

function parseJson(content: string): JsonObject | undefined {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

export const DEPLOYMENT = {
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
  },
};

export const THING_DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', shortNames: ['th'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer' },
                  color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
                },
              },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
      {
        name: 'v1beta1',
        served: true,
        storage: false,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};
