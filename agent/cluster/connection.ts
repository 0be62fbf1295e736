import * as z from 'zod';
import { type Clock, clusterClock } from '../clock';
import {
  type Capability,
  CoxswainError,
  type ErrorInfo,
  isCoxswainError,
  type Permission,
  toErrorInfo,
} from '../protocol';
import type { ApiServer, ClusterReader } from './api';
import { clusterReader, openApiServer } from './apiServer';
import { type ApiGroups, detectCapabilities, discoverGroups } from './capabilities';
import { loadKubeconfig } from './kubeconfig';
import { checkPermissions, isAllowed } from './permissions';
import { readPodLogs } from './podLogs';
import { forEachResource, type WatchedResource } from './resources';
import type { ClusterSnapshot } from './snapshot';
import { type ClusterChange, SnapshotStore } from './snapshotStore';
import { type WatchAge, WatchSet } from './watchSet';

export interface ConnectOptions {
  /** As `loadKubeconfig` takes it. */
  kubeconfigPath?: string | undefined;
  /** The current context where absent. */
  context?: string | undefined;
  /** Namespaces to watch; none means all. */
  namespaces: readonly string[];
  /** Aborting it gives up connecting. A connection that is made is ended by `close`. */
  signal?: AbortSignal;
  onChange(change: ClusterChange): void;
  /** The watches have lost the API server; null when they have it again. */
  onTrouble(trouble: ErrorInfo | null): void;
  /** Something is left out, and the rest goes on. */
  onWarning(text: string): void;
  /** The cluster's own clock, from the kubeconfig, where absent. */
  clock?: Clock;
  /** Uniform in [0, 1), for the jitter of retries. */
  random?: () => number;
}

/** A cluster that is being watched. */
export interface ClusterConnection {
  readonly context: string;
  readonly server: string;
  readonly serverVersion: string;
  readonly clock: Clock;
  readonly capabilities: readonly Capability[];
  readonly permissions: readonly Permission[];
  /** For `safety/` alone. */
  readonly api: ApiServer;
  readonly reader: ClusterReader;
  snapshot(): ClusterSnapshot;
  trouble(): ErrorInfo | null;
  /** How old what is known of a namespace is, in cluster time; null where nothing is known yet. */
  ageMs(namespace: string): number | null;
  /** The same for each watch. */
  ages(): readonly WatchAge[];
  /** The last lines of a pod's default container. Throws CoxswainError. */
  podLogs(
    pod: { namespace: string; name: string },
    tailLines: number,
    signal?: AbortSignal,
  ): Promise<readonly string[]>;
  /** Ends all watches and requests. Nothing is called back any more. */
  close(): Promise<void>;
}

const SYNC_TIMEOUT_MS = 60_000;

/**
 * Connects to a context and resolves after the first sync. What is absent or forbidden is left out with a warning;
 * throws CoxswainError where the server can't be reached, the credentials are no good, or Deployments or pods can't
 * be seen at all.
 */
