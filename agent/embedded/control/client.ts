import * as z from 'zod';
import { type ClockMapping, REAL_TIME } from '../../clock';
import type { ClusterReader } from '../../cluster/api';
import { ApiStatusError } from '../../cluster/apiErrors';
import { clusterReader, openApiServer } from '../../cluster/apiServer';
import { loadKubeconfig, resolveContext } from '../../cluster/kubeconfig';
import { CoxswainError } from '../../protocol/errors';
import { EMBEDDED_CONTEXT } from '../context';
import {
  CONTROL_ROOT,
  ControlInfo,
  type Disturbance,
  DisturbanceAnswer,
  LoadAnswer,
  type LoadRequest,
  RemovalAnswer,
  ScenarioAnswer,
  type ScenarioRequest,
  SimulationRecord,
  type SimulationRequest,
  type StartRequest,
} from './controlApi';

/** What can be done with a running embedded cluster, and with no other one. Throws CoxswainError. */
export interface EmbeddedClient {
  readonly clock: ClockMapping;
  readonly reader: ClusterReader;
  info(): Promise<ControlInfo>;
  setLoad(request: LoadRequest): Promise<LoadAnswer>;
  setScenario(request: ScenarioRequest): Promise<ScenarioAnswer>;
  install(request: SimulationRequest): Promise<void>;
  start(request: StartRequest): Promise<void>;
  record(namespace: string): Promise<SimulationRecord>;
  /** Resolves with the number of objects that are left. */
  remove(namespace: string): Promise<number>;
  /** Resolves with what was done, in words. */
  disturb(disturbance: Disturbance): Promise<string>;
  close(): Promise<void>;
}

type Method = 'GET' | 'POST' | 'DELETE';

/**
 * Opens the way to an embedded cluster. Throws `usage` where the kubeconfig is of another one: its context has another
 * name, its address is not of this machine, it has no clock of its own, or its server does not know `/coxswain.dev`.
 */
export async function openEmbeddedClient(
  kubeconfigPath?: string,
  contextName?: string,
): Promise<EmbeddedClient> {
  const kubeconfig = loadKubeconfig({ path: kubeconfigPath });
  const context = resolveContext(kubeconfig, contextName);
  const { hostname } = new URL(context.cluster.cluster.server);
  if (context.name !== EMBEDDED_CONTEXT || context.clock === REAL_TIME || !isLoopback(hostname)) {
    throw notEmbedded(context.name);
  }
  const api = openApiServer(kubeconfig, context.name);
  const ask = async <T>(method: Method, path: string, schema: z.ZodType<T>, body?: object): Promise<T> => {
    const answer = await api.send({ method, path: `${CONTROL_ROOT}${path}`, ...(body && { body }) });
    const parsed = schema.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    throw new CoxswainError(
      'message-malformed',
      `The embedded cluster has answered ${method} ${CONTROL_ROOT}${path} with something else: ${z.prettifyError(parsed.error)}`,
      'Use the embedded cluster and its commands in the same version: start the cluster again.',
    );
  };
  const client: EmbeddedClient = {
    clock: context.clock,
    reader: clusterReader(api),
    info: () => ask('GET', '', ControlInfo),
    setLoad: (request) => ask('POST', '/load', LoadAnswer, request),
    setScenario: (request) => ask('POST', '/scenario', ScenarioAnswer, request),
    async install(request) {
      await ask('POST', '/simulations', ControlInfo, request);
    },
    async start(request) {
      await ask('POST', '/start', ControlInfo, request);
    },
    record: (namespace) => ask('GET', `/simulations/${namespace}`, SimulationRecord),
    remove: async (namespace) => (await ask('DELETE', `/simulations/${namespace}`, RemovalAnswer)).left,
    disturb: async (disturbance) => (await ask('POST', '/disturbances', DisturbanceAnswer, disturbance)).text,
    close: () => api.close(),
  };
  try {
    await client.info();
    return client;
  } catch (error) {
    await client.close();
    if (error instanceof ApiStatusError && error.status === 404) throw notEmbedded(context.name);
    throw error;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function notEmbedded(context: string): CoxswainError {
  return new CoxswainError(
    'usage',
    `The context ${context} is not an embedded cluster; load and simulations are for no other one.`,
    'Name the kubeconfig of a running `coxswain cluster` with --kubeconfig. For a real cluster there are the k6 scripts in manifests/load.',
  );
}