export async function connectCluster(options: ConnectOptions): Promise<ClusterConnection> {
  const load = () => loadKubeconfig({ path: options.kubeconfigPath });
  const api = openApiServer(load(), options.context, load);
  const ending = new AbortController();
  const close = async () => {
    ending.abort();
    await api.close();
  };
  // A request whose connection is being made hears of no signal, only of the end of its road.
  const giveUp = () => {
    ending.abort(options.signal?.reason);
    void api.close();
  };
  options.signal?.addEventListener('abort', giveUp);
  try {
    options.signal?.throwIfAborted();
    return await connect(options, api, ending.signal, close);
  } catch (error) {
    await close();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

async function connect(
  options: ConnectOptions,
  api: ApiServer,
  signal: AbortSignal,
  closeApi: () => Promise<void>,
): Promise<ClusterConnection> {
  const { namespaces, onWarning } = options;
  const clock = options.clock ?? clusterClock(api.clock);
  const reader = clusterReader(api);
  const serverVersion = await readVersion(reader, signal);
  const groups = await discoverGroups(reader, signal);
  const store = new SnapshotStore({
    onChange: (change) => {
      if (!signal.aborted) reporting(() => options.onChange(change), onWarning);
    },
    defer: setImmediate,
  });
  const watches = new WatchSet({ ...options, api, clock, random: options.random ?? Math.random, signal });
  const [capabilities, permissions] = await Promise.all([
    detectCapabilities(reader, groups, namespaces, signal),
    checkPermissions(api, namespaces, new Set(groups.keys()), signal).catch((error: unknown) => {
      if (!signal.aborted) onWarning(`Permissions could not be checked: ${toErrorInfo(error).message}`);
      return [];
    }),
    startWatches(watches, store, groups, api, namespaces, signal),
  ]);
  return {
    context: api.context,
    server: api.server,
    serverVersion,
    clock,
    capabilities,
    permissions,
    api,
    reader,
    snapshot: () => store.snapshot(watches.heardAtMs, watches.generation),
    trouble: () => watches.trouble,
    ageMs: (namespace) => watches.ageMs(namespace),
    ages: () => watches.ages(),
    podLogs: (pod, tailLines, logSignal) => readPodLogs(reader, pod, tailLines, logSignal),
    async close() {
      await closeApi();
      await watches.ended();
    },
  };
}

async function startWatches(
  watches: WatchSet,
  store: SnapshotStore,
  groups: ApiGroups,
  api: ApiServer,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const each = namespaces.length > 0 ? namespaces : [null];
  const wide = await mayListFaultsEverywhere(api, signal);
  const start = <T>(resource: WatchedResource<T>) => {
    const all = resource.scope === 'cluster' || (resource.scope === 'wide' && wide);
    for (const namespace of all ? [null] : each) watches.add(resource, namespace);
  };
  const later: (() => void)[] = [];
  forEachResource(store, groups, (resource) => {
    // Events are assigned to workloads by what the other watches have told.
    if (resource.plural === 'events') later.push(() => start(resource));
    else start(resource);
  });
  await settled(watches, api, signal);
  for (const startLate of later) startLate();
}

async function mayListFaultsEverywhere(api: ApiServer, signal: AbortSignal): Promise<boolean> {
  const question = { verb: 'list', group: 'chaos-mesh.org', resource: 'podchaos', namespace: null };
  try {
    return await isAllowed(api, question, signal);
  } catch {
    return false;
  }
}

async function settled(watches: WatchSet, api: ApiServer, signal: AbortSignal): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(watches.latestError() ?? syncTimedOut(api));
  }, SYNC_TIMEOUT_MS);
  try {
    await Promise.race([watches.settle(), late]);
    signal.throwIfAborted();
  } finally {
    clearTimeout(timer);
  }
}

function syncTimedOut({ server, context }: ApiServer): CoxswainError {
  return new CoxswainError(
    'api-unreachable',
    `The API server ${server} of context ${context} has not listed its objects within ${SYNC_TIMEOUT_MS / 1000} s.`,
    'Check your network or VPN, or watch fewer namespaces.',
  );
}

async function readVersion(reader: ClusterReader, signal: AbortSignal): Promise<string> {
  try {
    const parsed = z.object({ gitVersion: z.string() }).safeParse(await reader.get('/version', signal));
    return parsed.success ? parsed.data.gitVersion : 'unknown';
  } catch (error) {
    // Some clusters hide their version. That they answered is enough.
    if (isCoxswainError(error) && error.code === 'permission-denied') return 'unknown';
    throw error;
  }
}

/** A listener's exception must neither vanish nor end the agent. */
function reporting(listener: () => void, onWarning: (text: string) => void): void {
  try {
    listener();
  } catch (error) {
    onWarning(`A change of the cluster could not be handled: ${toErrorInfo(error).message}`);
  }
}
